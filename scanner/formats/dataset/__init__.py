"""Tables of training and evaluation data as text: CSV, TSV, JSON lines, lists of JSON objects."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

SEPARATED = (".csv", ".tsv")
LINES = (".jsonl", ".ndjson")

_TWO_LINES = pattern(rb'(?:\xef\xbb\xbf)?\{[^\r\n]{0,8000}\}[ \t]*\r?\n\{[ \t]*"')
_LINE_START = pattern(rb'(?:\xef\xbb\xbf)?\{[ \t]*"')
_LIST = pattern(rb'\s*\[\s*\{\s*"')


def kind_of(head: bytes, path: str) -> str:
    """Tell which notation a table has, "" where the first bytes are no table's."""
    lower = path.lower()
    if b"\0" in head:
        return ""
    if lower.endswith(SEPARATED):
        return "csv"
    if _TWO_LINES.match(head) or (lower.endswith(LINES) and _LINE_START.match(head)):
        return "jsonl"
    return "json-list" if _LIST.match(head) else ""


def claims(head: bytes, path: str) -> bool:
    """Claim text named as separated values, two objects on two lines, and a list that starts with an object."""
    return bool(head) and kind_of(head, path) != ""


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield how much was looked at, what cells hold, what repeats, and candidates for poison."""
    from scanner.formats.dataset.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="dataset",
    spec="https://www.rfc-editor.org/rfc/rfc4180",
    claims=claims,
    read=read,
    opens=b"{[ \t\r\n\xef",
    named=SEPARATED,
    reads="cells of CSV, TSV, JSON lines and lists of objects, all or a stated sample: characters that do not show, "
    "sentences that steer, formulas, tokens of access, personal data, floods of one text, hosts, trigger candidates",
    leaves="rows outside the sample, binary cells, what texts mean",
)
