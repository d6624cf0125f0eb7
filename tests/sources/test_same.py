"""The same content gives the same findings, wherever it lies."""

import os
import shutil
import subprocess

import pytest

import scanner
from tests.builders import gguf, hub_server, safetensors, web_server
from tests.builders.pickles import system

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
