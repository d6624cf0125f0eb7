"""Facts about documents of settings: JSON, YAML, TOML and INI, as one list of leaves."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class Settings(Fact):
    """Leaves of one document, in its order; a long document has several parts, numbered from 0.

    `format`: "json", "json5" (comments or a trailing comma), "jsonl" (one line each), "yaml", "toml", "ini".
    `pointers[i]` (RFC 6901; documents after the first of a YAML stream start with "/---1", "/---2" ...; a key given
    twice has its pointer twice), `kinds[i]` (one letter: "t" text, "n" number, "b" true or false, "0" null,
    "o" empty object, "l" empty list, "s" numbers in a row, of which the first ones are given, separated by blanks)
    and `values[i]` (as text, cut to 4096 characters; numbers in decimal) belong together. A key is cut to 256
    characters, and a pointer of more than 1024 lacks its middle ("/…"). What an alias or a merge key of YAML stands for
    is listed at its place, too, as far as `DocumentOddity` tells no growth. More than 256 numbers under keys of their
    own (a vocabulary) are one "s".
    `lines` has the line of each leaf (from 1) where the format gives it (YAML, INI), else it is empty.
    """

    format: str
    part: int
    pointers: tuple[str, ...]
    kinds: str
    values: tuple[str, ...]
    lines: tuple[int, ...]


@record
class DocumentOddity(Fact):
    """What two parsers of one document may read differently, or what a parser does beside reading.

    `kind`: "repeated-key" (with different values), "not-a-number" (NaN, Infinity), "deep" (more than 64 levels),
    "large" (more than 5 MB under the name of settings), "unlisted" (so large that only what stands at keys of loaders
    is listed), "alias-growth" (aliases stand for more than ten times what is written), "anchor-cycle", "comment" (or a
    trailing comma in JSON), "control" (a character that the format forbids).
    `key` is the pointer, `detail` says more: both values of a key, the depth, the growth. `counted` is how often.
    """

    format: str
    kind: str
    key: str
    detail: str
    counted: int
