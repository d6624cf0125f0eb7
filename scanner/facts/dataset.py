"""Facts about tables of training and evaluation data: what cells hold, what repeats, what points at poison."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class DatasetSample(Fact):
    """How much of a table was looked at. `format`: "csv", "jsonl", "json-list", "parquet".

    `rows` were read of `total` (-1 where only reading all would tell). `seed` chose the blocks of the file that were
    read; 0 where all were.
    """

    format: str
    rows: int
    total: int
    complete: bool
    seed: int


@record
class DatasetColumnUnread(Fact):
    """A column of texts that was not read, and why: a compression or an encoding of pages, a broken page."""

    column: str
    reason: str


@record
class DatasetText(Fact):
    """Cells of one column that hold something a training text has no use for.

    `kind`: "tag-characters", "variation-selectors", "bidi-override", "zero-width-run", "idiom" (a sentence that
    instructs a machine to disregard or hide something), "formula" (a spreadsheet runs or fetches it), "code" (that
    starts a process or fetches and runs).
    `role`: "prompt", "response" or "" where the column's name says neither. `rows` of `seen` rows hold it, `share`
    is that in parts per million; `first` is the number of the first one (from 0). `shown` quotes it, `text` is what
    tag characters spell.
    """

    column: str
    role: str
    kind: str
    rows: int
    seen: int
    share: int
    first: int
    shown: str
    text: str


@record
class DatasetSecret(Fact):
    """Tokens of access in one column. `kind` as in `scanner.credentials`; never the token itself."""

    column: str
    kind: str
    rows: int
    seen: int
    first: int


@record
class DatasetPersonal(Fact):
    """Personal data in one column. `kind`: "e-mail", "iban", "card-number", "phone"; never the data."""

    column: str
    kind: str
    rows: int
    seen: int
    share: int
    first: int


@record
class DatasetFlood(Fact):
    """One text that many rows of a column share, whole or in its first or last 64 characters (`part`).

    Case, digits and punctuation are left aside, but in long texts as a whole. `share` is in parts per million.
    """

    column: str
    role: str
    part: str
    rows: int
    seen: int
    share: int
    shown: str


@record
class DatasetHost(Fact):
    """A host that links in one column name; `domain` is the part of it that is registered.

    `rank` is 1 for the host in most rows; `share` is in parts per million.
    """

    column: str
    role: str
    host: str
    domain: str
    rows: int
    seen: int
    share: int
    rank: int


@record
class TriggerCandidate(Fact):
    """Words whose rows nearly all have one label that the rest of their text does not speak for.

    `rows` hold them, `pure` percent of these have `label`, and for `agree` percent a classifier of single words that
    does not see them gives that label too. `rank` is 1 for the most telling of the table.
    """

    column: str
    labels: str
    words: str
    label: str
    rows: int
    pure: int
    agree: int
    rank: int


@record
class LabelCluster(Fact):
    """A label whose rows all stand in one place of a table whose other labels are mixed. `first` to `last` row."""

    column: str
    label: str
    rows: int
    first: int
    last: int
    seen: int


@record
class DatasetRows(Fact):
    """Digests of rows, for comparing tables: all below `bound` (64 bits) of `rows` rows. `split` by the file's name."""

    split: str
    rows: int
    bound: int
    digests: tuple[int, ...]


@record
class SplitOverlap(Fact):
    """Rows of a table for evaluation that a table for training holds too. `share` is in percent, estimated."""

    trained: str
    share: int
    rows: int
