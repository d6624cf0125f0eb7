"""What a command does: fetches and runs, decodes and runs, sends keys away, opens modes, skips checks."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from scanner.commands.act import DETAIL, Act, done, fetched_by
from scanner.commands.addresses import Address, address, source_of
from scanner.commands.programs import ASSIGNMENT, LANGUAGES, SHELLS, WRAPPERS, program
from scanner.commands.remote import of_text
from scanner.commands.saying import is_run
from scanner.commands.shell import Command, commands
from scanner.commands.tools import of_options
from scanner.pattern import pattern

DEPTH = 4
"""Commands inside commands (`sh -c`, substitutions) that are followed."""

# One search says that none of this can be found: most texts end here.
_ANY = pattern(
    r"(?i)curl|wget|aria2c|\biwr\b|\birm\b|invoke-|downloadstring|base64|\bxxd\b|openssl|/dev/(?:tcp|udp)/|"
    r"\bnc(?:at)?\b|socat|"
    r"chmod|--insecure|no-check-cert|trusted-host|index-url|--registry|find-links|\s-f\s+['\"]?http|allow-unauth|nogpgcheck|no-gpg|ssl.?verify|"
    r"strict-ssl|reject_unauthorized|docker|podman|nerdctl|\s-i\s+http|frombase64|-enc\b|"
    r"fsockopen|urlopen|urlretrieve|requests\.get|file_get_contents|pty\.spawn"
)
_FETCHERS = frozenset({"curl", "wget", "aria2c", "fetch", "http", "https", "iwr", "irm", "invoke-webrequest", "axel"})
_SOURCE = frozenset({"source", ".", "eval", "iex", "invoke-expression"})
_DECODES = pattern(
    r"base64\s+(?:-\w*[dD]|--decode)|\bxxd\s+-\w*r|openssl\s+(?:enc|base64)\b[^|]*\s-d\b|\bbase32\s+(?:-d|--decode)|"
    r"\buudecode\b"
)
_CODE_DECODES = pattern(
    r"(?is)\b(?:exec|eval|system|popen|loads)\s*\(.{0,120}?(?:b64decode|frombase64|from_base64|fromhex|unhexlify|"
    r"base64_decode|"
    r"['\"]base64['\"])|(?:b64decode|base64_decode|['\"]base64['\"]).{0,200}?\b(?:exec|eval)\s*\("
)
_CODE_FETCHES = pattern(
    r"(?is)\b(?:exec|eval)\s*\(.{0,80}?(?:urlopen|requests\.get|urlretrieve|httpx\.get|file_get_contents)"
)
_KEY_FILES = pattern(
    r"\.ssh/(?:id_|\*|$|\s|[\"')])|\.aws/credentials|\.netrc\b|\.docker/config\.json|\.kube/config|\.git-credentials|"
    r"\.npmrc\b|"
    r"\.pypirc\b|/etc/shadow|huggingface/token|serviceaccount/token|application_default_credentials"
)
_WHOLE_ENVIRONMENT = pattern(
    r"(?:^|[\s(`])(?:env|printenv|export\s+-p|set|declare\s+-x)\s*(?:$|[|)`])|/proc/(?:self|\d+)/environ"
)
_SENDS = frozenset(
    {"-d", "--data", "--data-binary", "--data-raw", "--data-urlencode", "-F", "--form", "-T", "--upload-file", "--json"}
    | {"--post-data", "--post-file", "--body-data", "--body-file"}
)
_CHECKS = pattern(
    r"\bsha(?:1|224|256|384|512)sum\b|\bshasum\b|\bb2sum\b|\bmd5sum\b|gpg2?\s[^\n]{0,80}--verify|\bcosign\b|"
    r"\bminisign\b|"
    r"\bgpgv\b|slsa-verifier|attestation verify|openssl\s+dgst"
)


def acts(text: str) -> Iterator[Act]:
    """Yield what the commands of a text do, each thing once, in order."""
    if _ANY.search(text) is None:
        return
    checked = any(is_run(text, found.start()) for found in _CHECKS.finditer(text))
    seen: set[tuple[str, ...]] = set()
    for act in (*of_text(text), *_of_commands(text, _At(0, 0, checked))):
        key = (act.act, act.via, act.source, act.detail)
        if key not in seen:
            seen.add(key)
            yield act


class _At(NamedTuple):
    """Where a text stands: its first line, how many shells it is inside, whether a sum is compared beside it."""

    line: int
    depth: int
    checked: bool

    def deeper(self, line: int) -> "_At":
        return _At(self.line + line, self.depth + 1, self.checked)


def _of_commands(text: str, at: _At) -> Iterator[Act]:
    stages: list[Command] = []
    fetched: dict[str, Address] = {}
    for command in (*commands(text), Command((), (), -1, 0)):
        if stages and command.pipeline != stages[0].pipeline:
            yield from _of_pipeline(stages, fetched, at)
            stages = []
        if command.words:
            stages.append(command)


def _of_pipeline(stages: list[Command], fetched: dict[str, Address], at: _At) -> Iterator[Act]:
    programs = [program(stage.words) for stage in stages]
    line = at.line + stages[0].line
    whole = " | ".join(" ".join(stage.words) for stage in stages)
    name, arguments = programs[-1]
    feeders = programs[:-1]
    if feeders and _runs_input(name, arguments):
        fetcher = next((stage for stage, (feeds, _) in zip(stages, feeders, strict=False) if feeds in _FETCHERS), None)
        if _DECODES.search(whole):
            yield done("decode-run", name, line=line)
        elif fetcher is not None:
            yield fetched_by("pipe", address(" ".join(fetcher.words)), whole, line, checked=at.checked)
    if _sends(programs, whole):
        found = address(whole)
        yield Act(
            "sends-secrets", name, source_of(found), found.shown[:DETAIL], checked=False, clear=found.clear, line=line
        )
    for stage, (name, arguments) in zip(stages, programs, strict=True):
        yield from _of_command(stage, name, arguments, fetched, at)


def _of_command(
    stage: Command, name: str, arguments: tuple[str, ...], fetched: dict[str, Address], at: _At
) -> Iterator[Act]:
    line = at.line + stage.line
    ran = _runs_file(stage, name, arguments, fetched)
    if ran is not None:
        yield fetched_by("file", ran, " ".join(stage.words), line, checked=at.checked)
    if name in _FETCHERS:
        found = address(" ".join(stage.words))
        for file in _written(name, arguments, found):
            fetched[file] = found
    code = _code(name, arguments)
    if code:
        yield from _of_code(name, code, stage, at)
    yield from of_options(name, arguments, stage.words, line)
    if at.depth < DEPTH:
        for inner in stage.inner:
            yield from _of_commands(inner, at.deeper(stage.line))


def _code(name: str, arguments: tuple[str, ...]) -> str:
    """Return what a shell or an interpreter is given to run on its command line."""
    if name in _SOURCE:
        return (
            " ".join(arguments) if name in {"eval", "iex", "invoke-expression"} else arguments[0] if arguments else ""
        )
    if name not in SHELLS | LANGUAGES:
        return ""
    for at, argument in enumerate(arguments):
        short = argument.startswith("-") and not argument.startswith("--")
        if (short and argument.endswith(("c", "e")) and argument != "-e") or (argument == "-e" and name in LANGUAGES):
            return arguments[at + 1] if at + 1 < len(arguments) else ""
        if argument.lower() in {"-command", "--command", "-r"} and name not in {"bash", "sh"}:
            return arguments[at + 1] if at + 1 < len(arguments) else ""
        if not argument.startswith("-"):
            return argument if argument.startswith(("<(", "$(", "`")) else ""
    return ""


def _of_code(name: str, code: str, stage: Command, at: _At) -> Iterator[Act]:
    """Find what runs through `sh -c`, `eval`, `source <(...)`, `python -c`."""
    line = at.line + stage.line
    if name in LANGUAGES:
        if _CODE_DECODES.search(code):
            yield done("decode-run", name, line=line)
        elif _CODE_FETCHES.search(code):
            yield fetched_by("substitution", address(code), code, line, checked=at.checked)
    if code.lstrip().startswith(("$(", "<(", "`")) and any(inner in code for inner in stage.inner):
        yield from _of_output(name, stage, at)
    elif at.depth < DEPTH and name in SHELLS | {"eval"}:
        yield from _of_commands(code, at.deeper(stage.line))


def _of_output(name: str, stage: Command, at: _At) -> Iterator[Act]:
    """Find what makes the text that is run."""
    line = at.line + stage.line
    for inner in stage.inner:
        if _DECODES.search(inner):
            yield done("decode-run", name, line=line)
            return
        for command in commands(inner):
            if program(command.words)[0] in _FETCHERS:
                yield fetched_by("substitution", address(" ".join(command.words)), inner, line, checked=at.checked)
                return


def _shell_runs_input(arguments: tuple[str, ...]) -> bool:
    for argument in arguments:
        short = argument.startswith("-") and not argument.startswith("--")
        if argument in {"-", "/dev/stdin"} or (short and "s" in argument):
            return True
        if (short and "c" in argument) or argument[0:1] == "<" or not argument.startswith(("-", ">", "&")):
            return False
        if argument[0:1] in ">&":
            return True
    return True


def _runs_input(name: str, arguments: tuple[str, ...]) -> bool:
    """Say whether a program runs what it is fed."""
    if name in SHELLS:
        return _shell_runs_input(arguments)
    if name in LANGUAGES:
        return not arguments or arguments[0] in {"-", "/dev/stdin"}
    return name in {"iex", "invoke-expression"} or (name in {"source", "."} and arguments[:1] == ("/dev/stdin",))


def _runs_file(stage: Command, name: str, arguments: tuple[str, ...], fetched: dict[str, Address]) -> Address | None:
    """Return where the file came from that a command runs, None where it was not fetched before."""
    if not fetched or stage.words[1:2] == ("=",):  # PowerShell sets a variable
        return None
    ran = ""
    if name in SHELLS | LANGUAGES | {"source", "."}:
        ran = next((argument for argument in arguments if not argument.startswith("-")), "")
    else:
        ran = next((word for word in stage.words if not ASSIGNMENT.match(word) and word not in WRAPPERS), "")
    return fetched.get(ran.rpartition("/")[2])


def _written(name: str, arguments: tuple[str, ...], found: Address) -> Iterator[str]:
    """Name the files that a fetcher writes."""
    last = found.shown.rpartition("/")[2]
    for at, argument in enumerate(arguments):
        following = arguments[at + 1] if at + 1 < len(arguments) else ""
        if (
            argument in {"--output", "-OutFile", "--output-document", ">", "-o"}
            or (argument == "-O" and name == "wget")
            or (name == "curl" and re.fullmatch(r"-[a-zA-Z]*o", argument))
        ):
            yield following.rpartition("/")[2]
            return
        if name == "wget" and re.fullmatch(r"-q?O", argument):
            yield following.rpartition("/")[2]
            return
    if last and (name == "wget" or any(re.fullmatch(r"-[a-zA-Z]*O[a-zA-Z]*|--remote-name", one) for one in arguments)):
        yield last


def _sends(programs: list[tuple[str, tuple[str, ...]]], whole: str) -> bool:
    for name, arguments in programs:
        if name in {"curl", "wget"}:
            given = [b for a, b in pairwise(arguments) if a in _SENDS]
            given += [one for one in arguments if one.startswith(("--data", "-d@", "--post-", "--form="))]
            if any(_KEY_FILES.search(one) or _WHOLE_ENVIRONMENT.search(one) for one in given):
                return True
            fed = any(one.endswith(("@-", "=-")) or one == "-" for one in given)
        else:
            fed = name in {"nc", "ncat"}
        if fed and len(programs) > 1 and programs[0][0] not in {"nc", "ncat"}:
            first = whole.partition(" | ")[0]
            return _WHOLE_ENVIRONMENT.search(first) is not None or _KEY_FILES.search(first) is not None
    return False
