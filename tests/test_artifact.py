"""Places in an artifact."""

import pytest

from tests.builders.reading import artifact_of


@pytest.mark.parametrize(
    ("offset", "length", "place"),
    [
        (None, None, (None, None)),
        (0, 9, (0, 9)),
        (4, 5, (4, 5)),
        (4, 6, (4, 5)),
        (9, 1, (9, 0)),
        (1 << 70, 1 << 70, (9, 0)),
        (-3, -3, (0, 0)),
        (None, 12, (None, 9)),
    ],
)
def test_a_place_lies_in_the_artifact_whatever_its_bytes_declare(offset, length, place):
    where = artifact_of(bytes(9)).at(offset, length)
    assert (where.offset, where.length) == place
