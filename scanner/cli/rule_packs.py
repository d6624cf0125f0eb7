"""`assay rules add`, `verify` and `sign`: rule packs of somebody else's, and one's own for others."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli import terminal
from scanner.usage import UsageError

if TYPE_CHECKING:
    from scanner.packs.foreign import Foreign

OK = 0
REFUSED = 1

ADD = """Pin a rule pack of somebody else's in rules.lock, so that scans may use it.

A pack is a folder or a zip with pack.yaml, pack.sig, rules and tables. Its signature, its files, its day of expiry and
each of its rules are checked first. A later version is added without --key: it must be signed by the same one.

\b
  assay rules add acme-rules.zip --key acme.pub
  assay scan models/ --rules acme-rules.zip
"""

VERIFY = """Check a rule pack without adding it. Exit code 1 where it is refused; the line ends with the cause.

\b
  assay rules verify acme-rules.zip --key acme.pub
  assay rules verify acme-rules.zip               by what rules.lock pins
"""

SIGN = """Sign your own rule pack: list its files in pack.yaml, and write pack.sig.

pack.yaml says name, version, facts, engine, licence and expires; the rest is written here.

\b
  assay keygen acme --curve ed25519
  assay rules sign acme-rules --key acme.pem
"""

Place = Annotated[Path, typer.Argument(metavar="PACK", help="A folder or a zip.")]
Key = Annotated[Path | None, typer.Option(metavar="FILE", help="The publisher's public key, PEM.")]
LockFile = Annotated[Path, typer.Option("--lock", metavar="FILE", help="The lock.")]


def register(rules: typer.Typer) -> None:
    """Add the three verbs."""
    rules.command("add", help=ADD)(add)
    rules.command("verify", help=VERIFY)(verify)
    rules.command("sign", help=SIGN)(sign)


def add(
    pack: Place,
    *,
    key: Key = None,
    lock_file: LockFile = Path("rules.lock"),
    replace_key: Annotated[bool, typer.Option("--replace-key", help="Its publisher has a new key.")] = False,
) -> int:
    """Check a pack and write the lock."""
    from scanner.attest import files
    from scanner.packs import lock, trusted

    before = lock.read(lock_file)
    after, found = trusted.added(before, pack, _public(key), _today(), other_key=replace_key)
    files.write(lock_file, lock.write(after))
    terminal.say(f"{_shown(found)}; pinned in {lock_file}")
    return OK


def verify(pack: Place, *, key: Key = None, lock_file: LockFile = Path("rules.lock")) -> int:
    """Check a pack and say what it is."""
    from scanner.packs import lock, trusted
    from scanner.packs.errors import Code, PackError

    trusted_key = _public(key)
    try:
        found = trusted.added(lock.read(lock_file), pack, trusted_key, _today())[1]
    except PackError as error:
        if error.code is Code.NOT_LOCKED:
            raise  # nobody said whom to trust
        terminal.say(str(error))
        return REFUSED
    terminal.say(_shown(found))
    return OK


def sign(
    pack: Annotated[Path, typer.Argument(metavar="FOLDER", help="The pack.")],
    *,
    key: Annotated[Path, typer.Option(metavar="FILE", help="Your private Ed25519 key, PEM.")],
) -> int:
    """Write `pack.yaml` and `pack.sig`."""
    from scanner.attest import files
    from scanner.attest.keys import is_encrypted, read
    from scanner.cli import passphrase
    from scanner.packs import keys, seal
    from scanner.packs.contents import MANIFEST, SIGNATURE

    if not pack.is_dir():
        message = f"{pack}: no folder; sign the folder, then zip it"
        raise UsageError(message)
    raw = read(key)
    secret = passphrase.ask(str(key)) if is_encrypted(raw) else None
    made, signature = seal.seal(pack, keys.load_private(raw, secret, str(key)), _today())
    files.write(pack / MANIFEST, made)
    files.write(pack / SIGNATURE, signature)
    terminal.say(f"{pack / SIGNATURE}  signs {pack / MANIFEST}, which lists every file")
    return OK


def _public(file: Path | None) -> bytes | None:
    if file is None:
        return None
    from scanner.attest.keys import read
    from scanner.packs import keys

    return keys.load_public(read(file), str(file))


def _today() -> date:
    return datetime.now(UTC).date()


def _shown(found: "Foreign") -> str:
    from scanner.packs import keys

    one = found.manifest
    whose = keys.key_id(bytes.fromhex(found.key))[:16]
    return f"{one.name} {one.version}: {len(found.rules)} rules, signed by {whose}…, good until {one.expires}"
