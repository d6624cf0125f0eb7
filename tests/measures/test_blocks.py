"""Blocks of ggml as numbers: what the reference says, where it is installed, and what it said once."""

import numpy as np
import pytest

from scanner.formats.gguf.dtypes import BLOCKS as LISTED
from scanner.measures import blocks

# Elements 0, 1, half - 1, half, last - 1, last of `block(name)`, by gguf.quants 0.19 (Q8_K, which it lacks, by hand).
EXPECTED = {
    "Q8_0": (42.5, 61.0, -64.0, -45.5, -42.5, -24.0),
    "Q4_0": (-1.5, 1.0, -4.0, -1.5, -1.5, 0.0),
    "Q4_1": (7.25, 1.75, 4.75, 4.25, 4.75, 5.75),
    "Q5_0": (4.5, -1.0, -6.0, 7.0, 7.0, 0.5),
    "Q5_1": (9.25, 11.75, 14.75, 9.25, 1.25, 2.25),
    "Q2_K": (16.5, 0.0, 21.0, 5.25, 3.75, 3.75),
    "Q3_K": (40.5, -54.0, 36.0, 1.0, -14.0, 21.0),
    "Q4_K": (183.25, 12.75, 57.5, 217.5, 35.75, 41.75),
    "Q5_K": (431.25, 12.75, 15.5, 529.5, 65.75, 71.75),
    "Q6_K": (-715.5, 848.0, 750.0, -175.5, -20.0, -30.0),
    "Q8_K": (-48.5, -30.0, -3.0, 15.5, 42.5, 61.0),
    "IQ4_NL": (-17.5, 12.5, -63.5, -17.5, -17.5, 0.5),
    "IQ4_XS": (32.5, -0.5, 98.0, -292.5, 176.0, -8.0),
    "MXFP4": (0.0, 1.5, -0.75, 0.75, 0.75, 1.5),
}


def block(name):
    """One block of counted bytes with scales of 0.5 and -0.25."""
    raw = np.array([(number * 37 + 11) % 256 for number in range(blocks.BLOCKS[name][1])], np.uint8)
    if name in blocks.SCALES:
        start, end = blocks.SCALES[name]
        raw[start:end] = np.array([0.5, -0.25], "<f2").view(np.uint8)[: end - start]
    elif name == "Q8_K":
        raw[:4] = np.array([0.5], "<f4").view(np.uint8)
    else:
        raw[0] = 126
    return raw


@pytest.mark.parametrize("name", blocks.BLOCKS)
def test_a_block_is_what_it_was(name):
    found = blocks.floats(name, block(name))
    half = len(found) // 2
    assert found.dtype == np.float32
    assert tuple(found[[0, 1, half - 1, half, -2, -1]].tolist()) == EXPECTED[name]


@pytest.mark.parametrize("name", blocks.BLOCKS)
def test_sizes_are_those_of_the_format(name):
    assert blocks.BLOCKS[name] in [listed[1:] for listed in LISTED.values() if listed[0] == name]


@pytest.mark.parametrize("name", [name for name in blocks.BLOCKS if name != "Q8_K"])
def test_random_blocks_are_what_the_reference_says(name):
    gguf = pytest.importorskip("gguf")
    raw = np.random.default_rng(1).integers(0, 256, (64, blocks.BLOCKS[name][1]), dtype=np.uint8)
    start, end = blocks.SCALES.get(name, (0, 0))
    raw[:, start:end] = np.random.default_rng(2).standard_normal((64, (end - start) // 2)).astype("<f2").view(np.uint8)
    reference = gguf.quants.dequantize(raw.reshape(1, -1), gguf.GGMLQuantizationType[name])
    with np.errstate(all="ignore"):
        assert np.array_equal(blocks.floats(name, raw.reshape(-1)), reference.reshape(-1), equal_nan=True)
