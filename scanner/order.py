"""Numbers that should ascend and nearly do: how many ascending runs hold them, and which were exchanged."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import compress, islice, pairwise
from operator import gt

RUNS = 8
"""Most runs that are looked for; a vocabulary spliced of two has two."""

RUN_SHARE = 100
RUN_NUMBERS = 64
"""A run holds at least one number in a hundred, and this many: fewer are strays."""

STRAY_SHARE = 10
"""Where more than one number in ten strays, the numbers follow no order at all."""


def inversions(numbers: Sequence[float]) -> int:
    """Count the places where a lower number follows a higher one."""
    return sum(map(gt, numbers, islice(numbers, 1, None)))


def runs(numbers: Sequence[int]) -> tuple[int, list[int]]:
    """Split distinct numbers into long ascending runs; return how many there are, and the places of all others.

    The first run is a longest ascending subsequence, the next one a longest of the rest. 0 runs: no order to speak
    of, and no place is named. O(n log n), and far less where nearly all numbers ascend.
    """
    if inversions(numbers) == 0:
        return (1 if numbers else 0), []
    left, places, found = numbers, list(range(len(numbers))), 0
    while places and found < RUNS:
        run = _longest(left)
        if found and sum(map(len, run)) < max(RUN_NUMBERS, len(numbers) // RUN_SHARE):
            break
        found += 1
        gaps = [slice(one.stop, other.start) for one, other in pairwise([range(0), *run, range(len(left), len(left))])]
        left = [number for gap in gaps for number in left[gap]]
        places = [place for gap in gaps for place in places[gap]]
    return (0, []) if len(places) * STRAY_SHARE > len(numbers) else (found, places)


def _longest(numbers: Sequence[int]) -> list[range]:
    """Return the places of a longest ascending subsequence, side by side ones as one range, by patience sorting."""
    tops: list[int] = []
    tops_at: list[int] = []
    # Where a number does not go behind its neighbour, and behind which one it goes instead.
    turns: list[int] = []
    behind: list[int] = []
    size = len(numbers)
    falls = [*compress(range(1, size), map(gt, numbers, islice(numbers, 1, None))), size]
    start = 0
    for end in falls:
        at = start
        while at < end:
            # All from here on ascend: those above the highest pile lie on piles of their own, one behind the other.
            pile = bisect_left(tops, numbers[at])
            if not (at and pile and tops_at[pile - 1] == at - 1):
                turns.append(at)
                behind.append(tops_at[pile - 1] if pile else -1)
            if pile == len(tops):
                tops += numbers[at:end]
                tops_at += range(at, end)
                break
            tops[pile], tops_at[pile] = numbers[at], at
            at += 1
        start = end
    found = []
    at = tops_at[-1] if tops_at else -1
    while at >= 0:
        turn = bisect_right(turns, at) - 1
        found.append(range(turns[turn], at + 1))
        at = behind[turn]
    return found[::-1]


def exchanged(numbers: Sequence[int], strays: Sequence[int]) -> list[int]:
    """Name the places of a single run whose numbers were put in the place of others.

    A stray, or a few side by side, counts where exactly as many numbers are missing between its neighbours: it stands
    in the place of what should be there. Where neighbours themselves changed places, the numbers fill the gap in
    another order. Numbers that were moved as a block, or that come from elsewhere, fill no gap: they do not count.
    """
    found: list[int] = []
    for first, last in _groups(strays):
        # A group alone, with the number before it, with the number behind it, or with both.
        for start, end in ((first, last), (first - 1, last), (first, last + 1), (first - 1, last + 1)):
            if start > 0 and end < len(numbers) and _fits(numbers, start, end, alone=(start, end) == (first, last)):
                own = numbers[start - 1] + 1 - start
                found += [place for place in range(start, end + 1) if numbers[place] != own + place]
                break
    return found


def _fits(numbers: Sequence[int], start: int, end: int, *, alone: bool) -> bool:
    low, size = numbers[start - 1], end - start + 1
    last = end + 1 == len(numbers)
    if not last and numbers[end + 1] - low - 1 != size:
        return False
    return (alone and not last) or sorted(numbers[start : end + 1]) == list(range(low + 1, low + 1 + size))


def _groups(places: Sequence[int]) -> list[tuple[int, int]]:
    """Join places that lie side by side to the first and last of each group."""
    groups: list[tuple[int, int]] = []
    for place in places:
        if groups and groups[-1][1] == place - 1:
            groups[-1] = (groups[-1][0], place)
        else:
            groups.append((place, place))
    return groups
