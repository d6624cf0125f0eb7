"""Facts about executable content found inside or instead of model data."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class EmbeddedFile(Fact):
    """Something executable or loadable where data was expected.

    `kind`: "elf", "pe", "macho", "script", "pth", "java-class", "wasm", "dex".
    `place`: "whole" (the artifact itself), "member" (of a container), "checkpoint" (a member of a
    PyTorch file, where nothing is run but what the pickle or TorchScript says), "inside" (where the data of a
    tensor, an attribute or an unknown field stands; `kind` may then be "pickle", "zip" or another archive's too).
    `detail`: the validated particulars (machine, interpreter, the line that Python runs).
    """

    kind: str
    place: str
    detail: str
    size: int
