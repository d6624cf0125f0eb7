"""What the hook costs a commit of two small files, in a repository of 300: beside the bare interpreter, and beside the
same two scanned as files. The runner's own time is not in it.

    python -m tests.bench.hook [--assay .venv/bin/assay] [--runs N]

The target is 300 ms of CPU time, with an installed wheel.
"""

import argparse
import subprocess
import sys
import tempfile
from contextlib import chdir
from pathlib import Path

from tests.bench.measure import cost, table

FILES = 300
STAGED = {"model.pkl": b"\x80\x04N.", "config.json": b'{"model_type": "llama"}\n'}


def _git(*arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@example.com", *arguments], check=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assay", default=".venv/bin/assay")
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    assay = str(Path(given.assay).absolute())
    with tempfile.TemporaryDirectory() as name, chdir(name):
        for number in range(FILES):
            Path(f"{number}.txt").write_text(f"{number}\n")
        _git("init", "-q")
        _git("add", "-A")
        _git("commit", "-qm", "1")
        for path, content in STAGED.items():
            Path(path).write_bytes(content)
        _git("add", "-A")
        rows = {
            "interpreter alone": [sys.executable, "-I", "-c", "pass"],
            "two files": [assay, "scan", "-q", *STAGED],
            "hook": [assay, "scan", "-q", "--staged", "--", *STAGED],
            "staged:": [assay, "scan", "-q", "staged:"],
        }
        table("a commit of two small files", {what: cost(command, runs=given.runs) for what, command in rows.items()})


if __name__ == "__main__":
    main()
