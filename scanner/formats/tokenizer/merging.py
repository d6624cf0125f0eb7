"""Merges against their vocabulary: what is missing, what no merge makes, and whether ids follow the merges."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import add

from scanner.artifact import Location
from scanner.facts.tokenizer import Merges
from scanner.order import exchanged, inversions, runs

SHOWN = 8
TEXT_CHARACTERS = 200

_SPECIAL = re.compile(r"[<\[].*[>\]]", re.DOTALL)


@dataclass(slots=True)
class Merging:
    """Merges summed up as they are read. `index` gives the id of each text of the vocabulary; texts are UTF-8."""

    index: Mapping[bytes, int]
    prefix: bytes = b""
    results: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    parts: set[bytes] = field(default_factory=set)
    merges: int = 0
    orphans: int = 0
    first: list[str] = field(default_factory=list)

    def take(self, left: Sequence[bytes], right: Sequence[bytes]) -> None:
        """Take some merges. A continuing prefix of the right part is not in the result (bpe/model.rs)."""
        ends = [text.removeprefix(self.prefix) for text in right] if self.prefix else right
        made = list(map(self.index.get, map(add, left, ends)))
        self.merges += len(made)
        if None in made:
            whole = [one is not None for one in made]
            self._orphans(left, right, whole)
            left, right = list(compress(left, whole)), list(compress(right, whole))
        self.results.extend(one for one in made if one is not None)
        self.lengths.extend(map(len, left))
        self.parts.update(left)
        self.parts.update(right)

    def missing(self) -> set[bytes]:
        """Return the parts of merges that are not in the vocabulary; to look once at the end is quicker."""
        return {part for part in self.parts if part not in self.index}

    def without(self, missing: set[bytes], left: Sequence[bytes], right: Sequence[bytes]) -> None:
        """Count, in a second reading, the merges whose result is known and whose parts are not."""
        for one, other in zip(left, right, strict=True):
            known = one not in missing and other not in missing
            if not known and one + other.removeprefix(self.prefix) in self.index:
                self._orphans([one], [other], [False])

    def _orphans(self, left: Sequence[bytes], right: Sequence[bytes], whole: Sequence[bool]) -> None:
        self.orphans += whole.count(False)
        for one, other, known in zip(left, right, whole, strict=True):
            if not known and len(self.first) < SHOWN:
                self.first.append(_shown(one + b" " + other))

    def _repeated(self, made: int) -> int:
        """Count the merges that were listed before: the same result, made of the same parts."""
        if made == len(self.results):
            return 0
        return len(self.results) - len({one << 32 | size for one, size in zip(self.results, self.lengths, strict=True)})

    def fact(self, where: Location, source: str, special: set[str], suffix: str) -> Merges:
        """Sum up. `special` texts and those of a single symbol need no merge; `suffix` marks the end of a word."""
        made = list(dict.fromkeys(self.results))
        unreached = self._unreached(set(made), special, suffix)
        count, strays = runs(made)
        moved = {made[place] for place in exchanged(made, strays)[:SHOWN]} if count == 1 else set()
        return Merges(
            where=where,
            source=source,
            merges=self.merges,
            inversions=inversions(self.results),
            orphans=self.orphans,
            repeated=self._repeated(len(made)),
            unreached=len(unreached),
            first=tuple((self.first + [text[:TEXT_CHARACTERS] for text in unreached[:SHOWN]])[:SHOWN]),
            runs=count,
            strays=len(strays),
            exchanged=tuple(_shown(text) for text, number in self.index.items() if number in moved) if moved else (),
        )

    def _unreached(self, reached: set[int], special: set[str], suffix: str) -> list[str]:
        left = [text for text, number in self.index.items() if number not in reached]
        prefix = self.prefix.decode("utf-8", "replace")
        return [
            text
            for text in map(_text, left)
            if len(text.removesuffix(suffix).removeprefix(prefix)) > 1
            and text not in special
            and not _SPECIAL.fullmatch(text)
        ]


def _text(text: bytes) -> str:
    return text.decode("utf-8", "surrogatepass")


def _shown(text: bytes) -> str:
    return text.decode("utf-8", "replace")[:TEXT_CHARACTERS]
