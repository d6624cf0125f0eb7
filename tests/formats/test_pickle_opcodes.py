"""Our opcodes against pickletools, the machine against the C unpickler, and the listing."""

import io
import os
import pickle
import pickletools
from random import Random

import pytest

from scanner.artifact import Artifact
from scanner.facts.pickle import PickleBroken, PickleFrameSplit, PickleImport
from scanner.formats.pickle import opcodes as op
from scanner.formats.pickle.ledger import Ledger
from scanner.formats.pickle.machine import run
from scanner.formats.pickle.program import listing
from scanner.formats.pickle.source import Source
from scanner.formats.pickle.state import BreakError, State
from tests.builders import pickles
from tests.formats.test_pickle import STARTS_A_PROCESS, artifact, facts
from tests.fuzz.differential import compare
from tests.fuzz.streams import stream

STREAMS = int(os.environ.get("ASSAY_FUZZ_STREAMS", "1500"))


def test_every_opcode_of_pickletools_is_ours_by_name():
    assert {ord(one.code): one.name for one in pickletools.opcodes} == op.NAMES


def positions(content: bytes) -> list[int]:
    """Step through a stream, opcode by opcode."""
    state = State(Source(io.BytesIO(content), len(content)), 0, Ledger(1000))
    found = []
    while not state.done:
        found.append(state.position)
        run(state, state.position + 1)
    return found


HONEST = [pickle.dumps({"a": [1, 2.5, "x" * 300], "b": {1, 2}, "c": (b"\x00" * 300, None, True, 2**80)}, protocol)
          for protocol in range(6)]  # fmt: skip


@pytest.mark.parametrize("content", [*HONEST, pickles.system(), pickles.system4(), pickles.torch_state(("0", 4))])
def test_opcodes_begin_where_pickletools_says(content):
    assert positions(content) == [position for _, _, position in pickletools.genops(content)]


@pytest.mark.parametrize("content", HONEST)
def test_one_run_counts_as_many_opcodes_as_pickletools(content):
    state = State(Source(io.BytesIO(content), len(content)), 0, Ledger(1000))
    run(state, len(content))
    assert state.opcodes == len(list(pickletools.genops(content)))


@pytest.mark.parametrize("window", [32, 33, 47, 64])
@pytest.mark.parametrize("content", [*HONEST, pickles.code_object(), pickles.torch_state(("0", 4), ("1", 4))])
def test_a_small_window_changes_nothing(content, window):
    whole, small = (State(Source(io.BytesIO(content), len(content)), 0, Ledger(1000)) for _ in range(2))
    run(whole, len(content))
    run(small, len(content), window)
    assert (whole.opcodes, whole.memo, whole.heap.kinds, whole.heap.arena) == (
        small.opcodes, small.memo, small.heap.kinds, small.heap.arena,
    )  # fmt: skip


def test_the_machine_equals_the_c_unpickler_on_generated_streams():
    random = Random(20)  # noqa: S311 - repeatable
    assert list(compare([stream(random) for _ in range(STREAMS)])) == []


def test_imports_equal_those_of_fickling_where_a_stream_runs_to_stop(capfd):
    fickle = pytest.importorskip("fickling.fickle")
    random, compared = Random(21), 0  # noqa: S311 - repeatable
    for _ in range(STREAMS):
        content = stream(random)
        found = facts(content)
        if any(isinstance(fact, PickleBroken | PickleFrameSplit) for fact in found):
            continue
        try:
            read = fickle.Pickled.load(content).properties.imports
        except Exception:  # noqa: BLE001, S112 - fickling gives up on some opcodes, in many ways
            continue
        theirs = {f"{one.module}.{name.name}" for one in read for name in one.names}
        assert theirs == {fact.callable for fact in found if isinstance(fact, PickleImport)}
        compared += 1
    capfd.readouterr()
    assert compared > STREAMS // 50


def test_the_listing_shows_what_a_stream_comes_to():
    lines = list(listing(artifact(pickles.system())))
    assert [(offset, flag) for offset, _, flag in lines if flag] == [(0, "import"), (24, "call")]
    assert lines[4][1] == "REDUCE           os.system('echo hi')"


def test_the_listing_has_a_line_for_each_opcode():
    content = pickles.torch_state(("0", 4))
    assert [offset for offset, _, _ in listing(artifact(content))] == [at for _, _, at in pickletools.genops(content)]


def test_the_listing_says_where_a_stream_breaks():
    *_, (offset, text, flag) = listing(artifact(pickles.broken_after_payload()))
    assert (offset, flag) == (25, "broken")
    assert "invalid opcode 0xff" in text


@pytest.mark.parametrize("content", STARTS_A_PROCESS.values(), ids=STARTS_A_PROCESS.keys())
def test_the_listing_survives_a_cut_at_any_byte(content):
    for end in range(len(content) if len(content) < 300 else 0):
        assert all(text for _, text, _ in listing(artifact(content[:end])))


def test_a_stream_that_is_shorter_than_declared_breaks():
    content = b"\x80\x04N"
    short = Artifact(path="x", size=1000, open=lambda: io.BytesIO(content))
    with short.open() as opened:
        state = State(Source(opened, short.size), 0, Ledger(10))
        with pytest.raises(BreakError):
            run(state, 1000)
