"""A trust policy as TOML: read strictly, with all its keys and certificates, before anything is verified."""

import hashlib
import re
from pathlib import Path
from typing import get_args

from scanner.attest import keys, matching, predicates, trust_signers, trust_table
from scanner.attest.oms import LEGACY
from scanner.attest.trust import (
    Action,
    Bases,
    Files,
    Rule,
    Signatures,
    Statement,
    Trust,
    Trusted,
    Unknown,
)  # fmt: skip
from scanner.attest.trust_table import Table
from scanner.usage import UsageError

_BASE = re.compile(r"hf:[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)?@[0-9a-f]{40}|sha256:[0-9a-f]{64}", re.ASCII)


def load(file: Path) -> Trust:
    """Read a policy. Raises `UsageError`: one line with the file, the line, the key and what to do."""
    raw = keys.read(file) if file.exists() else None
    if raw is None:
        message = f"{file}: no such file"
        raise UsageError(message)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{file}: is not UTF-8"
        raise UsageError(message) from error
    top = trust_table.parse(file, text)
    version = top.one_of("version", (1,), 0)
    if version != 1:
        raise top.refused(key="version", reason="is missing; add version = 1")
    defaults = top.table("defaults")
    trusted = top.table("trust")
    signers = trust_signers.read(trusted, file.parent)
    rules = tuple(_rule(one, number, signers) for number, one in enumerate(top.tables("rule"), start=1))
    made = Trust(
        name=file.name,
        sha256=hashlib.sha256(raw).hexdigest(),
        folder=file.parent.resolve(),
        signers=signers,
        rules=rules,
        action=defaults.one_of("action", get_args(Action), "deny"),
        unsigned=defaults.one_of("unsigned_files", get_args(Files), "deny"),
        ignored=defaults.one_of("ignored_files", get_args(Files), "scan"),
        legacy=_legacy(defaults),
    )
    for one in (defaults, trusted, top):
        one.done()
    return made


def _legacy(table: Table) -> tuple[str, ...]:
    given = table.texts("legacy", ())
    for one in given:
        if one not in LEGACY:
            raise table.refused(key="legacy", reason=f"{one!r} is unknown; one of {', '.join(LEGACY)}")
    return given


def _rule(table: Table, number: int, signers: dict[str, Trusted]) -> Rule:
    made = Rule(
        name=f"rule {number} (line {table.source.line(table.way)})",
        match=_match(table),
        signatures=_signatures(table.table("signatures"), signers) if "signatures" in table else None,
        pin_revision=table.flag("pin_revision"),
        bases=_bases(table.table("base_models")) if "base_models" in table else None,
        subset=table.flag("subset"),
        required=table.texts("required_files", ()),
        statements=tuple(_statement(one, signers) for one in table.tables("attestation")),
    )
    if made.required and not made.subset:
        raise table.refused(key="required_files", reason="goes with subset = true; otherwise every file is required")
    table.knows("signatures", "base_models")
    table.one_of("transparency_log", ("required", "if-present"), "required")
    table.done()
    if made.signatures is None and not any(made.statements):
        raise table.refused(key="", reason="the rule asks for nothing signed; add signatures or an attestation")
    return made


def _match(table: Table) -> tuple[str, ...]:
    patterns = table.texts("match")
    for one in patterns:
        if fault := matching.fault(one):
            raise table.refused(key="match", reason=f"{one!r} {fault}")
    return patterns


def _signatures(held: Table, signers: dict[str, Trusted]) -> Signatures:
    made = Signatures(threshold=held.count("threshold"), any_of=_named(held, "any_of", signers))
    if "distinct" in held and not held.flag("distinct"):
        raise held.refused(
            key="distinct", reason="a threshold counts distinct signers; one that does not counts nothing"
        )
    held.flag("distinct")
    held.done()
    return made


def _named(table: Table, key: str, signers: dict[str, Trusted]) -> tuple[str, ...]:
    """Take globs over signers; one that names nobody is a mistake."""
    globs = table.texts(key)
    for one in globs:
        if not matching.signers(one, signers):
            raise table.refused(key, f"{one!r} names no signer; known: {', '.join(signers) or 'none'}")
    return globs


def _bases(held: Table) -> Bases:
    made = Bases(allow=held.texts("allow"), unknown=held.one_of("unknown", get_args(Unknown), "deny"))
    for one in made.allow:
        if not _BASE.fullmatch(one):
            raise held.refused(
                key="allow", reason=f"{one!r} is no pin; write hf:OWNER/NAME@COMMIT (40 digits) or sha256:ROOT"
            )
    held.done()
    return made


def _statement(table: Table, signers: dict[str, Trusted]) -> Statement:
    made = Statement(
        type=table.text("type"),
        signed_by=_named(table, "signed_by", signers),
        max_age=table.duration("max_age"),
        require=table.texts("require", ()),
        verifier=table.text("verifier", ""),
    )
    if made.type not in predicates.READ:
        raise table.refused(key="type", reason=f"unknown; one of {', '.join(predicates.READ)}")
    if made.require and made.type != predicates.SVR:
        raise table.refused(key="require", reason=f"properties are listed by {predicates.SVR} alone")
    table.done()
    return made
