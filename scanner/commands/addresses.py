"""Addresses in commands: where something is fetched from, without what must not be shown."""

from typing import NamedTuple

from scanner.pattern import pattern

_URL = pattern(
    r"(?i)\b(https?|ftp)://((?:\[[0-9a-f:.]{2,60}\]|"
    r"\$\{\{[^}]*\}\}|\$\{[^}]*\}|[^\s'\"<>|;&)\]`\\])+)"
)
_BARE = pattern(
    r"(?:^|\s)([a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|io|dev|ai|me|rs|co|app|ly|gg|cc|xyz|ru|cn|top|"
    r"sh(?=/))(?:/[^\s'\"|;&)]*)?)(?=\s|$)"
)
# Anyone publishes at these, so that the owner in the path is who one trusts.
SHARED = frozenset({
    "github.com", "raw.githubusercontent.com", "raw.github.com", "gitlab.com", "bitbucket.org", "huggingface.co",
    "gist.github.com", "gist.githubusercontent.com", "codeberg.org", "storage.googleapis.com", "s3.amazonaws.com",
    "hf.co", "cdn.jsdelivr.net", "unpkg.com",
})  # fmt: skip


class Address(NamedTuple):
    """`shown` is scheme, host and path; all empty where a text has no address. `clear`: without TLS."""

    host: str
    owner: str
    shown: str
    clear: bool


def address(text: str) -> Address:
    """Find the first address of a text."""
    found = _URL.search(text)
    if found:
        scheme, rest = found[1].lower(), found[2]
    else:
        bare = _BARE.search(text)
        if bare is None:
            return Address("", "", "", clear=False)
        scheme, rest = "", bare[1]
    rest = rest.partition("?")[0].partition("#")[0]
    before, at, behind = rest.partition("@")
    if at and "/" not in before:
        rest = behind
    authority, slash, path = rest.partition("/")
    end = authority.find("]") + 1 if authority.startswith("[") else authority.find(":")
    host = (authority[:end] if end >= 0 else authority).lower().rstrip(".")
    steps = path.split("/")
    if steps[:1] == ["gh"]:
        steps = steps[1:]
    owner = steps[0] if host in SHARED else ""
    shown = f"{scheme}://{authority}{slash}{path}" if scheme else rest
    local = host in {"localhost", "127.0.0.1", "[::1]", "0.0.0.0", "host.docker.internal"}  # noqa: S104 - compared only
    return Address(host if "$" not in host else "", owner, shown, scheme in {"http", "ftp"} and not local)


def source_of(found: Address) -> str:
    """Name whom one trusts: a host, or one of its owners."""
    return f"{found.host}/{found.owner}" if found.owner else found.host
