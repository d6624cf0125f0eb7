"""Tokens beside the vocabulary: added ones, those with a role, and those that the post-processor writes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, Malformed
from scanner.facts.tokenizer import AddedToken, SpecialToken, TemplateToken
from scanner.formats.tokenizer.looks import marks_beyond, skeleton
from scanner.formats.tokenizer.outline import step
from scanner.marks import marks_of

SOURCE = "tokenizer.json"
CHARACTERS = 2000
"""Most characters of a token that are kept."""

WORD = 100
"""Longest text that is looked at as a word, in characters."""

TEMPLATE_TOKENS = 1000
TEXTS = 64
"""Most tokens of templates that are told, and most texts of one."""

WIDEST = 1 << 53
"""Ids beyond this are no ids, and no numbers to other readers of JSON."""

_PLAIN = re.compile(r"[A-Za-z0-9_<>|]{1,60}")
"""Texts that hold no mark: most tokens, and looking for each mark takes time."""

_WORD = re.compile("[ \u2581\u0120]?[\\w'-]*[^\\W\\d_]{3}[\\w'-]*[ \u2581\u0120]?")
_MARKUP = re.compile(r"[<\[{(|\uff1c].*[>\]})|\uff1e]", re.DOTALL)


@dataclass(slots=True)
class Known:
    """What the file says of ids: the base vocabulary both ways, its texts as UTF-8 in one, and added tokens."""

    ids: Mapping[bytes, int] = field(default_factory=dict)
    texts: Mapping[int, str] = field(default_factory=dict)
    added: dict[int, tuple[str, bool]] = field(default_factory=dict)

    def id(self, text: str) -> int:
        """The id that the base vocabulary gives to a text, -1 for none."""
        return self.ids.get(text.encode("utf-8", "surrogatepass"), -1)

    def text(self, number: object) -> str | None:
        """The text of an id, None for none."""
        if not isinstance(number, int):
            return None
        return self.added[number][0] if number in self.added else self.texts.get(number)

    def special(self, number: object) -> bool:
        """A special added token, or a text that is written like one."""
        if not isinstance(number, int):
            return False
        text = self.text(number) or ""
        return (number in self.added and self.added[number][1]) or _MARKUP.fullmatch(text) is not None


def is_id(value: object) -> bool:
    """Tell whether a value can be an id."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < WIDEST


def added(artifact: Artifact, value: object, known: Known) -> Iterator[Fact]:
    """Yield the added tokens, and fill `known` with them."""
    if value is None:
        return
    where = Location(path=artifact.path, pointer="/added_tokens")
    if not isinstance(value, list):
        yield Malformed(where=where, format="tokenizer", reason="added tokens that are no list")
        return
    rows: list[tuple[Location, int, str, bool]] = []
    looks: dict[str, list[str]] = {}
    for number, one in enumerate(value):
        where = Location(path=artifact.path, pointer=f"/added_tokens/{number}")
        text, token, special = (
            (one.get(key) for key in ("content", "id", "special")) if isinstance(one, dict) else (0,) * 3
        )
        if not isinstance(text, str) or not isinstance(token, int) or not is_id(token) or not isinstance(special, bool):
            yield Malformed(where=where, format="tokenizer", reason="an added token without text, id or role")
            continue
        rows.append((where, token, text, special))
        known.added[token] = (text, special)
        alike = looks.setdefault(skeleton(text), [])
        if text not in alike and len(alike) < TEXTS:
            alike.append(text)
    words = sum(len(text) <= WORD and _WORD.fullmatch(text) is not None for _, _, text, _ in rows)
    for where, token, text, special in rows:
        base = known.texts.get(token, "")
        twins = [one for one in looks[skeleton(text)] if one != text]
        yield AddedToken(
            where=where,
            source=SOURCE,
            id=token,
            text=text[:CHARACTERS],
            special=special,
            base_id=known.id(text),
            base_text=base[:CHARACTERS] if base != text else "",
            marks=() if _PLAIN.fullmatch(text) else tuple(sorted({*marks_of(text), *marks_beyond(text)})),
            twin=twins[0][:CHARACTERS] if twins else "",
            words=words,
        )


def roles(
    artifact: Artifact, document: Mapping[str, object], model: Mapping[str, object], known: Known
) -> Iterator[Fact]:
    """Yield the tokens of unknown texts and of padding."""
    unknown = model.get("unk_token")
    if isinstance(unknown, str):
        where = Location(path=artifact.path, pointer="/model/unk_token")
        yield _role(where, "unk", unknown, known.id(unknown))
    number = model.get("unk_id")
    if isinstance(number, int) and is_id(number):
        where = Location(path=artifact.path, pointer="/model/unk_id")
        yield _role(where, "unk", known.text(number) or "", number)
    padding = document.get("padding")
    if isinstance(padding, dict):
        where = Location(path=artifact.path, pointer="/padding")
        text, number = padding.get("pad_token"), padding.get("pad_id")
        if not isinstance(text, str) or not isinstance(number, int) or not is_id(number):
            yield Malformed(where=where, format="tokenizer", reason="padding without text or id")
            return
        yield _role(where, "pad", text, number)


def _role(where: Location, role: str, text: str, number: int) -> SpecialToken:
    return SpecialToken(where=where, source=SOURCE, role=role, text=text[:CHARACTERS], id=number)


def template(artifact: Artifact, value: object, known: Known) -> Iterator[Fact]:
    """Yield the tokens that the post-processors of a document add."""
    pending = [("/post_processor", value)]
    told = 0
    while pending and told < TEMPLATE_TOKENS:
        pointer, one = pending.pop()
        if not isinstance(one, dict):
            continue
        inner = one.get("processors")
        if isinstance(inner, list):
            pending.extend((f"{pointer}/processors/{number}", entry) for number, entry in enumerate(inner))
        for fact in _tokens(artifact, pointer, one, known):
            told += 1
            yield fact


def _tokens(artifact: Artifact, pointer: str, one: dict[str, object], known: Known) -> Iterator[Fact]:
    if one.get("type") in ("BertProcessing", "RobertaProcessing"):
        for role in ("sep", "cls"):
            where = Location(path=artifact.path, pointer=f"{pointer}/{role}")
            match one.get(role):
                case [str() as text, int() as number]:
                    yield _added(where, text, [number], [text], known)
                    yield _role(where, role, text, number if is_id(number) else -1)
                case _:
                    yield Malformed(where=where, format="tokenizer", reason="a token that is no text with an id")
    listed = one.get("special_tokens")
    if one.get("type") != "TemplateProcessing":
        return
    for key, entry in listed.items() if isinstance(listed, dict) else ():
        where = Location(path=artifact.path, pointer=step(f"{pointer}/special_tokens", key))
        match entry:
            case {"ids": list() as ids, "tokens": list() as tokens} if len(ids) == len(tokens):
                yield _added(where, key, ids, tokens, known)
            case _:
                yield Malformed(where=where, format="tokenizer", reason="a token of a template without its ids")


def _added(where: Location, token: str, ids: list[object], tokens: list[object], known: Known) -> TemplateToken:
    foreign = sum(
        not (text == known.text(number) and known.special(number)) for number, text in zip(ids, tokens, strict=True)
    )
    return TemplateToken(
        where=where,
        token=token[:CHARACTERS],
        ids=len(ids),
        tokens=tuple(str(text)[:100] for text in tokens[:TEXTS]),
        foreign=foreign,
    )
