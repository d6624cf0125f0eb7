"""Close-ups of files: quoted bytes with secrets held back, and maps of what the bytes are."""

import io
import zipfile
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import pipeline
from scanner.artifact import Artifact, Location
from scanner.closeups import maps, quotes, take
from scanner.closeups.maps import SPANS
from scanner.facts.archive import HiddenBytes
from scanner.facts.listing import Held
from scanner.limits import DEFAULT
from scanner.report import Judged
from tests.builders import safetensors

TOKEN = "hf_" + "QmZkTbWcXvRnLpSdHgFjYtUeOiAzMxNqBw"

PICKLE = b"\x80\x02cposix\nsystem\nX\x02\0\0\0id\x85R."


def zipped(name, content):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def artifact(content, path="a"):
    return Artifact(path=path, size=len(content), open=partial(io.BytesIO, content))


def quoted(content, **where):
    return list(quotes.quote(artifact(content), [Location(path="a", **where)], DEFAULT))


def test_the_bytes_around_a_place_begin_with_a_row_and_the_place_is_marked():
    (one,) = quoted(bytes(range(200)), offset=100, length=3)
    assert one.start % quotes.ROW == 0
    assert bytes.fromhex(one.shown) == bytes(range(one.start, one.start + len(one.shown) // 2))
    assert one.start + one.mark == 100
    assert one.marked == 3


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_line_is_quoted_whole(number):
    (one,) = quoted(b"first\nsecond\nthird", line=number)
    assert bytes.fromhex(one.shown).decode() == ["first", "second", "third"][number - 1]


@pytest.mark.parametrize("where", [{"line": 9}, {"offset": 99}, {"line": 2}])
def test_what_is_not_there_is_not_quoted(where):
    assert quoted(b"one line\n", **where) == []


@pytest.mark.parametrize("offset", [0, 20, 40, 60])
def test_a_token_of_access_is_held_back_wherever_the_place_is(offset):
    (one,) = quoted(b"a text, and then " + TOKEN.encode() + b" and more of it, to the end of the line", offset=offset)
    assert TOKEN[5:].encode().hex()[:8] not in one.shown
    assert quotes.HELD_BACK in one.shown


def test_the_lines_of_a_private_key_are_held_back_though_its_head_is_far_away():
    line = b"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n"
    content = b"-----BEGIN PRIVATE KEY-----\n" + line * 20
    (one,) = quoted(content, offset=600)
    shown = "".join(one.shown[at : at + 2] for at in range(0, len(one.shown), 2)).replace(quotes.HELD_BACK, "")
    assert set(bytes.fromhex(shown)) <= {ord("\n")}


def test_a_member_of_a_member_is_found_again():
    outer = artifact(zipped("a.zip", zipped("b.pkl", PICKLE)))
    (one,) = quotes.quote(outer, [Location(path="a!a.zip!b.pkl", offset=0)], DEFAULT)
    assert one.where.path == "a!a.zip!b.pkl"
    assert bytes.fromhex(one.shown) == PICKLE


def held(kind, name, offset, nbytes, packed=-1):
    where = Location(path="a", offset=offset)
    return Held(where=where, kind=kind, name=name, dtype="F32", shape=(1,), nbytes=nbytes, packed=packed, value="")


def hidden(offset, size):
    return HiddenBytes(where=Location(path="a", offset=offset), format="zip", place="between", kind="elf", size=size)


NUMBERS = st.integers(-5, 1200)


@given(
    st.lists(st.tuples(st.sampled_from(["tensor", "member"]), NUMBERS.filter(lambda n: n >= 0), NUMBERS, NUMBERS)),
    st.lists(st.tuples(NUMBERS.filter(lambda n: n >= 0), NUMBERS)),
    st.integers(1, 1000),
)
def test_a_map_covers_every_byte_once_whatever_a_file_says_of_itself(parts, unclaimed, size):
    lines = [held(kind, str(at), offset, nbytes, packed) for at, (kind, offset, nbytes, packed) in enumerate(parts)]
    made = maps.of(artifact(bytes(size)), lines, [hidden(*one) for one in unclaimed])
    assert [span.start for span in made.spans] == [0, *(span.end for span in made.spans[:-1])]
    assert made.spans[-1].end == size
    assert all(span.start < span.end for span in made.spans)


def test_hidden_bytes_are_taken_out_of_what_they_lie_in():
    made = maps.of(artifact(bytes(100)), [held("tensor", "t", 10, 80)], [hidden(40, 5)])
    assert [(span.start, span.end, span.kind) for span in made.spans] == [
        (0, 10, "structure"),
        (10, 40, "tensor"),
        (40, 45, "hidden"),
        (45, 90, "tensor"),
        (90, 100, "structure"),
    ]


def test_the_members_of_a_zip_lie_side_by_side_up_to_the_directory():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("a", "b", "c"):
            archive.writestr(name, bytes(100))
    content = stream.getvalue()
    (made,) = _mapped(content)
    assert [(span.kind, span.name) for span in made.spans] == [
        ("member", "a"), ("member", "b"), ("member", "c"), ("structure", ""),
    ]  # fmt: skip
    assert made.spans[-1].start == content.index(b"PK\x01\x02")


def _mapped(content):
    return take([artifact(content)], [], Judged(findings=(), examined=(), obligations=(), rules=()), DEFAULT, 1).maps


def test_many_parts_are_joined_and_counted():
    made = maps.of(artifact(bytes(100_000)), [held("tensor", f"t{at}", at * 10, 10) for at in range(10_000)], [])
    assert len(made.spans) <= 2 * SPANS
    assert sum(span.count for span in made.spans) == 10_000


def test_a_scan_looks_closer_only_where_it_is_asked_to(tmp_path):
    (tmp_path / "m.pkl").write_bytes(PICKLE)
    assert pipeline.scan(tmp_path, jobs=1).details is None
    details = pipeline.scan(tmp_path, jobs=1, details=True).details
    assert details.excerpts
    assert [one.path for one in details.maps] == [str(tmp_path / "m.pkl")]


def test_a_secret_that_a_rule_finds_is_not_quoted(tmp_path):
    (tmp_path / "README.md").write_text(f"# A model\n\nUse it with {TOKEN} as the token.\n")
    report = pipeline.scan(tmp_path, jobs=1, details=True)
    assert any(one.rule == "text-holds-token" for one in report.findings)
    assert not any(TOKEN[8:].encode().hex() in one.shown for one in report.details.excerpts)
    places = [one.evidence[0].where for one in report.findings if one.rule == "text-holds-token"]
    assert not {(one.path, one.line) for one in places} & {(one.path, one.line) for one in report.details.excerpts}


def test_the_tensors_of_a_file_are_its_map(tmp_path):
    content = safetensors.SMALLEST
    (tmp_path / "m.safetensors").write_bytes(content)
    (one,) = pipeline.scan(tmp_path, jobs=1, details=True).details.maps
    assert one.size == len(content)
    assert one.spans[0].kind in {"structure", "content"}


def test_more_files_than_are_looked_at_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr("scanner.closeups.MAPPED_FILES", 2)
    for at in range(5):
        (tmp_path / f"{at}.json").write_text("{}")
    details = pipeline.scan(tmp_path, jobs=1, details=True).details
    assert len(details.maps) == 2
    assert details.unmapped == 3
