"""Every format has a fuzz target that starts from a file it reads; a few hundred changed files leave nothing but facts.

The long version is `python -m tests.fuzz.formats all`.
"""

import importlib.util
import io
from random import Random

import pytest

from scanner.artifact import Artifact, Location
from scanner.facts import Malformed, SpecialFile
from scanner.format import Format, MalformedError
from scanner.formats import discover
from tests.builders.reading import artifact_of
from tests.fuzz import oracle, seeds, subjects
from tests.fuzz.loop import breach, fuzz, shrink
from tests.fuzz.mutate import LONGEST_NBYTES, mutate

CHANGES = 20
"""Changed files read for each subject."""
FORMATS = pytest.mark.parametrize("one", discover(), ids=lambda one: one.name)


def is_read(one: Format, content: bytes, name: str) -> bool:
    try:
        found = list(one.read(artifact_of(content, name), oracle.LIMITS))
    except MalformedError:
        return False
    return bool(found) and not any(isinstance(item, Malformed) for item in found)


@FORMATS
def test_a_format_reads_one_of_its_seeds(one):
    assert any(is_read(one, content, name) for content, name in seeds.seeds_of(one)), (
        "give its test or its builder a constant SMALLEST: the bytes of the smallest valid file"
    )


@pytest.mark.parametrize("name", subjects.names())
def test_of_changed_files_only_facts_are_stated(name):
    found = subjects.subject(name)
    random = Random(name)  # noqa: S311 - repeatable
    for _ in range(CHANGES):
        data = mutate(random.choice(found.seeds or (b"",)), random, found.words, found.seeds)
        assert breach(found.run, data) is None, data


PLANTED = """
def read(data):
    if data[:4] == b"WORD":
        if data[4:5] == b"!":
            if data[5:6] == len(data).to_bytes(4, "little")[:1]:
                raise ZeroDivisionError
"""


def test_a_defect_behind_a_word_a_byte_and_a_length_is_found_and_made_small(tmp_path):
    file = tmp_path / "planted.py"
    file.write_text(PLANTED, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("planted", file)
    planted = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(planted)
    run = lambda data: oracle.bounded("planted", len(data), lambda: planted.read(data))  # noqa: E731
    found = fuzz(run, [b"a seed that is long"], (b"WORD",), seconds=60, seed=2, folder=str(tmp_path), defects=1)
    ((data, text),) = found.defects.values()
    assert data.startswith(b"WORD!")
    assert data[5] == len(data)
    assert text.startswith("planted: ZeroDivisionError")


def read_nothing(_artifact, _limits):
    yield from ()


def read_for_ever(_artifact, _limits):
    while True:
        pass
    yield


def fact_of(where):
    return lambda _artifact, _limits: iter([SpecialFile(where=where, kind="x")])


def member_of(path, size):
    return lambda _artifact, _limits: iter([Artifact(path=path, size=size, open=lambda: io.BytesIO(b"four"))])


def raise_key_error(_artifact, _limits):
    yield {}["x"]


def raise_outside(_artifact, _limits):
    yield from ()
    raise MalformedError("beyond", offset=-1)


BREACHES = {
    "slow": read_for_ever,
    "KeyError": raise_key_error,
    "outside": fact_of(Location(path="x", offset=3, length=2)),
    "before": fact_of(Location(path="x", line=0)),
    "another artifact": fact_of(Location(path="y")),
    "WireError": lambda _artifact, _limits: iter([SpecialFile(where=Location(path="x"), kind=b"bytes")]),
    "not as long": member_of("x!a", 5),
    "like no member": member_of("y", 4),
}


@pytest.mark.parametrize(("says", "read"), BREACHES.items(), ids=BREACHES)
def test_what_does_not_hold_is_a_defect(monkeypatch, says, read):
    monkeypatch.setattr(oracle, "STALLED_SECONDS", 0.1)
    format_ = Format(name="f", spec="", claims=lambda _head, _path: False, read=read)
    with pytest.raises(oracle.Defect, match=says):
        oracle.examine(format_, b"four", "x")


def test_what_holds_is_no_defect():
    format_ = Format(name="f", spec="", claims=lambda _head, _path: False, read=read_nothing)
    oracle.examine(format_, b"", "x")


def test_shrinking_keeps_what_is_needed():
    assert (
        shrink(bytes(1000) + b"a" + bytes(500) + b"b" + bytes(99), lambda data: b"a" in data and b"b" in data) == b"ab"
    )


def test_changes_are_repeatable_and_bounded():
    long = bytes(LONGEST_NBYTES)
    first = [mutate(long, Random(seed), (b"word",), (long,)) for seed in range(50)]  # noqa: S311 - repeatable
    assert first == [mutate(long, Random(seed), (b"word",), (long,)) for seed in range(50)]  # noqa: S311
    assert max(map(len, first)) <= LONGEST_NBYTES


def test_a_breach_that_does_not_show_again_is_no_defect():
    shown = []

    def once(data):
        if not shown:
            shown.append(data)
            raise oracle.Defect("slow because it is watched")

    found = fuzz(once, [b"seed"], (), seconds=0.05, seed=1)
    assert (len(shown), found.defects) == (1, {})
