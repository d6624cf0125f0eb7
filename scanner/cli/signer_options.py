"""The options by which verbs are told what to sign with, in one wording."""

from typing import Annotated

import typer

Key = Annotated[str | None, typer.Option(metavar="FILE", help="The private key, PEM.")]
Certificate = Annotated[
    str | None, typer.Option(metavar="FILE", help="The certificate of the key, PEM; others may follow it.")
]
Chain = Annotated[str | None, typer.Option(metavar="FILE", help="Certificates between --certificate and a root, PEM.")]
Service = Annotated[
    str | None, typer.Option(metavar="URI", help="A key in a service or token, as securesystemslib names it.")
]
PublicKey = Annotated[str | None, typer.Option(metavar="FILE", help="The public key of --service, PEM.")]
Sigstore = Annotated[bool, typer.Option("--sigstore", help="Sign with an identity instead of a key.")]
IdentityToken = Annotated[str | None, typer.Option(metavar="FILE", help="An identity token for --sigstore.")]
TrustConfig = Annotated[
    str | None, typer.Option(metavar="FILE", help="Signing services for --sigstore, instead of the public ones.")
]
TimestampUrl = Annotated[
    str | None, typer.Option(metavar="URL", help="Have an authority stamp the signature's time (RFC 3161).")
]
TimestampRoot = Annotated[
    str | None, typer.Option(metavar="FILE", help="Certificates that vouch for that authority, PEM.")
]
