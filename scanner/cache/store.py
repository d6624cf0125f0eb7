"""Bytes by key in one SQLite file, that several scans may use at once; what is damaged is as if it were not there."""

import hashlib
import os
import stat
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scanner.limits import CACHE_NBYTES
from scanner.text import printable
from scanner.usage import UsageError

if TYPE_CHECKING:
    import sqlite3

NAME: Final = "results-1.sqlite"
SECONDS_A_DAY: Final = 86_400
PATIENCE_SECONDS: Final = 5.0
"""How long another scan is waited for that writes."""

SHAPE: Final = "CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, day INTEGER, content BLOB) WITHOUT ROWID"
MARK_NBYTES: Final = 16
PACKING: Final = 1
"""zlib's fastest level: what is kept repeats itself."""


class Store:
    """An open file of results. Nothing that goes wrong with it ends a scan."""

    def __init__(self, connection: "sqlite3.Connection") -> None:
        """Take an open connection."""
        self._connection = connection
        self._today = int(time.time()) // SECONDS_A_DAY
        self._new: dict[str, bytes] = {}
        self._used: list[str] = []

    @classmethod
    @contextmanager
    def opened(cls, folder: Path, nbytes: int = CACHE_NBYTES) -> Iterator["Store"]:
        """Open the results in a folder; at the end write what is new, and leave out what is longest unused.

        Raises `UsageError` if the folder cannot be made, or if anybody else may write there.
        """
        import sqlite3  # 5 ms that only those pay who keep results

        _own(folder)
        connection = _connect(folder / NAME)
        try:
            store = cls(connection)
            yield store
            with suppress(sqlite3.Error):
                store._write(nbytes)
        finally:
            connection.close()

    def get(self, key: str) -> bytes | None:
        """Recall what was put under a key, if it is whole."""
        import sqlite3

        try:
            row = self._connection.execute("SELECT day, content FROM results WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error:
            return None
        if row is None or not isinstance(row[1], bytes):
            return None
        mark, packed = row[1][:MARK_NBYTES], row[1][MARK_NBYTES:]
        if mark != _mark(key, packed):
            return None
        if row[0] != self._today:
            self._used.append(key)
        return zlib.decompress(packed)

    def put(self, key: str, content: bytes) -> None:
        """Remember bytes under a key."""
        packed = zlib.compress(content, PACKING)
        self._new[key] = _mark(key, packed) + packed

    def _write(self, nbytes: int) -> None:
        run = self._connection
        with run:
            rows = ((key, self._today, content) for key, content in self._new.items())
            run.executemany("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", rows)
            run.executemany("UPDATE results SET day = ? WHERE key = ?", ((self._today, key) for key in self._used))
        if self._new and _size(run) > nbytes:
            with run:
                for (day,) in run.execute("SELECT DISTINCT day FROM results ORDER BY day").fetchall():
                    run.execute("DELETE FROM results WHERE day = ?", (day,))
                    if _size(run) <= nbytes * 3 // 4:
                        break
            run.execute("VACUUM")


def _size(run: "sqlite3.Connection") -> int:
    """Count the bytes that results take, without the pages that are free."""
    pages, free, nbytes = (
        run.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * nbytes)


def _mark(key: str, packed: bytes) -> bytes:
    return hashlib.sha256(key.encode("ascii") + packed).digest()[:MARK_NBYTES]


def _own(folder: Path) -> None:
    """Make the folder, and see that it is ours alone: who can write there decides what scans find."""
    shown = printable(str(folder), 200)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError as error:
        message = f"--cache {shown}: {error.strerror}; name a folder that can be written"
        raise UsageError(message) from error
    if hasattr(os, "getuid") and (found.st_uid != os.getuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)):
        message = f"--cache {shown}: others may write there, and so decide what scans find; chmod 700, or name another"
        raise UsageError(message)


def _connect(file: Path) -> "sqlite3.Connection":
    import sqlite3

    for again in (True, False):
        connection = None
        try:
            connection = sqlite3.connect(file, timeout=PATIENCE_SECONDS)
            connection.execute(SHAPE)
        except sqlite3.OperationalError as error:  # busy, full, read-only
            problem = str(error)
            break
        except sqlite3.DatabaseError as error:  # damaged: nothing in it is worth more than a scan
            problem = str(error)
            if connection is not None:
                connection.close()
            if again:
                file.unlink(missing_ok=True)
        else:
            return connection
    message = f"--cache {printable(str(file), 200)}: {problem}; delete it, or scan without"
    raise UsageError(message)
