"""Facts about images of OCI, Docker and Ollama: manifests, the parts they name, and what an image runs."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class ImageManifest(Fact):
    """A manifest of OCI, Docker or Ollama. `layers` counts its parts; `types`: their media types, each once."""

    version: int
    layers: int
    types: tuple[str, ...]


@record
class ImagePart(Fact):
    """A part that a manifest names. `digest` is written with a colon; `size` in bytes, -1 where it is not said.

    `kind` is its media type, `title` the file name a client may give it.
    """

    digest: str
    kind: str
    size: int
    title: str


@record
class LayerName(Fact):
    """A digest or file name of a part that is not as it should be.

    `role`: "digest", "title" (the file name a client gives it) or "file" (a path inside a saved image).
    `how`: "form" (no algorithm with as many hex digits as it has), or how it leads out of the folder ("absolute",
    "parent", "drive", "backslash", "control", "separator").
    """

    role: str
    name: str
    how: str


@record
class ImageConfig(Fact):
    """The configuration of an image. `layers` counts the digests of its layers.

    `command` is its entry point with what follows it, `triggers` what a build on top of it runs, `environment` the
    names of its variables. `marks`: what command and triggers hold; see `scanner.marks.marks_of`.
    """

    system: str
    architecture: str
    layers: int
    user: str
    command: tuple[str, ...]
    environment: tuple[str, ...]
    triggers: tuple[str, ...]
    marks: tuple[str, ...]


@record
class BlobMismatch(Fact):
    """A blob that is not what its name or a manifest says.

    `how`: "digest" (`expected` is the name's SHA-256, `found` the content's) or "size" (in bytes, as text).
    """

    how: str
    expected: str
    found: str
