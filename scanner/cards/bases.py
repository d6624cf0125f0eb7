"""Names of base models compared: whether two may mean one model, or at least one family."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from scanner.known import rows
from scanner.pattern import pattern

_HUB = pattern(r"(?i)(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/")
_MADE = pattern(
    r"[-_.](?:gguf|gptq|awq|exl2|mlx|bnb|int[48]|fp(?:8|16|32)|bf16|[1-8]bit|4bit|8bit|hf|unsloth|i1|imat|q\d\w{0,6}|"
    r"instruct|chat|it|base|lora|adapter|merged|sft|dpo|v\d+(?:\.\d+)*)(?=[-_.]|$)"
)


def is_name(text: str) -> bool:
    """Say whether a text is a name on the hub, and no path of the machine where something was trained."""
    plain = _HUB.sub("", text)
    return bool(plain) and not plain.startswith(("/", ".", "~")) and "\\" not in plain and plain.count("/") <= 1


def alike(one: str, other: str) -> bool:
    """Say whether two names may mean one model: the same stem, or one inside the other."""
    left, right = _stem(one), _stem(other)
    return not left or not right or left in right or right in left


def families(name: str) -> frozenset[str]:
    """Name the families whose words a model's name has; owners do not count."""
    stem = _HUB.sub("", name.lower()).rstrip("/").rpartition("/")[2]
    parts = set(re.split(r"[-_.\s]+", stem))
    parts |= {re.sub(r"\d+$", "", part) for part in parts}
    return frozenset(family for word, family in _words().items() if word in parts or ("-" in word and word in stem))


def family_of_type(model_type: str) -> frozenset[str]:
    """Name the families that have a `model_type`."""
    return frozenset(family for start, family in _types() if model_type.startswith(start))


def differ(claims: Iterable[str], found: frozenset[str]) -> bool:
    """Say whether every claim tells one family, and none that was found."""
    told = [families(claim) for claim in claims]
    return bool(found) and bool(told) and all(len(one) == 1 and not one & found for one in told)


def _stem(name: str) -> str:
    stem = _HUB.sub("", name.lower()).rstrip("/").rpartition("/")[2]
    return re.sub(r"[-_.\s]+", "", _MADE.sub("", stem).removeprefix("meta-"))


@cache
def _words() -> Mapping[str, str]:
    return {word: words.partition(" ")[0] for words, _ in _rows() for word in words.split()}


@cache
def _types() -> tuple[tuple[str, str], ...]:
    return tuple((start, words.partition(" ")[0]) for words, types in _rows() for start in types.split())


@cache
def _rows() -> tuple[tuple[str, str], ...]:
    return tuple((words, types) for words, _, types in (row.partition("\t") for row in rows("card_families")))
