"""Numbers that nearly ascend: what was exchanged is named, what was moved or spliced is not."""

from hypothesis import given
from hypothesis import strategies as st

from scanner.order import exchanged, inversions, runs

SIZE = 400


def told(numbers):
    count, strays = runs(numbers)
    return exchanged(numbers, strays) if count == 1 else []


@given(st.integers(1, SIZE - 2), st.integers(1, SIZE - 2), st.sampled_from([1, 2]), st.integers(0, 1000))
def test_every_exchange_of_two_is_named(one, other, apart, start):
    numbers = list(range(start, start + apart * SIZE, apart))
    if one != other:
        numbers[one], numbers[other] = numbers[other], numbers[one]
        if apart == 1:
            assert set(told(numbers)) == {one, other}
        elif abs(one - other) > 1:
            # Where ids are missing between all, nothing can be said to be in a place of its own.
            assert told(numbers) == []
        else:
            assert set(told(numbers)) <= {one, other}


@given(st.lists(st.integers(1, SIZE - 2), min_size=2, max_size=20, unique=True))
def test_of_several_exchanges_some_place_of_each_is_named(places):
    numbers = list(range(SIZE))
    pairs = list(zip(places[::2], places[1::2], strict=False))
    for one, other in pairs:
        numbers[one], numbers[other] = numbers[other], numbers[one]
    found = set(told(numbers))
    assert found
    assert found <= {place for pair in pairs for place in pair}


def test_what_ascends_is_one_run():
    assert runs(range(5)) == (1, [])
    assert runs([]) == (0, [])
    assert inversions([3, 1, 2, 0]) == 2


def test_a_block_that_was_moved_is_no_exchange():
    numbers = [*range(SIZE)]
    moved = [*numbers[300:310], *numbers[:300], *numbers[310:]]
    assert runs(moved)[0] == 1
    assert told(moved) == []


def test_two_vocabularies_spliced_are_two_runs():
    spliced = [number for pair in zip(range(200), range(1000, 1200), strict=True) for number in pair]
    assert runs(spliced)[0] == 2
    assert told(spliced) == []


def test_what_follows_no_order_has_no_run():
    assert runs([(number * 101) % 211 for number in range(211)]) == (0, [])


@given(st.lists(st.integers(0, 60), unique=True))
def test_any_numbers_are_looked_at(numbers):
    count, strays = runs(numbers)
    assert len(strays) < len(numbers) or not numbers
    assert set(exchanged(numbers, strays)) <= set(range(len(numbers)))
    assert count <= 8
