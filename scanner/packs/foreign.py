"""A rule pack of somebody else's, from its files to rules that may judge a scan beside ours. It is hostile input."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

from scanner import document, lint, pack
from scanner.limits import PACK_PATTERNS, PACK_RULES, RULE_NBYTES, TABLE_NBYTES
from scanner.packs import contents, keys, manifest
from scanner.packs.contents import MANIFEST, SIGNATURE, Files
from scanner.packs.errors import Code, PackError
from scanner.packs.manifest import Manifest
from scanner.record import record
from scanner.rule import Raise, Rule, RuleError, Where, parse
from scanner.text import printable

Tables = Mapping[str, frozenset[str]]


@record
class Foreign:
    """A pack whose files are those it lists, and whose rules obey every law.

    `sha256` is of its `pack.yaml`, and through that of every file. `key`: the 32 bytes that its signature holds by, in
    hex, "" for none. Tables go by names that no table of ours has, and so do the rules' references to them.
    """

    place: str
    manifest: Manifest
    sha256: str
    key: str
    rules: tuple[Rule, ...]
    tables: Tables


@record
class Opened:
    """A pack whose files are read and whose `pack.yaml` is understood; nothing of it is trusted yet."""

    place: str
    files: Files
    manifest: Manifest

    @property
    def sha256(self) -> str:
        """The digest of its `pack.yaml`."""
        return hashlib.sha256(self.files[MANIFEST]).hexdigest()

    @property
    def signed(self) -> bool:
        """Whether there is a signature, good or not."""
        return SIGNATURE in self.files


def open_pack(place: Path) -> Opened:
    """Read a pack's files and what it says of itself. Raises `PackError`."""
    files = contents.read(place)
    if MANIFEST not in files:
        wanted = ", ".join(manifest.REQUIRED)
        raise PackError(Code.MANIFEST, str(place), f"holds no pack.yaml; write one with {wanted}")
    return Opened(place=str(place), files=files, manifest=manifest.parse(files[MANIFEST], str(place)))


def accept(opened: Opened, key: bytes | None, ours: pack.Pack) -> Foreign:
    """Check signature, files and rules. Without a `key` the pack is taken unsigned. Raises `PackError`."""
    if key is not None:
        _check_signature(opened, key)
    if key is not None or opened.manifest.files:
        _check_files(opened)
    tables = {f"{opened.manifest.name}__{name}": held for name, held in _tables(opened).items()}
    return Foreign(
        place=opened.place,
        manifest=opened.manifest,
        sha256=opened.sha256,
        key=key.hex() if key is not None else "",
        rules=tuple(_rules(opened, tables, ours)),
        tables=tables,
    )


def check_day(opened: Opened, today: date) -> None:
    """Refuse a pack that is no longer good. Raises `PackError`."""
    if today > opened.manifest.expires:
        reason = f"was good until {opened.manifest.expires}; ask its publisher for a newer one"
        raise PackError(Code.EXPIRED, opened.place, reason)


def _check_signature(opened: Opened, key: bytes) -> None:
    if not opened.signed:
        raise PackError(Code.UNSIGNED, opened.place, f"has no {SIGNATURE}; its publisher makes it: `assay rules sign`")
    if opened.manifest.signer != keys.key_id(key):
        said = f"{opened.manifest.signer[:16]}…" if opened.manifest.signer else "nobody"
        reason = f"is signed by {said}, not by the trusted {keys.key_id(key)[:16]}…"
        raise PackError(Code.OTHER_KEY, opened.place, reason)
    if not keys.holds(key, opened.files[SIGNATURE], opened.files[MANIFEST]):
        raise PackError(Code.SIGNATURE, opened.place, f"{SIGNATURE} is not of this key over this {MANIFEST}")


def _check_files(opened: Opened) -> None:
    listed = opened.manifest.files
    held = {name: content for name, content in opened.files.items() if name not in {MANIFEST, SIGNATURE}}
    for name in sorted({*listed, *held}):
        if name not in held:
            raise PackError(Code.MISSING, opened.place, f"{printable(name, 200)}: listed but not there")
        if name not in listed:
            raise PackError(Code.UNLISTED, opened.place, f"{printable(name, 200)}: there but not listed")
        if hashlib.sha256(held[name]).hexdigest() != listed[name]:
            raise PackError(Code.CHANGED, opened.place, f"{printable(name, 200)}: other bytes than are listed")


