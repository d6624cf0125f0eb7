"""Numbers that nobody looked at are one fact for all files."""

from scanner.artifact import Location
from scanner.derive.weights.unlooked import derive
from scanner.facts.weights import TensorsLeft, WeightsUnlooked


def left(path, reason="library", tensors=2):
    return TensorsLeft(where=Location(path=path), measure="", reason=reason, tensors=tensors, nbytes=8, first="w")


def test_files_are_one_fact_at_the_first_of_them():
    (fact,) = derive([left("b"), left("a", tensors=5), left("c", "outside")])
    assert fact == WeightsUnlooked(where=Location(path="a"), library="numpy", files=2, tensors=7, nbytes=16)


def test_other_reasons_are_no_matter_of_a_library():
    assert list(derive([left("c", "outside")])) == []
