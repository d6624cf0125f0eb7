"""Scripts and files of commands: shells, batch, PowerShell, Procfile, Makefile, Jenkinsfile, direnv, vim, Jupyter."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.formats.git import hook_of
from scanner.limits import Limits
from scanner.pattern import pattern

_SHEBANG = pattern(
    rb"\A(?:\xef\xbb\xbf)?#![ \t]*(?:[^\s]*/)?(?:env[ \t]+(?:-\S*[ \t]+)*(?:\w+=\S*[ \t]+)*)?"
    rb"((?:ba|z|da|k|a|fi)?sh|pwsh)\b"
)
_BATCH = pattern(rb"(?i)(?:\xef\xbb\xbf)?\s*@?echo[ \t]+off\b")
_JUPYTER = pattern(r"jupyter\w*_config\.py$|ipython\w*_config\.py$")
# Names that a program reads as commands, whatever they hold, with what carries them.
NAMES = {
    ".envrc": "envrc",
    "procfile": "procfile",
    "makefile": "makefile",
    "gnumakefile": "makefile",
    "jenkinsfile": "jenkins",
    ".vimrc": "vim",
    ".exrc": "vim",
    ".nvimrc": "vim",
    ".gvimrc": "vim",
    ".lvimrc": "vim",
    ".bashrc": "script",
    ".profile": "script",
    ".bash_profile": "script",
    ".zshrc": "script",
}
_SUFFIXES = {
    ".sh": "script",
    ".bash": "script",
    ".zsh": "script",
    ".ksh": "script",
    ".command": "script",
    ".bat": "batch",
    ".cmd": "batch",
    ".ps1": "powershell",
    ".psm1": "powershell",
    ".mk": "makefile",
}
WIDE = (b"\xff\xfe", b"\xfe\xff")
"""Marks of UTF-16, which PowerShell writes."""


def carrier_of(head: bytes, path: str) -> str:
    """Return what carries the commands, as in `scanner.facts.deploy`, "" for no script."""
    plain = path.lower().replace("!", "/")
    name = plain.rpartition("/")[2]
    if hook_of(path):
        return ""  # the format of git reads it
    return _carrier_of_name(plain, name) or _carrier_of_text(head, name)


def _carrier_of_name(plain: str, name: str) -> str:
    if name in NAMES:
        return NAMES[name]
    if "/.husky/" in f"/{plain}" and "/_/" not in plain and "." not in name:
        return "husky"
    return "jupyter" if _JUPYTER.search(name) else ""


def _carrier_of_text(head: bytes, name: str) -> str:
    suffix = name[name.rfind(".") :]
    if suffix in _SUFFIXES and _SUFFIXES[suffix] != "script":
        return _SUFFIXES[suffix]
    shell = _SHEBANG.match(head)
    if shell:
        return "powershell" if shell[1] == b"pwsh" else "script"
    return "batch" if _BATCH.match(head) else _SUFFIXES.get(suffix, "")


def claims(head: bytes, path: str) -> bool:
    """Claim text that opens as a shell's script, and what a program takes for commands by its name."""
    return (b"\0" not in head[:512] or head.startswith(WIDE)) and carrier_of(head, path) != ""


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield what the commands do and switch on."""
    from scanner.formats.script.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="script",
    spec="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html",
    claims=claims,
    read=read,
    holds=(b"#!", b"echo off", b"ECHO OFF", b"Echo Off"),
    named=(*sorted(NAMES), ".husky/", *_SUFFIXES, "_config.py"),
    reads="commands of shells, batch files, PowerShell, Makefiles, Procfiles, Jenkinsfiles, direnv and vim: what they "
    "fetch, decode, run, send away, leave behind, unlock, and which options of servers they switch on",
    leaves="what variables hold, functions of other files, the languages of here-documents",
)
