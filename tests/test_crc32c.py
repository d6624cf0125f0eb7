"""CRC-32C against the published vectors."""

import pytest

from scanner.crc32c import crc32c, masked


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"", 0),
        (b"123456789", 0xE3069283),
        (bytes(32), 0x8A9136AA),
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
    ],
)
def test_the_vectors_of_rfc_3720_hold(data, value):
    assert crc32c(data) == value


def test_a_checksum_goes_on_from_another():
    assert crc32c(b"6789", crc32c(b"12345")) == crc32c(b"123456789")


def test_a_masked_checksum_is_not_the_plain_one():
    # tensorflow/core/lib/hash/crc32c_test.cc: masking twice differs from masking once; the value is of "123456789".
    assert masked(b"123456789") == ((0xE3069283 >> 15 | 0xE3069283 << 17) + 0xA282EAD8) & 0xFFFFFFFF
