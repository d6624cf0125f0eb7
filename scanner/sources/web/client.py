"""Ranges of what HTTP serves, by the standard library: it knows the proxies and the certificates of this system.

Redirects are followed by hand: credentials go to the host that they are for and to no other, and nothing that began
with https goes on without.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.error import URLError
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from scanner.sources.remote import Again, answers
from scanner.sources.remote.errors import words
from scanner.usage import UsageError
from scanner.version import VERSION

if TYPE_CHECKING:
    from urllib.request import OpenerDirector

HOPS: Final = 5
TIMEOUT_SECONDS: Final = 30.0
CHUNK_NBYTES: Final = 64 << 10
DISCARDED_NBYTES: Final = 64 << 20
"""Most that is read and dropped of a file whose server sends no parts."""
DOCUMENT_NBYTES: Final = 16 << 20
"""Largest document that is read as a whole: a list, a manifest."""
REDIRECTS: Final = frozenset((301, 302, 303, 307, 308))


class Answer(NamedTuple):
    """What came: its status, its headers by their names in small letters, its content, and where it came from."""

    status: int
    headers: Mapping[str, str]
    stream: HTTPResponse
    url: str


def shown(url: str) -> str:
    """Write an address without what may be secret in it."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def split(url: str) -> tuple[str, dict[str, str]]:
    """Take a name and a password out of an address, and return both as they are to be sent.

    Raises `ValueError` for what is no address.
    """
    parts = urlsplit(url)
    if not parts.hostname or (parts.port or 0) < 0:  # whose reading raises for a port that is none
        raise ValueError
    who, at, host = parts.netloc.rpartition("@")
    plain = urlunsplit((parts.scheme, host, parts.path or "/", parts.query, ""))
    return plain, {"authorization": basic(*map(unquote, who.partition(":")[::2]))} if at else {}


def basic(name: str, password: str) -> str:
    """Write what RFC 7617 has for a name and a password."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode("ascii")


@contextmanager
def asked(url: str, headers: Mapping[str, str]) -> Iterator[Answer]:
    """Get an address, wherever it leads. Raises `Again` where no answer comes, `OSError` where it leads astray."""
    home, bare = origin(url), {key: value for key, value in headers.items() if key != "authorization"}
    for _ in range(HOPS):
        with _open(url, headers if origin(url) == home else bare) as answer:
            if answer.status not in REDIRECTS:
                yield answer
                return
            url = _next(url, answer.headers.get("location", ""))
    raise OSError(0, f"it leads on more than {HOPS} times")


def part(url: str, headers: Mapping[str, str], asked_for: tuple[int, int], size: int) -> tuple[bytes, str]:
    """Get a half-open range of a file of `size` bytes, and its tag ("" for none). Raises `Again` or `OSError`.

    Of a server that only sends whole files what comes before the range is dropped, within bounds.
    """
    start, end = asked_for
    ranged = dict(headers) if (start, end) == (0, size) else {**headers, "range": f"bytes={start}-{end - 1}"}
    with asked(url, ranged) as answer:
        skip = start if answer.status == answers.OK and start <= DISCARDED_NBYTES else 0
        answers.check(answer.status, answer.headers, (start - skip, end), size)
        whole = answer.status == answers.PARTIAL or end == size
        content = answers.body(_chunks(answer.stream), end - start + skip, whole=whole)
        return content[skip:], answer.headers.get("etag", "")


def document(url: str, headers: Mapping[str, str], refused: Callable[[int, Mapping[str, str]], str]) -> bytes:
    """Get a whole document. Raises `UsageError` for any other answer, in the words of `refused`."""
    try:
        with asked(url, headers) as answer:
            if answer.status != answers.OK:
                message = f"{shown(url)}: {refused(answer.status, answer.headers)}"
                raise UsageError(message)
            content = answer.stream.read(DOCUMENT_NBYTES + 1)
    except (Again, OSError, HTTPException) as error:
        raise unreachable(url, error) from error
    if len(content) > DOCUMENT_NBYTES:
        message = f"{shown(url)}: its answer is longer than {DOCUMENT_NBYTES} bytes"
        raise UsageError(message)
    return content


def unreachable(url: str, error: Exception) -> UsageError:
    """Say in one line why nothing came of an address."""
    reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or words(error)
    return UsageError(f"{shown(url)}: {reason}; check address and network"[:500])


def origin(url: str) -> tuple[str, str]:
    """Return what a credential is for: scheme and host."""
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _next(url: str, location: str) -> str:
    try:
        target = urljoin(url, location)
        safe = bool(location) and urlsplit(target).scheme in {"https", urlsplit(url).scheme}
    except ValueError:
        safe = False
    if not safe:
        raise OSError(0, "it leads to no address that is as safe")
    return target


@contextmanager
def _open(url: str, headers: Mapping[str, str]) -> Iterator[Answer]:
    from urllib.request import Request

    plain = {"accept-encoding": "identity", "user-agent": f"modelassay/{VERSION}", **headers}
    try:
        # Only https and http reach this: `claims` and `_next` see to it.
        stream = _opener().open(Request(url, headers=plain), timeout=TIMEOUT_SECONDS)  # noqa: S310
    except URLError as error:
        raise Again(words(error.reason)) from error
    except (HTTPException, TimeoutError, ConnectionError, ValueError) as error:
        raise Again(words(error)) from error
    with stream:
        yield Answer(stream.status, {key.lower(): value for key, value in stream.headers.items()}, stream, url)


@cache
def _opener() -> "OpenerDirector":
    """Make what opens addresses, with neither redirects nor errors of its own."""
    from urllib.request import HTTPErrorProcessor, HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler

    class Plain(HTTPErrorProcessor):
        def http_response(self, request: object, response: HTTPResponse) -> HTTPResponse:  # noqa: ARG002 - their names are given
            return response

        https_response = http_response

    opener = OpenerDirector()
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler(), Plain()):
        opener.add_handler(handler)
    return opener


def _chunks(stream: HTTPResponse) -> Iterator[bytes]:
    try:
        while chunk := stream.read(CHUNK_NBYTES):
            yield chunk
    except (HTTPException, OSError) as error:
        raise Again(words(error)) from error
