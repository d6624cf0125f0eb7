"""Is an answer over HTTP the range that was asked for? The checks that every store over HTTP needs."""

import re
from collections.abc import Iterable, Mapping

from scanner.sources.remote.errors import Again

BUSY = frozenset((408, 425, 429, 500, 502, 503, 504))
"""Statuses after which the same question may be answered (RFC 9110 §15, RFC 6585 §4)."""

_RANGE = re.compile(r"bytes (\d{1,19})-(\d{1,19})/(\d{1,19}|\*)")
_WINDOW = re.compile(r"\bt=(\d{1,9})\b")
OK, PARTIAL = 200, 206


def check(status: int, headers: Mapping[str, str], asked: tuple[int, int], size: int) -> None:
    """Pass an answer that holds `asked`, a half-open range of a file of `size` bytes, from its first byte on.

    A whole file (200) is passed where the range starts with it. Raises `Again` or `OSError`.
    """
    start, end = asked
    if status in BUSY:
        reason = f"it answered {status}"
        raise Again(reason, later(headers))
    if status == PARTIAL:
        found = _RANGE.fullmatch(headers.get("content-range", ""))
        if found is None or (int(found[1]), int(found[2]) + 1) != (start, end):
            raise OSError(
                0, f"asked for bytes {start}-{end - 1}, it sent {headers.get('content-range', 'others')!r:.60}"
            )
        if found[3] not in ("*", str(size)):
            raise OSError(0, f"it has {found[3]} bytes now and was listed with {size}")
    elif status != OK:
        raise OSError(0, f"it answered {status}")
    elif start:
        raise OSError(0, "it sends whole files when asked for a part; --full downloads them")
    elif headers.get("content-length", str(size)) != str(size):
        raise OSError(0, f"it has {headers['content-length']:.20} bytes now and was listed with {size}")


def later(headers: Mapping[str, str]) -> float | None:
    """Say in how many seconds the store wants to be asked again; None where it does not say."""
    after = headers.get("retry-after", "")
    if after.isdecimal():
        return float(after[:9])
    limit = headers.get("ratelimit", "")
    window = _WINDOW.search(limit) if "r=0" in limit else None
    if window:
        return float(window[1])
    return _until(after)


def _until(after: str) -> float | None:
    """Read a date of HTTP as seconds from now."""
    if not after:
        return None
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, (parsedate_to_datetime(after) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def body(chunks: Iterable[bytes], nbytes: int, *, whole: bool) -> bytes:
    """Take `nbytes` of an answer. `whole`: it may not go on behind them. Raises `Again` where it breaks off."""
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > nbytes and whole:
            raise OSError(0, f"more than the {nbytes} bytes came that were asked for")
        if len(content) >= nbytes and not whole:
            break
    if len(content) < nbytes:
        reason = f"it broke off after {len(content)} of {nbytes} bytes"
        raise Again(reason)
    return bytes(content[:nbytes])
