"""The same content gives the same findings, wherever it lies."""

import io
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import jsonschema
import pytest

import scanner
from scanner import writers
from tests.builders import archives, gguf, hub_server, safetensors, web_server
from tests.builders.pickles import system

SARIF = json.loads((Path(__file__).parent.parent / "data" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
FILES = {
    "README.md": b"---\nlicense: apache-2.0\n---\n# A model\n",
    "config.json": b'{"model_type": "llama", "auto_map": {"AutoModel": "modeling_x.Model"}}',
    "modeling_x.py": b"import os\n\nos.system('echo')\n\n\nclass Model:\n    pass\n",
    "model.safetensors": safetensors.safetensors({"w": safetensors.entry()}),
    "old/model.pkl": system(),
    "old/model.gguf": gguf.gguf(),
}


@pytest.fixture
def folder(tmp_path):
    """Write the files, as a repository that has staged them."""
    root = tmp_path / "model"
    for name, content in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def _folder(folder, _):
    return str(folder)


def _index(folder, request):
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    change = request.getfixturevalue("monkeypatch")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        change.delenv(name)
    change.chdir(folder)
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "add", "-A"], check=True)
    return "staged:"


def _hub(_, request):
    constants = pytest.importorskip("huggingface_hub.constants")
    change = request.getfixturevalue("monkeypatch")
    context = hub_server.serving()
    server = context.__enter__()
    request.addfinalizer(lambda: context.__exit__(None, None, None))
    change.setattr(constants, "ENDPOINT", server.endpoint)
    change.setattr(
        constants, "HUGGINGFACE_CO_URL_TEMPLATE", server.endpoint + "/{repo_id}/resolve/{revision}/{filename}"
    )
    change.setattr(constants, "HF_HUB_OFFLINE", False)
    server.add("org/model", FILES)
    return "hf://org/model"


def _registry(_, request):
    context = web_server.served()
    site = context.__enter__()
    request.addfinalizer(lambda: context.__exit__(None, None, None))
    web_server.registry(site, "org/model", FILES)
    return f"oci://{site.url.removeprefix('http://')}/org/model:v1"


def _bucket(_, request):
    bucket = request.getfixturevalue("bucket")
    for name, content in FILES.items():
        bucket(f"org/{name}", content)
    return "s3://models/org"


def _findings(target):
    """Return what was found in our files: the rule, how bad, the file, and what was said."""
    report = scanner.scan(target)
    found = set()
    for finding in report.findings:
        where = finding.evidence[0].where.path
        name = max((name for name in FILES if name in where), key=len, default="")
        if where.endswith(name) and name:
            found.add((finding.rule, finding.severity, finding.confidence, name))
    return report.verdict, found


@pytest.mark.parametrize("source", [_index, _hub, _registry, _bucket])
def test_the_same_files_are_judged_the_same(folder, request, source):
    expected = _findings(_folder(folder, request))
    assert expected[0] == "fail"
    assert len(expected[1]) > 3
    assert _findings(source(folder, request)) == expected


@pytest.mark.parametrize("source", [_index, _hub, _registry, _bucket])
def test_a_report_on_it_is_valid_sarif(folder, request, source):
    document = json.loads(writers.discover()["sarif"](scanner.scan(source(folder, request))))
    jsonschema.Draft4Validator(SARIF, format_checker=jsonschema.FormatChecker()).validate(document)
    places = [artifact["location"]["uri"] for artifact in document["runs"][0]["artifacts"]]
    assert any(place.endswith("old/model.pkl") for place in places)


def _bundle(name, inner):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("archive/data.pkl", archives.BENIGN)
        archive.writestr(name, inner)
    return content.getvalue()


def _commented(nbytes):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("data.pkl", system())
        archive.comment = b"c" * nbytes
    return content.getvalue()


@pytest.mark.parametrize("nbytes", [0, 5000, 0xFFFF])
@pytest.mark.parametrize("name", ["archive/data/0", "inner.bin"])
def test_a_long_comment_hides_no_archive_inside_a_remote_one(request, monkeypatch, name, nbytes):
    hidden = _bundle(name, bytes(3 << 20) + _commented(nbytes))
    for file in ("modeling_x.py", "old/model.pkl"):
        monkeypatch.setitem(FILES, file, hidden)
    report = scanner.scan(_hub(None, request))
    assert "pickle-starts-process" in {one.rule for one in report.findings}
