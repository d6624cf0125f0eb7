"""Files in the bytes and in the low bits of tensors: found at every bit, never in numbers."""

import bz2
import gzip
import io
import lzma

import numpy as np
import pytest

from scanner.facts import LimitReached
from scanner.facts.weights import FileCarved
from tests.builders.carriers import elf, gaussian, hidden, measured, of, pe, safetensors, zipped

SCRIPT = b"#!/bin/sh\n" + b"echo inert\n" * 20
SOURCE = b"import base64\nprint('inert')\n" * 12
FILES = {
    "elf": elf(),
    "pe": pe(),
    "zip": zipped(),
    "gzip": gzip.compress(b"print('inert') %d" * 50),
    "bzip2": bz2.compress(b"print('inert')" * 50),
    "xz": lzma.compress(b"print('inert')" * 50),
    "script": SCRIPT,
    "python": SOURCE,
    "macho": b"\xcf\xfa\xed\xfe\x07\0\0\x01\x03\0\0\0\x02\0\0\0" + bytes(600),
    "wasm": b"\0asm\x01\0\0\0" + bytes(600),
}


def carved(array, **others):
    facts = of(FileCarved, measured(safetensors(w=array, **others), "full"))
    return [(one.kind, one.plane, one.order, one.index, one.phase) for one in facts]


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("plane", [1, 2, 4, 8, 16])
def test_every_kind_is_found_in_every_plane(kind, plane):
    array = hidden(gaussian(200, 256), FILES[kind], plane, start=plane * 1000)
    assert carved(array) == [(kind, plane, "msb-big", 1000, 0)]


@pytest.mark.parametrize("plane", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("value", ["msb", "lsb"])
@pytest.mark.parametrize("byte", ["big", "little"])
def test_both_orders_are_found_at_every_bit(plane, value, byte):
    for start in range(17, 17 + 16):
        found = carved(hidden(gaussian(64, 256), elf(), plane, value=value, byte=byte, start=start))
        order = f"{value if plane > 1 else 'msb'}-{byte}"
        # Turned around twice is as it was; bytes below 128 also read so one bit away from the start of a number.
        turned = plane == 8 and value == "lsb" and start % 8 in {0, 1, 7}
        twin = turned and [one[:2] for one in found] == [("elf", 8)]
        assert twin or found == [("elf", plane, order, start // plane, start % plane)]


@pytest.mark.parametrize("dtype", ["float16", "float64", "uint16", "int8", "int32"])
def test_numbers_of_other_widths_carry_files_too(dtype):
    if dtype.startswith("float"):
        carrier = gaussian(200, 256).astype(dtype)
    else:
        carrier = np.random.default_rng(0).integers(0, 100, (200, 256)).astype(dtype)
    assert carved(hidden(carrier, zipped(), 2, start=20)) == [("zip", 2, "msb-big", 10, 0)]


@pytest.mark.parametrize("phase", range(8))
def test_bytes_as_they_are_are_searched_at_every_bit(phase):
    array = hidden(gaussian(64, 64).view(np.uint8), elf(), 8, start=8000 + phase).view(np.float32)
    (found,) = carved(array)
    assert found[:2] == ("elf", 0)
    assert abs(found[3] * 8 + found[4] - 8000 - phase) <= 2


def test_what_crosses_a_piece_is_found():
    for index in range((1 << 20) // 4 - 40, (1 << 20) // 4 + 8, 7):
        assert [one[0] for one in carved(hidden(gaussian(1100, 256), elf(), 1, start=index))] == ["elf"]


def test_rows_that_fill_no_word_are_joined():
    assert carved(hidden(gaussian(80_001, 1), elf(), 1, start=65_530)) == [("elf", 1, "msb-big", 65_530, 0)]
    assert carved(hidden(gaussian(4, 70_001), elf(), 2, start=2 * 139_999)) == [("elf", 2, "msb-big", 139_999, 0)]


def test_what_starts_a_tensor_is_left_to_the_reader_of_its_format():
    array = np.frombuffer(elf().ljust(4096, b"\0"), np.float32)
    assert carved(array) == []


def test_the_last_bits_of_a_tensor_are_searched():
    content = SCRIPT
    start = 4096 - len(content) * 8
    assert carved(hidden(gaussian(4096), content, 1, start=start)) == [("script", 1, "msb-big", start, 0)]


@pytest.mark.parametrize(
    "content",
    [
        b"\x7fELF\x02\x01\x01" + bytes(600),
        b"PE\0\0\x64\x86" + bytes(600),
        b"PK\x03\x04\x14\0" + b"\xff" * 600,
        b"\x1f\x8b\x08\0" + b"\xff" * 600,
        b"BZh91AY&SY" + b"\xff" * 600,
        b"\xfd7zXZ\0\0\x04" + bytes(600),
        b"7z\xbc\xaf\x27\x1c\0" + bytes(600),
        b"Rar!\x1a\x07" + b"\xff" * 600,
        b"#!/bin/\0" + bytes(600),
        b"import \xff" + bytes(600),
    ],
)
def test_a_magic_number_alone_is_no_file(content):
    assert carved(hidden(gaussian(200, 256), content, 4, start=400)) == []


def test_a_flood_of_magic_numbers_is_bounded_and_told():
    flood = np.frombuffer(b"\x1f\x8b\x08\0\xff\xff\xff\xff" * 20_000, np.uint8)
    facts = measured(safetensors(w=flood), "full")
    assert of(FileCarved, facts) == []
    assert [one.limit for one in of(LimitReached, facts)] == ["carving"]


def test_no_more_than_a_few_facts_tell_of_one_tensor():
    assert len(carved(hidden(gaussian(300, 256), elf() * 30, 8, start=80))) == 8


def test_a_text_of_many_lines_is_told_once():
    assert len(carved(hidden(gaussian(300, 256), SOURCE * 20, 8, start=80))) == 1


def test_compressed_texts_and_constants_hold_no_file():
    text = np.frombuffer(b"what imports models? #!/bin is a place. " * 400, np.uint8)
    assert carved(np.zeros(60_000, np.float32), t=text, o=np.full(50_000, -0.0, np.float32)) == []


@pytest.mark.parametrize("seed", range(5))
def test_ten_megabytes_of_noise_hold_no_file(seed):
    random = np.random.default_rng(seed)
    data = safetensors(
        bytes=random.integers(0, 256, 4 << 20, np.uint8),
        weights=gaussian(1024, 1024, seed=seed),
        halves=gaussian(512, 2048, seed=seed).astype(np.float16),
    )
    assert of(FileCarved, measured(data, "full")) == []


def test_an_array_of_numpy_is_searched_too():
    out = io.BytesIO()
    np.save(out, hidden(gaussian(200, 256), zipped(), 1, start=77))
    facts = of(FileCarved, measured(out.getvalue(), "full", "weights.npy"))
    assert [(one.kind, one.plane, one.index) for one in facts] == [("zip", 1, 77)]
