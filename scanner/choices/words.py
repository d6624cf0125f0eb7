"""What the operators of a format do, as far as choices go."""

from collections.abc import Mapping
from typing import NamedTuple

NONE: frozenset[str] = frozenset()


class Words(NamedTuple):
    """Operators of one format, sorted by what they do to a value.

    `compare`: the result is an answer. `carry`: the answer of an input stays an answer. `shape`: the result does not
    depend on values. `trained`: layers, where one of the inputs is constant. `lookup`: layers, where the first is.
    `free`: hand a value on as it is, or put answers together. `steps`: cut a value off, as an answer would.
    `selects`: choose among their other inputs by the one of this index. `picks`: the same, where that is an answer.
    `gates`: an answer among the factors switches.
    `branches`: run one of their graphs by their first input. `loops`: repeat a graph while the input of this index
    holds, or (-1) the first of their graphs says so. `switches` and `merges`: send a value one of two ways by their
    last input; take the way that was gone.
    """

    compare: frozenset[str]
    carry: frozenset[str]
    shape: frozenset[str]
    trained: frozenset[str]
    lookup: frozenset[str]
    free: frozenset[str]
    steps: frozenset[str]
    selects: Mapping[str, int]
    picks: Mapping[str, int]
    gates: frozenset[str]
    branches: frozenset[str]
    loops: Mapping[str, int]
    switches: frozenset[str] = NONE
    merges: frozenset[str] = NONE