def _tables(opened: Opened) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for name, content in opened.files.items():
        if table := contents.TABLE.fullmatch(name):
            entries = frozenset(pack.entries(_text(opened, name, content, TABLE_NBYTES))) - {""}
            found[table["name"]] = found.get(table["name"], frozenset()) | entries
    return found


def _text(opened: Opened, name: str, content: bytes, bound: int) -> str:
    if len(content) > bound:
        raise PackError(Code.TOO_LARGE, opened.place, f"{name}: larger than {bound} bytes")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PackError(Code.RULE, opened.place, f"{name}: not UTF-8 at offset {error.start}") from error


def _rules(opened: Opened, tables: Tables, ours: pack.Pack) -> Iterator[Rule]:
    """Read every rule, hold it to every law, and refuse an id that another rule has or had."""
    names = [name for name in opened.files if contents.RULE.fullmatch(name)]
    if not 0 < len(names) <= PACK_RULES:
        raise PackError(Code.RULE, opened.place, f"holds {len(names)} rules; from 1 to {PACK_RULES} are read")
    taken = ours.ids
    if opened.manifest.name in ours.folders:
        raise PackError(Code.NAME_TAKEN, opened.place, f"is called {opened.manifest.name}, as a pack of ours is")
    seen: set[str] = set()
    patterns = 0
    for name in names:
        rule = _rule(opened, name, tables)
        patterns += sum(1 for where in lint.wheres(rule) for _ in lint.operands(where, "matches"))
        if patterns > PACK_PATTERNS:
            raise PackError(Code.TOO_LARGE, opened.place, f"more than {PACK_PATTERNS} patterns")
        if rule.id in taken or rule.id in seen:
            whose = "of ours" if rule.id in taken else "of the same pack"
            raise PackError(Code.ID_TAKEN, opened.place, f"{name}: a rule {whose} has the id {rule.id}")
        if rule.id in opened.manifest.retired:
            raise PackError(Code.ID_RETIRED, opened.place, f"{name}: the id {rule.id} is retired, and never used again")
        seen.add(rule.id)
        yield rule


def _rule(opened: Opened, name: str, tables: Tables) -> Rule:
    text = _text(opened, name, opened.files[name], RULE_NBYTES)
    stem = name.rpartition("/")[2].removesuffix(".yaml")
    own = opened.manifest.name
    try:
        rule = _qualified(parse(document.parse(text), file=name, pack=own), own)
    except (document.DocumentError, RuleError) as error:
        reason = error.reason if isinstance(error, RuleError) else str(error)
        raise PackError(Code.RULE, opened.place, printable(f"{name}: {reason}", 400)) from error
    for reason in lint.check(rule, stem, lambda table: tables.get(table, frozenset()), samples=False):
        raise PackError(Code.RULE, opened.place, printable(f"{name}: {reason}", 400))
    return rule


def _qualified(rule: Rule, own: str) -> Rule:
    """Let a rule speak of its own pack's tables only."""

    def renamed(where: Where) -> Where:
        return cast("Where", _renamed(where, own))

    raises = tuple(
        Raise(where=renamed(one.where), severity=one.severity, confidence=one.confidence) for one in rule.raises
    )
    return replace(rule, where=renamed(rule.where), unless=renamed(rule.unless), raises=raises)


def _renamed(condition: object, own: str) -> object:
    if isinstance(condition, Mapping):
        return {
            name: f"${own}__{operand[1:]}"
            if name == "in" and isinstance(operand, str) and operand[:1] == "$"
            else _renamed(operand, own)
            for name, operand in condition.items()
        }
    if isinstance(condition, list | tuple):
        return [_renamed(one, own) for one in condition]
    return condition


def joined(ours: pack.Pack, packs: Sequence[Foreign]) -> pack.Pack:
    """Put packs beside ours: no rule of ours is changed, and no two rules have one id. Raises `PackError`."""
    if not packs:
        return ours
    taken: set[str] = set()
    for one in packs:
        names: Collection[str] = {rule.id for rule in one.rules} | {one.manifest.name}
        if both := sorted(taken & set(names)):
            raise PackError(Code.ID_TAKEN, one.place, f"{both[0]} is in two packs")
        taken.update(names)
    return ours.beside(
        [rule for one in packs for rule in one.rules],
        {name: held for one in packs for name, held in one.tables.items()},
        [(f"{one.manifest.name} {one.manifest.version}", one.sha256) for one in packs],
    )
