"""Python files that act beside the weights of a model."""

import pytest

from scanner.derive.python.companions import derive
from scanner.examples import build
from scanner.facts import Examined
from scanner.facts.python import PythonCall, PythonDecodes

WEIGHTS = build(Examined, {"path": "m/model.safetensors", "formats": ["safetensors"]})


def call(path="m/loader.py", **given):
    values = {"path": path, "name": "os.system", "group": "process", "at": "import", "role": "module", "how": "plain"}
    return build(PythonCall, values | given)


@pytest.mark.parametrize("group", ["process", "network", "memory", "evaluate"])
def test_a_call_at_import_beside_weights_is_stated(group):
    (found,) = derive([call(group=group), WEIGHTS])
    assert (found.where.path, found.call, found.group, found.weights) == (
        "m/loader.py", "os.system", group, "m/model.safetensors",
    )  # fmt: skip


def test_what_is_decoded_and_executed_is_stated():
    decodes = build(PythonDecodes, {"path": "m/x.py", "sink": "builtins.exec", "group": "evaluate", "at": "import"})
    (found,) = derive([decodes, WEIGHTS])
    assert (found.call, found.group) == ("builtins.exec", "decode")


@pytest.mark.parametrize(
    "facts",
    [
        [call(at="function"), WEIGHTS],
        [call(at="main"), WEIGHTS],
        [call(group="unpickle"), WEIGHTS],
        [call(role="setup"), WEIGHTS],
        [call(path="n/loader.py"), WEIGHTS],
        [call(), build(Examined, {"path": "m/model.txt", "formats": ["document"]})],
        [WEIGHTS],
    ],
)
def test_others_are_not(facts):
    assert list(derive(facts)) == []
