"""What is kept of a network while its layers go by, whichever form they are written in."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from scanner.formats.caffe.schema import READ, WRITTEN
from scanner.tensors import bounded, product

PLACES = 5000
"""Python layers, paths and weights of one file that are told."""

VALUE_CHARACTERS = 4000
NAME_CHARACTERS = 200


class Python(NamedTuple):
    """A layer in Python."""

    at: int
    name: str
    module: str
    layer: str
    parameter: str


class Blob(NamedTuple):
    """A tensor of weights: the elements that its shape asks for and those it has, and the bytes of one."""

    at: int
    name: str
    shape: tuple[int, ...]
    found: int
    width: int

    @property
    def elements(self) -> int:
        """Elements by the shape, bounded."""
        return bounded(product(self.shape))


@dataclass(slots=True)
class Layer:
    """The layer being read."""

    at: int = 0
    version: int = 2
    name: str = ""
    type: str = ""
    python: dict[str, str] = field(default_factory=dict)
    blobs: int = 0


@dataclass(slots=True)
class Net:
    """What a network or solver holds. `full`: more than is told."""

    layers: int = 0
    inputs: list[str] = field(default_factory=list)
    types: Counter[tuple[str, int]] = field(default_factory=Counter)
    places: dict[tuple[str, int], int] = field(default_factory=dict)
    pythons: list[Python] = field(default_factory=list)
    paths: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    blobs: list[Blob] = field(default_factory=list)
    full: bool = False

    def leaf(self, layer: Layer, around: str, key: str, value: str) -> None:
        """Take a text: of the layer itself, of its Python parameter, or a path."""
        if around == "python_param":
            layer.python[key] = value[:VALUE_CHARACTERS]
        elif key in READ or key in WRITTEN:
            self._path(f"{around}.{key}" if around else key, value, written=key in WRITTEN)
        elif around == "" and key == "input" and len(self.inputs) < PLACES:
            self.inputs.append(value[:NAME_CHARACTERS])

    def _path(self, key: str, value: str, *, written: bool) -> None:
        if not value:
            return
        place = (key, value[:VALUE_CHARACTERS], written)
        if place in self.paths or len(self.paths) < PLACES:
            self.paths[place] += 1
        else:
            self.full = True

    def close(self, layer: Layer) -> None:
        """Take a layer that was read to its end."""
        self.layers += 1
        kind = (layer.type[:NAME_CHARACTERS], layer.version)
        if kind in self.types or len(self.types) < PLACES:
            self.types[kind] += 1
            self.places.setdefault(kind, layer.at)
        else:
            self.full = True
        if layer.python:
            found = [layer.python.get(key, "") for key in ("module", "layer", "param_str")]
            if len(self.pythons) < PLACES:
                self.pythons.append(Python(layer.at, layer.name[:NAME_CHARACTERS], *found))
            else:
                self.full = True

    def weigh(self, blob: Blob) -> None:
        """Take a tensor of weights."""
        self.blobs.append(blob)
