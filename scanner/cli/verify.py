"""`assay verify`: is this the model that somebody I trust has signed?"""

from typing import Annotated

import typer

HELP = """Check who signed a model and each of its files, and scan it.

The signature is model.sig in the folder (FILE.sig beside a single file) unless --signature names it. Whom you trust
is said by one of --key, --certificate-chain, --identity with --issuer, or --trust with a policy; there is no default.
Files that the signature leaves out are listed, and scanned like all others.

\b
  assay verify models/mine --key release.pub
  assay verify hf://org/name --key release.pub    by listed digests, no download
  assay verify models/mine --certificate-chain root.pem --identity "Example Release"
  assay verify models/mine --identity me@example.com --issuer https://accounts.google.com
  assay verify models/mine --trust trust.toml --attestation mine.sigstore.jsonl

\b
Exit codes:
  0  pass: every signed file has its signed bytes, none is unsigned, and the scan passes
  1  fail: signature, signer, files, statements or scan; the code says which
  2  the command cannot be carried out as it was given
  3  incomplete: there was nothing to verify, or not all of it could be read

\b
What earlier writers did otherwise is accepted only by name, --legacy NAME:
  predicate-v0.1, pae-v0.2   model-signing 0.2
  rawBytes-key               keys within bundles, before 1.1.0
  single-file-dot            a single file called "."
  shard-spelling             sizes of shards as 100.0, hashes as sha256-sharded-100
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("verify", help=HELP)(verify)


def verify(  # noqa: PLR0913 - one parameter an option
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A folder, or one file.")],
    *,
    signature: Annotated[
        list[str] | None, typer.Option(metavar="FILE", help="The signature. With --trust, repeatable.")
    ] = None,
    trust: Annotated[
        str | None, typer.Option(metavar="FILE", help="Trust whom this policy names, and ask for what it asks.")
    ] = None,
    called: Annotated[
        str | None, typer.Option("--as", metavar="hf:NAME@COMMIT", help="What the model is, for the rules of --trust.")
    ] = None,
    attestation: Annotated[
        list[str] | None, typer.Option(metavar="FILE", help="Statements, as `assay attest` writes them. Repeatable.")
    ] = None,
    bom: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="Bills of materials, as `assay bom` writes them."),
    ] = None,
    key: Annotated[str | None, typer.Option(metavar="FILE", help="Trust this public key, PEM.")] = None,
    certificate_chain: Annotated[
        str | None, typer.Option(metavar="FILE", help="Trust signers whose certificates lead to these, PEM.")
    ] = None,
    identity: Annotated[
        str | None, typer.Option(metavar="NAME", help="The signer: name or address in the certificate.")
    ] = None,
    issuer: Annotated[
        str | None, typer.Option(metavar="URL", help="Who vouched for the identity of a keyless signature.")
    ] = None,
    trusted_root: Annotated[
        str | None, typer.Option(metavar="FILE", help="Sigstore's trusted root, instead of the built-in one.")
    ] = None,
    subset: Annotated[
        bool,
        typer.Option(
            "--subset", help="Signed files may be missing, as after a partial download; --trust has a key for it."
        ),
    ] = False,
    ignore_unsigned: Annotated[
        bool, typer.Option("--ignore-unsigned", help="Files may be there that nobody signed.")
    ] = False,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="PATH", help="Leave out a file or folder of the model. Repeatable.")
    ] = None,
    legacy: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Accept what an earlier writer did. Repeatable.")
    ] = None,
    policy: Annotated[str | None, typer.Option(metavar="FILE", help="The policy to judge the scan by.")] = None,
    report_format: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="text (unless said otherwise), json or sarif.")
    ] = "text",
    output: Annotated[str | None, typer.Option(metavar="FILE", help="Write the decision to FILE.")] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Worker processes; all cores unless said otherwise.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing; the exit code answers.")] = False,
) -> int:
    """Verify, say what was decided, and return the exit code."""
    from scanner.cli import verifying

    return verifying.run(
        model,
        signature=signature,
        trust=trust,
        called=called,
        attestation=attestation,
        bom=bom,
        key=key,
        certificate_chain=certificate_chain,
        identity=identity,
        issuer=issuer,
        trusted_root=trusted_root,
        subset=subset,
        ignore_unsigned=ignore_unsigned,
        ignore=ignore,
        legacy=legacy,
        policy=policy,
        report_format=report_format,
        output=output,
        jobs=jobs,
        quiet=quiet,
    )
