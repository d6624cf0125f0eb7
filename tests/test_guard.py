"""A guard lets nothing pass that a scan does not pass, and hands out only the bytes that it checked."""

import gzip
import hashlib
import importlib.util
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

from scanner import cli, guard
from scanner.policy import Policy
from scanner.usage import UsageError
from tests.builders.pickles import system

RECIPES = Path(__file__).parent.parent / ".github" / "recipes"
BENIGN = b"\x80\x04N."
OTHER = b"\x80\x04K\x01."


@pytest.fixture
def model(tmp_path):
    folder = tmp_path / "model"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.pkl").write_bytes(BENIGN)
    (folder / "sub" / "b.json").write_text("{}")
    return folder


def test_what_passes_comes_with_the_digest_of_every_file(model):
    checked = guard.check(model)
    assert checked.report.verdict == "pass"
    digests = {Path(path).relative_to(model).as_posix(): digest for path, digest in checked.digests.items()}
    assert digests == {"a.pkl": hashlib.sha256(BENIGN).hexdigest(), "sub/b.json": hashlib.sha256(b"{}").hexdigest()}


def test_what_fails_is_refused_with_its_report(model):
    (model / "bad.pkl").write_bytes(system())
    with pytest.raises(guard.Refused, match="pickle-starts-process") as refusal:
        guard.check(model)
    assert refusal.value.report.verdict == "fail"
    assert "\n" not in str(refusal.value)


def test_what_is_not_read_to_its_end_is_refused(model):
    (model / "cut.gz").write_bytes(gzip.compress(b"x" * 99)[:-9])
    with pytest.raises(guard.Refused, match="incomplete") as refusal:
        guard.check(model)
    assert refusal.value.report.verdict == "incomplete"


def test_a_large_file_has_a_digest_too(model):
    with (model / "large.bin").open("wb") as stream:
        stream.truncate((64 << 20) + 1)
    assert all(guard.check(model).digests.values())


@pytest.mark.parametrize("kind", [str, Path])
def test_a_policy_or_its_file_decides(model, tmp_path, kind):
    (model / "bad.pkl").write_bytes(system())
    file = tmp_path / "policy.toml"
    file.write_text('[severity]\npickle-starts-process = "info"\n')
    assert guard.check(model, policy=kind(file)).report.policy.name == "policy.toml"
    assert guard.check(model, policy=Policy(severity={"pickle-starts-process": "info"}))


def test_a_policy_near_the_model_is_not_looked_for(model, monkeypatch):
    (model / "bad.pkl").write_bytes(system())
    for folder in (model, model.parent):
        (folder / "assay.toml").write_text('exclude = ["**"]\n')
    monkeypatch.chdir(model)
    with pytest.raises(guard.Refused):
        guard.check(".")


def test_a_policy_that_speaks_of_no_rule_is_one_line(model, tmp_path):
    (tmp_path / "policy.toml").write_text('[severity]\nnothing-like-it = "info"\n')
    with pytest.raises(UsageError, match="nothing-like-it"):
        guard.check(model, policy=tmp_path / "policy.toml")


@pytest.mark.parametrize("target", ["hf://org/name", "staged:", "-", "ollama:llama3"])
def test_what_is_no_file_of_this_machine_is_not_guarded(target):
    with pytest.raises(UsageError, match="download it first"):
        guard.check(target)


def test_what_is_not_there_is_one_line(tmp_path):
    with pytest.raises(UsageError, match="check the path"):
        guard.check(tmp_path / "nothing")


def test_bytes_are_those_that_were_checked(model):
    assert guard.check(model / "a.pkl").read() == BENIGN
    checked = guard.check(model)
    assert checked.read("sub/b.json") == checked.read(Path("sub") / "b.json") == b"{}"


@pytest.mark.parametrize("change", [OTHER, b"", BENIGN + b"x", None])
def test_bytes_that_changed_are_refused(model, change):
    checked = guard.check(model)
    (model / "a.pkl").unlink()
    if change is not None:
        (model / "a.pkl").write_bytes(change)
    with pytest.raises(guard.Refused, match="has changed since"):
        checked.read("a.pkl")
    with pytest.raises(guard.Refused, match="has changed since"), checked.copied():
        pass


def test_a_pipe_in_a_files_place_is_refused_and_not_waited_for(model):
    checked = guard.check(model)
    (model / "a.pkl").unlink()
    os.mkfifo(model / "a.pkl")
    with pytest.raises(guard.Refused, match="has changed since"):
        checked.read("a.pkl")


@pytest.mark.parametrize("name", ["new.pkl", "../other", "/etc/passwd", ""])
def test_a_file_that_was_not_checked_is_refused(model, name):
    checked = guard.check(model)
    (model / "new.pkl").write_bytes(BENIGN)
    with pytest.raises(guard.Refused, match="was not checked"):
        checked.read(name)


def test_a_copy_holds_what_was_checked_and_is_gone_afterwards(model, tmp_path):
    (model / "link").symlink_to("a.pkl")
    checked = guard.check(model)
    with checked.copied(tmp_path) as copy:
        (model / "a.pkl").write_bytes(system())
        (model / "new.pkl").write_bytes(system())
        found = {path.relative_to(copy).as_posix(): path.read_bytes() for path in copy.rglob("*") if path.is_file()}
        assert found == {"a.pkl": BENIGN, "sub/b.json": b"{}"}
        assert copy.name == "model"
        assert copy.parent.stat().st_mode & 0o777 == 0o700
    assert not copy.parent.exists()


