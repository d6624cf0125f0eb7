"""Sums over rows: which rows differ, and in what."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.rowsums import Change, changes, hashes, pack, sums, unpack

ROWS = hashes(f"text{number}" for number in range(3000))


def test_equal_rows_show_no_change():
    assert changes(ROWS, sums(ROWS), 200) == []


def test_a_changed_row_is_named_with_both_hashes():
    other = [*ROWS]
    other[1234] = 99
    assert changes(other, sums(ROWS), 200) == [Change(1234, 99, ROWS[1234])]


@settings(max_examples=30)
@given(st.sets(st.integers(0, 2999), max_size=200), st.integers(0, 1 << 40))
def test_two_hundred_changes_anywhere_are_told_apart(places, seed):
    drawn = hashes(f"{seed} {row}" for row in range(len(ROWS)))
    other = [drawn[row] if row in places else number for row, number in enumerate(ROWS)]
    expected = [Change(row, other[row], ROWS[row]) for row in sorted(places)]
    assert changes(other, sums(ROWS), 200) == expected


def test_changes_side_by_side_are_told_apart():
    other = [number + 1 if 500 <= row < 700 else number for row, number in enumerate(ROWS)]
    found = changes(other, sums(ROWS), 200)
    assert [change.row for change in found] == list(range(500, 700))


def test_rows_that_changed_places_are_two_changes():
    other = [*ROWS]
    other[3], other[2000] = other[2000], other[3]
    assert [(one.row, one.known) for one in changes(other, sums(ROWS), 5)] == [(3, ROWS[3]), (2000, ROWS[2000])]


def test_more_changes_than_asked_for_are_none():
    other = [number + 1 if row < 30 else number for row, number in enumerate(ROWS)]
    assert changes(other, sums(ROWS), 29) is None


def test_another_vocabulary_is_none():
    assert changes(hashes(f"other{number}" for number in range(3000)), sums(ROWS), 200) is None


def test_a_row_without_a_text_is_not_one_with_an_empty_text():
    first, second = hashes([None, ""])
    assert first == 0 != second


def test_sums_come_back_as_they_were_written():
    assert unpack(pack(sums(ROWS))) == sums(ROWS)
