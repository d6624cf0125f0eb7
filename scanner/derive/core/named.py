"""Archives under the name of something that nothing is unpacked from. Pickles under other names their reader tells."""

from collections.abc import Iterator, Sequence

from scanner.facts import Examined, Fact

HELD = frozenset(("zip", "tar", "sevenzip", "rar"))

PROMISED = frozenset((
    ".safetensors", ".gguf", ".onnx", ".tflite", ".parquet", ".arrow", ".json", ".jsonl", ".yaml", ".yml", ".toml",
    ".md", ".txt", ".csv", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf",
))  # fmt: skip
"""Endings of files that nothing is unpacked from."""


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Compare what each file was read as with its name."""
    for fact in facts:
        if not isinstance(fact, Examined):
            continue
        found = HELD & set(fact.formats)
        if found:
            path = fact.where.path
            suffix = path[path.rfind(".") :].lower()
            if suffix in PROMISED:
                from scanner.facts.card import OtherThanNamed

                yield OtherThanNamed(where=fact.where, suffix=suffix, formats=tuple(sorted(found)))
