"""`assay diff` from the command line: its exit codes, its text and its JSON."""

import json

import pytest

from scanner import against, cli
from scanner.artifact import Location
from scanner.facts import Unreadable
from scanner.usage import UsageError
from tests.builders import deltas, web_server
from tests.compare.cases import DOWN, PLAIN, QUERIES


def test_an_identical_model_passes_without_a_finding(folders, capsys):
    folders("same", deltas.file_of(PLAIN))
    assert cli.main(["diff", "base", "same"]) == 0
    said = capsys.readouterr().out
    assert "34 of 34 tensors identical" in said
    assert "nothing found" in said


@pytest.mark.parametrize(
    "case",
    [
        (deltas.rank_edit(PLAIN, [DOWN], 1, 0.03), [], 1, "rank-one"),
        (deltas.rank_edit(PLAIN, [DOWN], 1, 0.03), ["--relation", "quantized"], 1, "rank-one"),
        (deltas.rank_edit(PLAIN, [DOWN], 1, 0.03), ["--relation", "finetune"], 0, "rank-one"),
        (deltas.row_edit(PLAIN, [5]), [], 1, "row-edit"),
        (deltas.ablated(PLAIN), [], 1, "shared-direction"),
        (deltas.tuned(PLAIN, 0.02), [], 1, "full"),
        (deltas.tuned(PLAIN, 0.02), ["--relation", "finetune"], 0, "full"),
        (deltas.rank_edit(PLAIN, QUERIES, 8, 0.03), ["--relation", "adapter"], 0, "low-rank"),
        (deltas.low_bits(PLAIN, 4, [DOWN]), ["--relation", "finetune"], 1, "bits-only"),
        (deltas.rounded(PLAIN, "BF16"), [], 0, "requantized"),
    ],
)
def test_the_exit_code_follows_the_kind_and_what_the_model_is_said_to_be(folders, capsys, case):
    tensors, options, code, word = case
    folders("model", deltas.file_of(tensors))
    assert cli.main(["diff", "base", "model", *options]) == code
    assert word in capsys.readouterr().out


def test_an_edited_quantised_copy_fails_and_an_honest_one_passes(folders):
    folders("honest", deltas.gguf_of(PLAIN, "Q4_0"), "model.gguf")
    folders("edited", deltas.gguf_of(deltas.rank_edit(PLAIN, [DOWN], 1, 0.01), "Q4_0"), "model.gguf")
    assert cli.main(["diff", "base", "honest", "--relation", "quantized"]) == 0
    assert cli.main(["diff", "base", "edited", "--relation", "quantized"]) == 1


def test_words_on_the_models_own_card_do_not_excuse_an_edit(folders):
    folders("model", deltas.file_of(deltas.rank_edit(PLAIN, [DOWN], 1, 0.03)))
    folders("model", b"---\nbase_model: some/base\nbase_model_relation: finetune\n---\n", "README.md")
    assert cli.main(["diff", "base", "model"]) == 1


def test_json_has_the_report_and_every_fact(folders, capsys):
    folders("model", deltas.file_of(deltas.row_edit(PLAIN, [5])))
    assert cli.main(["diff", "base", "model", "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["report"]["verdict"] == "fail"
    rows = [one["rows"] for one in document["facts"] if one.get("kind") == "row-edit" and one["fact"] == "TensorDelta"]
    assert rows == [[5]]


def test_what_cannot_be_compared_is_never_a_pass(folders):
    folders("model", deltas.file_of(PLAIN))
    folders("model", b"other", "pytorch_model.bin")
    assert cli.main(["diff", "base", "model"]) == 3


def test_another_architecture_is_one_finding(folders, capsys):
    folders("model", deltas.file_of({f"x.{name}": one for name, one in PLAIN.items()}))
    assert cli.main(["diff", "base", "model"]) == 1
    assert capsys.readouterr().out.count("confidence") == 1


def test_a_lock_is_written_once_and_checked_afterwards(folders, tmp_path, capsys):
    assert cli.main(["diff", "base", "--lock", "prints.json"]) == 0
    first = (tmp_path / "prints.json").read_bytes()
    assert cli.main(["diff", "base", "--lock", "prints.json"]) == 0
    folders("base", deltas.file_of(deltas.low_bits(PLAIN, 1, [DOWN])))
    assert cli.main(["diff", "base", "--lock", "prints.json"]) == 1
    assert (tmp_path / "prints.json").read_bytes() == first
    assert "delta-breaks-lock" in capsys.readouterr().out


def test_a_lock_is_not_written_of_what_could_not_be_read(folders, tmp_path):
    folders("cut", deltas.file_of(PLAIN)[:-9])
    assert cli.main(["diff", "cut", "--lock", "prints.json"]) == 3
    assert not (tmp_path / "prints.json").exists()


@pytest.mark.parametrize(
    "line", [["base"], ["base", "base", "--lock", "x"], ["base", "nowhere"], ["base", "base", "base"]]
)
@pytest.mark.usefixtures("folders")
def test_a_line_that_cannot_be_carried_out_is_a_usage_error(line):
    assert cli.main(["diff", *line]) == 2


@pytest.mark.usefixtures("folders")
@pytest.mark.usefixtures("folders")
def test_what_lies_elsewhere_is_to_be_downloaded_first():
    with web_server.served() as site:
        site.pages["/model.safetensors"] = b"content"
        with pytest.raises(UsageError, match="download it first"):
            against.compare("base", f"{site.url}/model.safetensors")


def test_a_file_that_cannot_be_read_is_never_left_out_in_silence(monkeypatch):
    unread = Unreadable(where=Location(path="base/model.safetensors"), reason="Permission denied")
    monkeypatch.setattr(against.sources, "walk", lambda *_, **__: iter([unread]))
    with pytest.raises(UsageError, match=r"base/model\.safetensors: Permission denied"):
        against.compare("base", "model")


def test_a_lock_that_is_none_is_a_usage_error(tmp_path):
    (tmp_path / "prints.json").write_text("{}")
    assert cli.main(["diff", "base", "--lock", "prints.json"]) == 2


def test_a_picture_is_written_where_it_is_asked_for(folders, tmp_path, capsys):
    folders("model", deltas.file_of(deltas.row_edit(PLAIN, [5])))
    assert cli.main(["diff", "base", "model", "--format", "svg", "--output", "picture.svg"]) == 1
    assert "delta-edits-few-things" in capsys.readouterr().out
    assert (tmp_path / "picture.svg").read_text().startswith("<svg ")
    assert cli.main(["diff", "base", "model", "--format", "svg"]) == 1
    assert capsys.readouterr().out == (tmp_path / "picture.svg").read_text()


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_is_shown_can_go_to_a_file(folders, tmp_path, form):
    folders("model", deltas.file_of(deltas.row_edit(PLAIN, [5])))
    assert cli.main(["diff", "base", "model", "--format", form, "--output", "out"]) == 1
    assert "delta-edits-few-things" in (tmp_path / "out").read_text()


def test_values_beside_the_weights_are_shown_and_judged(folders, capsys):
    folders("model", deltas.file_of(PLAIN))
    for name, token in (("base", "</s>"), ("model", "<|run|>")):
        folders(name, json.dumps({"eos_token": token}).encode(), "tokenizer_config.json")
    assert cli.main(["diff", "base", "model"]) == 0
    said = capsys.readouterr().out
    assert "/eos_token: '</s>' -> '<|run|>'" in said
    assert "delta-changes-special-token" in said
