"""From the text of a script to facts."""

from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.commands.serving import Option
from scanner.commands.telling import commands_told, grave, option_told
from scanner.facts import Fact, LimitReached
from scanner.facts.workspace import EditorRuns
from scanner.format import MalformedError
from scanner.formats.script import WIDE, carrier_of
from scanner.limits import HEAD_NBYTES, Limits
from scanner.pattern import pattern
from scanner.streams import read_at

SHOWN = 200
"""Characters of a command that are quoted."""

_WHEN = {"envrc": "entered", "vim": "opened", "husky": "git", "jenkins": "ci", "jupyter": "start", "procfile": "start"}
_PROCESS = pattern(r"(?m)^[\w-]+:[ \t]*(.+)$")
_GROOVY = pattern(
    r"\b(?:sh|bat|powershell|pwsh)\s*\(?\s*(?:script\s*:\s*)?('''(?:.|\n){1,8000}?'''|\"\"\"(?:.|\n){1,8000}?\"\"\"|"
    r"'[^'\n]{1,2000}'|\"(?:[^\"\\\n]|\\.){1,2000}\")"
)
_PLAIN_ENVRC = pattern(
    r"^(?:(?:export\s+)?[A-Za-z_]\w*=(?!.*[`(]).*|use\s+(?:flake|nix|asdf|mise|guix|node|devenv|opam)\b[^;&|$`]*|"
    r"layout\s+[\w.-]+[^;&|$`]*|dotenv(?:_if_exists)?\b.*|PATH_add\s.*|path_add\s.*|"
    r"source_(?:env|up|env_if_exists|up_if_exists)\b(?!.*https?:).*|watch_file\s.*|watch_dir\s.*|(?:strict_env|"
    r"unset)\b.*|export\s+[A-Za-z_]\w*|source\s+\.?/?\.?v?env/bin/activate|"
    r"(?:if|then|fi|else|elif|set|has)\b.*|nix_direnv\w*\b.*|\[\[?\s.*)$"
)
_VIM = pattern(
    r"(?im)^[ \t]*(?::?(?:silent!?[ \t]+)?(?:!|system\(|call[ \t]+system\()|au(?:tocmd)?!?[ \t]+[^\n]{1,200}(?:!|"
    r"system\()|let[ \t][^\n]{1,200}system\()[^\n]{0,200}"
)
_TOKEN = pattern(
    r"(?m)^[ \t]*c\.(?:ServerApp|NotebookApp|IdentityProvider|LabApp)\.(token|password)[ \t]*=[ \t]*u?['\"]['\"]"
)
_PASSWORD = pattern(r"(?m)^[ \t]*c\.\w+\.(?:hashed_)?password[ \t]*=[ \t]*(?!u?['\"]['\"])\S")


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield all facts of a script as far as the bound on source reaches; see `Format.read`."""
    with artifact.open() as stream:
        raw = read_at(stream, 0, min(artifact.size, limits.source_nbytes))
    if artifact.size > limits.source_nbytes:
        yield LimitReached(where=artifact.at(), limit="script", bound=limits.source_nbytes, unit="bytes")
    wide = raw.startswith(WIDE)
    whole = raw.decode("utf-16" if wide else "utf-8-sig", "replace")
    # Shells drop null bytes and go on.
    yield from _of_text(artifact, raw, whole.replace("\0", "").replace("\r\n", "\n"))
    if "\0" in whole:
        message = "a script with a null byte"
        raise MalformedError(message, raw.index(b"\0"))


def _of_text(artifact: Artifact, raw: bytes, text: str) -> Iterator[Fact]:
    carrier = carrier_of(raw[:HEAD_NBYTES], artifact.path)
    first = Location(path=artifact.path, line=1)
    when = _WHEN.get(carrier, "asked")
    if carrier in {"jenkins", "procfile"}:
        for found in (_GROOVY if carrier == "jenkins" else _PROCESS).finditer(text):
            where = Location(path=artifact.path, line=1 + text.count("\n", 0, found.start(1)))
            yield from commands_told(found[1].strip("'\""), where, carrier, when, lines=True)
    elif carrier == "jupyter":
        yield from _jupyter(artifact, text)
    elif carrier == "vim":
        yield from _vim(artifact, text)
    else:
        # make writes a dollar sign of the shell twice.
        plain = text.replace("$$", "$") if carrier == "makefile" else text
        yield from commands_told(plain, first, carrier, when, lines=True)
        if carrier == "envrc":
            yield from _envrc(artifact, text)


def _envrc(artifact: Artifact, text: str) -> Iterator[EditorRuns]:
    """State the first line that does more than to set variables and to choose tools."""
    for number, line in enumerate(text.split("\n"), 1):
        plain = line.strip()
        if plain and not plain.startswith("#") and _PLAIN_ENVRC.match(plain) is None:
            where = Location(path=artifact.path, line=number)
            acts = grave(text, "envrc")
            yield EditorRuns(
                where=where, editor="direnv", when="entered", key=".envrc", command=plain[:SHOWN], acts=acts
            )
            return


def _vim(artifact: Artifact, text: str) -> Iterator[Fact]:
    for found in _VIM.finditer(text):
        where = Location(path=artifact.path, line=1 + text.count("\n", 0, found.start()))
        line = found[0].partition("!")[2]
        acts = grave(line, "vim")
        shown = found[0].strip()[:SHOWN]
        yield EditorRuns(where=where, editor="vim", when="opened", key="vimrc", command=shown, acts=acts)
        yield from commands_told(line, where, "vim", "opened")


def _jupyter(artifact: Artifact, text: str) -> Iterator[Fact]:
    found = _TOKEN.search(text)
    if found and found[1] == "token" and _PASSWORD.search(text) is None:
        where = Location(path=artifact.path, line=1 + text.count("\n", 0, found.start()))
        yield option_told(Option("no-authentication", f"{' '.join(found[0].split())}"[:80]), where, "jupyter", "start")
