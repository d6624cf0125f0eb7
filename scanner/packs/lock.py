"""`rules.lock`: which version of each pack is used, by digest, and whose key signs it. It remembers versions too.

It is kept under version control like any list of dependencies. A hidden memory would let the same command on the same
files answer differently.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from scanner.limits import PACK_NBYTES
from scanner.packs.errors import Code, PackError
from scanner.packs.manifest import DIGEST, NAME, SEMVER, number
from scanner.record import record
from scanner.usage import UsageError

FILE = "rules.lock"

HEAD = "# Written by `assay rules add`; keep it under version control.\nversion = 1\n"

_KEYS: Mapping[str, re.Pattern[str]] = {"version": SEMVER, "sha256": DIGEST, "key": DIGEST}


@record
class Pin:
    """A pack as it was added: `sha256` of its `pack.yaml`, and the 32 bytes of its signer's `key` in hex."""

    version: str
    sha256: str
    key: str


Lock = Mapping[str, Pin]


def read(file: Path) -> Lock:
    """Read a lock; a file that is not there locks nothing. Raises `UsageError`."""
    try:
        with file.open("rb") as stream:
            raw = stream.read(PACK_NBYTES + 1)
        top = tomllib.loads(raw[:PACK_NBYTES].decode("utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        message = f"{file}: {error.strerror or error}"
        raise UsageError(message) from error
    except (ValueError, RecursionError) as error:
        message = f"{file}: no TOML: {' '.join(str(error).split())}"
        raise UsageError(message) from error
    packs = top.get("packs", {})
    if set(top) - {"version", "packs"} or top.get("version") != 1 or not isinstance(packs, Mapping):
        raise _refused(file, "version = 1 and [packs.NAME] are all that a lock has")
    return {str(name): _pin(file, str(name), held) for name, held in packs.items()}


def _pin(file: Path, name: str, held: object) -> Pin:
    if not NAME.fullmatch(name) or not isinstance(held, Mapping) or set(held) != set(_KEYS):
        raise _refused(file, f"packs.{name}: has {', '.join(_KEYS)}")
    for key, form in _KEYS.items():
        if not isinstance(held[key], str) or not form.fullmatch(held[key]):
            raise _refused(file, f"packs.{name}.{key}: is none")
    return Pin(**held)


def _refused(file: Path, reason: str) -> UsageError:
    return UsageError(f"{file}: {reason}; `assay rules add` writes it")


def write(lock: Lock) -> bytes:
    """Write a lock, sorted by name."""
    parts = [HEAD]
    for name, pin in sorted(lock.items()):
        lines = "\n".join(f'{key} = "{getattr(pin, key)}"' for key in _KEYS)
        parts.append(f"\n[packs.{name}]\n{lines}\n")
    return "".join(parts).encode()


def check_newer(known: Pin, new: Pin, pack: str) -> None:
    """Refuse an older version than was used before, and another content under the same version. `PackError`."""
    if number(new.version) < number(known.version):
        reason = f"version {new.version} is older than {known.version}, which was used before"
        raise PackError(Code.ROLLED_BACK, pack, reason)
    if new.version == known.version and new.sha256 != known.sha256:
        reason = f"version {new.version} was used before with other content; a new content has a new version"
        raise PackError(Code.REPUBLISHED, pack, reason)
