"""What a click starts, beside the weights of a model."""

import pytest

from scanner.derive.core.launchers import derive
from scanner.examples import build
from scanner.facts import Examined


def found(*paths):
    facts = [build(Examined, {"path": path, "formats": list(formats)}) for path, *formats in paths]
    return [(one.where.path, one.suffix, one.weights) for one in derive(facts)]


@pytest.mark.parametrize("name", ["start.bat", "START.BAT", "model.safetensors.lnk", "setup.exe"])
def test_a_program_beside_weights_is_stated(name):
    suffix = name[name.rindex(".") :].lower()
    assert found((f"m/{name}",), ("m/model.safetensors", "safetensors")) == [
        (f"m/{name}", suffix, "m/model.safetensors")
    ]


@pytest.mark.parametrize(
    "files",
    [
        [("m/start.bat",), ("n/model.gguf", "gguf")],
        [("m/start.bat",), ("m/model.txt", "document")],
        [("m/run.sh",), ("m/model.gguf", "gguf")],
        [("m/bat",), ("m/model.gguf", "gguf")],
        [("m.bat/x",), ("m/model.gguf", "gguf")],
    ],
)
def test_others_are_not(files):
    assert found(*files) == []
