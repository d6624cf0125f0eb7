"""Jupyter notebooks: the code of their cells, lines for a shell, kept outputs, what runs by itself."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits


def claims(head: bytes, path: str) -> bool:
    """Claim JSON that has cells, and what is named as a notebook."""
    if path.lower().endswith(".ipynb"):
        return True
    return head.lstrip()[:1] == b"{" and b'"cells"' in head and b'"cell_type"' in head


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of every cell."""
    from scanner.formats.notebook.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="notebook",
    spec="https://nbformat.readthedocs.io/en/latest/format_description.html",
    claims=claims,
    read=read,
    holds=(b'"cell_type"',),
    named=(".ipynb",),
    reads="code cells as Python, lines behind ! and cells for a shell, outputs, metadata",
    leaves="cells of other languages, pictures",
)
