"""Tokens of access in a text, told by their structure alone: kinds and places, never the tokens.

No measure of entropy: a hash, an id and a vocabulary are as random as a key. Each kind has a prefix that its issuer
gives it for this purpose, so that scanners of forges find it.
"""

import re
from collections.abc import Iterator

from scanner.pattern import pattern

_KINDS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    # kind, what the text must hold (found a hundred times as fast), pattern
    ("huggingface", "hf_", pattern(r"\bhf_([A-Za-z0-9]{34})\b")),
    ("aws", "AKIA", pattern(r"\bAKIA([0-9A-Z]{16})\b")),
    ("aws-session", "ASIA", pattern(r"\bASIA([0-9A-Z]{16})\b")),
    ("github", "gh", pattern(r"\bgh[pousr]_([A-Za-z0-9]{36})\b")),
    ("github-fine", "github_pat_", pattern(r"\bgithub_pat_(\w{22,90})\b")),
    ("gitlab", "glpat-", pattern(r"\bglpat-([\w-]{20,60})\b")),
    ("anthropic", "sk-ant-", pattern(r"\bsk-ant-[a-z0-9]{2,8}-([\w-]{60,120})")),
    ("openai", "sk-proj-", pattern(r"\bsk-proj-([\w-]{40,200})")),
    ("openai-old", "T3BlbkFJ", pattern(r"\bsk-([A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20})\b")),
    ("slack", "xox", pattern(r"\bxox[abprs]-(\d{10,13}-[0-9A-Za-z-]{20,80})\b")),
    ("google", "AIza", pattern(r"\bAIza([\w-]{35})(?![\w-])")),
    ("google-oauth", "ya29.", pattern(r"\bya29\.([\w-]{60,300})")),
    ("pypi", "pypi-AgEIcHlwaS5vcmc", pattern(r"\bpypi-AgEIcHlwaS5vcmc([\w-]{50,300})")),
    ("npm", "npm_", pattern(r"\bnpm_([A-Za-z0-9]{36})\b")),
    ("stripe", "k_live_", pattern(r"\b[rs]k_live_([0-9A-Za-z]{24,99})\b")),
    ("sendgrid", "SG.", pattern(r"\bSG\.([\w-]{22}\.[\w-]{43})\b")),
    ("replicate", "r8_", pattern(r"\br8_([A-Za-z0-9]{37})\b")),
    ("telegram", ":AA", pattern(r"\b\d{8,10}:AA([\w-]{33})(?![\w-])")),
    ("jwt", "eyJ", pattern(r"\beyJ[\w-]{10,2000}\.eyJ([\w-]{10,4000}\.[\w-]{20,1000})")),
    (
        "private-key",
        "PRIVATE KEY-----",
        pattern(
            r"-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY-----(?:\s|\\n|\\r|[\w :,-]{1,99}\n){1,9}"
            r"([A-Za-z0-9+/=]{40,80})"
        ),
    ),
)  # fmt: skip

_DUMMY = pattern(r"(?i)example|x{5}|\*{3}|\.{3}|(?:0?123456789)|abcdefgh|your|placeholder|redacted|dummy|fake")
_DISTINCT = 9
"""Different characters that a token has at least: letters given at random repeat less."""


def credentials(text: str) -> Iterator[tuple[str, int]]:
    """Yield the kind and the offset, in characters, of each token of access in a text.

    What stands for one in documentation is left out: few different characters, an alphabet in order, "EXAMPLE".
    """
    for kind, found in _found(text):
        yield kind, found.start()


def places(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and the end, in characters, of what is secret in each token of access in a text."""
    for _, found in _found(text):
        yield found.span(1)


def concealed(text: str) -> str:
    """Return a text to be shown: of each token of access its prefix and a mark."""
    for _, found in list(_found(text)):
        text = text.replace(found[1], "…")
    return text


def _found(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    for kind, needed, shape in _KINDS:
        if needed in text:
            for found in shape.finditer(text):
                if len(set(found[1])) >= _DISTINCT and not _DUMMY.search(found[1]):
                    yield kind, found
