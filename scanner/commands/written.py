"""Command lines as they stand in a text for people or agents, where no shell could read what is around them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from scanner.commands.addresses import address, source_of
from scanner.pattern import pattern

_SHELL = (
    r"(?:sudo\s+(?:-\w+\s+){0,3})?(?:\S{0,40}/)?"
    r"(?:(?:ba|z|da|k|fi|a)?sh|python[\d.]*|node|perl|ruby|php|iex|pwsh|powershell)\b"
)
_FETCH = r"(?:curl|wget|iwr|irm|invoke-webrequest|invoke-restmethod|aria2c)"

_SHAPES: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (
    # act, what the text holds in lower case, pattern
    ("fetch-run", ("curl", "wget", "iwr", "irm", "invoke-", "new-object"), pattern(
        rf"(?i)(?<![\w-]){_FETCH}\s[^\n|]{{0,400}}\|\s*(?:(?:tr|sed|tee|gunzip|tac)\s[^\n|]{{0,80}}\|\s*)?{_SHELL}(?![\w./-])"
        rf"|(?i:(?<![\w-])(?:(?:ba|z|da)?sh|source|eval|\.)\s+(?:-\w+\s+){{0,2}}[\"']?(?:<\(|\$\(|`)\s*{_FETCH}\s[^\n]{{0,300}})"
        rf"|(?i:(?<![\w-])(?:iex|invoke-expression)\s*[\"'(&]{{0,3}}\s*\(?(?:new-object|irm|iwr|curl|invoke-)[^\n]{{0,300}})"
    )),
    ("fetch-run", ("curl", "wget"), pattern(
        rf"(?i)(?<![\w-]){_FETCH}\s[^\n|]{{0,160}}(?:-o|-O|--output|>)\s*(\S{{2,80}}+)[^\n]{{0,80}}?(?:&&|;)\s*"
        r"(?:sudo\s+)?(?:(?:ba|z)?sh|python3?|source|\.)\s+\1"
        rf"|(?i:(?<![\w-]){_FETCH}\s[^\n|]{{0,200}}(?:&&|;)\s*chmod\s+(?:\+x|7\d\d|a\+x)\s+\S{{1,80}}[^\n]{{0,80}}(?:&&|;)\s*(?:sudo\s+)?\.?/\S)"
    )),
    ("decode-run", ("powershell", "pwsh"), pattern(
        r"(?i)\b(?:powershell|pwsh)(?:\.exe)?\s[^\n]{0,120}?-e(?:nc|ncodedcommand|c)?\s+[\"']?[a-z0-9+/=]{24,}"
    )),
    ("decode-run", ("base64", "xxd", "openssl"), pattern(
        rf"(?i)(?:base64\s+(?:-d|-D|--decode)|xxd\s+-r(?:\s+-p)?|openssl\s+(?:enc\s+)?-?base64\s+-d)[^\n|]{{0,200}}\|\s*{_SHELL}(?![\w./-])"
    )),
    ("remote-shell", ("/dev/tcp/", " -e "), pattern(
        r"(?i)/dev/tcp/(?!localhost|127\.)[\w.${}-]{1,100}/|\bn(?:c|cat)\s+(?:-\w+\s+){0,4}-e\s+/bin/"
    )),
    ("sends-secrets", ("curl", "wget"), pattern(
        r"(?i)(?<![\w-])curl\s[^\n]{0,200}(?:(?:-d|--data(?:-\w+)?|-F|--form|-T|--upload-file)"
        r"[ =]?[\"']?(?:[\w-]{1,30}=)?"
        r"(?:@|\$\(\s*(?:cat|env|printenv|base64)\b|`(?:cat|env)\b|<)?)\s*[\"']?"
        r"(?:(?:~|\$home|/root|/home/\w+)?/?\.(?:ssh|aws|npmrc|netrc|env|gnupg|kube|docker|git-credentials|bash_history|config/gcloud)\b"
        r"|/etc/(?:passwd|shadow)|env\b|printenv\b)"
    )),
    ("bundled-script", ("scripts/",), pattern(
        r"(?i)(?<![\w-])(?:python3?|bash|sh|node|ruby|perl|uv run)\s+(?:-\w+\s+){0,3}[\"']?"
        r"(?:\$?\{?\w+\}?/|\.{1,2}/|[\w-]+/){0,6}scripts/[\w./-]{1,80}"
    )),
    ("foreign-index", ("index-url", "--registry", "find-links", "trusted-host", " -i http", ' -i "http'), pattern(
        r"(?i)(?:--(?:extra-)?index-url|--registry|--find-links)[ =][\"']?(?:https?://)\S{3,200}"
        r"|\bpip3?\s+install\s[^\n]{0,100}\s-i\s*[\"']?https?://\S{3,200}|--trusted-host[ =]\S{3,100}"
    )),
    ("package-address", ("install", " add ", " i "), pattern(
        r"(?i)\b(?:pip3?|uv|pipx|npm|pnpm|yarn|bun)\s+(?:pip\s+|tool\s+)?(?:install|add|i)\s+"
        r"(?:-{1,2}(?!-|index|extra|find|registry|trusted|i\s)[\w-]+\s+){0,4}"
        r"[\"']?(?:[\w.\[\],-]{1,80}\s*@\s*)?(?:git\+)?(?:https?|git|ssh)://[^\s\"'`]{3,200}"
    )),
)  # fmt: skip


class Written(NamedTuple):
    """One command line: `act` and `source` as in `CommandActs`, its offset and text."""

    act: str
    source: str
    at: int
    text: str


def written(text: str) -> Iterator[Written]:
    """Yield command lines that do what is worth to be known, each kind in order. Linear in the length of the text.

    Acts are those of `CommandActs`, and "bundled-script": a script that lies beside is run. A line that ends in a
    backslash goes on.
    """
    whole = text.replace("\\\n", "  ")  # as long as before: offsets stay
    lower = whole.lower()
    for act, needed, shape in _SHAPES:
        for begin, end in sorted(_lines(lower, needed)):
            for found in shape.finditer(whole, begin, end):
                yield Written(act, source_of(address(found[0])), found.start(), found[0])


def _lines(text: str, words: tuple[str, ...]) -> set[tuple[int, int]]:
    """Return the bounds of the lines that hold one of some words."""
    found: set[tuple[int, int]] = set()
    for word in words:
        at = text.find(word)
        while at >= 0:
            end = text.find("\n", at)
            end = end if end >= 0 else len(text)
            found.add((text.rfind("\n", 0, at) + 1, end))
            at = text.find(word, end)
    return found
