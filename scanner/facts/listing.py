"""Lines and bytes of an artifact in readable form: made to be shown, never judged."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class Listed(Fact):
    """One line of a program as it stands at this place, or, decompiled, without an offset."""

    text: str


@record
class Held(Fact):
    """One thing that an artifact holds: made for `assay inspect`, never by a scan.

    `kind`: "artifact" (the artifact itself; `dtype` names its formats), "metadata", "input", "output", "operator"
    (`shape` counts its nodes), "tensor", "member" (`dtype` is its method, `packed` its size as stored), "layer"
    (`value` is its class with the main settings), "group", "link" (`value` is what it leads to), "broken" (`value`
    says why the rest is not listed). Sizes in bytes, -1 where not known; `shape` is in elements.
    `value`: the text of a metadata entry, or where a tensor's data lies; cut.
    """

    kind: str
    name: str
    dtype: str
    shape: tuple[int, ...]
    nbytes: int
    packed: int
    value: str


@record
class Quoted(Fact):
    """The bytes around a place; fields as in `scanner.details.Excerpt`."""

    shown: str
    start: int
    mark: int
    marked: int
