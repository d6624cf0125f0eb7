"""`assay sign`: vouch for a model that was just scanned."""

from typing import Annotated

import typer

from scanner.cli.signer_options import (
    Certificate,
    Chain,
    IdentityToken,
    Key,
    PublicKey,
    Service,
    Sigstore,
    TimestampRoot,
    TimestampUrl,
    TrustConfig,
)

HELP = """Scan a model, and sign it if it passes.

The signature (OpenSSF Model Signing v1.0) lists every file with its digest: model.sig in a folder, FILE.sig
beside a single file. A model whose scan does not pass is not signed, unless --allow-failing says so; the signature
then records the verdict. A passphrase or PIN is asked for, or taken from the environment variable ASSAY_PASSPHRASE.

A key and a certificate alone tell no time: --timestamp-url has an authority say when the signature was there, so that
it holds after the certificate has expired, for those whose trust policy names that authority.

\b
  assay sign models/mine --key release.pem
  assay sign models/mine --key leaf.pem --certificate leaf.crt --chain between.crt
  assay sign models/mine --sigstore              in a CI job that has an identity
  assay sign models/mine --service gcpkms:… --public-key release.pub
  assay sign models/mine --service 'hsm:2?label=release' --public-key release.pub
                         (PYKCS11LIB names the library of the token)

\b
Exit codes:
  0  signed
  1  not signed: the scan fails the policy
  2  the command cannot be carried out as it was given
  3  not signed: something was not read to its end
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("sign", help=HELP)(sign)


def sign(  # noqa: PLR0913 - one parameter an option
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A folder, or one file.")],
    *,
    key: Key = None,
    certificate: Certificate = None,
    chain: Chain = None,
    service: Service = None,
    public_key: PublicKey = None,
    sigstore: Sigstore = False,
    identity_token: IdentityToken = None,
    trust_config: TrustConfig = None,
    timestamp_url: TimestampUrl = None,
    timestamp_root: TimestampRoot = None,
    out: Annotated[str | None, typer.Option(metavar="FILE", help="Where the signature goes.")] = None,
    name: Annotated[str, typer.Option(metavar="NAME", help="What the signature calls the model.")] = "",
    hash_name: Annotated[
        str,
        typer.Option("--hash", metavar="HASH", help="sha256, blake2b or blake3; only sha256 costs no further read."),
    ] = "sha256",
    shard_size: Annotated[
        int, typer.Option(min=0, metavar="BYTES", help="Sign shards of this size instead of whole files.")
    ] = 0,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="PATH", help="Leave out a file or folder of the model. Repeatable.")
    ] = None,
    allow_failing: Annotated[
        bool, typer.Option("--allow-failing", help="Sign whatever the scan says; the signature records it.")
    ] = False,
    policy: Annotated[str | None, typer.Option(metavar="FILE", help="The policy to judge the scan by.")] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Worker processes; all cores unless said otherwise.")
    ] = None,
) -> int:
    """Scan, sign, and return the exit code."""
    from scanner.attest.sign import Shape
    from scanner.cli import scanning, signing

    scanning.here(model)
    maker = signing.maker(
        key=key,
        certificate=certificate,
        chain=chain,
        service=service,
        public_key=public_key,
        sigstore=sigstore,
        identity_token=identity_token,
        trust_config=trust_config,
        timestamp_url=timestamp_url,
        timestamp_root=timestamp_root,
    )
    shape = Shape(algorithm=hash_name, shard_nbytes=shard_size, ignored=tuple(ignore or ()), name=name)
    return signing.sign(model, maker, out=out, shape=shape, anyway=allow_failing, policy=policy, jobs=jobs)
