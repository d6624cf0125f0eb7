"""A scan of a model as signing and verifying see it: a verdict, and the digests of the bytes that were scanned."""

import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from scanner.attest.tree import Tree
from scanner.record import record
from scanner.report import Report, Verdict

Scan = Callable[[tuple[str, ...]], Report]
"""Scans paths, with digests of files of any size."""

STORE = ".git/"
OBJECTS = ".git/objects/"
KINDS = (b"blob ", b"tree ", b"commit ", b"tag ")
PACKED = (b"PACK", b"\xfftOc", b"RIDX", b"MIDX")
"""How git's packs and the indexes of packs start (git, gitformat-pack(5))."""


@record
class Scanned:
    """What a scan said: `digests` are SHA-256 by the name below the model, of what was read to its end."""

    verdict: Verdict
    report: Report
    digests: Mapping[str, bytes]


def scan(model: Path, tree: Tree, run: Scan) -> Scanned:
    """Scan a model, and what a scan of a folder passes by: files in a version control store that are none of git's."""
    prefix = _prefix(model)
    passed_by = () if tree.single else tuple(prefix + name for name in _strangers(tree))
    report = run((str(model), *passed_by))
    digests = {
        one.where.path.removeprefix(prefix): bytes.fromhex(one.sha256)
        for one in report.examined
        if one.sha256 and (tree.single or one.where.path.startswith(prefix))
    }
    if tree.single:
        digests = dict.fromkeys(tree.files, next(iter(digests.values()))) if len(digests) == 1 else {}
    return Scanned(verdict=report.verdict, report=report, digests=digests)


def _prefix(model: Path) -> str:
    shown = model.as_posix()
    return "" if shown == "." else shown.rstrip("/") + "/"


def _strangers(tree: Tree) -> Iterable[str]:
    """Name the files of `.git` that are no objects of git: objects are compressed copies of what was checked out."""
    for name, file in tree.files.items():
        if name.startswith(STORE) and not (name.startswith(OBJECTS) and _is_object(file.path)):
            yield name


def _is_object(path: str) -> bool:
    """Say whether a file holds a loose object, a pack or an index of one, by its first bytes."""
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - a text path keeps what is no UTF-8
            head = stream.read(64)
        return head.startswith(PACKED) or zlib.decompressobj().decompress(head, 16).startswith(KINDS)
    except (OSError, zlib.error):
        return False
