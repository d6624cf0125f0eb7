"""Small models with a card, a configuration and weights, and the bills that scans of them give."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from scanner import pipeline
from scanner.attest.bill import Bill
from scanner.attest.collect import bill
from tests.builders.safetensors import safetensors

MOMENT = "2026-11-28T12:00:00Z"

CARD = """---
license: apache-2.0
pipeline_tag: text-generation
library_name: transformers
language: en
base_model: example-org/base-model
base_model_relation: finetune
datasets:
- example-org/corpus
tags:
- arxiv:2401.12345
model-index:
- name: mine
  results:
  - task:
      type: text-generation
    dataset:
      name: Some Benchmark
      type: some_benchmark
    metrics:
    - type: accuracy
      value: 0.75
---
# A model

It is small.
"""

CONFIG = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4, "vocab_size": 8}
LORA = {"peft_type": "LORA", "base_model_name_or_path": "example-org/base-model", "r": 8, "revision": "0" * 40}

FILES: dict[str, bytes] = {
    "README.md": CARD.encode(),
    "config.json": json.dumps(CONFIG).encode(),
    "model.safetensors": safetensors(),
}

PICKLE = b"cos\nsystem\n(S'echo hi'\ntR."
"""Calls `os.system` with `echo hi`."""


def folder(at: Path, files: dict[str, bytes]) -> Path:
    """Write files below a new folder `model`."""
    model = at / "model"
    for name, content in files.items():
        file = model / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return model


def of(at: Path, files: dict[str, bytes] | None = None, **asked: str) -> Bill:
    """Scan such a folder and gather its bill."""
    return scanned(folder(at, FILES if files is None else files), **asked)


def scanned(model: Path, **asked) -> Bill:
    """Scan a model and gather its bill."""
    today = datetime(2026, 11, 28, tzinfo=UTC).date()
    seen = pipeline.observe(model, digest=True, jobs=1, today=today)
    return bill(seen.report, seen.facts, place=model.as_posix(), real=os.path.realpath(model), **asked)
