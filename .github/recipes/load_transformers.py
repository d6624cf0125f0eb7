"""Load a model with transformers, if it passes, from a private copy that nobody changes after the check."""

import sys

from scanner import guard


def load(path: str):  # noqa: ANN201 - a tokenizer and a model of any class
    """Return tokenizer and model of a folder. Raises `guard.Refused`."""
    checked = guard.check(path)
    from transformers import AutoModelForCausalLM, AutoTokenizer

    choices = {"local_files_only": True, "trust_remote_code": False}
    with checked.copied() as model:
        tokenizer = AutoTokenizer.from_pretrained(model, **choices)
        return tokenizer, AutoModelForCausalLM.from_pretrained(model, use_safetensors=True, **choices)


if __name__ == "__main__":
    load(sys.argv[1])
