"""Links and images of a text: what they show, where they lead, what is odd about their host."""

import ipaddress
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple
from urllib.parse import unquote

from scanner.known import rows
from scanner.pattern import pattern

_LINK = pattern(r"(!?)\[([^\[\]\n]{0,300})\]\(\s*<?([a-zA-Z][a-zA-Z0-9+.-]{1,9}://[^\s<>)\"]{1,2000})")
_ANCHOR = pattern(
    r"(?i)<a\s[^<>]{0,500}?href\s*=\s*[\"']?([a-z][a-z0-9+.-]{1,9}://[^\s\"'<>]{1,2000})[^<>]{0,500}>([^<>]{0,300})</a"
)
_IMAGE = pattern(r"(?i)<img\s[^<>]{0,500}?src\s*=\s*[\"']?(https?://[^\s\"'<>]{1,2000})")
_BARE = pattern(r"(?i)\b(?:https?|ftp)://[^\s<>\"'`)\]]{1,2000}")
_HOST = pattern(r"(?i)^[a-z][a-z0-9+.-]{1,9}://(?:[^\s/@]{1,200}@)?(\[[^\]]{1,60}\]|[^\s/:?#\\]{1,253})")
_SHOWN = pattern(
    r"(?i)^(?:https?://|www\.)?((?:[\w-]{1,63}\.){1,5}(?:com|net|org|io|dev|app|co|ai|gov|edu))(?:[/:?#]\S*)?$"
)
_PLACEHOLDER = pattern(
    r"[?&][\w.-]{1,40}=(?:[^&\s]{0,60})?(?:\$?\{[^}\s]{1,60}\}|\[[A-Z][A-Z_ -]{2,40}\]"
    r"|%7B[\w%-]{1,60}%7D|<[a-z_ ]{2,40}>)"
)
_SECOND = frozenset({"ac", "co", "com", "edu", "go", "gov", "ne", "net", "or", "org"})
_NAMES = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}


class Odd(NamedTuple):
    """One address with something odd. `shown`: the text of its link, "" where it stands for itself."""

    kind: str
    host: str
    shown: str
    address: str
    at: int


def odd(text: str) -> Iterator[Odd]:
    """Yield what is odd about links and images.

    "shown-differs" (the text of a link names another site), "punycode" and "mixed-script" hosts, "raw-ip" (of the
    public network), and by `known/link_hosts.txt` "shortener", "paste", "drop", "tunnel"; "placeholder" (an image
    whose address has a gap for data).
    """
    if "://" not in text:
        return
    for found in _LINK.finditer(text):
        yield from _link(found[2], found[3], found.start(), image=bool(found[1]))
    for found in _ANCHOR.finditer(text):
        yield from _link(found[2], found[1], found.start(), image=False)
    for found in _IMAGE.finditer(text):
        yield from _link("", found[1], found.start(), image=True)
    for found in _BARE.finditer(text):
        yield from _hosts(found[0], "", found.start())


def _link(shown: str, address: str, at: int, *, image: bool) -> Iterator[Odd]:
    if image:
        gap = _PLACEHOLDER.search(address)
        if gap:
            yield Odd("placeholder", _host(address), shown, address, at)
        return
    seen = _SHOWN.match(shown.strip().strip("`*_"))
    host = _host(address)
    if seen and host and _site(seen[1].lower()) != _site(host):
        yield Odd("shown-differs", host, shown, address, at)


def _hosts(address: str, shown: str, at: int) -> Iterator[Odd]:
    host = _host(address)
    kind = _kind(host)
    if kind:
        yield Odd(kind, host, shown, address, at)


def _kind(host: str) -> str:
    known = _known()
    if host in known:
        return known[host]
    parent = host.partition(".")[2]
    if parent in known:
        return known[parent]
    if "xn--" in host:
        return "punycode"
    if not host.isascii():
        return "mixed-script" if any(_is_mixed(label) for label in host.split(".")) else ""
    return "raw-ip" if _is_public(host) else ""


def _is_mixed(label: str) -> bool:
    """Tell whether letters of scripts that look alike stand in one label of a host."""
    scripts = {unicodedata.name(one, "").partition(" ")[0] for one in label if one.isalpha()}
    return len(scripts & _NAMES) > 1


def _is_public(host: str) -> bool:
    if not host[:1].isdigit() and host[:1] != "[":
        return False
    try:
        return ipaddress.ip_address(host.strip("[]")).is_global
    except ValueError:
        return False


def _host(address: str) -> str:
    found = _HOST.match(address)
    return unquote(found[1]).lower().rstrip(".") if found else ""


def _site(host: str) -> str:
    """Return what one registers: the last two labels, of "co.uk" and its like three."""
    labels = host.split(".")
    return ".".join(labels[-3 if labels[-2:-1] and labels[-2] in _SECOND else -2 :])


@cache
def _known() -> Mapping[str, str]:
    return dict(reversed(row.split("\t")) for row in rows("link_hosts"))  # type: ignore[misc]
