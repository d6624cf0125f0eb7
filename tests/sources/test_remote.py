"""The broker: what a confined worker reads of files that are elsewhere."""

import hashlib
import os
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner import formats, isolate, reader
from scanner.facts import Degraded, Examined, Unreadable
from scanner.facts.remote import BytesNotRead, StoreMismatch
from scanner.limits import DEFAULT
from scanner.sources.remote import Again, File, answers, artifacts, blocks, broker, patience, stream

CONTENT = os.urandom(1 << 20)
SMALL = b"\x80\x04]\x94."


class Store:
    """A store of contents that counts what it is asked."""

    def __init__(self, *contents):
        self.contents = contents
        self.asked = []

    def __call__(self, index, start, end):
        self.asked.append((index, start, end))
        return self.contents[index][start:end]

    def files(self, **digests):
        return [File(f"store/{index}", len(content), **digests) for index, content in enumerate(self.contents)]


def scanned(files, fetch):
    read = lambda artifact: reader.read(artifact, formats.discover(), DEFAULT)  # noqa: E731 - as the pipeline has it
    held = list(artifacts(files, fetch))
    return [fact for facts in isolate.read_all(held, read, limits=DEFAULT, jobs=1) for fact in facts]


def test_a_confined_worker_reads_through_the_broker():
    facts = scanned(Store(SMALL, CONTENT).files(), Store(SMALL, CONTENT))
    examined = [fact for fact in facts if isinstance(fact, Examined)]
    assert [one.complete for one in examined] == [True, True]
    assert examined[0].formats == ("pickle",)
    assert examined[0].sha256 == hashlib.sha256(SMALL).hexdigest()
    assert not [fact for fact in facts if isinstance(fact, Degraded) and fact.protection == "process"]


def test_many_workers_are_one_where_a_broker_listens():
    store = Store(*[SMALL + bytes([number]) * 20_000 for number in range(100)])
    held = list(artifacts(store.files(), store))
    read = lambda artifact: reader.read(artifact, formats.discover(), DEFAULT)  # noqa: E731 - as the pipeline has it
    found = [facts[-1] for facts in isolate.read_all(held, read, limits=DEFAULT, jobs=8)]
    assert [one.sha256 for one in found] == [hashlib.sha256(content).hexdigest() for content in store.contents]


def test_what_no_reader_asks_for_is_said_and_not_transferred():
    facts = scanned(Store(CONTENT).files(), Store(CONTENT))
    left = next(fact for fact in facts if isinstance(fact, BytesNotRead))
    assert left.size == len(CONTENT)
    assert 0 < left.read < 200_000
    examined = facts[-1]
    assert (examined.complete, examined.bytes_examined, examined.sha256) == (True, left.read, "")


def test_a_file_that_cannot_be_fetched_makes_its_scan_incomplete_and_no_other():
    def fetch(index, start, end):
        if index == 0:
            raise OSError(0, "it answered 404")
        return SMALL[start:end]

    facts = scanned([File("a", 5), File("b", 5)], fetch)
    assert [fact.reason for fact in facts if isinstance(fact, Unreadable)] == ["it answered 404"]
    assert [fact.complete for fact in facts if isinstance(fact, Examined)] == [False, True]


def test_a_fault_of_ours_in_fetch_ends_the_broker_and_not_the_scan():
    def fetch(*_):
        raise ZeroDivisionError

    facts = scanned([File("a", 5)], fetch)
    assert "has ended" in next(fact.reason for fact in facts if isinstance(fact, Unreadable))
    assert facts[-1].complete is False


@pytest.mark.parametrize("kind", ["sha256", "git_sha1"])
def test_a_content_that_was_read_whole_is_held_against_its_listed_digest(kind):
    listed = {
        "sha256": hashlib.sha256(SMALL).hexdigest(),
        "git_sha1": hashlib.sha1(b"blob 5\0" + SMALL, usedforsecurity=False).hexdigest(),
    }[kind]
    store = Store(SMALL)
    assert not [fact for fact in scanned(store.files(**{kind: listed}), store) if isinstance(fact, StoreMismatch)]
    other = Store(b"\x80\x04}\x94.")
    found = [fact for fact in scanned(other.files(**{kind: listed}), other) if isinstance(fact, StoreMismatch)]
    assert [one.expected for one in found] == [f"{kind.replace('_', '-')}:{listed}"]


