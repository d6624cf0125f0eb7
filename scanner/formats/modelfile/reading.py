"""From the text of a Modelfile to facts (Ollama's parser/parser.go)."""

import io
import re
from collections.abc import Iterator
from functools import partial

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached, Malformed
from scanner.facts.template import ModelfileLine
from scanner.format import MalformedError
from scanner.formats.chat_template.told import told
from scanner.formats.modelfile.instructions import Instruction, Problem, instructions
from scanner.limits import Limits
from scanner.members import leads
from scanner.whole import whole

PART = 4000
"""Characters of a value that a fact keeps; what the model is told is stated in parts."""

OVERLAP = 200
"""Characters that a part shares with the one before."""

INSTRUCTIONS = 5000
"""Instructions of one file that are stated."""

_URL = re.compile(r"(?i)[a-z][a-z0-9+.-]*://")
_HOME = re.compile(r"~|[A-Za-z]:[\\/]|\\\\")
_LOCAL = re.compile(r"(?i)\.(?:gguf|ggml|bin|safetensors|pth?|ggla)$|^\.(?:$|/)")
_SAID = ("SYSTEM", "MESSAGE")


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield all facts of a Modelfile; see `Format.read`."""
    raw = whole(artifact, limits.text_nbytes, "modelfile")
    if isinstance(raw, LimitReached):
        yield raw
        return
    try:
        text = raw.decode("utf-16" if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
    except UnicodeDecodeError as error:
        message = "a Modelfile that is not text"
        raise MalformedError(message, error.start) from error
    names: dict[str, int] = {}
    for number, found in enumerate(instructions(text)):
        where = Location(path=artifact.path, line=found.line)
        if number == INSTRUCTIONS:
            yield LimitReached(where=where, limit="instructions", bound=INSTRUCTIONS, unit="instructions")
            return
        if isinstance(found, Problem):
            yield Malformed(where=where, format="modelfile", reason=found.reason)
            continue
        names[found.name] = names.get(found.name, 0) + 1
        if found.name == "TEMPLATE":
            yield _template(artifact, found, names[found.name])
        else:
            yield from _lines(where, found)
    if "FROM" not in names:
        yield Malformed(where=artifact.at(), format="modelfile", reason="no FROM line")


def remote(value: str) -> str:
    """Say where FROM or ADAPTER lead: "url", "absolute", "parent", "registry", or "" for a file beside."""
    if _URL.match(value):
        return "url"
    if _HOME.match(value):
        return "absolute"
    how = leads(value.replace("\\", "/"))
    if how in {"absolute", "parent"}:
        return how
    return "" if _LOCAL.search(value) else "registry"


def _lines(where: Location, found: Instruction) -> Iterator[ModelfileLine]:
    said = found.name in _SAID
    for at in range(0, max(len(found.value) - OVERLAP, 1), PART - OVERLAP) if said else (0,):
        part = found.value[at : at + PART]
        yield ModelfileLine(
            where=Location(path=where.path, line=found.line + found.value.count("\n", 0, at)),
            instruction=found.name,
            value=part,
            remote=remote(found.value) if found.name in {"FROM", "ADAPTER"} else "",
            marks=next((text.marks for text in told(part, frozenset({"tool"}), found.line)), ()),
        )


def _template(artifact: Artifact, found: Instruction, number: int) -> Artifact:
    content = found.value.encode("utf-8", "replace")
    suffix = "" if number == 1 else f"#{number}"
    return Artifact(
        path=f"{artifact.path}!TEMPLATE{suffix}",
        size=len(content),
        open=partial(io.BytesIO, content),
        depth=artifact.depth + 1,
    )
