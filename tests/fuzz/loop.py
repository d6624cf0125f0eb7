"""A coverage-guided loop: inputs that reach new edges, or are slow for their size, are changed further."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random

from tests.fuzz.coverage import PACKAGE, watched
from tests.fuzz.mutate import mutate
from tests.fuzz.oracle import Defect

Target = Callable[[bytes], object]
"""Reads an input. Raises `Defect` where something does not hold, and nothing else."""
RECENT = 16
"""Many changes start from one of this many inputs found last."""
FAST_SECONDS = 0.01
"""CPU time that nobody minds."""
SLOWER = 1.2
"""An input is slow where it takes this many times as long as any before it."""
SUSPECTS = 4
"""Inputs of one defect that are tried again."""
SHRINK_SECONDS = 5
"""CPU time spent on making the input of one defect smaller."""


@dataclass(slots=True)
class Outcome:
    """What a loop did.

    `corpus` holds the inputs that reached something new, `slowest` for each magnitude of size (in bits) the most CPU
    time in seconds and its input, `defects` for each key one input and the text.
    """

    runs: int = 0
    edges: int = 0
    corpus: list[bytes] = field(default_factory=list)
    slowest: dict[int, tuple[float, bytes]] = field(default_factory=dict)
    defects: dict[str, tuple[bytes, str]] = field(default_factory=dict)


def fuzz(  # noqa: PLR0913 - what a loop is made of
    target: Target,
    seeds: Iterable[bytes],
    words: Sequence[bytes],
    *,
    seconds: float,
    seed: int,
    folder: str = PACKAGE,
    defects: int = 100,
) -> Outcome:
    """Change inputs for so many seconds of CPU time, or until so many defects; keep what is new to code in `folder`."""
    outcome = Outcome()
    suspects: dict[str, list[tuple[bytes, Defect]]] = {}
    random = Random(seed)  # noqa: S311 - repeatable
    pending = list(seeds)
    end = time.process_time() + seconds
    with watched(folder) as (run, edges):
        while (pending or time.process_time() < end) and len(suspects) < defects:
            data = pending.pop() if pending else mutate(_chosen(outcome, random), random, words, outcome.corpus)
            outcome.runs += 1
            clock = time.process_time()
            try:
                if run(partial(target, data)):
                    outcome.corpus.append(data)
            except Defect as defect:
                suspects.setdefault(defect.key, []).append((data, defect))
                del suspects[defect.key][SUSPECTS:]
            else:
                _time(outcome, data, time.process_time() - clock)
        outcome.edges = len(edges)
    for found in suspects.values():
        for data, defect in found:
            _keep(outcome, target, data, defect)
    return outcome


def _chosen(outcome: Outcome, random: Random) -> bytes:
    """Choose an input to change: one of all, one of those found last, or a slow one."""
    slow = [data for _, data in outcome.slowest.values()]
    pools = (outcome.corpus, outcome.corpus[-RECENT:], slow or outcome.corpus)
    return random.choice(random.choices(pools, (5, 4, 1))[0] or (b"",))


def _time(outcome: Outcome, data: bytes, spent: float) -> None:
    size = len(data).bit_length()
    if spent > SLOWER * outcome.slowest.get(size, (FAST_SECONDS,))[0]:
        outcome.slowest[size] = spent, data


def _keep(outcome: Outcome, target: Target, data: bytes, defect: Defect) -> None:
    """Keep a defect that shows without being watched as well: watching slows. One input for each key."""
    found = breach(target, data) if defect.again else defect
    if found is None or found.key in outcome.defects:
        return
    if defect.again:
        data = shrink(data, lambda one: (breach(target, one) or Defect("")).key == found.key)
    outcome.defects[found.key] = (data, str(found))


def breach(target: Target, data: bytes) -> Defect | None:
    """Run once; return what does not hold."""
    try:
        target(data)
    except Defect as defect:
        return defect
    return None


def shrink(data: bytes, shows: Callable[[bytes], bool]) -> bytes:
    """Cut out of `data` whatever is not needed for `shows` to stay true, larger parts first."""
    end = time.process_time() + SHRINK_SECONDS
    width = len(data) // 2
    while width and time.process_time() < end:
        start = 0
        while start < len(data) and time.process_time() < end:
            shorter = data[:start] + data[start + width :]
            if shows(shorter):
                data = shorter
            else:
                start += width
        width //= 2
    return data
