"""`assay attest`: say of a model, signed, what a scan of it came to."""

from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli import terminal
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

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from scanner.attest.bill import Bill

HELP = """Scan a model and sign statements of the verdict.

Each line of the output is a Sigstore bundle around an in-toto statement over the model's root and every file: the
whole verdict with its findings, and, only if the model passes with every byte of every file read, a Simple
Verification Result, which a gate can ask for. A passphrase is asked for, or taken from ASSAY_PASSPHRASE.

\b
  assay attest models/mine --key release.pem --out mine.sigstore.jsonl
  assay attest models/mine --key release.pem --vsa pkg:huggingface/org/mine
  assay attest models/mine --unsigned          what would be signed

\b
Exit codes:
  0  pass: statements are written, a Simple Verification Result among them
  1  fail: the written statements say so
  2  the command cannot be carried out as it was given
  3  incomplete: something was not read to its end; the written statements say so
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("attest", help=HELP)(attest)


def attest(  # noqa: PLR0913 - one parameter an option
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
    unsigned: Annotated[bool, typer.Option("--unsigned", help="Print the bare statements, and sign nothing.")] = False,
    out: Annotated[str, typer.Option(metavar="FILE", help="Where they go; - is standard output.")] = "-",
    name: Annotated[str, typer.Option(metavar="NAME", help="What the statements call the model.")] = "",
    vsa: Annotated[
        str, typer.Option(metavar="URI", help="A SLSA Verification Summary too; the URI names the model.")
    ] = "",
    bom: Annotated[
        bool, typer.Option("--bom", help="The bill of materials too, as CycloneDX 1.6 in a statement.")
    ] = False,
    valid_days: Annotated[
        int, typer.Option(min=0, max=3650, metavar="DAYS", help="Until when the verdict speaks; 0 says nothing of it.")
    ] = 0,
    policy: Annotated[str | None, typer.Option(metavar="FILE", help="The policy to judge the scan by.")] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Worker processes; all cores unless said otherwise.")
    ] = None,
) -> int:
    """Scan, sign, write, and return the verdict's exit code."""
    from pathlib import Path

    from scanner.attest import files, statement
    from scanner.cli import billing, scanning, signing

    scanning.here(model)
    make = (
        None
        if unsigned
        else signing.maker(
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
    )
    if out != "-":
        billing.outside(Path(out), model)
    started = billing.now()
    bill = billing.bill(model, policy=policy, jobs=jobs, name=name)
    lines = [
        one + b"\n" if make is None else statement.sign(one, make)
        for one in _statements(bill, started, vsa=vsa, bom=bom, valid_days=valid_days)
    ]
    if out == "-":
        terminal.write(b"".join(lines).decode("utf-8"))
    else:
        files.write(Path(out), b"".join(lines))
        verdict = "incomplete" if bill.verdict == "pass" and not bill.complete else bill.verdict
        made, parts = billing.counted(len(lines), "statement"), billing.counted(len(bill.parts), "file")
        terminal.say(f"{out}  {made} of {parts}, verdict {verdict}")
    if not statement.passed(bill) and bill.verdict == "pass":
        return scanning.EXIT_CODES["incomplete"]
    return scanning.EXIT_CODES[bill.verdict]


def _statements(bill: "Bill", started: "datetime", *, vsa: str, bom: bool, valid_days: int) -> "Iterator[bytes]":
    """Yield the statements, the gate first where there is one."""
    from datetime import timedelta

    from scanner.attest import program, scan_predicate, statement, svr
    from scanner.attest import vsa as slsa
    from scanner.cli import billing
    from scanner.limits import DEFAULT

    finished = billing.now()
    moment = billing.spelled(finished)
    gate = svr.predicate(bill, moment)
    if gate is not None:
        yield statement.encode(bill, svr.TYPE, gate)
    run = scan_predicate.Run(
        started=billing.spelled(started),
        finished=moment,
        until=billing.spelled(finished + timedelta(days=valid_days)) if valid_days else "",
        program=program.digest(),
        limits=DEFAULT,
    )
    yield statement.encode(bill, scan_predicate.TYPE, scan_predicate.predicate(bill, run))
    if vsa:
        yield statement.encode(bill, slsa.TYPE, slsa.predicate(bill, moment, resource=vsa))
    if bom:
        import json

        from scanner.attest import cyclonedx

        made = json.loads(cyclonedx.write(bill, version="1.6", moment=moment))
        yield statement.encode(bill, cyclonedx.PREDICATE, made)
