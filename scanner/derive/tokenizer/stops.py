"""The token at which a tokenizer ends a text, against the ids at which generation stops."""

from collections.abc import Iterator, Sequence

from scanner.facts import Fact
from scanner.facts.tokenizer import SpecialToken, StopMismatch
from scanner.nesting import beside
from scanner.tokenizers import Tokens, folders, tokens_of

TOKENIZERS = ("tokenizer_config.json", "special_tokens_map.json")
"""Files that name the end of sequence, the one that loaders prefer first."""

STOPS = ("generation_config.json", "config.json")
"""Files that name ids at which generation stops."""

SHOWN = 16


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Compare the files of every folder."""
    ends: dict[str, dict[str, SpecialToken]] = {}
    stops: dict[str, set[int]] = {}
    for fact in facts:
        if isinstance(fact, SpecialToken) and fact.role == "eos":
            folder = beside(fact.where.path, "")
            if fact.source in TOKENIZERS and fact.text:
                ends.setdefault(folder, {}).setdefault(fact.source, fact)
            elif fact.source in STOPS and fact.id >= 0:
                stops.setdefault(folder, set()).add(fact.id)
    if ends.keys() & stops.keys():
        files = folders(tokens_of(facts))
        for folder, named in ends.items():
            if folder in stops:
                end = next(named[source] for source in TOKENIZERS if source in named)
                yield from _compared(end, stops[folder], files.get(folder, []))


def _compared(end: SpecialToken, stops: set[int], files: Sequence[Tokens]) -> Iterator[StopMismatch]:
    ids = {number for one in files for number in _ids(one, end.text)}
    if not ids or ids & stops:
        return
    first = min(stops)
    texts = [text for one in files if (text := one.text(first)) is not None]
    yield StopMismatch(
        where=end.where,
        text=end.text,
        id=min(ids),
        stops=tuple(sorted(stops)[:SHOWN]),
        known=texts[0] if texts else "",
    )


def _ids(tokens: Tokens, text: str) -> Iterator[int]:
    """Name the ids of a text; a sentencepiece model counts otherwise than the tokenizers made of it."""
    if tokens.source != "sentencepiece":
        yield from (number for number, token in tokens.added.items() if token.text == text)
        yield from (number for number, row in tokens.base.items() if row == text)
