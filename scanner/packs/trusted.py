"""Which packs may judge a scan: those that a lock pins, and unsigned ones only where somebody says so."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from scanner import pack
from scanner.artifact import Location
from scanner.facts.pack import RulePack
from scanner.packs import foreign, keys, lock
from scanner.packs.errors import Code, PackError
from scanner.packs.foreign import Foreign, Opened
from scanner.packs.lock import Lock, Pin


def load(places: Sequence[Path], pinned: Lock, *, unsigned: bool = False) -> tuple[Foreign, ...]:
    """Open packs as a lock pins them; `unsigned` takes those that nobody signed as well. Raises `PackError`."""
    ours = pack.load()
    return tuple(_accept(foreign.open_pack(place), pinned, ours, unsigned=unsigned) for place in places)


def _accept(opened: Opened, pinned: Lock, ours: pack.Pack, *, unsigned: bool) -> Foreign:
    pin = pinned.get(opened.manifest.name)
    if pin is not None:
        found = foreign.accept(opened, bytes.fromhex(pin.key), ours)
        lock.check_newer(pin, _pin(found), opened.place)
        if found.sha256 != pin.sha256:
            reason = f"is version {opened.manifest.version}, the lock has {pin.version}; `assay rules add` takes it"
            raise PackError(Code.DIFFERS, opened.place, reason)
        return found
    if opened.signed:
        reason = f"no lock has {opened.manifest.name}; `assay rules add {opened.place} --key FILE.pub` adds it"
        raise PackError(Code.NOT_LOCKED, opened.place, reason)
    if not unsigned:
        raise PackError(Code.UNSIGNED, opened.place, "nobody signed it; --allow-unsigned-rules takes it nevertheless")
    return foreign.accept(opened, None, ours)


def _pin(found: Foreign) -> Pin:
    return Pin(version=found.manifest.version, sha256=found.sha256, key=found.key)


def added(
    pinned: Lock, place: Path, key: bytes | None, today: date, *, other_key: bool = False
) -> tuple[Lock, Foreign]:
    """Pin a pack, signed by `key` or by the key that is pinned already.

    `other_key`: its publisher has a new key. Raises `PackError`.
    """
    opened = foreign.open_pack(place)
    foreign.check_day(opened, today)
    name = opened.manifest.name
    known = pinned.get(name)
    if known is not None:
        before = bytes.fromhex(known.key)
        if key not in {None, before} and not other_key:
            reason = f"{name} is pinned to the key {keys.key_id(before)[:16]}…; --replace-key gives it another"
            raise PackError(Code.OTHER_KEY, opened.place, reason)
        key = key or before
    if key is None:
        raise PackError(Code.NOT_LOCKED, opened.place, "say who signs it, with --key FILE.pub")
    found = foreign.accept(opened, key, pack.load())
    if known is not None:
        lock.check_newer(known, _pin(found), opened.place)
    return {**pinned, name: _pin(found)}, found


def state(found: Foreign, today: date) -> RulePack:
    """State whose rules judge a scan too; rules of ours say what that means."""
    expires = found.manifest.expires
    return RulePack(
        where=Location(path=found.place),
        name=found.manifest.name,
        version=found.manifest.version,
        sha256=found.sha256,
        key=keys.key_id(bytes.fromhex(found.key)) if found.key else "",
        signed=bool(found.key),
        expired=today > expires,
        expires=expires.isoformat(),
    )
