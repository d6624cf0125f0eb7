"""The wire of Protocol Buffers, and all the ways in which it can lie."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.protobuf import BYTES, FIXED32, FIXED64, GROUP, NESTED_GROUPS, VARINT, WINDOW_NBYTES, Field, Wire
from tests.builders.onnx import block, number, varint


class Counted(io.BytesIO):
    """Bytes that count how many of them were read."""

    nbytes = 0

    def read(self, size=-1):
        content = super().read(size)
        self.nbytes += len(content)
        return content


def fields(content: bytes) -> list[Field]:
    return list(Wire(io.BytesIO(content), len(content)).fields(0, len(content)))


def test_every_wire_type_is_read():
    content = number(1, 300) + b"\x11" + bytes(range(8)) + block(3, "ab") + b"\x25\x01\x02\x03\x04"
    found = [(field.number, field.wire) for field in fields(content)]
    assert found == [(1, VARINT), (2, FIXED64), (3, BYTES), (4, FIXED32)]
    assert [field.value for field in fields(content)] == [300, 0x0706050403020100, 2, 0x04030201]


def test_a_negative_number_takes_ten_bytes():
    assert fields(number(1, -5))[0].signed == -5


def test_payloads_are_passed_over_by_seeking():
    content = b"".join(block(1, bytes(1 << 20)) for _ in range(8))
    stream = Counted(content)
    assert len(list(Wire(stream, len(content)).fields(0, len(content)))) == 8
    assert stream.nbytes <= 9 * WINDOW_NBYTES


def test_messages_may_be_walked_inside_each_other():
    inner = number(1, 7) + block(2, bytes(WINDOW_NBYTES * 2)) + number(1, 8)
    content = block(1, inner) + number(3, 9)
    wire = Wire(io.BytesIO(content), len(content))
    seen = []
    for field in wire.fields(0, len(content)):
        seen.append(field.number)
        if field.wire == BYTES:
            seen.extend(one.value for one in wire.fields(field.start, field.end) if one.wire == VARINT)
    assert seen == [1, 7, 8, 3]


def test_a_payload_is_loaded_up_to_the_limit():
    content = block(1, b"x" * 50_000)
    wire = Wire(io.BytesIO(content), len(content))
    (field,) = wire.fields(0, len(content))
    assert wire.load(field, 10) == b"x" * 10
    assert wire.load(field, 1 << 30) == b"x" * 50_000
    assert wire.text(field, 3) == "xxx"


def test_text_that_is_not_utf8_is_escaped():
    content = block(1, b"a\xff")
    wire = Wire(io.BytesIO(content), len(content))
    assert wire.text(next(wire.fields(0, len(content))), 10) == "a\\xff"


def test_numbers_are_read_packed_or_one_by_one():
    packed = block(1, b"".join(map(varint, (1, 300, -1))))
    wire = Wire(io.BytesIO(packed), len(packed))
    assert list(wire.numbers(next(wire.fields(0, len(packed))))) == [1, 300, -1]
    single = number(1, 300)
    wire = Wire(io.BytesIO(single), len(single))
    assert list(wire.numbers(next(wire.fields(0, len(single))))) == [300]


def test_groups_are_passed_over_whole():
    group = b"\x0b" + number(2, 1) + block(3, "ab") + b"\x23" + b"\x25abcd" + b"\x24" + b"\x0c"
    found = fields(group + number(5, 1))
    assert [(field.number, field.wire) for field in found] == [(1, GROUP), (5, VARINT)]
    assert group[found[0].start : found[0].start + found[0].value] == group[1:-1]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x80", "cut"),
        (b"\x08", "cut"),
        (b"\x08\x80", "cut"),
        (b"\x08" + b"\x80" * 10 + b"\x01", "more than 64 bits"),
        (b"\x08" + b"\xff" * 9 + b"\x02", "more than 64 bits"),
        (b"\x00\x00", "field number 0"),
        (b"\x80\x80\x80\x80\x80\x01\x00", "does not exist"),
        (b"\x0e", "wire type 6"),
        (b"\x0f", "wire type 7"),
        (b"\x0c", "not begun"),
        (b"\x0a\x05ab", "ends at byte"),
        (b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "ends at byte"),
        (b"\x0d\x01\x02", "ends at byte"),
        (b"\x0b\x08\x01", "no end"),
        (b"\x0b\x14", "no end"),
        (b"\x0b" * (NESTED_GROUPS + 1), "deeper"),
    ],
)
def test_a_wire_that_lies_is_malformed(content, reason):
    with pytest.raises(MalformedError, match=reason):
        fields(content)


def test_a_field_may_not_leave_its_own_message():
    content = block(1, b"\x0a\x05") + bytes(10)
    wire = Wire(io.BytesIO(content), len(content))
    with pytest.raises(MalformedError, match="its message"):
        list(wire.fields(2, 4))


@given(st.lists(st.tuples(st.integers(1, 1 << 20), st.integers(-(1 << 63), (1 << 63) - 1) | st.binary(max_size=300))))
def test_what_is_written_is_read(parts):
    content = b"".join(number(key, one) if isinstance(one, int) else block(key, one) for key, one in parts)
    wire = Wire(io.BytesIO(content), len(content))
    found = [
        (field.number, field.signed if field.wire == VARINT else wire.load(field, 1000))
        for field in wire.fields(0, len(content))
    ]
    assert found == parts


@given(st.binary(max_size=200))
def test_only_malformed_leaves_the_wire_and_it_never_goes_back(content):
    found, offset = [], 0
    try:
        found.extend(Wire(io.BytesIO(content), len(content)).fields(0, len(content)))
    except MalformedError as error:
        offset = error.offset
    assert 0 <= offset <= len(content)
    assert [field.start for field in found] == sorted(field.start for field in found)
    assert all(field.end <= len(content) for field in found if field.wire == BYTES)
