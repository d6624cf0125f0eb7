"""Addresses in configurations: scheme, host, and how far away it is."""

import ipaddress
from typing import NamedTuple

from scanner.pattern import pattern

_URL = pattern(r"(?i)^\s*([a-z][a-z0-9+.-]{1,9})://(?:[^\s/@]{0,200}@)?(\[[^\]\s]{1,60}\]|[^\s/:?#]{0,253})")
_NAMES = ("localhost", "host.docker.internal")
_LOCAL_ENDS = (".localhost", ".local", ".internal", ".lan", ".home", ".svc")


class Place(NamedTuple):
    """Where an address leads; `reach` is "loopback", "private", "public" or "variable"; all "" where it is none."""

    scheme: str
    host: str
    reach: str


def place(address: str) -> Place:
    """Take an address apart."""
    found = _URL.match(address)
    if found is None:
        return Place("", "", "variable" if "${" in address or "{{" in address else "")
    host = found[2].lower().rstrip(".")
    return Place(found[1].lower(), host[:100], _reach(host))


def _reach(host: str) -> str:
    if not host or "$" in host or "{" in host or "<" in host:
        return "variable"
    if host in _NAMES or host.endswith(".localhost"):
        return "loopback"
    try:
        number = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return "private" if "." not in host or host.endswith(_LOCAL_ENDS) else "public"
    if number.is_loopback or number.is_unspecified:
        return "loopback"
    return "public" if number.is_global else "private"