def test_no_block_is_asked_for_twice_by_however_many_threads():
    store = Store(CONTENT)

    def slow(index, start, end):
        time.sleep(0.01)
        return store(index, start, end)

    held = blocks.Blocks(store.files(), slow)
    threads = [threading.Thread(target=held.read, args=(0, n * 1000, n * 1000 + 9000)) for n in range(30)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    asked = [block for _, start, end in store.asked for block in range(start // 4096, -(-end // 4096))]
    assert len(asked) == len(set(asked))
    assert held.read(0, 0, 39_000) == CONTENT[:39_000]


@pytest.mark.parametrize(("start", "end"), [(0, 1), (4095, 4097), (1 << 19, 1 << 20), ((1 << 20) - 3, 1 << 21), (9, 9)])
def test_a_range_of_blocks_is_the_range_of_the_file(start, end):
    store = Store(CONTENT)
    held = blocks.Blocks(store.files(), store)
    assert held.read(0, start, end) == CONTENT[start:end]
    assert held.read(0, max(0, start - 5000), end) == CONTENT[max(0, start - 5000) : end]


def test_more_than_the_bound_is_never_transferred(monkeypatch):
    monkeypatch.setattr(blocks, "REMOTE_FILE_NBYTES", 8192)
    store = Store(CONTENT, CONTENT)
    held = blocks.Blocks(store.files(), store)
    assert held.read(0, 0, 8192) == CONTENT[:8192]
    with pytest.raises(OSError, match="--full"):
        held.read(0, 8192, 8193)
    assert "would be transferred" in held.faults[0]
    assert 1 not in held.faults
    monkeypatch.setattr(blocks, "REMOTE_NBYTES", 8192)
    with pytest.raises(OSError, match="would be transferred"):
        held.read(1, 0, 1)


def test_a_file_that_was_refused_is_not_asked_for_again():
    calls = []

    def fetch(index, *_):
        calls.append(index)
        raise OSError(0, "gone")

    held = blocks.Blocks([File("a", 99_999)], fetch)
    for start in (0, 50_000):
        with pytest.raises(OSError, match="gone"):
            held.read(0, start, start + 10)
    assert calls == [0]


def opened(store):
    return stream.open_remote(broker.Here(store.files(), store, 1), 0, len(store.contents[0]))


def test_a_stream_reads_and_seeks_as_a_file_does():
    with opened(Store(CONTENT)) as found:
        assert found.read(10) == CONTENT[:10]
        assert found.seek(-7, os.SEEK_END) == len(CONTENT) - 7
        assert found.read() == CONTENT[-7:]
        assert found.read() == b""
        assert found.seek(500_001) == 500_001
        assert found.read(9000) == CONTENT[500_001:509_001]
        assert found.seek(1, os.SEEK_CUR) == 509_002
        assert found.read(3) == CONTENT[509_002:509_005]
        found.seek(0)
        assert found.read() == CONTENT
        with pytest.raises(ValueError, match="before its start"):
            found.seek(-1)


@given(st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 70_000)), max_size=12))
@settings(max_examples=60, deadline=None)
def test_whatever_is_read_of_a_stream_is_what_the_file_has_there(reads):
    with opened(Store(CONTENT)) as found:
        for at, size in reads:
            found.seek(at)
            assert found.read(size) == CONTENT[at : at + size]


def test_scattered_reads_cost_a_block_each_and_reading_on_asks_for_more_at_a_time():
    store = Store(CONTENT)
    with opened(store) as found:
        time.sleep(0.05)
        store.asked.clear()
        for at in range(100_000, 1_000_000, 100_000):
            found.seek(at)
            found.read(16)
        assert sum(end - start for _, start, end in store.asked) <= 9 * 2 * 4096
        store.asked.clear()
        found.seek(0)
        while found.read(1000):
            pass
        assert len(store.asked) < 30


def test_what_is_advised_is_there_before_it_is_asked_for():
    store = Store(CONTENT)
    here = broker.Here(store.files(), store, 4)
    with stream.open_remote(here, 0, len(CONTENT)) as found:
        found.raw.advise([(at, at + 10) for at in range(200_000, 900_000, 100_000)])
        deadline = time.monotonic() + 5
        while len(store.asked) < 8 and time.monotonic() < deadline:
            time.sleep(0.005)
        before = len(store.asked)
        found.seek(300_000)
        assert found.read(10) == CONTENT[300_000:300_010]
        assert len(store.asked) == before


class Clock:
    def __init__(self):
        self.now = 0.0
        self.slept = []

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds

    def __call__(self):
        return self.now


def asking(*answered):
    """Return a patient `fetch` whose store answers so in turn, and its clock."""
    left, clock = list(answered), Clock()

    def fetch(_index, _start, _end):
        answer = left.pop(0) if left else b"ok"
        if isinstance(answer, Exception):
            raise answer
        return answer

    return patience.Patience(fetch, clock.sleep, clock), clock


def test_a_busy_store_is_asked_again_when_it_says_so():
    fetch, clock = asking(Again("it answered 429", 7.0), Again("it answered 429", 3.0))
    assert fetch(0, 0, 2) == b"ok"
    assert clock.now == pytest.approx(10.0)


def test_a_store_that_does_not_say_when_is_asked_later_each_time():
    fetch, clock = asking(*[Again("it answered 503")] * 4)
    assert fetch(0, 0, 2) == b"ok"
    waits = [seconds for seconds in clock.slept if seconds]
    assert waits == sorted(waits)
    assert 5 < clock.now < 12


