"""Ids of a tokenizer against the rows of the embedding that stands beside it.

Embeddings are often larger than vocabularies, never smaller, but for a special token or two that a model does not read
(Gemma 3 gives an image its own id behind the last row).
"""

from collections.abc import Iterator, Sequence

from scanner.facts import Fact
from scanner.facts.model_config import ModelConfig
from scanner.facts.tokenizer import IdOutsideEmbedding
from scanner.nesting import beside
from scanner.tokenizers import Tokens, folders, tokens_of
from scanner.weights import embeddings, models

CONFIG = "config.json"
SOURCES = ("tokenizer.json", "vocab.json", "vocab.txt", "tokenizer_config.json", "added_tokens.json")
"""Files whose ids are those of the embedding. A sentencepiece model counts its own, a GGUF file has its own tensors."""

FORMATS = ("safetensors", "torch", "flax", "hdf5")


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Compare the files of every folder that has a tokenizer and a bound."""
    said: dict[str, int] = {}
    for fact in facts:
        if isinstance(fact, ModelConfig) and fact.where.path == beside(fact.where.path, CONFIG):
            folder = beside(fact.where.path, "")
            said[folder] = max(said.get(folder, 0), *fact.vocabularies, fact.vocab_size)
    held = _rows(facts)
    if not said and not held:
        return
    files = folders(one for one in tokens_of(facts) if one.source in SOURCES)
    for folder, found in files.items():
        # Where both say something, the larger counts: that they differ is another matter (`ConfigMismatch`).
        bound = "tensor" if held.get(folder, 0) >= said.get(folder, 0) else "config"
        rows = max(held.get(folder, 0), said.get(folder, 0))
        if rows > 1:
            yield from _outside(found, bound, rows)


def _rows(facts: Sequence[Fact]) -> dict[str, int]:
    """Count the rows of the largest embedding of each folder."""
    found: dict[str, int] = {}
    for place, forms in models(facts).items():
        for weights in forms:
            for name in embeddings(weights.tensors)[:1] if weights.format in FORMATS else ():
                found[place.folder] = max(found.get(place.folder, 0), weights.tensors[name].shape[0])
    return found


def _outside(found: Sequence[Tokens], bound: str, rows: int) -> Iterator[IdOutsideEmbedding]:
    """State the highest id outside: one of a base vocabulary, or only those of added tokens."""
    base = max((one for one in found if one.base), key=lambda one: max(one.base), default=None)
    added = [(number, one) for one in found for number in one.added]
    if base is not None and max(base.base) >= rows:
        highest, tokens = max(base.base), base
        # Some files list added tokens with the base vocabulary as well.
        special = all(number < rows or number in ids for ids in [{one[0] for one in added}] for number in base.base)
    elif added and max(added, key=lambda one: one[0])[0] >= rows:
        (highest, tokens), special = max(added, key=lambda one: one[0]), True
    else:
        return
    where = tokens.added[highest].where if highest in tokens.added else tokens.whole.where if tokens.whole else None
    if where is None:
        return
    yield IdOutsideEmbedding(
        where=where, bound=bound, rows=rows, highest=highest, text=tokens.text(highest) or "", special=special
    )
