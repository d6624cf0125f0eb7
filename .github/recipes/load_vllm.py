"""Start vLLM's engine on a model, if it passes; it reads a private copy that stays until the engine is done."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from scanner import guard


@contextmanager
def engine(path: str) -> Iterator[object]:
    """Yield an engine for a folder. Raises `guard.Refused`, before vLLM is imported and the GPU is taken."""
    checked = guard.check(path)
    from vllm import LLM

    with checked.copied() as model:
        yield LLM(model=str(model), trust_remote_code=False, load_format="safetensors")


if __name__ == "__main__":
    with engine(sys.argv[1]) as llm:
        print(llm.generate("Hello"))
