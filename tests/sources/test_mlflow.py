"""Models of MLflow are found by name, version, alias and run, wherever the store keeps them."""

import json
import sqlite3
from urllib.parse import urlencode

import pytest

import scanner
from scanner import sources
from scanner.artifact import Artifact
from scanner.sources.mlflow import stores, walking
from scanner.usage import UsageError
from tests.builders import web_server
from tests.builders.pickles import system

RUN, MODEL = "a" * 32, "m-" + "b" * 32
ADDRESSES = ["models:/reg/1", "models:/reg@champion", f"models:/{MODEL}", f"runs:/{RUN}/model"]


def _artifacts(root):
    """Write what a run and a model have; return both folders."""
    run, model = root / "0" / RUN / "artifacts", root / "0" / "models" / MODEL / "artifacts"
    for folder in (run / "model", model):
        folder.mkdir(parents=True)
        (folder / "MLmodel").write_text("flavors: {}\n")
        (folder / "python_model.pkl").write_bytes(system())
    return run, model


@pytest.fixture
def database(tmp_path, monkeypatch):
    run, model = _artifacts(tmp_path / "mlruns")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    with sqlite3.connect("mlflow.db") as make:
        make.execute("CREATE TABLE model_versions (name, version INTEGER, source, storage_location)")
        make.execute("CREATE TABLE registered_model_aliases (alias, version INTEGER, name)")
        make.execute("CREATE TABLE runs (run_uuid, artifact_uri)")
        make.execute("CREATE TABLE logged_models (model_id, artifact_location)")
        make.execute("INSERT INTO model_versions VALUES ('reg', 1, ?, NULL)", (f"models:/{MODEL}",))
        make.execute("INSERT INTO registered_model_aliases VALUES ('champion', 1, 'reg')")
        make.execute("INSERT INTO runs VALUES (?, ?)", (RUN, run.as_uri()))
        make.execute("INSERT INTO logged_models VALUES (?, ?)", (MODEL, str(model)))
    make.close()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    root = tmp_path / "mlruns"
    _, model = _artifacts(root)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", root.as_uri())
    version = root / "models" / "reg" / "version-1"
    version.mkdir(parents=True)
    (version / "meta.yaml").write_text(
        f"name: reg\nsource: models:/{MODEL}\nstorage_location: '{model}'\nversion: '1'\n"
    )
    (version.parent / "aliases").mkdir()
    (version.parent / "aliases" / "champion").write_text("1")


@pytest.fixture
def site(monkeypatch):
    """Serve what a tracking server answers."""
    with web_server.served() as found:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", found.url)
        place = "mlflow-artifacts:/0/x/artifacts"
        _says(found, "model-versions/get-download-uri", {"artifact_uri": place}, name="reg", version="1")
        _says(found, "registered-models/alias", {"model_version": {"version": "1"}}, name="reg", alias="champion")
        _says(found, f"logged-models/{MODEL}", {"model": {"info": {"artifact_uri": place}}})
        _says(found, "runs/get", {"run": {"info": {"artifact_uri": place.removesuffix("/artifacts")}}}, run_id=RUN)
        for root in ("0/x/artifacts", "0/x/model"):
            files = [
                {"path": "MLmodel", "is_dir": False, "file_size": 12},
                {"path": "sub", "is_dir": True},
                {"path": "../up", "is_dir": True},
            ]
            _lists(found, root, files)
            _lists(found, f"{root}/sub", [{"path": "model.pkl", "is_dir": False, "file_size": len(system())}])
            found.pages[f"{walking.ARTIFACTS}/{root}/MLmodel"] = b"flavors: {}\n"
            found.pages[f"{walking.ARTIFACTS}/{root}/sub/model.pkl"] = system()
        yield found


def _says(site, path, answer, **query):
    site.pages[f"{stores.API}/{path}?{urlencode(query)}"] = json.dumps(answer).encode()


