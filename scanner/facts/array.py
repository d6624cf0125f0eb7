"""Facts about numpy array files."""

from dataclasses import dataclass

from scanner.facts.core import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrayHeader(Fact):
    """The header of an `.npy` array. `pickled`: its dtype holds objects, so the data is a pickle."""

    dtype: str
    shape: tuple[int, ...]
    pickled: bool
    expected_nbytes: int
    found_nbytes: int
