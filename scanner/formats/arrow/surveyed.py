"""The cells of a Parquet file through the survey of tables."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from scanner.artifact import Artifact
from scanner.facts import Fact, Malformed
from scanner.facts.dataset import DatasetColumnUnread, DatasetSample
from scanner.format import MalformedError
from scanner.formats.arrow.columns import GROUP_NBYTES, Chunk, Leaf, chosen, groups, leaves, texts
from scanner.formats.arrow.pages import UnreadError
from scanner.formats.arrow.thrift import Compact
from scanner.formats.dataset.rows import hash_of
from scanner.formats.dataset.survey import Survey

BEYOND = "beyond the sample"

_SCHEMA, _GROUPS = 2, 4


@dataclass(slots=True)
class _Gathered:
    """What reading the columns of row groups met."""

    stream: BinaryIO
    size: int
    nbytes: int = 0
    unread: dict[str, str] = field(default_factory=dict)
    broken: str = ""

    def rows(self, columns: Sequence[Leaf], chunks: Mapping[int, Chunk]) -> Iterator[list[tuple[str, str]]]:
        """Yield the cells of each row of a group."""
        rows: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for leaf in columns:
            chunk = chunks.get(leaf.number)
            if chunk is None or self.nbytes > GROUP_NBYTES:
                self.unread.setdefault(leaf.name, "in another file" if chunk is None else BEYOND)
                continue
            self.nbytes += chunk.size
            try:
                for row, text in texts(self.stream, self.size, chunk, leaf):
                    rows[row].append((leaf.name, text))
            except UnreadError as error:
                self.unread.setdefault(leaf.name, str(error))
            except MalformedError as error:
                self.broken = self.broken or f"column {leaf.name}: {error.reason}"[:200]
        for _, cells in sorted(rows.items()):
            yield cells


def surveyed(artifact: Artifact, stream: BinaryIO, footer: Compact) -> Iterator[Fact]:
    """Yield how much of the texts was read and what they hold. A column that cannot be read costs no other."""
    found = {one.number: one for one in footer.fields(0)}
    columns = leaves(footer, found[_SCHEMA]) if _SCHEMA in found else []
    listed = groups(footer, found[_GROUPS]) if _GROUPS in found else []
    total = sum(rows for rows, _ in listed)
    if not columns or not total:
        return
    seed = (hash_of(footer.content) & 0x7FFFFFFF) or 1
    taken = chosen([rows for rows, _ in listed], seed)
    survey, gathered = Survey(artifact.path, formulas=False), _Gathered(stream, artifact.size)
    for number in taken:
        for cells in gathered.rows(columns, listed[number][1]):
            survey.take(cells)
    whole = len(taken) == len(listed)
    yield DatasetSample(
        where=artifact.at(),
        format="parquet",
        rows=survey.rows,
        total=total,
        complete=whole and survey.rows == total and not gathered.unread,
        seed=0 if whole else seed,
    )
    for name, reason in gathered.unread.items():
        if reason != BEYOND:  # which `complete` says
            yield DatasetColumnUnread(where=artifact.at(), column=name, reason=reason)
    if gathered.broken:
        yield Malformed(where=artifact.at(), format="parquet", reason=gathered.broken)
    yield from survey.facts()
