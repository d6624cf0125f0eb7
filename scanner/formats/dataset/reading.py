"""From the rows of a text table to facts."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact, Malformed
from scanner.facts.dataset import DatasetSample
from scanner.formats.dataset import LINES, kind_of
from scanner.formats.dataset.rows import Reading, rows
from scanner.formats.dataset.survey import Survey
from scanner.limits import HEAD_NBYTES, Limits

FEWEST_ROWS = 20
"""Objects from which on a list of them is a table; fewer are a document."""


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:  # noqa: ARG001 - its bounds are those of a sample
    """Yield the facts of a table; see `Format.read`."""
    with artifact.open() as stream:
        kind = kind_of(stream.read(HEAD_NBYTES), artifact.path)
    reading, survey = Reading(), Survey(artifact.path, formulas=kind == "csv")
    for cells in rows(artifact, kind, reading):
        survey.take(cells)
    if survey.rows >= FEWEST_ROWS or kind != "json-list":
        yield DatasetSample(
            where=artifact.at(),
            format=kind,
            rows=survey.rows,
            total=survey.rows if reading.complete else -1,
            complete=reading.complete,
            seed=reading.seed,
        )
        yield from survey.facts()
    declared = kind == "csv" or artifact.path.lower().endswith(LINES)
    if reading.broken and kind != "json-list" and declared:  # A list is a document as well, whose reader says so.
        yield Malformed(where=artifact.at(), format="dataset", reason=reading.broken, declared=declared)
