"""Commands of a script, line by line, and what each does to the machine."""

import re
from collections.abc import Callable, Iterator

from scanner.artifact import Location
from scanner.facts.shell import ShellAct
from scanner.pattern import pattern

COMMAND_CHARACTERS = 400
LINE_CHARACTERS = 8000
"""A command is looked at as far as this."""

ACTS = 500
"""Acts of one script that are stated."""

_FETCH = (
    r"(?:\b(?:curl|wget|aria2c|fetch)(?:\.exe)?\b|\b(?:iwr|irm|Invoke-WebRequest|Invoke-RestMethod)\b"
    r"|DownloadString|DownloadData)"
)
_SHELL = r"(?:sudo\s+(?:-\w+\s+)*)?(?:/(?:usr/)?bin/(?:env\s+)?)?(?:ba|z|da|k|a|fi)?sh\b"
_RUNNER = rf"(?:{_SHELL}|(?:sudo\s+)?(?:python|perl|ruby|node|php)[\d.]*\b)"

KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("fetch-and-run", pattern(
        rf"(?i){_FETCH}[^|;&\n]{{0,600}}\|\s*(?:[\w./-]+\s+[^|\n]{{0,80}}\|\s*)?{_RUNNER}(?!\s+-m\s)(?!\s+-c\s)"
        rf"|{_RUNNER}\s+(?:-c\s+)?[\"']?(?:<\(|\$\(|`)\s*(?:curl|wget)\b"
        rf"|(?:\beval|\bsource|(?:^|[;&|]\s*)\.)\s+[\"']?(?:<\(|\$\(|`)\s*(?:curl|wget)\b"
        rf"|{_FETCH}.{{0,400}}\|\s*(?:iex|Invoke-Expression)\b|\b(?:iex|Invoke-Expression)\b.{{0,80}}{_FETCH}"
        r"|\bmshta(?:\.exe)?\s+[\"']?(?:https?|javascript|vbscript):|\bregsvr32\b.{0,80}/i:https?:"
        r"|\brundll32\b.{0,80}(?:javascript|https?):|\bmsiexec(?:\.exe)?\b.{0,40}/i\s+[\"']?https?:"
    )),
    ("decode-and-run", pattern(
        rf"(?i)\bbase64\s+(?:-d|-D|--decode)\b[^|;&\n]{{0,200}}\|\s*{_RUNNER}|\bxxd\s+-r\b[^|\n]{{0,100}}\|\s*{_RUNNER}"
        r"|\b(?:powershell|pwsh)(?:\.exe)?\b[^|\n]{0,200}\s[-/]e(?:nc?|ncodedcommand|ncod\w*|c)?\s+[\"']?[A-Za-z0-9+/=]{16,}"
        r"|FromBase64String.{0,200}(?:iex|Invoke-Expression|\.Invoke\()|(?:iex|Invoke-Expression).{0,200}FromBase64String"
        rf"|\beval\s+[\"']?(?:\$\(|`).{{0,300}}\bbase64\s+(?:-d|-D|--decode)|\|\s*openssl\s+enc\s.{{0,80}}\|\s*{_RUNNER}"
        r"|\bcertutil(?:\.exe)?\s+-decode\b"
    )),
    ("reverse-shell", pattern(
        r"(?i)\b(?:ba|z|k)?sh\s+-\w*i\w*\b[^\n]{0,60}/dev/(?:tcp|udp)/"
        r"|\bexec\s+\d+<>\s*/dev/(?:tcp|udp)/(?!localhost|127\.)"
        r"|\b(?:nc|ncat|netcat)\b[^|;\n]{0,80}\s-(?:e|c)\s*[\"']?(?:/bin/|cmd|powershell|ba?sh)"
        r"|\bmkfifo\s.{0,120}\|\s*(?:nc|ncat|netcat|openssl\s+s_client)\b|\bsocat\b.{0,160}\bexec:"
        r"|System\.Net\.Sockets\.TCPClient"
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
    ("installs", pattern(
        r"(?i)\bpip[\d.]*\s+install\b[^\n|;&]{0,300}(?:--(?:extra-)?index-url|--find-links|--trusted-host|\s-[if]\s|git\+|https?://)"
        r"|\b(?:npm|yarn|pnpm)\s+(?:i|install|add)\b[^\n|;&]{0,200}(?:git\+|https?://|--registry)"
    )),
    ("fetch", pattern(rf"(?i){_FETCH}|\bcertutil(?:\.exe)?\b.{{0,60}}-urlcache|\bbitsadmin\b.{{0,60}}/transfer"
        r"|Start-BitsTransfer|\bgit\s+clone\b")),
)  # fmt: skip

_HOST = pattern(r"(?i)\b(?:https?|ftp)://(?:[^\s/@\"']{0,80}@)?([\w.\-\[\]:]{3,120})|/dev/(?:tcp|udp)/([\w.-]+)")
_SAVED = pattern(
    r"(?i)(?:\bcurl\b[^|;&\n]{0,300}?\s(?:-o|--output)[ =]?|\bwget\b[^|;&\n]{0,300}?\s(?:-O|--output-document)[ =]?"
    r"|-OutFile\s+|\bcertutil\b.{0,200}https?://\S+\s+|\bbitsadmin\b.{0,200}https?://\S+\s+)[\"']?([\w./\\$%{}:~+-]{2,120})"
)
_LAST = pattern(r"(?i)\b(?:curl\s+(?:-\w*O\w*|--remote-name)|wget)\b[^|;&\n]{0,300}https?://[^\s\"'?]+/([\w.+-]{2,80})")
_ENDS = {"sh": "\\", "notebook": "\\", "python": "\\", "batch": "^", "powershell": "`"}
_SAYS = pattern(
    r"(?i)\s*(?:@?echo|printf|Write-\w+|log\w*|info|warn\w*|err\w*|die|fail|note|\w*step|msg|say|usage)"
    r"(?:\s+(?:\"[^\"`$]*\"|'[^']*'|-?\w+))+\s*\Z"
)
"""A command that shows a text, with nothing in it that a shell would run."""
_COMMENT = pattern(r"(?i)\s*(?:#|::|rem\b)")
_LOOKS = pattern(
    r"(?i)curl|wget|aria2c|fetch|iwr|irm|invoke|download|base64|xxd|powershell|pwsh|frombase64|openssl|certutil|/dev/|\bnc\b|ncat"
    r"|netcat|mkfifo|socat|sockets|preference|antispyware|defend|firewall|setenforce|ufw|spctl|xattr|systemctl|iptables"
    r"|cron|schtasks|scheduledtask|\breg\b|currentversion|\.bashrc|\.zshrc|profile|startup|launchctl|service|\bsc\b"
    r"|authorized_keys|\brm\b|\brd\b|rmdir|\bdel\b|mkfs|\bdd\b|history|histfile|wevtutil|eventlog|executionpolicy|\sbypass"
    r"|pip|npm|yarn|pnpm|bitsadmin|bits|git\s+clone|mshta|regsvr32|rundll32|msiexec|iex|reg\.exe|sc\.exe"
)


def commands(text: str, script: str) -> Iterator[tuple[int, str]]:
    """Yield each command with the line it starts on: lines that go on are joined, comments left out."""
    end = _ENDS[script]
    held, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if not held and _COMMENT.match(line):
            continue
        start = start or number
        if line.endswith(end) and len(held) < LINE_CHARACTERS:
            held += line[:-1] + " "
            continue
        yield start, (held + line).strip()[:LINE_CHARACTERS]
        held, start = "", 0
    if held:
        yield start, held.strip()[:LINE_CHARACTERS]


def acts(text: str, script: str, at: Callable[[int], Location]) -> Iterator[ShellAct]:  # noqa: C901 - one walk
    """Yield what the commands of a script do, the gravest kind of each; and files that are fetched and then run."""
    saved: dict[str, tuple[int, str]] = {}
    told = 0
    for line, command in commands(text, script):
        ran = next((name for name in saved if name in command and _runs(command, name)), "")
        if ran and saved[ran][0] != line:
            first, fetching = saved.pop(ran)
            yield _act(at(first), script, "fetch-and-run", f"{fetching[:200]} ... {command[:180]}", fetching)
        if not _LOOKS.search(command) or _SAYS.match(command):
            continue
        for kind, form in KINDS:
            if form.search(command):
                yield _act(at(line), script, kind, command, command)
                told += 1
                break
        if told > ACTS:
            return
        for form in (_SAVED, _LAST):
            for match in form.finditer(command):
                name = match[1].replace("\\", "/").rpartition("/")[2]
                if len(name) > 2 and len(saved) < ACTS:  # noqa: PLR2004 - shorter names stand everywhere
                    saved[name] = (line, command)
        same = next((name for name in saved if saved[name][0] == line and _runs(command, name)), "")
        if same:
            saved.pop(same)
            yield _act(at(line), script, "fetch-and-run", command, command)


def _runs(command: str, name: str) -> bool:
    """Say whether a command starts a file of this name, or makes it a program."""
    at = re.escape(name)
    return (
        re.search(
            rf"(?i)(?:^|[;&|]\s*|\b(?:sudo|start|call|then|do)\s+(?:\"\"\s+)?)(?:&\s*)?[\"']?(?:\./|\.\\|/tmp/|%\w+%\\|\$\w+[/\\])?{at}[\"']?(?:\s|$|;|&)"
            rf"|(?:\b(?:ba|z|da)?sh|\bpython[\d.]*|\bperl|\bStart-Process|\bchmod\s+\S*[x7]\S*|\bcscript|\bwscript|\brundll32|\bmsiexec\s+/i)\s+[\"']?"
            rf"(?:-\w+\s+)*[\"']?[\w./\\$%{{}}:~-]*{at}\b",
            command,
        )
        is not None
    )


def _act(where: Location, script: str, kind: str, command: str, source: str) -> ShellAct:
    host = _HOST.search(source)
    name = (host[1] or host[2] or "").lower() if host else ""
    return ShellAct(where=where, script=script, kind=kind, command=command[:COMMAND_CHARACTERS], host=name)
