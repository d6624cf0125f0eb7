"""Source as text: which words could matter, and where; and what can be told of source that does not parse."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from scanner.formats.python.names import canonical, group_of
from scanner.pattern import pattern

_STRINGS = pattern(
    # Kept: strings with fields, in which calls may stand. Dropped: comments and other strings. No word hides in those
    # but such as an evaluator meets again as a constant.
    r"(\b(?:[fFtT][rR]?|[rR][fFtT])(?:"
    r'"""(?:[^"\\]|\\.|"(?!""))*+"""|' + r"'''(?:[^'\\]|\\.|'(?!''))*+'''|"
    r'"(?:[^"\\\n]|\\.)*+"|' + r"'(?:[^'\\\n]|\\.)*+'))"
    r"|#[^\n]*+"
    r'|"""(?:[^"\\]|\\.|"(?!""))*+"""|' + r"'''(?:[^'\\]|\\.|'(?!''))*+'''|"
    r'"(?:[^"\\\n]|\\.)*+"|' + r"'(?:[^'\\\n]|\\.)*+'",
    re.DOTALL,
)
_FIELDS = pattern(
    r"\b(?:[fFtT][rR]?|[rR][fFtT])(?:"
    r'"""(?:[^"\\]|\\.|"(?!""))*+"""|' + r"'''(?:[^'\\]|\\.|'(?!''))*+'''|"
    r'"(?:[^"\\\n]|\\.)*+"|' + r"'(?:[^'\\\n]|\\.)*+')",
    re.DOTALL,
)
_MAY_NEST = pattern(r"\b(?:[fFtT][rR]?|[rR][fFtT])[\"']")
_UNEVEN = pattern(r"\{[^}\"']*+[\"']")
"""A field of a string that ends where a quote stands: since Python 3.12 the quote may open another string."""

_WORDS = (
    r"(?:^|[^\w.])(?:exec|eval|compile|execfile|breakpoint)\b|__import__|__builtins__|\bbuiltins\b|\bglobals\b"
    r"|\blocals\(\)\s*[\[.]|__subclasses__|__globals__|__class_getitem__|__getattribute__|\battrgetter\b|\bmodules\s*\["
    r"|\b(?:import_module|importlib|runpy|run_path|run_module|imp|zipimport|spec_from_file_location|load_source|addsitedir"
    r"|subprocess|pty|pexpect|popen|popen2|Popen|system|startfile|fork|forkpty|posix_spawnp?|spawn[lv]p?e?|exec[lv]p?e?"
    r"|posix|ctypes|cdll|windll|CDLL|LoadLibrary|load_library|cffi|dlopen|cpp_extension|load_inline|RawKernel|RawModule"
    r"|SourceModule|pyximport|load_op_library|f2py|weave"
    r"|requests|httpx|urllib\d?|urlopen|urlretrieve|socket|ftplib|smtplib|telnetlib|paramiko|aiohttp|pycurl|wget|gdown"
    r"|websockets?|xmlrpc|httplib|poplib|imaplib|telegram|discord|boto3|pooch|get_file|download_url_to_file"
    r"|load_state_dict_from_url|create_subprocess_(?:exec|shell)|open_connection|webbrowser"
    r"|c?[pP]ickle5?|_pickle|dill|cloudpickle|joblib|marshal|shelve|jsonpickle|klepto|hickle|read_pickle|yaml"
    r"|allow_pickle|enable_unsafe_deserialization|safe_mode|PackageImporter|b(?:64|32|16|85)decode|fromhex|unhexlify"
    r"|FunctionType|CodeType|InteractiveInterpreter|codeop|timeit|settrace|meta_path|path_hooks|rmtree|removedirs"
    r"|ShellExecute[AW]?|WinExec|CreateProcess|VirtualAlloc|winreg|crontab|cmdclass|\w*BasedBuilder|BuilderConfig"
    r"|get_ipython|expanduser|keyring|getpass|browser_cookie3|win32crypt)\b"
    r"|\btorch\.(?:jit\.|hub\.)?load\b|\bimport\s+load\b|sys\.path\b|trust_remote_code\s*=\s*True|weights_only\s*=\s*False"
    # A module that is handed on or renamed, so that its functions are reached by other names.
    r"|\b(?:os|sys|posix|nt)\s*[,()\[\]};]|=\s*(?:os|sys|posix)\s*(?:[\n#;]|$)|\bimport\s+(?:os|sys)\s+as\b"
    r"|\bgetattr\s*\(\s*getattr|\b(?:os|sys|torch)\.__dict__"
)
# Places that a write may aim at stand in strings, so they are looked for in all of the text.
_PLACES = (
    r"authorized_keys|\.ssh\b|id_rsa|id_ed25519|\.bashrc|\.zshrc|\.profile\b|\.bash_profile|crontab|/etc/cron"
    r"|LaunchAgents|LaunchDaemons|Start Menu|\\Startup\b|/Startup\b|CurrentVersion|systemd/|\.pth['\"]"
    r"|site-packages|sitecustomize|usercustomize|\.git/hooks|autostart|/etc/rc\.local|\.aws/|\.config/gcloud"
    r"|huggingface/(?:token|stored_tokens)|Login Data|wallet\.dat|\.docker/config|\.kube/config|/etc/shadow|\.netrc"
)
_EVERYDAY = ('globals()["__file__"]', "sys.modules[__name__]")
"""What every lazily loading package writes: neither leads anywhere."""


@cache
def _linear(form: str) -> re.Pattern[bytes]:
    """Compile for the linear engine, which looks for hundreds of words at once."""
    import re2

    found: re.Pattern[bytes] = re2.compile(form.encode())
    return found


def has_word(text: str) -> bool:
    """Say whether a word that could matter stands in a text."""
    return _linear(_WORDS).search(text.encode("utf-8", "replace")) is not None


def code_of(text: str) -> str:
    """Return source without comments and strings; strings with fields stay, since calls may stand in their fields."""
    if _nests(text):
        return text
    return _STRINGS.sub(r"\1 ", text)


def _blank(match: re.Match[str]) -> str:
    return match[1] or "\n" * match[0].count("\n") + " "


def _nests(text: str) -> bool:
    """Say whether a string with fields may hold another string, which only a parser takes apart."""
    return any(_UNEVEN.search(one[0][3:-1]) for one in _FIELDS.finditer(text)) if _MAY_NEST.search(text) else False


def matters(text: str) -> bool:
    """Say whether anything in the source could reach out of the module by a name that we know."""
    for one in _EVERYDAY:
        if one in text:
            text = text.replace(one, "0")
    raw = text.encode("utf-8", "replace")
    if _linear(_PLACES).search(raw) is not None:
        return True
    return _linear(_WORDS).search(raw) is not None and has_word(code_of(text))


def hit_lines(text: str, names: frozenset[str]) -> list[int]:
    """List the lines, from 1, that hold a word that could matter, or one of `names`; sorted."""
    found: set[int] = set()
    raw = text.encode("utf-8", "replace")
    forms = [_linear(f"{_WORDS}|{_PLACES}|\\bgetattr\\b|__dict__")]
    if names:
        import re2

        forms.append(re2.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(names)).encode()))
    for one in forms:
        line, at = 1, 0
        for match in one.finditer(raw):
            start = match.start()
            line += raw.count(b"\n", at, start)
            at = start
            found.add(line)
            if raw[start : start + 1] == b"\n":
                found.add(line + 1)
    return sorted(found)


class Mention(NamedTuple):
    """A call found in text: the name, its group, its line, whether it stands at the left edge, what follows."""

    name: str
    group: str
    line: int
    top: bool
    argument: str


_IMPORT = pattern(r"^[ \t]*import[ \t]+([\w.]+)(?:[ \t]+as[ \t]+(\w+))?", re.MULTILINE)
_FROM = pattern(r"^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+\(?([\w, \t]+)", re.MULTILINE)
_CALLED = pattern(
    r"(?<![\w.])([A-Za-z_][\w.]{1,80})[ \t]*\(([^\n]{0,200})|^([ \t]*)exec[ \t]+([^\n=(]{1,200})", re.MULTILINE
)
MENTIONS = 1000


def mentions(text: str) -> Iterator[Mention]:
    """Yield the calls of known names in text that does not parse."""
    code = _STRINGS.sub(_blank, text)
    aliases = {match[2]: match[1] for match in _IMPORT.finditer(code) if match[2]}
    for match in _FROM.finditer(code):
        for part in match[2].split(","):
            words = part.split()
            if words:
                aliases[words[-1]] = f"{match[1]}.{words[0]}"
    line, at, found = 1, 0, 0
    for match in _CALLED.finditer(code):
        name = match[1] or "exec"
        head, dot, rest = name.partition(".")
        full = canonical(f"{aliases.get(head, head)}{dot}{rest}")
        group = group_of(full) or group_of(f"builtins.{full}")
        if group and found < MENTIONS:
            found += 1
            line, at = line + code.count("\n", at, match.start()), match.start()
            start = code.rfind("\n", 0, match.start()) + 1
            top = code[start : start + 1] not in (" ", "\t")
            shown = (match[2] or match[4] or "").strip()
            yield Mention(full if "." in full else f"builtins.{full}", group, line, top, shown)
