"""A model of the transformers library as something that can be asked: read from a folder, without its own code."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.forward.sweep import Ask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

CLASSIFIER: Final = "ForSequenceClassification"
LANGUAGE: Final = ("ForCausalLM", "LMHeadModel")
CONFIG_NBYTES: Final = 4 << 20
WORDS: Final = 4
"""Tokens of an answer of a language model that are shown."""


class UnfitError(Exception):
    """Why a model cannot be asked."""


class Asked(NamedTuple):
    """What is needed to sweep: `kind`, the answers, the texts as tokens, all vectors, and how to name both."""

    kind: str
    ask: Ask
    texts: "list[Array]"
    vectors: "Array"
    labels: tuple[str, ...]
    tokenizer: Any


def kind_of(folder: Path) -> str:
    """Say what a folder's model is, "classifier" or "language". Raises `UnfitError`."""
    try:
        with (folder / "config.json").open("rb") as stream:
            config = json.loads(stream.read(CONFIG_NBYTES))
    except (OSError, ValueError, RecursionError) as error:
        message = f"{folder}: no config.json that can be read"
        raise UnfitError(message) from error
    if not isinstance(config, dict) or config.get("auto_map") or config.get("quantization_config"):
        message = f"{folder}: its configuration asks for code of its own, which is never run, or for a quantiser"
        raise UnfitError(message)
    names = config.get("architectures")
    name = str(names[0]) if isinstance(names, list) and names else ""
    if name.endswith(CLASSIFIER):
        return "classifier"
    if name.endswith(LANGUAGE):
        return "language"
    message = (
        f"{folder}: {name or 'a model without an architecture'} is neither a classifier of texts nor a language model"
    )
    raise UnfitError(message)


def load(folder: Path, texts: tuple[str, ...], device: str) -> Asked:
    """Read a model. Raises `UnfitError`, and what the libraries raise."""
    import numpy as np
    import tokenizers
    import transformers

    kind = kind_of(folder)
    if not (folder / "tokenizer.json").is_file():
        message = f"{folder}: there is no tokenizer.json"
        raise UnfitError(message)
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    maker = transformers.AutoModelForSequenceClassification
    if kind == "language":
        maker = transformers.AutoModelForCausalLM
    model = maker.from_pretrained(
        str(folder), local_files_only=True, trust_remote_code=False, use_safetensors=True, dtype="float32"
    )
    model = model.eval().to(device)
    encoded = [np.array(tokenizer.encode(text).ids, np.int64) for text in texts]
    vectors = model.get_input_embeddings().weight.detach().cpu().numpy()
    names = getattr(model.config, "id2label", None) or {}
    labels = tuple(str(names.get(number, number)) for number in range(len(names)))
    return Asked(kind, _ask(model, kind, device), encoded, vectors, labels, tokenizer)


def _ask(model: Any, kind: str, device: str) -> Ask:  # noqa: ANN401 - a class of the library
    import torch

    def ask(rows: "Array") -> "Array":
        with torch.inference_mode():
            given = torch.from_numpy(rows).to(device)
            scores = model(input_ids=given, attention_mask=torch.ones_like(given)).logits
            last = scores[:, -1] if kind == "language" else scores
            found: Array = torch.log_softmax(last.float(), dim=-1).cpu().numpy()
        return found

    return ask


def answer(asked: Asked, number: int, answer: int) -> str:
    """Name an answer: a label, or what a language model goes on with."""
    import numpy as np

    if asked.kind == "classifier":
        return asked.labels[answer] if answer < len(asked.labels) else str(answer)
    row = np.insert(asked.texts[0], 1, number)[None, :]
    said: list[int] = []
    for _ in range(WORDS):
        said.append(int(asked.ask(row)[0].argmax()))
        row = np.append(row, [[said[-1]]], axis=1)
    return str(asked.tokenizer.decode(said))
