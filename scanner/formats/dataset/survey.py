"""Rows of a table, taken one by one, and at the end what is to say of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from scanner.artifact import Location
from scanner.facts import Fact
from scanner.facts.dataset import (
    DatasetFlood,
    DatasetHost,
    DatasetPersonal,
    DatasetRows,
    DatasetSecret,
    DatasetText,
    LabelCluster,
    TriggerCandidate,
)
from scanner.formats.dataset.column import Column, ordered, role_of
from scanner.formats.dataset.rows import hash_of
from scanner.formats.dataset.triggers import candidates
from scanner.text import printable

COLUMNS = 500
KEPT_ROWS = 20_000
KEPT_CHARACTERS = 500
"""Rows, and characters of each text, that the search for triggers looks at; of more rows every second, fourth ..."""

KEPT_CELLS = 12
LABELS = 20
FEW_COLUMNS = 4
"""Columns of a table up to which one of few values is taken for the labels whatever its name."""

PROSE_ROWS = 500
LEAST_ROWS = 200
DIGESTS = 4000
FLOOD_SHARE = 2000
HOST_SHARE = 1000
HOST_ROWS = 20
HOSTS_SHOWN = 5
_WHOLE = 1 << 64
_SECOND = ("co", "com", "ac", "gov", "org", "net", "edu", "or", "ne", "go")
_LABELS = ("label", "labels", "class", "category", "target", "sentiment", "section", "intent", "topic", "y", "stars")


@dataclass(slots=True)
class Survey:
    """A table as far as it was read. `formulas`: a spreadsheet may open it."""

    path: str
    formulas: bool
    rows: int = 0
    columns: dict[str, Column] = field(default_factory=dict)
    _kept: list[dict[str, str]] = field(default_factory=list)
    _stride: int = 1
    _bound: int = _WHOLE
    _digests: set[int] = field(default_factory=set)

    def take(self, cells: Sequence[tuple[str, str]]) -> None:
        """Take one row."""
        row = self.rows
        self.rows += 1
        for name, text in cells:
            column = self.columns.get(name)
            if column is None:
                if len(self.columns) >= COLUMNS:
                    continue
                column = self.columns[name] = Column(name, self.formulas)
            column.take(row, text)
        if row % self._stride == 0:
            self._kept.append({name: text[:KEPT_CHARACTERS] for name, text in cells[:KEPT_CELLS]})
            if len(self._kept) > KEPT_ROWS:
                self._kept = self._kept[::2]
                self._stride *= 2
        self._digest(cells)

    def _digest(self, cells: Iterable[tuple[str, str]]) -> None:
        digest = hash_of("\0".join(text for _, text in cells).encode("utf-8", "surrogatepass"))
        if digest < self._bound:
            self._digests.add(digest)
            if len(self._digests) > DIGESTS:
                self._bound = sorted(self._digests)[DIGESTS // 2]
                self._digests = {one for one in self._digests if one < self._bound}

    def facts(self) -> Iterator[Fact]:
        """Yield what there is to say."""
        where = Location(path=self.path)
        for column in self.columns.values():
            column.flush()
            yield from _held(where, column)
            yield from _repeated(where, column)
        if self.rows >= LEAST_ROWS:
            yield from self._labelled(where)
            yield DatasetRows(
                where=where,
                split=_split(self.path),
                rows=self.rows,
                bound=min(self._bound, _WHOLE - 1),
                digests=tuple(sorted(self._digests)),
            )

    def _labelled(self, where: Location) -> Iterator[Fact]:
        labels = self._label_column()
        if labels is None:
            return
        yield from self._clusters(where, labels)
        text = max(self.columns.values(), key=lambda one: one.characters / max(1, one.seen) * (one is not labels))
        pairs = [(row.get(text.name, ""), row[labels.name]) for row in self._kept if row.get(labels.name)]
        if text is labels or not pairs or not _prose([said for said, _ in pairs]):
            return
        for rank, one in enumerate(candidates(pairs), 1):
            yield TriggerCandidate(
                where=where, column=text.name[:100], labels=labels.name[:100], words=printable(one.words),
                label=printable(one.label), rows=one.rows, pure=one.pure, agree=one.agree, rank=rank,
            )  # fmt: skip

    def _label_column(self) -> Column | None:
        """Find the column of labels: few values, many rows each; one that is named so first."""
        found = [
            one
            for one in self.columns.values()
            if one.labels and 2 <= len(one.values) <= LABELS and one.seen * 10 >= 9 * self.rows  # noqa: PLR2004 - most rows have it
        ]
        named = [one for one in found if one.name.lower().rpartition("/")[2] in _LABELS]
        few = found if len(self.columns) <= FEW_COLUMNS else []
        return next(iter(named or few), None)

    def _clusters(self, where: Location, labels: Column) -> Iterator[Fact]:
        spans = {value: last - first + 1 for value, (_, first, last) in labels.values.items()}
        mixed = [value for value, span in spans.items() if span * 10 >= 8 * self.rows]
        if len(mixed) < 2:  # noqa: PLR2004 - sorted by label, or one label all over
            return
        for value, (rows, first, last) in sorted(labels.values.items()):
            if rows >= HOST_ROWS and spans[value] <= 2 * rows and rows * 10 <= self.rows:
                yield LabelCluster(
                    where=where, column=labels.name[:100], label=printable(value), rows=rows, first=first, last=last,
                    seen=self.rows,
                )  # fmt: skip


def _prose(texts: Sequence[str]) -> bool:
    """Say whether texts are words, mostly: three at least, and no settings or codes."""
    some = texts[:: max(1, len(texts) // PROSE_ROWS)]
    words = sum(len(text.split()) for text in some)
    letters = sum(one.isalpha() or one.isspace() for text in some for one in text)
    return words >= 3 * len(some) and letters * 10 >= 8 * sum(map(len, some))


def _held(where: Location, column: Column) -> Iterator[Fact]:
    name, role = column.name[:100], role_of(column.name)
    for kind, held in ordered(column.texts):
        yield DatasetText(
            where=where, column=name, role=role, kind=kind, rows=held.rows, seen=column.seen,
            share=column.share(held.rows), first=held.first, shown=printable(held.shown),
            text=printable(held.text, 200),
        )  # fmt: skip
    for kind, held in ordered(column.secrets):
        yield DatasetSecret(where=where, column=name, kind=kind, rows=held.rows, seen=column.seen, first=held.first)
    for kind, held in ordered(column.people):
        yield DatasetPersonal(
            where=where, column=name, kind=kind, rows=held.rows, seen=column.seen, share=column.share(held.rows),
            first=held.first,
        )  # fmt: skip


def _repeated(where: Location, column: Column) -> Iterator[Fact]:
    name, role = column.name[:100], role_of(column.name)
    for part, rows, text in column.repeats.floods():
        if column.share(rows) >= FLOOD_SHARE:
            yield DatasetFlood(
                where=where, column=name, role=role, part=part, rows=rows, seen=column.seen,
                share=column.share(rows), shown=printable(text),
            )  # fmt: skip
    for rank, (host, rows) in enumerate(sorted(column.hosts.items(), key=lambda one: (-one[1], one[0])), 1):
        if rank > HOSTS_SHOWN or rows < HOST_ROWS or column.share(rows) < HOST_SHARE:
            break
        yield DatasetHost(
            where=where, column=name, role=role, host=printable(host), domain=printable(_domain(host)),
            rows=rows, seen=column.seen, share=column.share(rows), rank=rank,
        )  # fmt: skip


def _domain(host: str) -> str:
    """Return the part of a host that is registered, as far as its form tells: `co.uk` and its like take three names."""
    names = host.split(".")
    short = len(names) > 2 and len(names[-1]) == 2 and names[-2] in _SECOND  # noqa: PLR2004 - a country and what is above
    return ".".join(names[-3 if short else -2 :])


def _split(path: str) -> str:
    """Tell what a table is for by the name of its file or folder."""
    lower = path.lower()
    for split, words in (
        ("evaluation", ("test", "eval", "valid", "dev-", "dev.", "holdout")),
        ("training", ("train",)),
    ):
        if any(word in lower for word in words):
            return split
    return ""
