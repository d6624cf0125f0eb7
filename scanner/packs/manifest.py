"""What a pack says of itself in `pack.yaml`: name, version, what it needs, until when it is good, and its files."""

import re
from collections.abc import Mapping
from datetime import date

from scanner import document
from scanner.limits import PACK_NBYTES
from scanner.packs.errors import Code, PackError
from scanner.record import record
from scanner.text import printable
from scanner.version import VERSION

FACTS = 1
"""Version of the vocabulary that rules speak of; it changes where a rule of before would mean something else."""

NAME = re.compile(r"[a-z](?:_?[a-z0-9]+)*")
"""One word, so that it names tables too; never with two underscores."""

SEMVER = re.compile(r"(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})")
ENGINE = re.compile(r">=\s*(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?")
DIGEST = re.compile(r"[0-9a-f]{64}")

REQUIRED = ("name", "version", "facts", "engine", "licence", "expires")
WRITTEN = ("published", "signer", "files")
"""What `assay rules sign` writes."""
OPTIONAL = ("retired",)

Version = tuple[int, int, int]


@record
class Manifest:
    """`files` has the SHA-256 of every file by its name. `signer` names the key; `retired` ids no rule may have again.

    A pack is good through the day `expires`.
    """

    name: str
    version: str
    licence: str
    expires: date
    signer: str = ""
    files: Mapping[str, str]
    retired: tuple[str, ...] = ()


def parse(raw: bytes, pack: str) -> Manifest:
    """Read a `pack.yaml` that fits this program. Raises `PackError`."""
    top = _mapping(raw, pack)
    known = (*REQUIRED, *WRITTEN, *OPTIONAL)
    for key in REQUIRED:
        if key not in top:
            raise _refused(pack, f"{key} is missing; it has {', '.join(REQUIRED)}")
    for key in top:
        if key not in known:
            raise _refused(pack, f"unknown key {printable(str(key))!r}; known: {', '.join(known)}")
    made = Manifest(
        name=_text(top, "name", NAME, "one word in lower case", pack),
        version=_text(top, "version", SEMVER, "MAJOR.MINOR.PATCH, in quotes", pack),
        licence=_text(top, "licence", re.compile(r"[\w.+() -]{1,200}"), "an SPDX expression", pack),
        expires=_day(top["expires"], "expires", pack),
        signer=_text(top, "signer", DIGEST, "a key as `assay rules sign` names it", pack) if "signer" in top else "",
        files=_files(top.get("files", {}), pack),
        retired=_texts(top.get("retired", []), pack),
    )
    if "published" in top:
        _day(top["published"], "published", pack)
    if top["facts"] != FACTS or isinstance(top["facts"], bool):
        reason = f"its rules speak of facts of version {printable(str(top['facts']))}, this program of {FACTS}"
        raise PackError(Code.FACTS, pack, reason)
    _check_engine(_text(top, "engine", ENGINE, 'a version such as ">=0.1"', pack), pack)
    return made


def number(version: str) -> Version:
    """Read a version for comparing."""
    major, minor, patch = map(int, version.split("."))
    return major, minor, patch


def _mapping(raw: bytes, pack: str) -> Mapping[str, object]:
    try:
        if len(raw) > PACK_NBYTES:
            raise _refused(pack, f"larger than {PACK_NBYTES} bytes")
        held = document.parse(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _refused(pack, "not UTF-8") from error
    except document.DocumentError as error:
        raise _refused(pack, str(error)) from error
    if not isinstance(held, Mapping):
        raise _refused(pack, "no mapping")
    return held


def _text(top: Mapping[str, object], key: str, form: re.Pattern[str], wanted: str, pack: str) -> str:
    value = top[key]
    if not isinstance(value, str) or not form.fullmatch(value):
        raise _refused(pack, f"{key} is {wanted}, not {printable(str(value))!r}")
    return value


def _day(value: object, key: str, pack: str) -> date:
    if type(value) is not date:  # a moment is a date too
        raise _refused(pack, f"{key} is a day such as 2030-12-31")
    return value


def _files(value: object, pack: str) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or not all(
        isinstance(name, str) and isinstance(digest, str) and DIGEST.fullmatch(digest) for name, digest in value.items()
    ):
        raise _refused(pack, "files maps names to SHA-256 digests; `assay rules sign` writes it")
    return dict(value)


def _texts(value: object, pack: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _refused(pack, "retired is a list of ids")
    return tuple(value)


def _check_engine(wanted: str, pack: str) -> None:
    found = ENGINE.fullmatch(wanted)
    least = tuple(int(part or 0) for part in found.groups()) if found else ()
    if number(VERSION) < least:
        raise PackError(Code.ENGINE, pack, f"needs version {wanted} of this program, which is {VERSION}")


def _refused(pack: str, reason: str) -> PackError:
    return PackError(Code.MANIFEST, pack, f"pack.yaml: {reason}")
