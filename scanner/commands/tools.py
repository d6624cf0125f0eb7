"""What options of known programs do: modes for all, checks switched off, other indexes, containers over their host."""

import re
from collections.abc import Iterator, Mapping

from scanner.commands.act import DETAIL, Act, done
from scanner.commands.addresses import address, source_of
from scanner.pattern import pattern

_UNCHECKED: Mapping[str, frozenset[str]] = {
    "curl": frozenset({"-k", "--insecure"}),
    "wget": frozenset({"--no-check-certificate"}),
    "pip": frozenset({"--trusted-host"}),
    "uv": frozenset({"--trusted-host", "--allow-insecure-host"}),
    "apt-get": frozenset({"--allow-unauthenticated", "--force-yes"}),
    "apt": frozenset({"--allow-unauthenticated", "--force-yes"}),
    "yum": frozenset({"--nogpgcheck"}),
    "dnf": frozenset({"--nogpgcheck"}),
    "zypper": frozenset({"--no-gpg-checks"}),
    "apk": frozenset({"--allow-untrusted"}),
}
_UNCHECKED_WORDS = pattern(
    r"(?i)^(?:http\.sslverify=(?:false|0)|GIT_SSL_NO_VERIFY=(?:true|1)|NODE_TLS_REJECT_UNAUTHORIZED=0|"
    r"PYTHONHTTPSVERIFY=0|"
    r"--(?:no-)?strict-ssl(?:=false)?)$"
)
_INDEXES = frozenset({"--index-url", "--extra-index-url", "-i", "--index", "--default-index", "--registry"})
_PAGES = frozenset({"--find-links", "-f"})
_INSTALLERS = frozenset({"pip", "uv", "npm", "pnpm", "yarn", "pipx", "poetry"})
_ROOT_MOUNT = pattern(
    r"^(?:type=bind,)?(?:(?:src|source)=)?/(?:etc|root|proc|sys|dev|var/run|run|var/lib/docker)?/?[:,]"
)
_SOCKET = pattern(r"(?:docker|containerd|crio|podman)\.sock\b")
_MODE = pattern(r"^(?:0?[0-7]?[0-7]{2}[2367]|(?:[ugo]*[oa][ugo]*)?[+=][rwxXst]*w[rwxXst]*)$")
_OPEN_TO_ALL = pattern(r"^(?:0?[0-7]?[0-7]{2}[2367]$|[ugo]*[oa][ugo]*[+=])")


def of_options(name: str, arguments: tuple[str, ...], words: tuple[str, ...], line: int) -> Iterator[Act]:
    """Find what options of known programs do."""
    if name == "chmod":
        mode = next((one for one in arguments if _MODE.match(one)), "")
        sticky = len(mode) == 4 and mode[0] == "1"  # noqa: PLR2004 - a folder in which all write what is their own
        if mode and not sticky and _OPEN_TO_ALL.match(mode):
            yield done("opens-modes", name, f"chmod {' '.join(arguments)}", line=line)
    options = _UNCHECKED.get(name)
    unchecked = [one for one in arguments if options and (one.partition("=")[0] in options or _has_short(one, options))]
    if unchecked:
        yield done("skips-check", name, min(unchecked), source_of(address(" ".join(words))), line=line)
    for word in words:
        if len(word) < 60 and _UNCHECKED_WORDS.match(word):  # noqa: PLR2004 - as long as the longest
            yield done("skips-check", name or word.partition("=")[0], word, line=line)
    if name in _INSTALLERS:
        yield from _indexes(name, arguments, line)
    if name in {"docker", "podman", "nerdctl"} and {"run", "create", "exec"} & set(arguments[:3]):
        yield from _container(name, arguments, line)


def _indexes(name: str, arguments: tuple[str, ...], line: int) -> Iterator[Act]:
    for at, argument in enumerate(arguments):
        option, equals, value = argument.partition("=")
        if option in _INDEXES or (option in _PAGES and name in {"pip", "uv"}):
            found = address(value if equals else " ".join(arguments[at + 1 : at + 2]))
            if found.shown:
                shown = found.shown[:DETAIL]
                yield Act("foreign-index", name, source_of(found), shown, checked=False, clear=found.clear, line=line)


def _has_short(argument: str, options: frozenset[str]) -> bool:
    """Say whether short options written as one hold `-k`."""
    return "-k" in options and re.fullmatch(r"-[a-zA-Z]*k[a-zA-Z]*", argument) is not None


def _container(name: str, arguments: tuple[str, ...], line: int) -> Iterator[Act]:
    for at, argument in enumerate(arguments):
        option, equals, value = argument.partition("=")
        value = value if equals else arguments[at + 1] if at + 1 < len(arguments) else ""
        root = argument == "--privileged" or (option in {"--pid", "--userns"} and value == "host")
        mounts = option in {"-v", "--volume", "--mount"} and _ROOT_MOUNT.search(value) and not _SOCKET.search(value)
        if root or mounts or (option == "--cap-add" and value in {"ALL", "SYS_ADMIN"}):
            detail = argument if equals or argument == "--privileged" else f"{argument} {value}"
            yield done("container-root", name, detail, line=line)
