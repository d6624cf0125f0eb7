"""What a command line of a configuration starts: a shell, a package by its name, a file of the folder, a program."""

import re
import shlex
from typing import NamedTuple

from scanner.commands.act import shown
from scanner.commands.acts import acts
from scanner.commands.programs import SHELLS
from scanner.commands.shell import joined
from scanner.commands.written import written
from scanner.pattern import pattern

SHOWN = 240
"""Characters of a command that are kept."""

_SHELLS = SHELLS | {"cmd"}
_SHELL_CODE = frozenset({"-c", "-lc", "-ic", "-ec", "-command", "-encodedcommand", "-enc", "/c", "/k"})
_CODE = {
    "node": ("-e", "--eval", "-p"), "python": ("-c",), "python3": ("-c",), "perl": ("-e",), "ruby": ("-e",),
    "php": ("-r",), "deno": ("eval",), "bun": ("-e",),
}  # fmt: skip
_RUNNERS = frozenset({
    "node", "python", "python3", "bun", "deno", "tsx", "ts-node", "ruby", "perl", "php", "sh", "bash", "zsh", "source",
    ".",
})  # fmt: skip
_LAUNCHERS = frozenset({"npx", "bunx", "uvx", "pipx", "pnpx", "dnx"})
# Programs that are launchers with a word more.
_DOUBLE = {
    "pnpm": ("dlx",), "yarn": ("dlx",), "bun": ("x",), "uv": ("tool", "run", "x"), "npm": ("exec", "x"),
    "pipx": ("run",),
}  # fmt: skip
_TAKES_VALUE = frozenset({
    "-p", "--package", "--from", "--with", "--python", "-c", "--call", "--spec", "--index-url", "--directory",
    "--project",
})  # fmt: skip
_NAMES_PACKAGE = frozenset({"--from", "-p", "--package", "--spec"})
_RUN_VALUES = frozenset({
    "-e", "--env", "-v", "--volume", "--mount", "-p", "--publish", "--name", "--network", "--env-file", "-w",
    "--workdir", "-u", "--user", "--entrypoint", "--platform", "--add-host", "-l", "--label", "--pull", "--net",
    "--memory", "-m",
    "--cpus",
})  # fmt: skip
_PREFIXES = frozenset({"env", "sudo", "exec", "command", "nohup", "time"})
_NESTED = 4
"""Shells inside shells that are looked through."""

_OPERATORS = pattern(r"[|;<>`]|&&|\$\(|\|\|")
_KEYS = pattern(
    r"(?i)\.ssh/|id_rsa|id_ed25519|\.aws/credentials|\.npmrc|\.netrc|\.git-credentials|\.kube/config"
    r"|/etc/(?:passwd|shadow)|\.gnupg|huggingface/token|\bprintenv\b"
)
_ADDRESS = pattern(r"(?i)\bhttps?://(?!localhost\b|127\.|\[::1|0\.0\.0\.0)")
_EXACT = pattern(r"^v?\d+(?:\.\d+){1,3}(?:[-+.][\w.+-]+)?$")
_FILE = pattern(
    r"(?i)^(?:\./|\.\./|\$\{?(?:CLAUDE_PROJECT_DIR|CLAUDE_PLUGIN_ROOT|workspaceFolder|PWD)\}?|\.[a-z]|[\w-]+/)\S*"
    r"|^(?!/)[\w./-]+\.(?:py|js|mjs|cjs|ts|sh|rb|pl|php|ps1|bat)$"
)
_ACTS = frozenset({"fetch-run", "decode-run", "remote-shell", "sends-secrets"})


class Launch(NamedTuple):
    """What is started; fields as in `AgentStarts`."""

    command: str
    runs: str
    package: str
    pinned: bool
    marks: tuple[str, ...]


def launch(line: str) -> Launch:
    """Say what one line for a shell starts."""
    try:
        words = tuple(shlex.split(line, posix=True))
    except ValueError:
        words = tuple(line.split())
    made = _of(words)
    shell = _OPERATORS.search(line) is not None and made.runs in {"program", "shell"}
    runs = "shell" if shell else made.runs
    return made._replace(command=shown(line, SHOWN), runs=runs, marks=_marks(line, made.marks))


def launched(words: tuple[str, ...]) -> Launch:
    """Say what a program and its arguments start."""
    made = _of(words)
    return made._replace(command=shown(" ".join(words), SHOWN), marks=_marks(joined(words), made.marks))