def test_a_store_that_asks_for_too_much_patience_is_an_error_at_once():
    fetch, clock = asking(Again("it answered 429", 3600.0))
    with pytest.raises(OSError, match="asks to wait 3600 s"):
        fetch(0, 0, 2)
    assert clock.now == 0.0


def test_a_store_that_is_down_is_not_waited_for_at_each_file():
    fetch, clock = asking(*[Again("no answer")] * 1000)
    for _ in range(patience.GIVEN_UP):
        with pytest.raises(OSError, match="no answer, 6 times"):
            fetch(0, 0, 2)
    before = clock.now
    with pytest.raises(OSError, match=r"no answer$"):
        fetch(0, 0, 2)
    assert clock.now == before


def test_a_range_that_comes_short_is_asked_for_again():
    fetch, _ = asking(b"o", b"")
    assert fetch(0, 0, 2) == b"ok"


@pytest.mark.parametrize(
    ("status", "headers", "problem"),
    [
        (206, {"content-range": "bytes 10-19/100"}, ""),
        (206, {"content-range": "bytes 10-19/*"}, ""),
        (206, {"content-range": "bytes 0-19/100"}, "asked for bytes 10-19"),
        (206, {"content-range": "bytes 10-20/100"}, "asked for bytes 10-19"),
        (206, {"content-range": "bytes 10-19/101"}, "has 101 bytes now"),
        (206, {}, "asked for bytes 10-19"),
        (200, {"content-length": "100"}, "sends whole files"),
        (404, {}, "answered 404"),
        (416, {}, "answered 416"),
        (304, {}, "answered 304"),
    ],
)
def test_an_answer_is_the_range_that_was_asked_for_or_an_error(status, headers, problem):
    if not problem:
        answers.check(status, headers, (10, 20), 100)
        return
    with pytest.raises(OSError, match=problem):
        answers.check(status, headers, (10, 20), 100)


def test_a_whole_file_answers_for_its_start_unless_it_has_another_size():
    answers.check(200, {"content-length": "100"}, (0, 20), 100)
    with pytest.raises(OSError, match="has 99 bytes now"):
        answers.check(200, {"content-length": "99"}, (0, 20), 100)


@pytest.mark.parametrize("status", sorted(answers.BUSY))
def test_a_busy_status_is_a_reason_to_ask_again(status):
    with pytest.raises(Again):
        answers.check(status, {}, (0, 1), 1)


def test_when_to_ask_again_is_read_from_seconds_dates_and_windows():
    assert answers.later({"retry-after": "12"}) == 12.0
    assert answers.later({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}) == 0.0
    assert answers.later({"ratelimit": '"api";r=0;t=55'}) == 55.0
    assert answers.later({"ratelimit": '"api";r=3;t=55'}) is None
    assert answers.later({"retry-after": "soon"}) is None
    assert answers.later({}) is None


def test_a_body_has_the_bytes_that_were_asked_for():
    assert answers.body([b"ab", b"cd"], 3, whole=False) == b"abc"
    assert answers.body([b"ab", b"c"], 3, whole=True) == b"abc"
    with pytest.raises(Again, match="broke off after 2 of 3"):
        answers.body([b"ab"], 3, whole=True)
    with pytest.raises(OSError, match="more than the 3 bytes"):
        answers.body([b"ab", b"cd"], 3, whole=True)


def test_the_broker_ends_with_the_last_artifact():
    held = list(artifacts([File("a", 5)], Store(SMALL)))
    descriptor = held[0].descriptors[0]
    with held[0].open() as found:
        assert found.read() == SMALL
    del held, found
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


def test_a_worker_that_dies_in_the_middle_of_an_answer_leaves_nothing_to_the_next():
    store = Store(CONTENT)
    (held,) = artifacts(store.files(), store)
    asked = held.open.args[0]
    for _ in range(3):
        child = os.fork()
        if child == 0:
            try:
                asked._say(0, 0, 100_000, 900_000)  # a question whose answer nobody takes
                os.read(asked.descriptors[0], 1000)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        asked._greeted = 0  # the next one is another process
        assert asked.read(0, 5, 25) == CONTENT[5:25]


def test_a_worker_that_was_taken_over_can_ask_for_no_more_than_files_hold():
    """Whatever it writes, the broker asks for listed files only, and does not take the memory of the machine."""
    store = Store(CONTENT)
    (held,) = artifacts([File("a", 1 << 62)], store)
    asked = held.open.args[0]
    with pytest.raises(OSError, match="MiB"):
        asked.read(0, 0, 1 << 62)
    asked.advise(0, 0, (1 << 64) - 1)
    assert asked.read(0, 1 << 20, 1 << 19) == b""
    with pytest.raises(OSError, match="ended"):
        asked.read(7, 0, 1)
