"""Bytes are named by their start."""

import pytest

from scanner.magic import kind_of
from tests.builders import archives as make
from tests.builders import tars
from tests.builders.streams import STREAMS


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (make.zip_plain(), "zip"),
        (tars.tar_of(("a", b"1")), "tar"),
        (make.PICKLE, "pickle"),
        (make.BENIGN, "pickle"),
        (make.npy(), "numpy"),
        (bytes(10), "zero"),
        (b"", "zero"),
        (b"hello\n", "text"),
        ("caf\u00e9".encode(), "text"),
        (b"\xff\xfe\x01", "data"),
        (b"MZ and more text", "text"),
        (STREAMS["gzip"], "gzip"),
        (b"\x1c\0\0\0TFL3", "tflite"),
        (b"import os\nclass A:\n    pass\n", "text"),
    ],
)
def test_the_kind_is_named(head, kind):
    assert kind_of(head) == kind
