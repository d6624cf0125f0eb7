"""Start the process that runs a model, and take in what it says."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from scanner import wire
from scanner.facts import Fact
from scanner.facts.forward import TokensSwept
from scanner.text import printable
from scanner.usage import UsageError

LIBRARIES = ("torch", "transformers", "tokenizers", "safetensors", "numpy")
START_SECONDS = 300
"""What reading a model may take beside the sweep."""

MARGIN = 2
"""A sweep ends behind its last batch: so many times what it was given, at most."""


def run(folder: Path, seconds: int, device: str) -> list[Fact]:
    """Sweep the tokens of the model in a folder. Raises `UsageError`."""
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        message = f"running a model needs {', '.join(missing)}: pip install 'modelassay[torch]'"
        raise UsageError(message)
    command = [sys.executable, "-I", "-m", "scanner.forward", str(folder.resolve()), str(seconds), device]
    offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    kept = {
        name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES") if name in os.environ
    }
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter, our own module, and a path
            command, env=kept | offline | {"OMP_NUM_THREADS": "1"}, cwd="/", stdin=subprocess.DEVNULL,
            capture_output=True, check=False, timeout=MARGIN * seconds + START_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        message = f"{folder}: the model did not answer in time"
        raise UsageError(message) from error
    facts: list[Fact] = []
    for line in done.stdout.splitlines():
        if line.startswith(b"!"):
            raise UsageError(printable(line[1:].decode("utf-8", "replace"), 400))
        try:
            facts.append(wire.decode(line))
        except wire.WireError:
            continue  # a library that talks
    if not any(isinstance(one, TokensSwept) for one in facts):
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        message = f"{folder}: the model could not be run: {printable(last[0], 300)}"
        raise UsageError(message)
    return facts
