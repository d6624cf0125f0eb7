"""Ranges of the Hub's files over HTTP. The token goes to the endpoint and to no other host."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from scanner.sources.remote import Again, File, answers
from scanner.version import VERSION

if TYPE_CHECKING:
    from scanner.sources.hub.listing import Listing

EXPIRED = "the address of its content has expired"
HOPS = 5
TIMEOUT_SECONDS = 30.0
CHUNK_NBYTES = 64 << 10
REDIRECTS = frozenset((301, 302, 303, 307, 308))
REFUSED = frozenset((401, 403))
PREFIXES = {"model": "", "dataset": "datasets/", "space": "spaces/"}


class Place(NamedTuple):
    """A file at its commit: where the endpoint serves it."""

    url: str
    commit: str
    file: File


def places(listing: "Listing", endpoint: str) -> list[Place]:
    """Return the place of each listed file."""
    kind, name = listing.address.kind, listing.address.repository
    base = f"{endpoint}/{PREFIXES[kind]}{name}/resolve/{listing.commit}/"
    return [Place(base + _encoded(listing.name(file)), listing.commit, file) for file in listing.files]


def _encoded(name: str) -> str:
    """Encode a name; dot segments too, lest it leads to another file."""
    return "/".join(quote(part) if part.strip(".") else part.replace(".", "%2E") for part in name.split("/"))


def headers() -> dict[str, str]:
    """Return what every request says; the token is where the Hub's client looks for it, and may be none."""
    from huggingface_hub import constants, get_token

    token = None if constants.HF_HUB_DISABLE_IMPLICIT_TOKEN else get_token()
    said = {"user-agent": f"assay/{VERSION}", "accept-encoding": "identity"}
    return {**said, "authorization": f"Bearer {token}"} if token else said


class Fetch:
    """Gets ranges; used from many threads at once, by the broker alone."""

    def __init__(self, found: Sequence[Place], headers: dict[str, str]) -> None:
        """Ask with these headers, the token among them."""
        self._places = found
        self._headers = headers
        self._bare = {key: value for key, value in headers.items() if key != "authorization"}
        self._elsewhere: dict[int, str] = {}
        """Where the endpoint has sent us for a file; such addresses last for an hour or so."""
        self._tags: dict[int, str] = {}

    def __call__(self, index: int, start: int, end: int) -> bytes:
        """Get a range. Raises `Again` or `OSError`."""
        from huggingface_hub.errors import HTTPError  # type: ignore[attr-defined] # of httpx, whichever it uses

        try:
            return self._get(index, start, end)
        except HTTPError as error:
            self._elsewhere.pop(index, None)
            reason = str(error) or type(error).__name__
            raise Again(reason) from error

    def _get(self, index: int, start: int, end: int) -> bytes:
        from huggingface_hub import get_session

        place = self._places[index]
        whole = (start, end) == (0, place.file.size)
        url = self._elsewhere.get(index, place.url)
        for _ in range(HOPS):
            home = _origin(url) == _origin(place.url)
            headers = dict(self._headers if home else self._bare)
            if not whole:
                headers["range"] = f"bytes={start}-{end - 1}"
            with get_session().stream(
                "GET", url, headers=headers, follow_redirects=False, timeout=TIMEOUT_SECONDS
            ) as answer:
                status, said = answer.status_code, answer.headers
                self._is_listed(place, said)
                if status in REDIRECTS:
                    url = _next(url, said.get("location", ""))
                    continue
                if status in REFUSED and self._elsewhere.pop(index, ""):
                    raise Again(EXPIRED)
                answers.check(status, said, (start, end), place.file.size)
                content = answers.body(
                    answer.iter_raw(CHUNK_NBYTES), end - start, whole=status == answers.PARTIAL or whole
                )
                self._is_unchanged(index, url, said.get("etag", ""))
            if not home:
                self._elsewhere[index] = url
            return content
        raise OSError(0, f"it leads on more than {HOPS} times")

    def _is_listed(self, place: Place, said: Mapping[str, str]) -> None:
        """Compare what the Hub says on the way with what it listed. Raises `OSError`."""
        commit = said.get("x-repo-commit", place.commit)
        if commit != place.commit:
            raise OSError(0, f"it is served from commit {commit:.40}, not from {place.commit}; scan it again")
        linked = said.get("x-linked-etag", "").strip('"')
        if linked and place.file.sha256 and linked != place.file.sha256:
            raise OSError(0, f"it was listed with SHA-256 {place.file.sha256} and is served as {linked:.64}")

    def _is_unchanged(self, index: int, url: str, tag: str) -> None:
        """Compare the tag of a content with that of its last part. Raises `OSError`."""
        if tag and self._tags.setdefault(index, tag) != tag:
            raise OSError(0, f"it changed while it was read from {urlsplit(url).hostname}")


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _next(url: str, location: str) -> str:
    """Follow a redirect, never from https to http. Raises `OSError`."""
    target = urljoin(url, location)
    if not location or urlsplit(target).scheme not in {"https", urlsplit(url).scheme}:
        raise OSError(0, "it leads to no address that is as safe")
    return target
