"""Cards that ask for leave beside files that have no use for it."""

import pytest

from scanner.artifact import Location
from scanner.derive.card.consent import derive
from scanner.facts import Examined
from scanner.facts.card import CardCall
from tests.builders.settings import settings


def call(name="trust_remote_code", repository="", path="m/README.md"):
    return CardCall(where=Location(path=path, line=3), call=name, repository=repository, text="x")


def file(path, *formats):
    return Examined(where=Location(path=path), sha256="", size=9, formats=formats, bytes_examined=9, complete=True)


SAFE = file("m/model.safetensors", "safetensors")


@pytest.mark.parametrize("name", ["trust_remote_code", "unpickle", "allow_pickle"])
def test_leave_that_safe_weights_do_not_need_is_told(name):
    (fact,) = derive([call(name), SAFE])
    assert (fact.call, fact.weights) == (name, "m/model.safetensors")


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("trust_remote_code", file("m/modeling.py", "python")),
        ("trust_remote_code", settings("m/config.json", {"auto_map": {"AutoModel": "x.Y"}})),
        ("unpickle", file("m/pytorch_model.bin", "lfs_pointer")),
        ("unpickle", file("m/sub/optimizer.pt", "torch")),
        ("allow_pickle", file("m/array.npy", "numpy")),
    ],
)
def test_leave_that_a_file_needs_is_not_told(name, more):
    assert list(derive([call(name), SAFE, more])) == []


def test_files_of_other_folders_do_not_count():
    assert len(list(derive([call(), SAFE, file("other/modeling.py", "python")]))) == 1
    assert list(derive([call(), file("other/model.safetensors", "safetensors")])) == []


def test_leave_for_another_repository_is_not_told():
    front = settings("m/README.md!front-matter.yaml", {"base_model": "base/x"}, "yaml")
    assert list(derive([call(repository="base/x"), front, SAFE])) == []
    cached = "models--one--x/snapshots/1/"
    weights = file(f"{cached}model.safetensors", "safetensors")
    assert list(derive([call(repository="two/x", path=f"{cached}README.md"), weights])) == []
    assert len(list(derive([call(repository="one/x", path=f"{cached}README.md"), weights]))) == 1


def test_without_calls_nothing_is_said():
    assert list(derive([SAFE])) == []
