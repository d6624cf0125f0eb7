"""A `tokenizer.json` of 100 MB: our reader and a whole scan beside the library that loads it, CPU time and memory.

python -m tests.bench.tokenizer --library .../python [--file tokenizer.json] [--runs 3]

`--library` is a Python with the `tokenizers` package. Without a file one is made: pairs of merges a line, as the
library writes them, two for each text.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

from tests.bench.measure import cost, table

NBYTES = 100_000_000

OURS = """
import io, sys
from scanner.artifact import Artifact
from scanner.formats.tokenizer import FORMAT
from scanner.limits import DEFAULT
path = sys.argv[1]
size = len(open(path, "rb").read())
for fact in FORMAT.read(Artifact(path=path, size=size, open=lambda: open(path, "rb")), DEFAULT):
    pass
"""
PARSE = "import json, sys; json.load(open(sys.argv[1]))"
LIBRARY = "import sys; from tokenizers import Tokenizer; Tokenizer.from_file(sys.argv[1])"


def document(nbytes: int) -> dict:
    """Make a byte-pair encoding of about this size when it is written a text a line: two merges make each text."""
    letters = [chr(one) for one in (*range(97, 123), 0x120, *range(0xE0, 0xF6))]
    vocab = dict.fromkeys(letters)
    merges = []
    before = list(letters)
    size = 0
    while True:
        made = []
        for left, right in product(before, letters):
            text = left + right
            ways = [[left, right]] if len(text) == len("ab") else [[left, right], [text[0], text[1:]]]
            vocab[text] = None
            merges += ways
            made.append(text)
            size += 18 + len(text.encode()) + len(ways) * (40 + len(text.encode()))
            if size > nbytes:
                model = {"type": "BPE", "vocab": {text: number for number, text in enumerate(vocab)}, "merges": merges}
                return {"version": "1.0", "added_tokens": [], "normalizer": None, "decoder": None, "model": model}
        before = made


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", default=sys.executable)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.make is not None:
        asked.make.write_text(json.dumps(document(NBYTES), indent=2, ensure_ascii=False), encoding="utf-8")
        return
    with tempfile.TemporaryDirectory() as folder:
        file = asked.file or Path(folder) / "tokenizer.json"
        if asked.file is None:  # Made by another process: the memory of those started here is counted from this one's.
            subprocess.run([sys.executable, "-m", "tests.bench.tokenizer", "--make", str(file)], check=True)
        rows = {
            "tokenizers": cost([asked.library, "-c", LIBRARY, str(file)], runs=asked.runs),
            "json.load": cost([sys.executable, "-c", PARSE, str(file)], runs=asked.runs),
            # -P: what is installed is measured, not the folder this is run in.
            "assay, the reader": cost([sys.executable, "-P", "-c", OURS, str(file)], runs=asked.runs),
            "assay scan": cost([sys.executable, "-P", "-m", "scanner", "scan", str(file)], runs=asked.runs),
        }
        table(f"{file.stat().st_size / 1e6:.0f} MB", rows)


if __name__ == "__main__":
    main()
