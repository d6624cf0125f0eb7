"""Files with tensors for the tests of measures, and how to look at them."""

import io
import json
import zipfile
from functools import partial

import numpy as np

from scanner.artifact import Artifact
from scanner.limits import DEFAULT
from scanner.measures import reader

CODES = {"float32": "F32", "float16": "F16", "float64": "F64", "uint8": "U8", "int8": "I8", "int32": "I32",
         "int64": "I64", "uint16": "BF16"}  # fmt: skip


def safetensors(**arrays):
    """Write a safetensors file; an array of uint16 stands for bfloat16."""
    header, data = {}, b""
    for name, array in arrays.items():
        content = np.ascontiguousarray(array).tobytes()
        header[name] = {"dtype": CODES[array.dtype.name], "shape": list(array.shape),
                        "data_offsets": [len(data), len(data) + len(content)]}  # fmt: skip
        data += content
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def measured(data, profile="fast", path="model.safetensors"):
    """Return the facts that a file shows."""
    artifact = Artifact(path=path, size=len(data), open=partial(io.BytesIO, data))
    one = reader(profile)
    return list(one.read(artifact, DEFAULT)) if one.claims(data[:8192], path) else []


def of(kind, facts):
    """Keep facts of one kind."""
    return [fact for fact in facts if type(fact) is kind]


def gaussian(*shape, seed=0):
    """Draw weights as an initialisation does."""
    return (np.random.default_rng(seed).standard_normal(shape) * 0.02).astype(np.float32)


def hidden(carrier, content, plane, *, value="msb", byte="big", start=0):  # noqa: PLR0913 - where and how
    """Put content into the low bits of numbers from a bit on; `start` counts bits of the stream."""
    words = carrier.reshape(-1).copy().view(f"<u{carrier.itemsize}")
    bits = np.unpackbits(words.view(np.uint8).reshape(-1, carrier.itemsize), axis=1, bitorder="little")
    low = bits[:, :plane] if value == "lsb" else bits[:, :plane][:, ::-1]
    stream = low.reshape(-1)
    payload = np.unpackbits(np.frombuffer(content, np.uint8), bitorder=byte)
    stream[start : start + len(payload)] = payload
    low = stream.reshape(-1, plane)
    bits[:, :plane] = low if value == "lsb" else low[:, ::-1]
    return np.packbits(bits, axis=1, bitorder="little").reshape(-1).view(carrier.dtype).reshape(carrier.shape)


def elf():
    """A 64-bit x86 program's header with nothing behind it."""
    head = b"\x7fELF\x02\x01\x01" + bytes(9) + (2).to_bytes(2, "little") + (62).to_bytes(2, "little")
    return (head + (1).to_bytes(4, "little") + bytes(24) + bytes(4) + (64).to_bytes(2, "little")).ljust(600, b"\1")


def pe():
    """A 64-bit program's headers with nothing behind them."""
    head = b"MZ" + bytes(58) + (128).to_bytes(4, "little") + bytes(64)
    coff = b"PE\0\0\x64\x86" + (3).to_bytes(2, "little") + bytes(12) + (240).to_bytes(2, "little") + bytes(2)
    return (head + coff + b"\x0b\x02").ljust(700, b"\2")


def zipped():
    """A zip of one text."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("note.txt", "print('inert') " * 40)
    return out.getvalue()
