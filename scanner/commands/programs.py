"""Which program the words of a command start."""

from scanner.pattern import pattern

ASSIGNMENT = pattern(r"[A-Za-z_]\w*\+?=")
WRAPPERS = frozenset(
    {"sudo", "doas", "env", "exec", "command", "nohup", "time", "nice", "stdbuf", "builtin", "busybox"}
)
_WITH_VALUE = frozenset({"-u", "-g", "-n", "--user"})
SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh", "ash", "fish", "pwsh", "powershell"})
LANGUAGES = frozenset({"python", "perl", "ruby", "node", "php", "lua", "bun", "deno"})
_VERSIONED = pattern(r"^(python|perl|ruby|lua|pip)[\d.]*$")


def program(words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return the name of the program that words start, without folder and version, and its arguments."""
    words = words[_wrapped(words) :]
    if not words:
        return "", ()
    if words[0].startswith("-"):
        return "", words  # arguments of a program that an image names
    name = words[0].lower().replace("\\", "/").rpartition("/")[2].removesuffix(".exe")
    found = _VERSIONED.match(name)
    if found:
        name = found[1]
    rest = words[1:]
    if name == "python" and rest[:2] == ("-m", "pip"):
        return "pip", rest[2:]
    return name, rest


def _wrapped(words: tuple[str, ...]) -> int:
    """Count the words before the program: variables, and programs that start another."""
    at = 0
    wrapped = False
    while at < len(words):
        word = words[at]
        if ASSIGNMENT.match(word) and not word.startswith("-"):
            at += 1
        elif word in WRAPPERS:
            wrapped = True
            at += 1
        elif wrapped and word.startswith("-"):
            at += 2 if word in _WITH_VALUE else 1
        else:
            break
    return at
