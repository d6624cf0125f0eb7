"""Merges against their vocabulary: what is missing, what no merge makes, and whether ids follow the merges."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import cast

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
    prefix: str = ""
    results: list[int] = field(default_factory=list)
    parts: set[bytes] = field(default_factory=set)
    merges: int = 0
    orphans: int = 0
    first: list[str] = field(default_factory=list)

    def take(self, results: Sequence[bytes], left: Sequence[bytes], right: Sequence[bytes]) -> None:
        """Take some merges: what they make, and of what."""
        ids = list(map(self.index.get, results))
        self.merges += len(ids)
        if None in ids:
            whole = [one is not None for one in ids]
            self._orphans(left, right, whole)
            left, right, ids = list(compress(left, whole)), list(compress(right, whole)), list(compress(ids, whole))
        self.results.extend(cast("list[int]", ids))
        self.parts.update(left)
        self.parts.update(right)

    def missing(self) -> set[bytes]:
        """Return the parts of merges that are not in the vocabulary; to look once at the end is quicker."""
        return {part for part in self.parts if part not in self.index}

    def without(
        self, missing: set[bytes], results: Sequence[bytes], left: Sequence[bytes], right: Sequence[bytes]
    ) -> None:
        """Count, in a second reading, the merges whose result is known and whose parts are not."""
        for result, one, other in zip(results, left, right, strict=True):
            if (one in missing or other in missing) and result in self.index:
                self._orphans([one], [other], [False])

    def _orphans(self, left: Sequence[bytes], right: Sequence[bytes], whole: Sequence[bool]) -> None:
        self.orphans += whole.count(False)
        for one, other, known in zip(left, right, whole, strict=True):
            if not known and len(self.first) < SHOWN:
                self.first.append(_shown(one + b" " + other))

    def fact(self, where: Location, source: str, special: set[str], suffix: str) -> Merges:
        """Sum up. `special` texts and those of a single symbol need no merge; `suffix` marks the end of a word."""
        reached = dict.fromkeys(self.results)
        made = list(reached)
        unreached = self._unreached(reached, special, suffix)
        count, strays = runs(made)
        moved = {made[place] for place in exchanged(made, strays)[:SHOWN]} if count == 1 else set()
        return Merges(
            where=where,
            source=source,
            merges=self.merges,
            inversions=inversions(self.results),
            orphans=self.orphans,
            unreached=len(unreached),
            first=tuple((self.first + [text[:TEXT_CHARACTERS] for text in unreached[:SHOWN]])[:SHOWN]),
            runs=count,
            strays=len(strays),
            exchanged=tuple(_shown(text) for text, number in self.index.items() if number in moved) if moved else (),
        )

    def _unreached(self, reached: Mapping[int, None], special: set[str], suffix: str) -> list[str]:
        left = [text for text, number in self.index.items() if number not in reached]
        return [
            text
            for text in map(_text, left)
            if len(text.removesuffix(suffix).removeprefix(self.prefix)) > 1
            and text not in special
            and not _SPECIAL.fullmatch(text)
        ]


def _text(text: bytes) -> str:
    try:
        return text.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:  # GGUF's texts may be any bytes
        return text.decode("utf-8", "replace")


def _shown(text: bytes) -> str:
    return text.decode("utf-8", "replace")[:TEXT_CHARACTERS]
