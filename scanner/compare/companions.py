"""The files beside the weights: which differ, what a card says of its base, and the texts of tokens."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from scanner.artifact import Artifact
from scanner.format import MalformedError
from scanner.pattern import pattern

SUBJECTS = (
    ("template", ("chat_template.jinja", "chat_template.json")),
    ("tokenizer", ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
                   "vocab.json", "vocab.txt", "merges.txt", "tokenizer.model", "spiece.model", "tekken.json")),
    ("config", ("config.json", "generation_config.json", "adapter_config.json", "preprocessor_config.json",
                "quantize_config.json", "params.json")),
)  # fmt: skip

CODE = (".py", ".so", ".sh", ".pyc", ".dll")

WHOLE_NBYTES = 64 << 20
"""Vocabularies up to here are read for the texts of tokens."""

CARD_NBYTES = 64 << 10

TOKEN_CHARACTERS = 60

RELATIONS = frozenset(("finetune", "merge", "adapter", "quantized"))
"""https://huggingface.co/docs/hub/model-cards#specifying-a-base-model"""

_RELATION = pattern(r"(?m)^base_model_relation:\s*[\"']?([a-z]+)")
_BASE = pattern(r"(?m)^base_model:")


def subject_of(name: str) -> str:
    """Say what a file beside the weights is for, by its name."""
    last = name.rpartition("/")[2].lower()
    if last.endswith(CODE):
        return "code"
    return next((subject for subject, names in SUBJECTS if last in names), "other")


def differing(base: Mapping[str, Artifact], model: Mapping[str, Artifact]) -> Iterator[tuple[str, str]]:
    """Yield files that differ, with how: "differs", "missing", "added"."""
    for name in sorted({*base, *model}):
        if name not in model:
            yield name, "missing"
        elif name not in base:
            yield name, "added"
        elif not equal(base[name], model[name]):
            yield name, "differs"


def equal(left: Artifact, right: Artifact) -> bool:
    """Say whether two files hold the same bytes. Raises `OSError`."""
    if left.size != right.size:
        return False
    with left.open() as one, right.open() as other:
        while chunk := one.read(1 << 20):
            if chunk != other.read(len(chunk)):
                return False
    return True


def relation_of(others: Mapping[str, Artifact]) -> str:
    """Return what the card says that the model is to its base; a base without a word is a fine-tune, as the Hub has it.

    "" where it names none.
    """
    card = others.get("README.md")
    if card is None:
        return ""
    with card.open() as stream:
        text = stream.read(CARD_NBYTES).decode("utf-8", "replace")
    front = text.split("\n---", 1)[0] if text.startswith("---") else ""
    said = _RELATION.search(front)
    if said and said[1] in RELATIONS:
        return said[1]
    return "finetune" if _BASE.search(front) else ""


def tokens(others: Mapping[str, Artifact], rows: Iterable[int]) -> tuple[str, ...]:
    """Return the texts of tokens by their rows, "" for those unknown; nothing where no vocabulary is there."""
    wanted = tuple(rows)
    known = _vocabulary(others)
    return tuple(known.get(row, "")[:TOKEN_CHARACTERS] for row in wanted) if known else ()


def _vocabulary(others: Mapping[str, Artifact]) -> dict[int, str]:
    from scanner.json_text import parse

    found: dict[int, str] = {}
    for name in ("tokenizer.json", "vocab.json", "vocab.txt"):
        artifact = others.get(name)
        if found or artifact is None or artifact.size > WHOLE_NBYTES:
            continue
        with suppress(MalformedError, OSError):
            with artifact.open() as stream:
                raw = stream.read(artifact.size)
            if name == "vocab.txt":
                found = dict(enumerate(raw.decode("utf-8", "replace").splitlines()))
            else:
                found = _ids(parse(raw))
    return found


def _ids(top: object) -> dict[int, str]:
    if not isinstance(top, dict):
        return {}
    model = top.get("model")
    vocabulary = model.get("vocab") if isinstance(model, dict) else top
    found = {number: str(text) for text, number in vocabulary.items() if isinstance(number, int)} if isinstance(
        vocabulary, dict) else {}  # fmt: skip
    added = top.get("added_tokens")
    for one in added if isinstance(added, list) else ():
        if isinstance(one, dict) and isinstance(one.get("id"), int):
            found[one["id"]] = str(one.get("content", ""))
    return found
