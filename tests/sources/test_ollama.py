"""A model of Ollama is its manifest and every blob that this names, found by its name."""

import hashlib
import json

import pytest

import scanner
from scanner import sources
from scanner.artifact import Artifact
from scanner.facts import Excluded, Unreadable
from scanner.usage import UsageError
from tests.builders import gguf
from tests.builders.pickles import system

TEMPLATE = b"{{ if .System }}{{ .System }}{{ end }}{{ .Prompt }}"


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path))
    (tmp_path / "blobs").mkdir()
    return tmp_path


def _blob(store, content):
    digest = hashlib.sha256(content).hexdigest()
    (store / "blobs" / f"sha256-{digest}").write_bytes(content)
    return {"mediaType": "application/vnd.ollama.image.model", "digest": f"sha256:{digest}", "size": len(content)}


def _model(store, *contents, name="registry.ollama.ai/library/llama3/latest"):
    manifest = store / "manifests" / name
    manifest.parent.mkdir(parents=True, exist_ok=True)
    layers = [_blob(store, content) for content in contents]
    document = {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json"}
    manifest.write_text(json.dumps({**document, "config": _blob(store, b'{"model_format": "gguf"}'), "layers": layers}))
    return manifest


def _walked(*targets, keep=lambda _: None):
    return list(sources.walk(targets, keep=keep))


@pytest.mark.parametrize(
    "name", ["llama3", "llama3:latest", "library/llama3", "registry.ollama.ai/library/llama3:latest"]
)
@pytest.mark.parametrize("scheme", ["ollama:", "ollama://"])
def test_a_model_is_found_by_each_form_of_its_name(store, scheme, name):
    _model(store, gguf.gguf(), TEMPLATE)
    found = _walked(scheme + name)
    assert [type(one) for one in found] == [Artifact] * 4
    assert found[0].path.endswith("llama3/latest")


@pytest.mark.parametrize("name", ["hf.co/org/model:Q4_K_M", "localhost:5000/org/model:Q4_K_M"])
def test_a_model_of_another_host_is_found(store, name):
    _model(store, gguf.gguf(), name=name.replace(":Q4", "/Q4"))
    assert len(_walked(f"ollama://{name}")) == 3


def test_a_blob_that_two_models_share_is_read_once(store):
    _model(store, gguf.gguf())
    _model(store, gguf.gguf(), name="registry.ollama.ai/library/other/latest")
    paths = [one.path for one in _walked("ollama:llama3", "ollama:other")]
    assert len(paths) == len(set(paths)) == 4


def test_a_blob_that_is_not_there_is_told(store):
    manifest = _model(store, gguf.gguf())
    digest = json.loads(manifest.read_text())["layers"][0]["digest"].removeprefix("sha256:")
    (store / "blobs" / f"sha256-{digest}").unlink()
    (missing,) = (one for one in _walked("ollama:llama3") if isinstance(one, Unreadable))
    assert missing.where.path.endswith(digest)
    assert scanner.scan("ollama:llama3").verdict == "incomplete"


def test_a_blob_that_is_a_link_is_not_followed(store):
    manifest = _model(store, gguf.gguf())
    digest = json.loads(manifest.read_text())["layers"][0]["digest"].removeprefix("sha256:")
    blob = store / "blobs" / f"sha256-{digest}"
    blob.unlink()
    blob.symlink_to("/etc/passwd")
    assert any(isinstance(one, Unreadable) for one in _walked("ollama:llama3"))


def test_a_blob_that_is_not_what_its_name_says_fails(store):
    _model(store, gguf.gguf(), TEMPLATE)
    assert scanner.scan("ollama:llama3").verdict == "pass"
    blob = store / "blobs" / f"sha256-{hashlib.sha256(TEMPLATE).hexdigest()}"
    blob.write_bytes(TEMPLATE.replace(b"System", b"Prompt"))
    assert scanner.scan("ollama:llama3").verdict == "fail"


def test_a_pickle_in_a_blob_is_found(store):
    _model(store, system())
    assert scanner.scan("ollama:llama3").verdict == "fail"


def test_a_blob_can_be_left_out(store):
    _model(store, gguf.gguf())
    found = _walked("ollama:llama3", keep=lambda path: "blobs/*" if "/blobs/" in path else None)
    assert [type(one) for one in found] == [Artifact, Excluded, Excluded]


@pytest.mark.parametrize("manifest", [b"", b"{", b"[]", b'{"layers": 1}', b'{"layers": [1, {"digest": "../../x"}]}'])
def test_a_manifest_that_is_none_names_no_blobs(store, manifest):
    _model(store).write_bytes(manifest)
    assert len(_walked("ollama:llama3")) == 1


@pytest.mark.parametrize(
    "name", ["", "../x", "a/../b", "a/b/c/d", "x:..", "x:a/b/c/d", "a b", ".hidden", "library/llama3:", "/etc/passwd"]
)
def test_a_name_that_is_none_is_one_line(name):
    with pytest.raises(UsageError, match="write ollama://"):
        _walked(f"ollama://{name}")


def test_a_model_that_is_not_there_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path))
    with pytest.raises(UsageError, match="no such model"):
        _walked("ollama://nothing")


def test_the_usual_places_are_looked_at(tmp_path, monkeypatch):
    monkeypatch.delenv("OLLAMA_MODELS", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    store = tmp_path / ".ollama" / "models"
    (store / "blobs").mkdir(parents=True)
    _model(store, gguf.gguf())
    assert len(_walked("ollama:llama3")) == 3
