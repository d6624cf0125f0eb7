"""Where a key-value store of TensorStore lies: a driver with a path, a bucket or an address."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from scanner.artifact import Location
from scanner.facts.store import StorePlace
from scanner.members import leads

REMOTE = frozenset(("http", "https", "gs", "s3", "gcs", "gcs_grpc", "tsgrpc_kvstore"))
"""Drivers whose path lies on another machine. https://google.github.io/tensorstore/kvstore/index.html"""

PLACES = 1000
LOCATION_CHARACTERS = 300

_FILE = "file://"


def place(store: Mapping[str, object] | str) -> tuple[str, str, str] | None:
    """Return driver, location and how it leads out for a key-value store, as an object or as an address; else None."""
    if isinstance(store, str):
        driver, _, rest = store.partition("://")
        if not rest:
            return None
        return (driver, store, leads(rest) or "absolute") if f"{driver}://" == _FILE else _remote(driver, store)
    driver = _text(store.get("driver"))
    parts = [_text(store.get(key)) for key in ("base_url", "bucket", "path")]
    location = "/".join(part.rstrip("/") for part in parts if part)
    if not driver or not location:
        return None
    if driver in REMOTE or parts[0] or "://" in location[:32]:
        return _remote(driver, location)
    return driver, location, leads(location)


def _remote(driver: str, location: str) -> tuple[str, str, str]:
    return driver, location, "" if driver == "memory" else "url"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def facts(found: Iterable[tuple[Location, tuple[str, str, str]]], form: str) -> Iterator[StorePlace]:
    """Yield each place once, `PLACES` at most; the count says how many specifications name it."""
    counts: Counter[tuple[str, str, str]] = Counter()
    first: dict[tuple[str, str, str], Location] = {}
    for where, key in found:
        shown = (key[0][:40], key[1][:LOCATION_CHARACTERS], key[2])
        counts[shown] += 1
        first.setdefault(shown, where)
    for key in list(first)[:PLACES]:
        driver, location, how = key
        yield StorePlace(where=first[key], format=form, driver=driver, location=location, how=how, places=counts[key])
