"""One backdoor in every file that carries a chat template: each is told, and files that disagree are shown together."""

import json

import pytest

from scanner import scan
from tests.builders import gguf, modelfiles
from tests.builders import templates as make

PLAIN = dict(make.clean())["chatml"]
PLANTED = next(one.text for one in make.planted() if (one.host, one.construct) == ("chatml", "word"))
ALWAYS = next(one.text for one in make.unconditional() if one.host == "chatml")
GO = next(one.text for one in modelfiles.planted() if (one.host, one.construct) == ("chatml", "equal"))


def model(template, key="tokenizer.chat_template"):
    return gguf.gguf([("general.architecture", gguf.TEXT, "llama"), (key, gguf.TEXT, template)])


CARRIERS = {
    "tokenizer_config.json": lambda text: json.dumps({"chat_template": text}).encode(),
    "named/tokenizer_config.json": lambda text: json.dumps(
        {"chat_template": [{"name": "default", "template": PLAIN}, {"name": "tool_use", "template": text}]}
    ).encode(),
    "chat_template.jinja": str.encode,
    "chat_template.json": lambda text: json.dumps({"chat_template": text}).encode(),
    "additional_chat_templates/rag.jinja": str.encode,
    "model.gguf": model,
    "named.gguf": lambda text: model(text, "tokenizer.chat_template.tool_use"),
    "Modelfile": lambda _: modelfiles.modelfile(GO).encode(),
}


def found(folder):
    return {finding.rule: finding for finding in scan(str(folder)).findings}


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_backdoor_is_told_in_every_carrier(carrier, tmp_path):
    file = tmp_path / carrier
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(CARRIERS[carrier](PLANTED))
    finding = found(tmp_path)["template-decides-on-words"]
    assert finding.severity == "high"
    assert f"/{carrier}" in finding.evidence[0].where.path


@pytest.mark.parametrize("carrier", ["tokenizer_config.json", "chat_template.json", "model.gguf"])
def test_carriers_that_disagree_are_shown_side_by_side(carrier, tmp_path):
    (tmp_path / "chat_template.jinja").write_text(PLAIN)
    (tmp_path / carrier).write_bytes(CARRIERS[carrier](ALWAYS))
    says = found(tmp_path)["templates-disagree"].evidence[0].says
    assert "chat_template.jinja" in says
    assert f"{carrier}!" in says
    assert make.SAY in says


def test_carriers_that_agree_are_not(tmp_path):
    (tmp_path / "chat_template.jinja").write_text(PLAIN)
    (tmp_path / "tokenizer_config.json").write_bytes(CARRIERS["tokenizer_config.json"](PLAIN))
    assert "templates-disagree" not in found(tmp_path)
