"""Shell scripts, batch files and PowerShell beside a model: what they fetch, run, turn off and leave behind."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

SUFFIXES = (".sh", ".bash", ".zsh", ".ksh", ".command", ".bat", ".cmd", ".ps1", ".psm1")

_SHEBANG = pattern(
    rb"(?:\xef\xbb\xbf)?#![ \t]*/[^\n]{0,100}\b(?:ba|z|k|da|a|fi)?sh\b|(?:\xef\xbb\xbf)?#![^\n]{0,100}\bpwsh\b"
)
_BATCH = pattern(rb"(?i)(?:\xef\xbb\xbf)?\s*@?echo[ \t]+off\b")


def claims(head: bytes, path: str) -> bool:
    """Claim what is named as a script of text, or starts as one."""
    if b"\0" in head[:512] and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    return path.lower().endswith(SUFFIXES) or _SHEBANG.match(head) is not None or _BATCH.match(head) is not None


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield what the commands of the script do."""
    from scanner.formats.shell.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="shell",
    spec="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html",
    claims=claims,
    read=read,
    holds=(b"#!", b"echo off", b"ECHO OFF", b"Echo Off"),
    named=SUFFIXES,
    reads="commands that fetch, decode, run, persist, turn protection off or open a way in",
    leaves="values of variables, what programs do that the script starts",
)
