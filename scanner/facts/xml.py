"""Facts about XML documents, and about the models written in it."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class XmlDeclaration(Fact):
    """A declaration ahead of the document. Reading ends at the first entity.

    `kind`: "doctype" (with a `system` identifier of an outside DTD, or without) or "entity".
    `system`: the outside file or address it names; `nested`: an entity's value refers to other entities.
    `size`: characters of an entity's value.
    """

    format: str
    kind: str
    name: str
    system: str
    nested: bool
    size: int


@record
class OpenvinoExtension(Fact):
    """Native code that an OpenVINO model or a configuration of custom layers needs.

    `key`: "library", "kernel" (a file of OpenCL source) or "operator" (outside the operation sets; `nodes` use it).
    `how`: how a `value` that is a path leads out of the folder, "url", or "".
    """

    key: str
    value: str
    version: str
    how: str
    nodes: int


@record
class PmmlFunction(Fact):
    """A function that a PMML model applies and that the standard and the file do not define."""

    name: str
    package: str
    count: int


@record
class PmmlModel(Fact):
    """A PMML document: its version, the application that wrote it, its models, how many extensions it has."""

    version: str
    application: str
    models: tuple[str, ...]
    extensions: int
