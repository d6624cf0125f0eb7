"""Time the pickle reader against picklescan on a benign stream of ten million small opcodes.

    python -m tests.bench.pickle_speed [--opcodes N] [--shape text|records|numbers] [--peer PYTHON] [--keep FILE]

PYTHON is an interpreter in whose environment picklescan is installed. Each side runs in a process of its own;
CPU seconds (user and system) and the largest resident set are the system's own figures.
"""

import argparse
import os
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

BATCH = 1000
"""Items put into a container at once, as the C pickler does."""

OURS = """
import sys
from pathlib import Path
from scanner.artifact import Artifact
from scanner.formats.pickle import read
from scanner.limits import DEFAULT
path = Path(sys.argv[1])
artifact = Artifact(path=str(path), size=path.stat().st_size, open=lambda: path.open("rb"))
for fact in read(artifact, DEFAULT):
    print(type(fact).__name__, getattr(fact, "opcodes", ""))
"""

PEER = """
import sys
from picklescan.scanner import scan_file_path
print(scan_file_path(sys.argv[1]))
"""


def text(number: int) -> tuple[bytes, int]:
    """A string of 50 characters, memoized, and a float: three opcodes."""
    word = b"feature number %034d" % number
    return b"\x8c%c%b\x94G%b" % (len(word), word, struct.pack(">d", number / 3)), 3


def records(number: int) -> tuple[bytes, int]:
    """A dict of three entries, keys from the memo: twelve opcodes."""
    word = b"the name of the record number %090d" % number
    return (b"}\x94(h\x00\x8c%c%b\x94h\x01G%bh\x02K\x07u" % (len(word), word, struct.pack(">d", number / 7))), 12


def numbers(number: int) -> tuple[bytes, int]:
    """A memoized pair of a float and an integer: four opcodes."""
    return b"G%bJ%b\x86\x94" % (struct.pack(">d", number / 3), struct.pack("<i", number)), 4


SHAPES: dict[str, Callable[[int], tuple[bytes, int]]] = {"text": text, "records": records, "numbers": numbers}


def stream(shape: Callable[[int], tuple[bytes, int]], opcodes: int) -> Iterator[bytes]:
    """Yield a benign protocol 4 stream of about so many opcodes, batch by batch."""
    yield b"\x80\x04\x8c\x04name\x94\x8c\x05value\x94\x8c\x04kind\x94000]\x94"
    written, number = 12, 0
    while written < opcodes:
        parts = [b"("]
        for _ in range(BATCH):
            content, count = shape(number)
            parts.append(content)
            written += count
            number += 1
        parts.append(b"e")
        written += 2
        yield b"".join(parts)
    yield b"."


def measure(command: list[str]) -> tuple[float, float, str]:
    """Run a command; return CPU seconds, the largest resident set in MiB, and its last line."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, cwd=Path(__file__).parents[2])
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        lines = output.read().decode(errors="replace").splitlines() or [""]
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, lines[-1][:100]


def main() -> None:
    """Build, measure, print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--opcodes", type=int, default=10_000_000)
    options.add_argument("--shape", choices=SHAPES, default="text")
    options.add_argument("--peer", default="")
    options.add_argument("--keep", type=Path)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = chosen.keep or Path(folder) / "benign.pkl"
        with path.open("wb") as file:
            file.writelines(stream(SHAPES[chosen.shape], chosen.opcodes))
        print(f"{chosen.shape}: {path.stat().st_size / 1e6:.0f} MB, {chosen.opcodes / 1e6:.1f} million opcodes")
        ours = measure([sys.executable, "-c", OURS, str(path)])
        print(f"  assay       {ours[0]:7.2f} s CPU  {ours[1]:7.0f} MiB  {ours[2]}")
        if chosen.peer:
            peer = measure([chosen.peer, "-c", PEER, str(path)])
            print(f"  picklescan  {peer[0]:7.2f} s CPU  {peer[1]:7.0f} MiB  {peer[2]}")
            print(f"  ratio       {ours[0] / peer[0]:7.3f}")


if __name__ == "__main__":
    main()
