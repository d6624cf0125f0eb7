"""The files of a pack, from a folder or a zip into memory: bounded, without links, under names that mean one thing."""

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from scanner.limits import PACK_FILES, PACK_NBYTES
from scanner.packs.errors import Code, PackError
from scanner.text import printable

MANIFEST = "pack.yaml"
SIGNATURE = "pack.sig"

RULE = re.compile(r"(?!tables/)[a-z0-9_-]+/[a-z0-9-]+\.yaml")
TABLE = re.compile(r"tables/(?P<name>[a-z][a-z0-9_]*)(?:\.txt|/[a-z0-9_.-]+\.txt)")
TEXT = re.compile(r"LICENSE|NOTICE|README\.md|CHANGELOG\.md")
"""All that a pack holds: rules, tables of lines, and a few texts that nobody interprets. No code, no deeper folder."""

Files = Mapping[str, bytes]


def read(place: Path) -> Files:
    """Read every file of a pack by its name. Raises `PackError`."""
    refuse = partial(PackError, pack=str(place))
    try:
        found = place.lstat()
        if stat.S_ISDIR(found.st_mode):
            listed = list(_folder(place))
        elif stat.S_ISREG(found.st_mode):
            if found.st_size > 2 * PACK_NBYTES:
                raise refuse(code=Code.TOO_LARGE, reason=f"larger than {2 * PACK_NBYTES} bytes")
            listed = list(_zip(place))
        else:
            raise refuse(code=Code.LINK, reason="neither a folder nor a file; links are not followed")
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else f"no folder and no zip: {error}"
        raise refuse(code=Code.UNREADABLE, reason=printable(reason, 200)) from error
    return dict(sorted(listed))


def _folder(place: Path) -> Iterator[tuple[str, bytes]]:
    """Read the files of a folder and of the folders in it."""
    room = _Room(place)
    pending = [""]
    while pending:
        below = pending.pop()
        with os.scandir(place / below) as held:
            for entry in sorted(held, key=lambda one: one.name):
                name = f"{below}{entry.name}"
                room.count(name)
                if entry.is_symlink() or not (entry.is_dir() or entry.is_file()):
                    raise room.refused(Code.LINK, name, "no regular file; links are not followed")
                if entry.is_dir():
                    if name.count("/") > 1:
                        raise room.refused(Code.KIND, name, "a folder too deep; a rule is FOLDER/ID.yaml")
                    pending.append(f"{name}/")
                    continue
                check_kind(place, name)
                with (place / name).open("rb") as stream:
                    yield name, room.take(name, stream.read(room.left + 1))


def _zip(place: Path) -> Iterator[tuple[str, bytes]]:
    room = _Room(place)
    seen: set[str] = set()
    with zipfile.ZipFile(place) as held:
        for one in held.infolist():
            name = one.filename
            room.count(name)
            if stat.S_ISLNK(one.external_attr >> 16):
                raise room.refused(Code.LINK, name, "a link; links are not followed")
            if name.startswith("/") or "\\" in name or ".." in name.split("/") or name in seen:
                reason = "stands twice" if name in seen else "leads out of the pack"
                raise room.refused(Code.PATH, name, reason)
            seen.add(name)
            if one.is_dir():
                continue
            check_kind(place, name)
            if one.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} or one.flag_bits & 1:
                raise room.refused(Code.UNREADABLE, name, "encrypted, or packed in a way that packs are not")
            with held.open(one) as stream:
                yield name, room.take(name, stream.read(room.left + 1))


class _Room:
    """What of the bounds is left."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.left = PACK_NBYTES
        self._files = 0

    def refused(self, code: Code, name: str, reason: str) -> PackError:
        return PackError(code, str(self.place), f"{printable(name, 200)}: {reason}")

    def count(self, name: str) -> None:
        self._files += 1
        if self._files > PACK_FILES:
            raise self.refused(Code.TOO_MANY, name, f"more than {PACK_FILES} files")

    def take(self, name: str, content: bytes) -> bytes:
        self.left -= len(content)
        if self.left < 0:
            raise self.refused(Code.TOO_LARGE, name, f"the pack holds more than {PACK_NBYTES} bytes")
        return content


def check_kind(place: Path, name: str) -> None:
    """Refuse a file that is none of a pack. Raises `PackError`."""
    if name not in {MANIFEST, SIGNATURE} and not any(kind.fullmatch(name) for kind in (RULE, TABLE, TEXT)):
        reason = f"{printable(name, 200)}: a pack holds FOLDER/ID.yaml, tables/NAME.txt and a licence, nothing else"
        raise PackError(Code.KIND, str(place), reason)
