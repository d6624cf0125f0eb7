"""Archives under the name of something else."""

import zipfile
from io import BytesIO

import pytest

from scanner.artifact import Location
from scanner.derive.core.named import derive
from scanner.facts import Examined
from tests.builders import cards as make


def told(path, *formats):
    fact = Examined(where=Location(path=path), sha256="", size=1, formats=formats, bytes_examined=1, complete=True)
    return [(one.suffix, one.formats) for one in derive([fact])]


def test_an_archive_named_as_safe_weights_is_told():
    assert told("m/model.safetensors", "pickle", "safetensors", "zip") == [(".safetensors", ("zip",))]


def test_an_archive_named_as_a_picture_is_told():
    assert told("m/x.PNG", "zip") == [(".png", ("zip",))]


@pytest.mark.parametrize(
    ("path", "formats"),
    [
        ("model.safetensors", ("safetensors",)), ("model.pt", ("torch", "zip", "pickle")), ("x.json", ("document",)),
        ("x.zip", ("zip",)), ("noending", ("pickle",)), ("x.md", ("prose", "card")), ("tasks.txt", ("pickle",)),
        ("x.npz", ("zip", "numpy")),
    ],
)  # fmt: skip
def test_a_file_that_is_what_it_is_called_is_not_told(path, formats):
    assert told(path, *formats) == []


def test_bytes_decide_and_not_the_name():
    raw = BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("a.txt", "x")
    assert make.told({"m/x.json": raw.getvalue()})["archive-under-another-name"] == "medium"
    assert "archive-under-another-name" not in make.told({"m/x.json": '{"a": 1}'})
