"""Facts about manifests that name the parts of a model image."""

from dataclasses import dataclass

from scanner.facts.core import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageManifest(Fact):
    """A manifest of OCI or Ollama. `layers` counts its parts; `types`: their media types, each once."""

    version: int
    layers: int
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerName(Fact):
    """A digest or file name of a part that is not as it should be.

    `role`: "digest" or "title" (the file name a client gives it). `how`: "form" (no algorithm with as many hex digits
    as it has), or how it leads out of the folder ("absolute", "parent", "drive", "backslash", "control", "separator").
    """

    role: str
    name: str
    how: str
