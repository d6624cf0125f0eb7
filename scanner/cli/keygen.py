"""`assay keygen`: a first key to sign with."""

from pathlib import Path
from typing import Annotated

import typer

from scanner.cli import terminal
from scanner.usage import UsageError

HELP = """Make a key to sign models with.

Writes NAME.pem, the private key under a passphrase, and NAME.pub, which is what others verify with.
The passphrase is asked for, or taken from the environment variable ASSAY_PASSPHRASE.

\b
  assay keygen release
  assay sign models/mine --key release.pem
  assay verify models/mine --key release.pub
"""

PACKS = "ed25519"
"""The curve of keys for rule packs; models are signed with the others."""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("keygen", help=HELP)(keygen)


def keygen(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the two files are called.")],
    *,
    curve: Annotated[
        str,
        typer.Option(metavar="CURVE", help="p256, p384 or p521; most programs verify p256. ed25519 signs rule packs."),
    ] = "p256",
    no_passphrase: Annotated[
        bool, typer.Option("--no-passphrase", help="Leave the private key open to whoever reads the file.")
    ] = False,
) -> int:
    """Write both files, or neither."""
    from scanner.attest import files
    from scanner.attest import keys as models
    from scanner.cli import passphrase
    from scanner.packs import keys as packs

    if curve not in {*models.CURVES, PACKS}:
        message = f"--curve {curve}: unknown; one of {', '.join(models.CURVES)}, {PACKS}"
        raise UsageError(message)
    private, public = Path(f"{name}.pem"), Path(f"{name}.pub")
    for file in (private, public):
        if file.exists():
            message = f"{file}: exists already; a key is never replaced"
            raise UsageError(message)
    secret = None if no_passphrase else passphrase.ask(str(private), twice=True)
    if curve == PACKS:
        signer = packs.generate()
        made, told = packs.private_pem(signer, secret), packs.public_pem(signer)
        name_of_key = packs.key_id(packs.public(signer))
    else:
        key = models.generate(curve)
        made, told = models.private_pem(key, secret), models.public_pem(key.public_key())
        name_of_key = models.key_id(key.public_key())
    files.write(private, made, mode=0o600, replace=False)
    try:
        files.write(public, told, replace=False)
    except UsageError:
        private.unlink()
        raise
    terminal.say(f"{private}  the private key; keep it secret\n{public}  the public key {name_of_key}")
    return 0
