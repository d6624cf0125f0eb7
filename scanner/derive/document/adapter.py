"""What an adapter changes in its base, and which base it names (PEFT, `adapter_config.json`)."""

from collections.abc import Iterator, Sequence
from functools import cache

from scanner.facts import Fact
from scanner.facts.setting import AdapterSettings
from scanner.known import rows
from scanner.likeness import neighbours
from scanner.nesting import beside
from scanner.settings import Document, documents

SHOWN = 32
CHARACTERS = 200
VOCABULARY = ("lm_head", "embed_tokens", "wte", "embed_out", "output_layer", "word_embeddings", "tok_embeddings")
"""Modules with one row a token, as families call them."""

MADE = ("-bnb-4bit", "-4bit", "-8bit", "-gguf", "-gptq", "-awq", "-unsloth", "-hf", "-int4", "-int8", "-fp8", "-bf16")
"""What makers of copies append to a model's name."""


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Read every adapter."""
    cards: dict[str, Document] | None = None
    for document in documents(facts):
        if "\n/peft_type\n" in document.outline:
            if cards is None:
                found = ((one.path.lower().removesuffix("!front-matter.yaml"), one) for one in documents(facts))
                cards = {path: one for path, one in found if path.endswith("readme.md")}
            yield _adapter(document, cards.get(beside(document.path, "README.md").lower()))


@cache
def _publishers() -> frozenset[str]:
    return frozenset(rows("publishers"))


def _adapter(document: Document, card: Document | None) -> AdapterSettings:
    base = document.text("/base_model_name_or_path")
    named = [leaf.value for leaf in card.under("/base_model") if leaf.kind == "t"] if card is not None else []
    publisher, slash, _ = base.partition("/")
    near = neighbours(_publishers()).of(publisher.lower()) if slash else None
    rank, alpha = _number(document, "/r"), _number(document, "/lora_alpha")
    saves = [leaf.value for leaf in document.under("/modules_to_save") if leaf.kind == "t"]
    blocks = _blocks(document)
    start = document.get("/init_lora_weights")
    return AdapterSettings(
        where=document.parts[0].where,
        method=document.text("/peft_type")[:CHARACTERS],
        base=base[:CHARACTERS],
        near=near.name if near else "",
        how=near.how if near else "",
        card=tuple(one[:CHARACTERS] for one in named[:SHOWN]),
        agrees=any(_alike(one, base) for one in named) if named and base else None,
        rank=rank,
        alpha=alpha,
        scale=alpha / rank if rank > 0 and alpha >= 0 else -1.0,
        highest_rank=_highest(document, "/rank_pattern", rank),
        highest_alpha=_highest(document, "/alpha_pattern", alpha),
        saves=tuple(one[:CHARACTERS] for one in saves[:SHOWN]),
        vocabulary=any(one.rpartition(".")[2] in VOCABULARY for one in saves),
        tokens=sum(len(leaf.value.split()) for leaf in document.under("/trainable_token_indices") if leaf.kind in "ns"),
        repeated=len(blocks),
        replicated=sum(max(0, end - first) for first, end in blocks),
        start=start.value[:CHARACTERS] if start is not None else "",
    )


def _number(document: Document, pointer: str) -> float:
    leaf = document.get(pointer)
    return _real(leaf.value) if leaf is not None and leaf.kind == "n" else -1.0


def _real(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return -1.0


def _highest(document: Document, pointer: str, plain: float) -> float:
    found = [_real(number) for leaf in document.under(pointer) if leaf.kind in "ns" for number in leaf.value.split()]
    return max([plain, *(number for number in found if number == number)])  # noqa: PLR0124 - NaN is not itself


def _blocks(document: Document) -> list[tuple[int, int]]:
    """Read `layer_replication`: pairs of the first layer and the one behind the last."""
    found = []
    for leaf in document.under("/layer_replication"):
        numbers = leaf.value.split() if leaf.kind == "s" else []
        if len(numbers) == 2 and all(one.isdecimal() and len(one) < 10 for one in numbers):  # noqa: PLR2004 - a pair
            found.append((int(numbers[0]), int(numbers[1])))
    return found


def _alike(left: str, right: str) -> bool:
    """Say whether two names may mean one model: the same last part, what makers of copies append left out.

    A path of the machine where it was trained is no name.
    """
    if right.startswith(("/", ".", "~")) or "\\" in right or right.count("/") > 1:
        return True
    return _stem(left) == _stem(right)


def _stem(name: str) -> str:
    stem = name.lower().rstrip("/").rpartition("/")[2]
    for _ in range(3):
        stem = next((stem.removesuffix(end) for end in MADE if stem.endswith(end)), stem)
    return stem.replace("meta-", "").replace("_", "-").replace(".", "-")
