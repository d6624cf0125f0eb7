"""Megabytes of Python source that are read in a CPU second: `python -m tests.bench.python FOLDER ...`."""

import io
import sys
import time
from collections import Counter
from pathlib import Path

from scanner.artifact import Artifact
from scanner.facts.python import PythonModule
from scanner.formats.python import FORMAT
from scanner.limits import DEFAULT


def main(folders: list[str]) -> None:
    """Read every file of the folders, and say how fast, and how many were parsed."""
    files = [path for folder in folders for path in sorted(Path(folder).rglob("*.py"))]
    contents = [(str(path), path.read_bytes()) for path in files]
    ways: Counter[str] = Counter()
    start = time.process_time()
    for path, content in contents:
        artifact = Artifact(path=path, size=len(content), open=lambda content=content: io.BytesIO(content))
        ways.update(fact.read_as for fact in FORMAT.read(artifact, DEFAULT) if isinstance(fact, PythonModule))
    seconds = time.process_time() - start
    nbytes = sum(len(content) for _, content in contents)
    speed = nbytes / 1e6 / seconds
    print(f"{len(files)} files, {nbytes / 1e6:.1f} MB in {seconds:.1f} CPU-s: {speed:.2f} MB/s; {dict(ways)}")


if __name__ == "__main__":
    main(sys.argv[1:])
