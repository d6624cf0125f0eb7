"""Our pickle machine against the C `_pickle` on generated streams.

    python -m tests.fuzz.differential [--streams N] [--seed N] [--python PYTHON]

Every event of the C unpickler must be among ours. Where it runs to STOP, we must too, with the same events.
Where it breaks and we read on, the reason must be a type error that only a real object can raise.
"""

import argparse
import io
import json
import struct
import subprocess
import sys
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path
from random import Random

from scanner.artifact import Artifact
from scanner.facts.pickle import PickleBroken, PickleCall, PickleImport, PicklePersistentId, PickleState, PickleStream
from scanner.formats.pickle import read
from scanner.limits import DEFAULT
from tests.fuzz.streams import stream

Events = Counter[tuple[str, str, str]]

ONLY_OBJECTS = (
    "unhashable", "list indices", "list assignment index", "not iterable", "object does not support item assignment",
    "must be a type", "codec can't", "state is not a dictionary", "has no attribute", "cannot unpack", "not a dict",
    "must be a mapping", "argument after ** must be", "keywords must be strings", "kwargs must be",
    "an integer is required",
    "'int' object", "required, not", "bytearray", "dictionary update", "unregistered extension", "mutated during",
    "NEWOBJ", "memoryview", "not a valid", "list index", "can only", "buffer", "cannot be interpreted", "MemoryError",
    "bytes-like",
    "argument list must be a tuple", "STACK_GLOBAL requires str", "byte must be in range",
)  # fmt: skip
"""Parts of messages for values whose type we do not follow."""


def ours(content: bytes) -> tuple[Events, str]:
    """Return our events and the reason of the break, of the first stream only."""
    return _ours(Artifact(path="stream.pkl", size=len(content), open=lambda: io.BytesIO(content)))


def _ours(artifact: Artifact) -> tuple[Events, str]:  # noqa: C901 - one branch a fact
    events: Events = Counter()
    reason = ""
    for fact in read(artifact, DEFAULT):
        if isinstance(fact, Artifact) and fact.path.endswith("!reframed"):
            return _ours(fact)  # the reference reads from io.BytesIO, which cannot peek
        if isinstance(fact, PickleStream) and fact.index:
            break
        if isinstance(fact, PickleImport):
            events["import", fact.callable, ""] += fact.count
        elif isinstance(fact, PickleCall):
            events["call", fact.callable, fact.how] += fact.count
        elif isinstance(fact, PickleState):
            events["state", fact.callable, fact.target] = 1
        elif isinstance(fact, PicklePersistentId):
            events["persistent", "", ""] += fact.count
        elif isinstance(fact, PickleBroken):
            reason = fact.reason
    return events, reason


def theirs(answer: dict[str, object]) -> Events:
    """Fold the reference's events as ours are folded."""
    events: Events = Counter()
    for what, name, how in answer["events"]:  # type: ignore[attr-defined]
        events[what, name, how] += 1
    for key in events:
        if key[0] == "state":
            events[key] = 1
    return events


def difference(content: bytes, answer: dict[str, object]) -> str:
    """Say how we differ from the reference, or nothing."""
    found, reason = ours(content)
    wanted, error = theirs(answer), str(answer["error"])
    missing = wanted - found
    if missing:
        return f"missed {dict(missing)}; we broke with {reason!r}, they with {error!r}"
    if not error and reason:
        return f"we broke with {reason!r}, they did not"
    if not error and found != wanted:
        return f"invented {dict(found - wanted)}"
    if error and not reason and not any(part in error for part in ONLY_OBJECTS):
        return f"they broke with {error!r}, we did not"
    return ""


def compare(contents: list[bytes], python: str = sys.executable) -> Iterator[tuple[bytes, str]]:
    """Yield each stream on which we differ, and how. A stream that ends the reference (its memory) is passed over."""
    left = iter(contents)
    ended = True
    while ended:
        ended = yield from _batch(left, python)


def _batch(contents: Iterator[bytes], python: str) -> Generator[tuple[bytes, str], None, bool]:
    command = [python, "-W", "ignore", str(Path(__file__).with_name("reference.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin
        assert process.stdout
        for content in contents:
            process.stdin.write(struct.pack("<I", len(content)) + content)
            process.stdin.flush()
            line = process.stdout.readline()
            if not line:
                return True
            how = difference(content, json.loads(line))
            if how:
                yield content, how
    return False


def main() -> int:
    """Compare many streams; print the shortest differences."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--streams", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--python", default=sys.executable)
    chosen = options.parse_args()
    random = Random(chosen.seed)  # noqa: S311 - repeatable
    found = list(compare([stream(random) for _ in range(chosen.streams)], chosen.python))
    for content, how in sorted(found, key=lambda pair: len(pair[0]))[:20]:
        print(content, how, sep="\n  ")
    print(f"{len(found)} differences in {chosen.streams} streams")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
