"""Facts about numpy array files."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class ArrayHeader(Fact):
    """The header of an `.npy` array. `pickled`: its dtype holds objects, so the data is a pickle."""

    dtype: str
    shape: tuple[int, ...]
    pickled: bool
    expected_nbytes: int
    found_nbytes: int
