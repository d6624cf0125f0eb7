"""Facts about data types that a table declares beyond its format's own."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class ColumnTable(Fact):
    """A table in columns. `format`: "arrow-file", "arrow-stream", "parquet" or "feather-1".

    `columns` and `rows` are -1 where not said; `keys` names its metadata.
    """

    format: str
    columns: int
    rows: int
    keys: tuple[str, ...]


@record
class ExtensionType(Fact):
    """A column whose type an extension defines. `size`: bytes of what the extension stores with it.

    `pickled`: the name is one whose metadata pyarrow up to 14.0.0 unpickles (CVE-2023-47248).
    """

    column: str
    name: str
    size: int
    pickled: bool
