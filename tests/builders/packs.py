"""Rule packs as publishers make them, good and bad."""

import io
import stat
import warnings
import zipfile
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scanner.packs import keys, seal

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
OTHER = Ed25519PrivateKey.from_private_bytes(b"\1" * 32)
TODAY = date(2026, 6, 1)

MANIFEST = """\
# by Acme
name: {name}
version: "{version}"
facts: 1
engine: ">=0.1"
licence: Apache-2.0
expires: {expires}
"""

RULE = """\
id: {id}
title: A file of this kind is here
severity: high
confidence: high
stage: deployment
since: "0.1"
match: {{fact: Unrecognised, where: {{suffix: {{in: $kinds}}}}}}
message: "{{suffix}} is here"
why: Because.
fix: Do.
examples:
  flags: [{{suffix: .odd}}]
  ignores: [{{suffix: .a}}, {{suffix: .b}}, {{suffix: .c}}]
"""


def public(key=KEY) -> bytes:
    return keys.public(key)


def lay(folder: Path, *, rules=("acme-odd-kind",), more="", **said) -> Path:
    """Write a pack that nobody has signed."""
    said = {"name": "acme", "version": "1.0.0", "expires": "2030-01-01", **said}
    (folder / "rules").mkdir(parents=True)
    (folder / "tables").mkdir()
    (folder / "pack.yaml").write_text(MANIFEST.format(**said) + more)
    (folder / "tables/kinds.txt").write_text(".odd # of Acme\n")
    for one in rules:
        (folder / f"rules/{one}.yaml").write_text(RULE.format(id=one))
    return folder


def signed(folder: Path, key=KEY, **said) -> Path:
    """Write a pack and sign it."""
    return sign(lay(folder, **said), key)


def sign(folder: Path, key=KEY) -> Path:
    made, signature = seal.seal(folder, key, TODAY)
    (folder / "pack.yaml").write_bytes(made)
    (folder / "pack.sig").write_bytes(signature)
    return folder


def zipped(folder: Path, file: Path, *, links=(), names=()) -> Path:
    """Pack a folder, with links or files of odd names beside its own."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as held:
        for one in sorted(folder.rglob("*")):
            if one.is_file():
                held.write(one, one.relative_to(folder).as_posix())
        for name in links:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            held.writestr(entry, "/etc/passwd")
        for name in names:
            with warnings.catch_warnings(action="ignore"):  # a name that is there already
                held.writestr(name, b"x")
    return file


def bomb(nbytes: int) -> bytes:
    """Make a zip whose one table is larger than the zip."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("tables/kinds.txt", b"a\n" * (nbytes // 2))
    return held.getvalue()
