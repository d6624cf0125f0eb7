"""Arithmetic on tables of tensors."""

from hypothesis import given
from hypothesis import strategies as st

from scanner.tensors import LARGEST, LAYERS, Span, bounded, collisions, digest, gaps, loadable, product
from tests.builders.reading import artifact_of, of

SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20))).map(
    lambda pairs: sorted(Span(start, start + size, f"t{number}") for number, (start, size) in enumerate(pairs))
)


def test_a_product_is_exact_until_it_is_bounded():
    assert product(()) == 1
    assert product((2, 3, 4)) == 24
    assert product((1 << 62,) * 100_000) == LARGEST
    assert product((1 << 62, 0, 1 << 62)) == 0


def test_numbers_are_bounded_on_both_sides():
    assert bounded(-(1 << 200)) == -LARGEST
    assert bounded(5) == 5


def test_a_digest_is_that_of_a_set():
    assert digest(["a", "b"]) == digest(["b", "a", "a"])
    assert digest(["a", "b"]) != digest(["ab"])
    assert digest([]) != digest([""])
    assert digest(["\ud800"])


@given(SPANS)
def test_gaps_are_what_no_span_covers(spans):
    free = {place for start, end in gaps(spans, 10, 50) for place in range(start, end)}
    taken = {place for span in spans for place in range(span.start, span.end)}
    assert free == set(range(10, 50)) - taken


@given(SPANS)
def test_spans_collide_when_one_begins_before_another_ends(spans):
    found = [one.how for one in collisions(spans, 0, 1000, "x", artifact_of(bytes(1000)))]
    reach, expected = 0, 0
    for span in spans:
        expected += span.start < reach
        reach = max(reach, span.end)
    assert len([how for how in found if how in ("overlap", "shared")]) == expected


def test_blocks_laid_over_each_other_are_handed_on_a_few_times_and_then_told():
    artifact = artifact_of(b"\x7fELF\x02\x01\x01" + bytes(100))
    with artifact.open() as stream:
        found = list(loadable(artifact, stream, [Span(0, 50, f"t{number}") for number in range(1000)]))
    assert len(of(found, "EmbeddedFile")) == LAYERS
    assert len(of(found, "LimitReached")) == 1


def test_blocks_side_by_side_are_all_handed_on():
    elf = b"\x7fELF\x02\x01\x01" + bytes(9)
    artifact = artifact_of(elf * 100)
    with artifact.open() as stream:
        found = list(loadable(artifact, stream, [Span(16 * number, 16 * number + 16, "t") for number in range(100)]))
    assert len(of(found, "EmbeddedFile")) == 100
