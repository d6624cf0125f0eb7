"""Keras model configurations in JSON, wherever they lie: in a `.keras` zip, an HDF5 attribute, a file of their own."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits

_NAMES = (".keras!config.json", "@model_config", "@training_config")
_OPENS = (b"{", b"[")
_BLANK = b" \t\r\n\xef\xbb\xbf"
_MARKS = (b'"model_config"', b'"keras_version"', b'"keras_api"')


def claims(head: bytes, path: str) -> bool:
    """A JSON object that has a class name and a configuration, or lies where Keras keeps one."""
    if path.endswith(_NAMES) or "!keras:" in path:
        return True
    if not head.lstrip(_BLANK).startswith(_OPENS):
        return False
    return (b'"class_name"' in head and b'"config"' in head) or any(mark in head for mark in _MARKS)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the names that loading resolves, the code of Lambda layers, paths, and pickled modules as artifacts."""
    from scanner.formats.keras.config import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="keras",
    spec="https://github.com/keras-team/keras/blob/master/keras/src/saving/serialization_lib.py",
    claims=claims,
    read=read,
    opens=b"{[" + _BLANK,
    holds=(b'"class_name"', *_MARKS),
    named=(*_NAMES, "!keras:"),
    reads="every object of the configuration at any depth, names it resolves, bytecode of Lambda layers, paths, "
    "PyTorch modules in it, choices of functional models on the input",
    leaves="what a custom class does with its configuration",
)
