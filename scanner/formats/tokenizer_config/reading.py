"""From a JSON object to added tokens, special tokens and chat templates."""

from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached, Malformed
from scanner.facts.metadata import RepeatedKey
from scanner.facts.tokenizer import AddedToken, SpecialToken
from scanner.format import MalformedError
from scanner.formats.tokenizer_config import NAMES
from scanner.json_object import JsonObject
from scanner.json_text import Node, parse, walk
from scanner.limits import Limits
from scanner.marks import marks_of
from scanner.streams import held

NAME = "tokenizer_config"
ROLES = ("bos", "eos", "unk", "pad", "sep", "cls", "mask")
LISTS = ("additional_special_tokens", "extra_special_tokens")

TOKENS = 20_000
"""Added tokens of one file that are stated."""

REPEATED = 1000
"""Keys given twice that are told one by one."""

TEMPLATES = 1000
TOKEN_CHARACTERS = 400
NUMBER_BITS = 53
"""Ids beyond this are no ids, and no number that JSON readers agree on."""


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts and the templates of a file; see `Format.read`."""
    if artifact.size > limits.header_nbytes:
        yield LimitReached(where=artifact.at(), limit="document", bound=limits.header_nbytes, unit="bytes")
        return
    with artifact.open() as stream:
        raw = stream.read(artifact.size)
    name = artifact.path.rpartition("/")[2].rpartition("!")[2]
    try:
        document = parse(raw)
    except MalformedError:
        if name in NAMES:
            raise
        return  # It looked like JSON with tokens; another reader knows it better.
    if not isinstance(document, JsonObject):
        return
    source = name if name in NAMES else NAMES[0]
    if source != "config.json":
        yield from _repeated(artifact, document)
    if source == "added_tokens.json":
        yield from _added(artifact, source, document)
        return
    yield from _special(artifact, source, document)
    yield from _decoder(artifact, source, document.get("added_tokens_decoder"))
    yield from _templates(artifact, document)


def _repeated(artifact: Artifact, document: JsonObject) -> Iterator[Fact]:
    told = 0
    for node in walk(document):
        for key, identical in node.value.repeated if isinstance(node.value, JsonObject) else ():
            told += 1
            if told > REPEATED:
                yield LimitReached(where=artifact.at(), limit="repeated keys", bound=REPEATED, unit="keys")
                return
            where = Location(path=artifact.path, pointer=node.pointer)
            yield RepeatedKey(where=where, format=NAME, place="config", key=key[:200], identical=identical)


def _special(artifact: Artifact, source: str, document: JsonObject) -> Iterator[Fact]:
    for role in ROLES:
        for key in (f"{role}_token", f"{role}_token_id"):
            value = document.get(key)
            if value is None:
                continue
            for number, item in enumerate(value if isinstance(value, list) else [value]):
                pointer = f"/{key}/{number}" if isinstance(value, list) else f"/{key}"
                yield from _role(artifact, source, role, item, pointer)
    for key in LISTS:
        value = document.get(key)
        items = list(value.values()) if isinstance(value, dict) else value
        for number, item in enumerate(items if isinstance(items, list) else ()):
            if number == TOKENS:
                yield LimitReached(where=artifact.at(), limit="special tokens", bound=TOKENS, unit="tokens")
                break
            yield from _role(artifact, source, "additional", item, f"/{key}/{number}")


def _role(artifact: Artifact, source: str, role: str, value: object, pointer: str) -> Iterator[Fact]:
    where = Location(path=artifact.path, pointer=pointer)
    text = value.get("content") if isinstance(value, dict) else value
    if isinstance(text, str):
        yield SpecialToken(where=where, source=source, role=role, text=text[:TOKEN_CHARACTERS], id=-1)
    elif isinstance(value, int) and _is_id(value):
        yield SpecialToken(where=where, source=source, role=role, text="", id=value)
    else:
        yield Malformed(where=where, format=NAME, reason=f"a {role} token is neither a text nor an id")


def _is_id(value: int) -> bool:
    return not isinstance(value, bool) and abs(value).bit_length() <= NUMBER_BITS


def _decoder(artifact: Artifact, source: str, tokens: object) -> Iterator[Fact]:
    if tokens is None:
        return
    if not isinstance(tokens, dict):
        where = Location(path=artifact.path, pointer="/added_tokens_decoder")
        yield Malformed(where=where, format=NAME, reason="added_tokens_decoder is no object")
        return
    for number, (key, value) in enumerate(tokens.items()):
        where = Location(path=artifact.path, pointer=f"/added_tokens_decoder/{key[:40]}")
        if number == TOKENS:
            yield LimitReached(where=artifact.at(), limit="added tokens", bound=TOKENS, unit="tokens")
            return
        text = value.get("content") if isinstance(value, dict) else value
        if not isinstance(text, str) or not (key.isascii() and key.isdigit() and len(key) < 16):  # noqa: PLR2004 - digits
            yield Malformed(where=where, format=NAME, reason="an added token without an id or a text")
            continue
        special = isinstance(value, dict) and value.get("special") is True
        yield _token(where, source, int(key), text, special=special)


def _added(artifact: Artifact, source: str, document: JsonObject) -> Iterator[Fact]:
    for number, (text, value) in enumerate(document.items()):
        if number == TOKENS:
            yield LimitReached(where=artifact.at(), limit="added tokens", bound=TOKENS, unit="tokens")
            return
        where = Location(path=artifact.path, pointer=Node(value, Node(document), text).pointer)
        if isinstance(value, int) and _is_id(value):
            yield _token(where, source, value, text, special=False)
        else:
            yield Malformed(where=where, format=NAME, reason="an added token whose id is no number")


def _token(where: Location, source: str, number: int, text: str, *, special: bool) -> AddedToken:
    return AddedToken(
        where=where,
        source=source,
        id=number,
        text=text[:TOKEN_CHARACTERS],
        special=special,
        base_id=-1,
        base_text="",
        marks=marks_of(text),
        twin="",
    )


def _templates(artifact: Artifact, document: JsonObject) -> Iterator[Fact | Artifact]:
    """Hand templates on: one as a text, several by name as a list of pairs or as an object."""
    value = document.get("chat_template")
    if value is None:
        return
    if isinstance(value, str):
        yield _template(artifact, "chat_template", value)
    for place, name, text in _named(value):
        if isinstance(name, str) and isinstance(text, str):
            yield _template(artifact, f"chat_template.{name[:80].replace('!', '_').replace('/', '_')}", text)
        else:
            where = Location(path=artifact.path, pointer=f"/chat_template{place}")
            yield Malformed(where=where, format=NAME, reason="a chat template without a name or a text")


def _named(value: object) -> Iterator[tuple[str, object, object]]:
    if isinstance(value, list):
        for number, item in enumerate(value[:TEMPLATES]):
            found = item if isinstance(item, dict) else {}
            yield f"/{number}", found.get("name"), found.get("template")
    elif isinstance(value, dict):
        yield from (("", name, text) for name, text in list(value.items())[:TEMPLATES])
    elif not isinstance(value, str):
        yield "", None, None


def _template(artifact: Artifact, member: str, text: str) -> Artifact:
    content = text.encode("utf-8", "surrogatepass")
    return Artifact(path=f"{artifact.path}!{member}", size=len(content), open=held(content))