def _marks(line: str, marks: tuple[str, ...]) -> tuple[str, ...]:
    found = set(marks)
    found.update(_ACTS & {*(one.act for one in acts(line)), *(one.act for one in written(line))})
    if _KEYS.search(line):
        found.add("keys")
    if _ADDRESS.search(line):
        found.add("address")
    return tuple(sorted(found))


def _of(words: tuple[str, ...], depth: int = 0) -> Launch:
    while words and (words[0] in _PREFIXES or re.fullmatch(r"\w+=\S*", words[0])):
        words = words[1:]
    if not words:
        return _plain("program")
    name = re.split(r"[/\\]", words[0])[-1].lower().removesuffix(".exe").removesuffix(".cmd")
    rest = words[1:]
    if name in _SHELLS:
        return _shell(name, rest, depth)
    if name in _CODE and any(word in _CODE[name] for word in rest[:4]):
        return _plain("program", "inline")
    if rest and (name in _LAUNCHERS or rest[0] in _DOUBLE.get(name, ())):
        return _launcher(name, rest)
    if name in {"docker", "podman", "nerdctl"} and rest[:1] == ("run",):
        return _container(rest[1:])
    return _file(rest) if name in _RUNNERS else _plain("inside" if _is_inside(words[0]) else "program")


def _plain(runs: str, *marks: str) -> Launch:
    return Launch("", runs, "", pinned=False, marks=marks)


def _is_inside(program: str) -> bool:
    return program.startswith((".", "${CLAUDE", "$CLAUDE", "${workspace", "$PWD", "${PWD", "${__dirname"))


def _launcher(name: str, rest: tuple[str, ...]) -> Launch:
    if rest[0] not in _DOUBLE.get(name, ()):
        return _package(rest)
    if name == "uv" and rest[0] == "run":  # a file or an entry of the project
        return _file(rest[1:])
    return _package(rest[2:] if rest[:2] == ("tool", "run") else rest[1:])


def _shell(name: str, rest: tuple[str, ...], depth: int) -> Launch:
    """Look through a shell at what it is given: `cmd /c npx ...` starts a package."""
    for index, word in enumerate(rest):
        if word.lower() in _SHELL_CODE:
            line = " ".join(rest[index + 1 :])
            if depth == _NESTED or _OPERATORS.search(line):
                return _plain("shell", "inline")
            try:
                return _of(tuple(shlex.split(line)), depth + 1)
            except ValueError:
                return _plain("shell", "inline")
    files = tuple(word for word in rest if not word.startswith(("-", "/c", "/d", "/s")))
    return _file(files) if files and name != "cmd" else _plain("shell")


def _file(rest: tuple[str, ...]) -> Launch:
    if any("CLAUDE_PROJECT_DIR" in word or "CLAUDE_PLUGIN_ROOT" in word for word in rest):
        return _plain("inside")
    first = next((word for word in rest if not word.startswith("-")), "")
    inside = bool(_FILE.match(first)) and not first.startswith("@")
    return _plain("inside" if inside else "program")


def _package(rest: tuple[str, ...]) -> Launch:
    package, named, skip = "", "", False
    for index, word in enumerate(rest):
        if skip:
            skip = False
        elif word in _NAMES_PACKAGE:
            named = named or "".join(rest[index + 1 : index + 2])
            skip = True
        elif word in _TAKES_VALUE:
            skip = True
        elif word.startswith(("--package=", "--from=", "-p=")):
            named = named or word.partition("=")[2]
        elif not word.startswith("-"):
            package = word
            break
    package = named or package
    return Launch("", "package", package[:100], pinned=_is_pinned(package), marks=())


def _is_pinned(package: str) -> bool:
    if package.startswith((".", "/", "file:")):
        return True
    if re.search(r"@[0-9a-f]{40}(?:#|\Z)", package):
        return True
    name, sign, version = package.rpartition("@")
    if "==" in package:
        version, sign, name = package.rpartition("==")[2], "==", "x"
    return bool(name and sign and _EXACT.match(version))


def _container(rest: tuple[str, ...]) -> Launch:
    skip = False
    for word in rest:
        if skip:
            skip = False
        elif word in _RUN_VALUES:
            skip = True
        elif not word.startswith("-"):
            return Launch("", "container", word[:100], pinned="@sha256:" in word, marks=())
    return Launch("", "container", "", pinned=False, marks=())
