"""Files that are named on a line: read up to a bound; written in one step, so that nobody sees half of one."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from scanner.usage import UsageError


def read(file: Path, bound: int, *, hint: str = "") -> bytes:
    """Read a file that was named, of at most `bound` bytes. `hint` follows what a larger one is told. `UsageError`."""
    try:
        with file.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size  # 0 for a pipe, which is read up to the bound
            raw = stream.read(bound + 1) if size <= bound else None
    except OSError as error:
        message = f"{file}: {error.strerror or error}"
        raise UsageError(message) from error
    if raw is None or len(raw) > bound:
        message = f"{file}: larger than {bound} bytes{hint}"
        raise UsageError(message)
    return raw


def write(file: Path, content: bytes, *, mode: int = 0o666, replace: bool = True) -> None:
    """Write a file beside its place, then move it there. `mode` is narrowed by the umask.

    Raises `UsageError`; without `replace` also for a file that exists.
    """
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        if file.exists() and (not replace or not stat.S_ISREG(file.stat().st_mode)):
            message = f"{file}: exists already; name another file"
            raise UsageError(message)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            with open(descriptor, "wb") as stream:  # noqa: PTH123 - a descriptor
                stream.write(content)
                stream.flush()
                os.fsync(descriptor)
            _place(draft, file, replace=replace)
        finally:
            with suppress(FileNotFoundError):  # once moved it is gone
                draft.unlink()
    except OSError as error:
        message = f"{file}: cannot be written: {error.strerror or error}"
        raise UsageError(message) from error


def _place(draft: Path, file: Path, *, replace: bool) -> None:
    if replace:
        draft.replace(file)
    else:
        file.hardlink_to(draft)  # fails where meanwhile somebody made the file
