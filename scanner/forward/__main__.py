"""The process that runs a model: `python -I -m scanner.forward FOLDER SECONDS DEVICE`, facts as lines on its output."""

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from scanner import wire
from scanner.artifact import Location
from scanner.facts import Degraded, Fact
from scanner.facts.forward import TokenForces, TokensSwept
from scanner.forward import model, sweep
from scanner.isolate import confine
from scanner.limits import DEFAULT
from scanner.text import printable

MEMORY_NBYTES = 64 << 30
"""Address space above what the libraries take: a model and its activations."""

TOKEN_CHARACTERS = 80
REASON_CHARACTERS = 300


def main() -> None:
    """Confine this process, then run. Each line is a fact, or behind "!" why there is none."""
    folder, seconds, device = Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
    lines = os.fdopen(os.dup(1), "wb", buffering=0)
    try:
        for fact in _facts(folder, seconds, device, lines.fileno()):
            lines.write(wire.encode(fact) + b"\n")
    finally:
        # Errors have nowhere to go once descriptors are dropped: the parent gets the last one in a line.
        if error := sys.exception():
            named = "" if isinstance(error, model.UnfitError) else f"{folder}: the model could not be run: "
            lines.write(f"!{named}{printable(str(error) or type(error).__name__, REASON_CHARACTERS)}\n".encode())
            os._exit(1)


def _facts(folder: Path, seconds: float, device: str, keep: int) -> Iterator[Fact]:
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    where = Location(path=str(folder))
    model.kind_of(folder)
    # Parts of torch make folders as they are imported, and ask whether they can be written to: these are there.
    tempfile.tempdir = os.environ["TORCHINDUCTOR_CACHE_DIR"] = os.sep
    if device == "cpu":
        torch.set_num_threads(1)
        limits = replace(DEFAULT, worker_memory_nbytes=MEMORY_NBYTES)
        missing = confine.confine(limits, keep=(keep,), parent=os.getppid())
    else:
        missing = [(name, f"{device} needs its driver") for name in ("memory", "network", "processes", "writes")]
    for protection, reason in missing:
        yield Degraded(where=Location(path=""), protection=protection, reason=reason)
    asked = model.load(folder, sweep.TEXTS, device)
    tokens = [int(one) for one in sweep.order(asked.vectors)]
    done = sweep.sweep(asked.ask, asked.texts, tokens, seconds)
    for rank, one in enumerate(done.candidates[: sweep.TOLD], 1):
        token = asked.tokenizer.id_to_token(one.number) or ""
        yield TokenForces(
            where=where, kind=asked.kind, token=printable(token, TOKEN_CHARACTERS), number=one.number,
            answer=printable(model.answer(asked, one.number, one.answer), TOKEN_CHARACTERS),
            texts=len(asked.texts), usual=one.usual, shift=round(one.shift, 3), rank=rank,
        )  # fmt: skip
    yield TokensSwept(
        where=where, kind=asked.kind, tokens=len(tokens), swept=done.swept, share=done.swept / max(1, len(tokens)),
        texts=len(asked.texts), seconds=round(done.seconds, 1), candidates=len(done.candidates),
    )  # fmt: skip


if __name__ == "__main__":
    main()