def test_a_copy_of_a_single_file_keeps_its_name(model):
    with guard.check(model / "a.pkl").copied() as copy:
        assert (copy.name, copy.read_bytes()) == ("a.pkl", BENIGN)


@pytest.mark.parametrize("path", [".", "..", "sub/..", "../model/sub/.."])
def test_a_copy_stays_in_its_folder_however_the_model_is_named(model, tmp_path, monkeypatch, path):
    monkeypatch.chdir(model / "sub" if path == ".." else model)
    place = tmp_path / "place"
    place.mkdir()
    with guard.check(path).copied(place) as copy:
        assert (copy / "a.pkl").read_bytes() == BENIGN
        assert copy.parent.parent == place


@pytest.mark.parametrize("target", ["../evil.pkl", "../elsewhere", ".git/evil.pkl", ".git"])
def test_a_link_to_what_was_not_read_is_refused(model, target):
    """A loader follows it."""
    (model.parent / "elsewhere").mkdir()
    for name in ("HEAD", "objects", "refs"):
        (model / ".git" / name).mkdir(parents=True)
    for place in (model.parent / "evil.pkl", model.parent / "elsewhere" / "evil.pkl", model / ".git" / "evil.pkl"):
        place.write_bytes(system())
    (model / "pytorch_model.bin").symlink_to(target)
    with pytest.raises(guard.Refused, match=r"pytorch_model\.bin: .*was not read"):
        guard.check(model)


@pytest.mark.parametrize("target", ["a.pkl", ".", "../nowhere", "again.pkl"])
def test_a_link_to_what_was_read_or_to_nothing_is_none_to_refuse(model, target):
    (model / "again.pkl").symlink_to(target)
    assert [Path(one).name for one in guard.check(model).digests] == ["a.pkl", "b.json"]


def test_a_snapshot_of_a_cache_is_read_through_its_links(tmp_path):
    repository = tmp_path / "models--org--name"
    snapshot = repository / "snapshots" / "main"
    snapshot.mkdir(parents=True)
    (repository / "blobs").mkdir()
    (repository / "blobs" / "1").write_bytes(BENIGN)
    (snapshot / "a.pkl").symlink_to("../../blobs/1")
    checked = guard.check(snapshot)
    assert checked.read("a.pkl") == BENIGN
    with checked.copied() as copy:
        assert not (copy / "a.pkl").is_symlink()


def test_only_who_is_trusted_passes(model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["keygen", "release", "--no-passphrase"]) == 0
    Path("trust.toml").write_text(
        'version = 1\n[defaults]\naction = "deny"\n[trust.keys.release]\nfile = "release.pub"\n'
        "valid = { from = 2020-01-01, until = 2099-01-01 }\n"
        '[[rule]]\nmatch = ["file:./**"]\nsignatures = { threshold = 1, any_of = ["keys:release*"] }\n'
    )
    with pytest.raises(guard.Refused) as refusal:
        guard.check("model", trust="trust.toml")
    assert refusal.value.decision.verdict == "incomplete"
    assert cli.main(["sign", "model", "--key", "release.pem"]) == 0
    checked = guard.check("model", trust="trust.toml")
    assert checked.decision.verdict == "pass"
    assert checked.read("a.pkl") == BENIGN
    (model / "a.pkl").write_bytes(OTHER)
    with pytest.raises(guard.Refused):
        guard.check("model", trust="trust.toml")


def test_the_public_face_has_it_and_imports_it_late():
    code = "import sys, scanner; assert 'scanner.guard' not in sys.modules; print(scanner.guard.check.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "check\n"


LOADED = {
    "transformers": "load_transformers",
    "vllm": "load_vllm",
    "keras": "load_keras",
    "joblib": "load_joblib",
}


def _recipe(name):
    spec = importlib.util.spec_from_file_location(name, RECIPES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Framework(types.ModuleType):
    """Stands for a framework: it loads nothing, and notes the bytes that it would have."""

    def __init__(self):
        super().__init__("framework")
        self.seen = []
        self.AutoTokenizer = self.AutoModelForCausalLM = self.models = self

    def _note(self, source, **_):
        content = source.read() if hasattr(source, "read") else _bytes(Path(source))
        self.seen.append(content)
        return self

    from_pretrained = load_model = load = _note

    def LLM(self, model, **_):  # noqa: N802 - as vLLM calls it
        return self._note(model)


def _bytes(path):
    return path.read_bytes() if path.is_file() else (path / "model.pkl").read_bytes()


@pytest.mark.parametrize("name", LOADED)
@pytest.mark.parametrize("content", [BENIGN, system()], ids=["good", "hostile"])
def test_a_recipe_loads_what_passes_and_nothing_else(tmp_path, monkeypatch, name, content):
    path = tmp_path / "model.pkl"
    path.write_bytes(content)
    framework = Framework()
    monkeypatch.setitem(sys.modules, name, framework)
    target = str(tmp_path if name in {"transformers", "vllm"} else path)
    recipe = _recipe(LOADED[name])

    def run():
        if name == "vllm":
            with recipe.engine(target):
                return
        recipe.load(target)

    if content == BENIGN:
        run()
        assert set(framework.seen) == {BENIGN}
    else:
        with pytest.raises(guard.Refused):
            run()
        assert framework.seen == []


def test_there_is_a_recipe_for_each_framework():
    assert {path.stem for path in RECIPES.glob("load_*.py")} == set(LOADED.values())
