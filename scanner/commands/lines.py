"""What single lines do that a reader of POSIX's grammar does not tell: batch, PowerShell, and what stays or unlocks."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from scanner.commands.act import Act, done, fetched_by, shown
from scanner.commands.addresses import address, source_of
from scanner.commands.saying import is_comment, says
from scanner.pattern import pattern

LINE_CHARACTERS = 8000
"""A command is looked at as far as this."""

ACTS = 500
"""Acts of one text that are stated."""

LASTING = frozenset(
    {"turns-off-protection", "persists", "adds-key", "deletes-root", "hides-window", "clears-traces", "bypasses-policy"}
)
"""What no parse of a command finds."""

_FETCH = (
    r"(?:\b(?:curl|wget|aria2c|fetch)(?:\.exe)?\b|\b(?:iwr|irm|Invoke-WebRequest|Invoke-RestMethod)\b"
    r"|DownloadString|DownloadData)"
)
_SHELL = r"(?:sudo\s+(?:-\w+\s+)*)?(?:/(?:usr/)?bin/(?:env\s+)?)?(?:ba|z|da|k|a|fi)?sh\b"
_RUNNER = rf"(?:{_SHELL}|(?:sudo\s+)?(?:python|perl|ruby|node|php)[\d.]*\b)"

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("fetch-run", pattern(
        rf"(?i){_FETCH}[^|;&\n]{{0,600}}\|\s*(?:[\w./-]+\s+[^|\n]{{0,80}}\|\s*)?{_RUNNER}(?!\s+-m\s)(?!\s+-c\s)"
        rf"|{_RUNNER}\s+(?:-c\s+)?[\"']?(?:<\(|\$\(|`)\s*(?:curl|wget)\b"
        rf"|(?:\beval|\bsource|(?:^|[;&|]\s*)\.)\s+[\"']?(?:<\(|\$\(|`)\s*(?:curl|wget)\b"
        rf"|{_FETCH}.{{0,400}}\|\s*(?:iex|Invoke-Expression)\b|\b(?:iex|Invoke-Expression)\b.{{0,80}}{_FETCH}"
        r"|\bmshta(?:\.exe)?\s+[\"']?(?:https?|javascript|vbscript):|\bregsvr32\b.{0,80}/i:https?:"
        r"|\brundll32\b.{0,80}(?:javascript|https?):|\bmsiexec(?:\.exe)?\b.{0,40}/i\s+[\"']?https?:"
    )),
    ("decode-run", pattern(
        rf"(?i)\bbase64\s+(?:-d|-D|--decode)\b[^|;&\n]{{0,200}}\|\s*{_RUNNER}|\bxxd\s+-r\b[^|\n]{{0,100}}\|\s*{_RUNNER}"
        r"|\b(?:powershell|pwsh)(?:\.exe)?\b[^|\n]{0,200}\s[-/]e(?:nc?|ncodedcommand|ncod\w*|c)?\s+[\"']?[A-Za-z0-9+/=]{16,}"
        r"|FromBase64String.{0,200}(?:iex|Invoke-Expression|\.Invoke\()|(?:iex|Invoke-Expression).{0,200}FromBase64String"
        rf"|\beval\s+[\"']?(?:\$\(|`).{{0,300}}\bbase64\s+(?:-d|-D|--decode)|\|\s*openssl\s+enc\s.{{0,80}}\|\s*{_RUNNER}"
        r"|\bcertutil(?:\.exe)?\s+-decode\b"
    )),
    ("remote-shell", pattern(
        r"(?i)\b(?:ba|z|k)?sh\s+-\w*i\w*\b[^\n]{0,60}/dev/(?:tcp|udp)/"
        r"|\bexec\s+\d+<>\s*/dev/(?:tcp|udp)/(?!localhost|127\.)"
        r"|\b(?:nc|ncat|netcat)\b[^|;\n]{0,80}\s-(?:e|c)\s*[\"']?(?:/bin/|cmd|powershell|ba?sh)"
        r"|\bmkfifo\s.{0,120}\|\s*(?:nc|ncat|netcat|openssl\s+s_client)\b|\bsocat\b.{0,160}\bexec:"
        r"|\bNet\.Sockets\.TCPClient"
    )),
    ("turns-off-protection", pattern(
        r"(?i)Set-MpPreference\b.{0,200}-Disable|Add-MpPreference\b.{0,100}-Exclusion|DisableAntiSpyware|DisableRealtimeMonitoring"
        r"|\bsc(?:\.exe)?\s+(?:stop|delete|config)\s+WinDefend|netsh\s+(?:adv)?firewall\s.{0,60}(?:state\s+off|disable)"
        r"|\bsetenforce\s+0\b|\bufw\s+disable\b|\bspctl\s+--master-disable|\bxattr\s+-\w*d\w*\s+.{0,20}com\.apple\.quarantine"
        r"|\bsystemctl\s+(?:stop|disable)\s+(?:\w+\s+)?(?:firewalld|apparmor|auditd|ufw)\b|\biptables\s+-F\b"
    )),
    ("persists", pattern(
        r"(?i)\|\s*crontab\b|\bcrontab\s+(?!-[ler]\b)[\w./$~-]|>>?\s*/etc/cron|\bschtasks(?:\.exe)?\b.{0,200}/create\b"
        r"|Register-ScheduledTask\b|\breg(?:\.exe)?\s+add\b.{0,120}\\(?:Run|RunOnce)\b|CurrentVersion\\Run\b"
        r"|>>\s*[\"']?(?:~|\$HOME|\$\{HOME\}|/root|/home/[\w$]+)/\.(?:bashrc|zshrc|profile|bash_profile|zprofile)\b"
        r"|Start Menu\\Programs\\Startup|>\s*/etc/systemd/system/|\blaunchctl\s+(?:load|bootstrap)\b|New-Service\b"
        r"|\bsc(?:\.exe)?\s+create\b"
    )),
    ("adds-key", pattern(r">>?\s*[\"']?\S{0,80}authorized_keys\b")),
    ("deletes-root", pattern(
        r"\brm\s+(?:-\w+\s+)*-\w*[rR]\w*\s+(?:-\S+\s+)*[\"']?(?:/|~|\$HOME|/\*|~/\*)[\"']?\s*(?:$|[;&|])"
        r"|(?i:\b(?:rd|rmdir|del)\s+(?:/[sqf]\s+)+[\"']?(?:[a-z]:\\|%userprofile%|%systemroot%)\\?\*?[\"']?\s*(?:$|[&|]))"
        r"|\bmkfs(?:\.\w+)?\s+/dev/|\bdd\s.{0,80}\bof=/dev/(?:sd|nvme|disk)"
    )),
    ("hides-window", pattern(r"(?i)\b(?:powershell|pwsh)(?:\.exe)?\b[^\n]{0,200}"
        r"\s[-/]w(?:in|indow\w*)?\s+(?:hidden|1)\b")),
    ("clears-traces", pattern(
        r"(?i)\bhistory\s+-c\b|\bunset\s+HISTFILE\b|HISTFILE=/dev/null|wevtutil(?:\.exe)?\s+cl\b|Clear-EventLog\b"
        r"|\brm\s+-\w+\s+\S*\.bash_history\b"
    )),
    ("bypasses-policy", pattern(r"(?i)[-/]ex(?:ec|ecutionpolicy|p)?\s+(?:bypass|unrestricted)\b"
        r"|Set-ExecutionPolicy\s+(?:-\w+\s+\w+\s+)*(?:bypass|unrestricted)")),
    ("package-address", pattern(
        r"(?i)\bpip[\d.]*\s+install\b(?:\s+(?!-(?:i|f|-index-url|-extra-index-url|-find-links|-trusted-host)\b)[^\s|;&]{1,200}){0,30}?\s[\"']?(?:[\w.\[\],-]{1,80}\s*@\s*)?(?:git\+|https?://)"
        r"|\b(?:npm|yarn|pnpm)\s+(?:i|install|add)\b[^\n|;&]{0,200}?\s[\"']?(?:git\+|https?://)"
    )),
)  # fmt: skip
_SAVED = pattern(
    r"(?i)(?:\bcurl\b[^|;&\n]{0,300}?\s(?:-o|--output)[ =]?|\bwget\b[^|;&\n]{0,300}?\s(?:-O|--output-document)[ =]?"
    r"|-OutFile\s+|\bcertutil\b.{0,200}https?://\S+\s+|\bbitsadmin\b.{0,200}https?://\S+\s+)[\"']?([\w./\\$%{}:~+-]{2,120})"
)
_LAST = pattern(r"(?i)\b(?:curl\s+(?:-\w*O\w*|--remote-name)|wget)\b[^|;&\n]{0,300}https?://[^\s\"'?]+/([\w.+-]{2,80})")
_ENDS = {"batch": "^", "powershell": "`"}
_LOOKS = pattern(
    r"(?i)curl|wget|aria2c|fetch|iwr|irm|invoke|download|base64|xxd|powershell|pwsh|frombase64|openssl|certutil|/dev/|\bnc\b|ncat"
    r"|netcat|mkfifo|socat|sockets|preference|antispyware|defend|firewall|setenforce|ufw|spctl|xattr|systemctl|iptables"
    r"|cron|schtasks|scheduledtask|\breg\b|currentversion|\.bashrc|\.zshrc|profile|startup|launchctl|service|\bsc\b"
    r"|authorized_keys|\brm\b|\brd\b|rmdir|\bdel\b|mkfs|\bdd\b|history|histfile|wevtutil|eventlog|executionpolicy|\sbypass"
    r"|pip|npm|yarn|pnpm|bitsadmin|bits|git\s+clone|mshta|regsvr32|rundll32|msiexec|iex|reg\.exe|sc\.exe"
)


class _Lines(NamedTuple):
    """The first and the last line of a command, from 0."""

    first: int
    last: int


class OfLine(NamedTuple):
    """An act, and the last line, from 0, of the command that does it: one act of a kind is told for these lines."""

    act: Act
    last: int


def of_lines(text: str, dialect: str, *, whole: bool) -> Iterator[OfLine]:
    """Yield what the commands of a text do, the gravest act of each; and files that are fetched and then run.

    `dialect`: "sh", "batch" or "powershell". Not `whole`: only what is `LASTING`.
    """
    if _LOOKS.search(text) is None:
        return
    saved: dict[str, str] = {}
    told = 0
    for at, command in _commands(text, dialect):
        ran = next((name for name in saved if name in command and _runs(command, name)), "") if whole else ""
        if ran:
            fetching = saved.pop(ran)
            yield _fetched("file", fetching, at, f"{fetching[:100]} ... {command[:80]}")
        if not _LOOKS.search(command) or says(command):
            continue
        act = _gravest(command, whole=whole)
        if act:
            told += 1
            yield _fetched("pipe", command, at, command) if act == "fetch-run" else _done(act, command, at)
        if told > ACTS:
            return
        if whole:
            yield from _saves(command, at, saved)


def _gravest(command: str, *, whole: bool) -> str:
    return next((act for act, form in _KINDS if (whole or act in LASTING) and form.search(command)), "")


def _saves(command: str, at: _Lines, saved: dict[str, str]) -> Iterator[OfLine]:
    """Note the files that a command fetches, and tell those that it runs itself."""
    names = []
    for form in (_SAVED, _LAST):
        for match in form.finditer(command):
            name = match[1].replace("\\", "/").rpartition("/")[2]
            if len(name) > 2 and len(saved) < ACTS:  # noqa: PLR2004 - shorter names stand everywhere
                saved[name] = command
                names.append(name)
    same = next((name for name in names if _runs(command, name)), "")
    if same:
        saved.pop(same)
        yield _fetched("file", command, at, command)


def _commands(text: str, dialect: str) -> Iterator[tuple[_Lines, str]]:
    """Yield each command with its lines: lines that go on are joined, comments left out."""
    end = _ENDS.get(dialect, "\\")
    held, start = "", -1
    number = -1
    for number, line in enumerate(text.split("\n")):
        if not held and is_comment(line):
            continue
        start = start if held else number
        if line.endswith(end) and len(held) < LINE_CHARACTERS:
            held += line[:-1] + " "
            continue
        yield _Lines(start, number), (held + line).strip()[:LINE_CHARACTERS]
        held = ""
    if held:
        yield _Lines(start, number), held.strip()[:LINE_CHARACTERS]


def _runs(command: str, name: str) -> bool:
    """Say whether a command starts a file of this name, or makes it a program."""
    at = re.escape(name)
    return (
        re.search(
            rf"(?i)(?:^|[;&|]\s*|\b(?:sudo|start|call|then|do)\s+(?:\"\"\s+)?)(?:&\s*)?[\"']?(?:\./|\.\\|/tmp/|%\w+%\\|\$\w+[/\\])?{at}[\"']?(?!\s*[-+]?=)(?:\s|$|;|&)"
            rf"|(?:\b(?:ba|z|da)?sh|\bpython[\d.]*|\bperl|\bStart-Process|\bchmod\s+\S*[x7]\S*|\bcscript|\bwscript|\brundll32|\bmsiexec\s+/i)\s+[\"']?"
            rf"(?:-\w+\s+)*[\"']?[\w./\\$%{{}}:~-]*{at}\b",
            command,
        )
        is not None
    )


def _fetched(via: str, fetching: str, at: _Lines, command: str) -> OfLine:
    return OfLine(fetched_by(via, address(fetching), command, at.first, checked=False), at.last)


def _done(act: str, command: str, at: _Lines) -> OfLine:
    return OfLine(done(act, "", shown(command), source_of(address(command)), line=at.first), at.last)
