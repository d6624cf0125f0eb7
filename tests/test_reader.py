"""One top-level artifact becomes facts, whatever its readers do."""

import hashlib
import io

import pytest

from scanner import reader
from scanner.artifact import Artifact
from scanner.facts import Examined, LimitReached, Malformed, ReaderFailed, SpecialFile, Unreadable, Unrecognised
from scanner.format import Format, MalformedError
from scanner.limits import DEFAULT, Limits


def artifact(content: bytes, path: str = "file.bin") -> Artifact:
    return Artifact(path=path, size=len(content), open=lambda: io.BytesIO(content))


def claims_letter(letter: bytes):
    return lambda head, _path: head.startswith(letter)


def read_and_say(kind: str):
    def read(found, _limits):
        yield SpecialFile(where=found.at(), kind=kind)

    return read


def read_and_break(found, _limits):
    yield SpecialFile(where=found.at(), kind="before")
    raise MalformedError("a bad length", offset=3)


def read_and_fail(found, _limits):
    yield SpecialFile(where=found.at(), kind="before")
    raise KeyError("a defect")


def read_nest(found, _limits):
    with found.open() as stream:
        inner = stream.read()[1:]
    yield artifact(inner, f"{found.path}!inner")


def format_of(letter: bytes, read) -> Format:
    return Format(name=letter.decode(), spec="", claims=claims_letter(letter), read=read)


NEST = format_of(b"n", read_nest)
SAYS = format_of(b"s", read_and_say("s"))


def facts_of(content: bytes, *formats: Format, limits: Limits = DEFAULT):
    return list(reader.read(artifact(content), formats, limits))


def test_every_artifact_is_closed_with_size_digest_and_formats():
    *_, last = facts_of(b"s and more", SAYS)
    assert last == Examined(
        where=artifact(b"").at(),
        sha256=hashlib.sha256(b"s and more").hexdigest(),
        size=10,
        formats=("s",),
        bytes_examined=10,
        complete=True,
    )


def test_an_empty_file_is_read_to_its_end():
    assert [type(fact) for fact in facts_of(b"", SAYS)] == [Unrecognised, Examined]


def test_unknown_content_is_said_with_suffix_size_and_entropy():
    first, last = facts_of(bytes(range(256)), SAYS)
    assert (first.suffix, first.size, first.entropy, first.text) == (".bin", 256, 8.0, False)
    assert last.complete


def test_text_is_told_from_binary():
    assert facts_of("prose with ünïcode".encode(), SAYS)[0].text


def test_text_cut_inside_a_character_at_the_end_of_the_head_is_text():
    assert facts_of(b"a" + "ü".encode() * 8192, SAYS)[0].text


def test_every_format_that_claims_an_artifact_reads_it():
    other = format_of(b"s", read_and_say("other"))
    kinds = {fact.kind for fact in facts_of(b"s", SAYS, other) if isinstance(fact, SpecialFile)}
    assert kinds == {"s", "other"}


def test_a_format_that_looks_everywhere_does_not_count_as_recognition():
    everywhere = Format(name="tail", spec="", claims=lambda _h, _p: True, read=read_and_say("tail"), everywhere=True)
    facts = facts_of(b"x", everywhere)
    assert [type(fact) for fact in facts] == [Unrecognised, SpecialFile, Examined]
    assert facts[-1].formats == ()


def test_malformed_bytes_keep_what_was_said_before():
    said, broken, last = facts_of(b"more", format_of(b"m", read_and_break))
    assert said.kind == "before"
    assert (type(broken), broken.reason, broken.where.offset) == (Malformed, "a bad length", 3)
    assert not last.complete


def test_a_defect_of_a_reader_keeps_what_was_said_before():
    said, failed, last = facts_of(b"f", format_of(b"f", read_and_fail))
    assert said.kind == "before"
    assert type(failed) is ReaderFailed
    assert "KeyError" in failed.error
    assert not last.complete


def test_a_defect_in_one_reader_leaves_the_other_reader_alone():
    facts = facts_of(b"s", format_of(b"s", read_and_fail), SAYS)
    assert "s" in {fact.kind for fact in facts if isinstance(fact, SpecialFile)}


def test_members_are_read_by_content_at_their_own_path():
    fact = next(f for f in facts_of(b"nns", NEST, SAYS) if isinstance(f, SpecialFile))
    assert fact.where.path == "file.bin!inner!inner"


def test_a_nest_deeper_than_the_limit_is_incomplete_and_said_once():
    facts = facts_of(b"n" * 40, NEST, limits=Limits(depth=5))
    assert [fact.limit for fact in facts if isinstance(fact, LimitReached)] == ["depth"]
    assert not facts[-1].complete


def test_members_beyond_the_limit_are_incomplete():
    def many(found, _limits):
        for index in range(10):
            yield artifact(b"s", f"{found.path}!{index}")

    facts = facts_of(b"m", format_of(b"m", many), SAYS, limits=Limits(members=4))
    assert sum(isinstance(fact, SpecialFile) for fact in facts) == 4
    assert [fact.limit for fact in facts if isinstance(fact, LimitReached)] == ["members"]


def test_facts_beyond_the_limit_are_counted_not_kept():
    def flood(found, _limits):
        for index in range(100):
            yield SpecialFile(where=found.at(), kind=str(index))

    facts = facts_of(b"f", format_of(b"f", flood), limits=Limits(facts=10))
    assert sum(isinstance(fact, SpecialFile) for fact in facts) == 10
    assert not facts[-1].complete


def test_a_limit_fact_survives_a_flood_before_it():
    def flood(found, _limits):
        for index in range(100):
            yield SpecialFile(where=found.at(), kind=str(index))
        raise MalformedError("at the end")

    facts = facts_of(b"f", format_of(b"f", flood), limits=Limits(facts=10))
    assert any(isinstance(fact, Malformed) for fact in facts)


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), FileNotFoundError(2, "No such file")])
def test_a_file_that_cannot_be_opened_is_a_fact(error):
    def refuse():
        raise error

    facts = list(reader.read(Artifact(path="x", size=1, open=refuse), [SAYS], Limits()))
    assert [type(fact) for fact in facts] == [Unreadable, Examined]
    assert facts[0].reason == error.strerror
    assert not facts[-1].complete


def test_a_large_file_is_digested_only_when_asked():
    limits = Limits(hashed_nbytes=4)
    large = artifact(b"s" * 5)
    unasked = list(reader.read(large, [SAYS], limits))[-1]
    asked = list(reader.read(large, [SAYS], limits, digest=True))[-1]
    assert unasked.sha256 == ""
    assert asked.sha256 == hashlib.sha256(b"s" * 5).hexdigest()
