"""What a text tells as a whole, whatever shell it is for: a shell handed to an address, PowerShell that fetches."""

import re
from collections.abc import Iterator

from scanner.commands.act import Act, done, fetched_by
from scanner.commands.addresses import address
from scanner.commands.saying import is_run
from scanner.pattern import pattern

_REMOTE_SHELL = pattern(
    r"\bnc(?:at)?\b[^\n;|]{0,80}\s(?:-[a-z]*e|-c|--exec|--sh-exec)\s*\S*(?:sh\b|"
    r"cmd)|"
    r"\bsocat\b[^\n;]{0,200}(?:exec|system):[^\n]{0,40}sh\b|socket[^\n]{0,300}(?:dup2|pty\.spawn)[^\n]{0,200}|"
    r"mkfifo[^\n]{0,200}\bnc(?:at)?\b|fsockopen[^\n]{0,200}(?:exec|proc_open|shell_exec)"
)
_LOCAL = frozenset({"localhost", "127.0.0.1", "0.0.0.0"})  # noqa: S104 - compared only
_DEV_TCP = pattern(r"/dev/(?:tcp|udp)/([^\s/]+)/([^\s/'\"]+)")
# What waits for a port opens it and does nothing with it.
_SHELL_TO_PORT = pattern(
    r"\b(?:ba|z|da|k)?sh(?:\s+-[il]+)*\s*(?:\d?[<>]&?\s*|&>\s*)/dev/(?:tcp|udp)/[^\s/]+/[^\s\"';)]+|/dev/(?:tcp|udp)/\S+\s+0[<>]&1|"
    r"\d+<>\s*/dev/(?:tcp|udp)/[^\n]{0,300}\n?[^\n]{0,200}(?:\b(?:ba|z|da)?sh\b(?:\s+-i)?\s*[<>]&\s*\d|<&\s*\d+\s*\|"
    r"\s*(?:(?:ba)?sh\b|while\s+read))"
)
_POWERSHELL = pattern(
    r"(?i)(?:\biex\b|invoke-expression)[^\n]{0,120}(?:downloadstring|\biwr\b|\birm\b|invoke-webrequest|"
    r"invoke-restmethod)|"
    r"(?:downloadstring|\biwr\b|\birm\b|invoke-webrequest|invoke-restmethod)[^\n]{0,200}\|\s*(?:iex\b|"
    r"invoke-expression)"
)
_POWERSHELL_CODED = pattern(
    r"(?i)powershell[^\n]{0,80}\s-e(?:nc|c|ncodedcommand)?\s+[A-Za-z0-9+/=]{20}|frombase64string[^\n]{0,200}\biex\b"
)


def of_text(text: str) -> Iterator[Act]:
    """Yield what is told by the text as a whole."""
    for found in (*_to_port(text), *_REMOTE_SHELL.finditer(text)):
        host = _DEV_TCP.search(found[0])
        detail = host[0] if host else found[0]
        line = text.count("\n", 0, found.start())
        yield done("remote-shell", detail.partition(" ")[0][:20], detail, host[1] if host else "", line=line)
        break
    fetched = _first(_POWERSHELL, text)
    if fetched:
        command = text[fetched.start() : fetched.end() + 200].partition("\n")[0]
        line = text.count("\n", 0, fetched.start())
        yield fetched_by("pipe", address(command), command, line, checked=False)
    coded = _first(_POWERSHELL_CODED, text)
    if coded:
        yield done("decode-run", "powershell", line=text.count("\n", 0, coded.start()))


def _first(form: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next((found for found in form.finditer(text) if is_run(text, found.start())), None)


def _to_port(text: str) -> Iterator[re.Match[str]]:
    """Find where a shell is tied to an address by what the shell itself opens; not one on this machine."""
    for found in _SHELL_TO_PORT.finditer(text):
        host = _DEV_TCP.search(found[0])
        if host is not None and host[1] not in _LOCAL:
            yield found