def _lists(site, path, files):
    site.pages[f"{walking.ARTIFACTS}?{urlencode({'path': path})}"] = json.dumps({"files": files}).encode()


def _walk(target):
    return [one.path for one in sources.walk([target], keep=lambda _: None) if isinstance(one, Artifact)]


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("target", ADDRESSES)
def test_a_database_is_asked(target):
    assert [path.rpartition("/")[2] for path in _walk(target)] == ["MLmodel", "python_model.pkl"]
    assert scanner.scan(target).verdict == "fail"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("target", ADDRESSES)
def test_a_folder_of_runs_is_asked(target):
    assert [path.rpartition("/")[2] for path in _walk(target)] == ["MLmodel", "python_model.pkl"]


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("target", ADDRESSES)
def test_a_server_is_asked_and_its_artifacts_are_read_through_it(target):
    assert _walk(target) == [f"{target}/MLmodel", f"{target}/sub/model.pkl"]
    assert scanner.scan(target).verdict == "fail"


@pytest.mark.parametrize(
    ("environment", "header"),
    [
        ({"MLFLOW_TRACKING_TOKEN": "t0ken"}, "Bearer t0ken"),
        ({"MLFLOW_TRACKING_USERNAME": "me", "MLFLOW_TRACKING_PASSWORD": "secret"}, "Basic bWU6c2VjcmV0"),
    ],
)
def test_a_login_goes_to_the_server(site, monkeypatch, environment, header):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    _walk("models:/reg/1")
    assert {one.headers.get("authorization") for one in site.asked} == {header}


@pytest.mark.parametrize(
    "answer", [b"", b"[]", b'{"artifact_uri": 1}', b'{"artifact_uri": ""}', b'{"artifact_uri": "/var/lib/mlflow"}',
               b'{"artifact_uri": "file:///etc"}', b'{"artifact_uri": "models:/reg/1"}']
)  # fmt: skip
def test_an_answer_that_leads_nowhere_is_one_line(site, answer):
    site.pages[f"{stores.API}/model-versions/get-download-uri?name=reg&version=1"] = answer
    with pytest.raises(UsageError) as caught:
        _walk("models:/reg/1")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "files", [1, [1], [{}], [{"path": "a/b", "file_size": 1}], [{"path": "x", "file_size": -1}], [{"path": "x"}],
              [{"path": "..", "is_dir": True}]]
)  # fmt: skip
def test_a_list_that_is_none_names_no_files_and_is_no_pass(site, files):
    _lists(site, "0/x/artifacts", files)
    assert _walk("models:/reg/1") == []
    assert scanner.scan("models:/reg/1").verdict == "incomplete"


def test_a_server_that_wants_a_login_says_so(site):
    site.pages[f"{stores.API}/runs/get?run_id={RUN}"] = lambda _: (401, {}, b"")
    with pytest.raises(UsageError, match="MLFLOW_TRACKING_TOKEN"):
        _walk(f"runs:/{RUN}/model")


@pytest.mark.parametrize("store", ["database", "folder", "site"])
@pytest.mark.parametrize("target", ["models:/reg/2", "models:/other@champion", f"models:/m-{'c' * 32}", "runs:/none/m"])
def test_what_is_not_there_is_one_line(request, store, target):
    request.getfixturevalue(store)
    with pytest.raises(UsageError, match="no such model"):
        _walk(target)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "target", ["models:/", "models:/reg", "models:/../x/1", "runs:/", f"runs:/{RUN}/../x", "models:/%2e/1"]
)
def test_an_address_that_is_none_is_one_line(target):
    with pytest.raises(UsageError, match="write models:/"):
        _walk(target)


def test_a_store_of_another_kind_is_one_line(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "postgresql://me:secret@host/db")
    with pytest.raises(UsageError, match="tracking server") as caught:
        _walk("models:/reg/1")
    assert "secret" not in str(caught.value)
