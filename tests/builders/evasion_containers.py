"""Places to put a pickle so that a reader of names, or of one format, does not meet it: bytes and file name."""

import bz2
import gzip
import io
import json
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable

import lz4.frame

from tests.builders import archives as make
from tests.builders import pickles, tars

Place = tuple[Callable[[bytes], bytes], str]


def zipped(content: bytes, name: str = "data.pkl", method: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def legacy(content: bytes) -> bytes:
    """The pickle in the place of a legacy checkpoint's state."""
    state = pickles.torch_state(("0", 4))
    return pickles.torch_legacy(("0", 4)).replace(state, content)


def behind_tensors(content: bytes) -> bytes:
    header = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(8) + content


def behind_joblib_array(content: bytes) -> bytes:
    return pickles.proto(4) + pickles.wrapper((2,), "f8") + bytes(16) + pickles.STOP + content


def in_joblib_object_array(content: bytes) -> bytes:
    return pickles.proto(4) + pickles.wrapper((1,), "O") + content + pickles.STOP


def in_zip_comment(content: bytes) -> bytes:
    return zipped(b"hello", "a.txt")[:-2] + struct.pack("<H", len(content)) + content


def in_bytearray(content: bytes) -> bytes:
    return pickles.proto(5) + b"\x96" + struct.pack("<Q", len(content)) + content + pickles.STOP


def member(content: bytes, **fields: dict) -> bytes:
    return make.zip_of(make.Member(b"data.pkl", content, **fields))


def said_twice(content: bytes) -> bytes:
    return make.zip_of(make.Member(b"data.pkl", make.BENIGN), make.Member(b"data.pkl", content))


PLACES: dict[str, Place] = {
    "plain": (bytes, "model.pkl"),
    "zip member without a suffix": (lambda c: zipped(c, "x"), "m.zip"),
    "zip member, odd suffix": (lambda c: zipped(c, "archive/data.xyz", zipfile.ZIP_DEFLATED), "m.bin"),
    "zip member, LZMA": (lambda c: zipped(c, "a", zipfile.ZIP_LZMA), "m.zip"),
    "zip four deep": (lambda c: zipped(zipped(zipped(zipped(c)))), "m.zip"),
    "checkpoint": (make.torch_zip, "pytorch_model.bin"),
    "storage of a checkpoint": (lambda c: make.torch_zip(storages={"0": c}), "m.pt"),
    "legacy checkpoint": (legacy, "m.pth"),
    "legacy tar checkpoint": (lambda c: tars.tar_of(("pickle", c), ("tensors", b"")), "m.pt"),
    "tar.gz": (lambda c: gzip.compress(tars.tar_of(("m.dat", c))), "m.tar.gz"),
    "NeMo": (lambda c: tars.tar_of(("./model_weights.ckpt", make.torch_zip(c))), "m.nemo"),
    "gzip": (gzip.compress, "m.joblib"),
    "bzip2": (bz2.compress, "m.mlmodel"),
    "xz": (lzma.compress, "m"),
    "lzma": (lambda c: lzma.compress(c, format=lzma.FORMAT_ALONE), "m.joblib"),
    "zlib": (zlib.compress, "m.joblib"),
    "lz4": (lz4.frame.compress, "m.joblib"),
    "three compressors": (lambda c: gzip.compress(bz2.compress(zlib.compress(c))), "m"),
    "npy of objects": (lambda c: make.npy("'|O'", "(1,)", c), "m.npy"),
    "npy that says numbers": (lambda c: make.npy("'<f8'", "(2,)", c), "m.npy"),
    "npz": (lambda c: zipped(make.npy("'|O'", "(1,)", c), "arr_0.npy"), "m.npz"),
    "npz without npy": (lambda c: zipped(c, "arr_0.npy"), "m.npz"),
    "zip behind junk": (lambda c: b"junk" * 99 + zipped(c), "m.pt"),
    "zip behind tensors": (lambda c: behind_tensors(zipped(c)), "m.safetensors"),
    "zip behind a pickle": (lambda c: make.BENIGN + zipped(c), "m.pt"),
    "pickle behind tensors": (behind_tensors, "m.safetensors"),
    "pickle behind an array": (lambda c: make.npy() + c, "m.npy"),
    "pickle behind a zip": (lambda c: zipped(b"hello", "a.txt") + c, "m.zip"),
    "pickle behind a gzip": (lambda c: gzip.compress(b"hello") + c, "m.gz"),
    "pickle behind a tar": (lambda c: tars.tar_of(("a", b"x")) + c, "m.tar"),
    "second stream": (lambda c: make.BENIGN + c, "m.pkl"),
    "second stream behind zeros": (lambda c: make.BENIGN + bytes(4096) + c, "m.pkl"),
    "behind joblib's array": (behind_joblib_array, "m.joblib"),
    "joblib's array of objects": (in_joblib_object_array, "m.joblib"),
    "bytes constant": (pickles.nested_bytes, "m.pkl"),
    "bytes constant, compressed": (lambda c: pickles.nested_bytes(zlib.compress(c)), "m.pkl"),
    "bytes constant, zipped": (lambda c: pickles.nested_bytes(zipped(c)), "m.pkl"),
    "bytearray constant": (in_bytearray, "m.pkl"),
    "zip comment": (in_zip_comment, "m.zip"),
    "wrong checksum": (lambda c: member(c, local={"crc": 1}, central={"crc": 1}), "m.zip"),
    "marked encrypted": (lambda c: member(c, local={"flags": 1}, central={"flags": 1}), "m.pt"),
    "two names": (lambda c: member(c, local={"name": b"notes.txt"}), "m.pt"),
    "one name twice": (said_twice, "m.pt"),
    "not listed": (lambda c: member(c, listed=False), "m.pt"),
    "no end record": (lambda c: zipped(c)[:-22], "m.pt"),
    "end record cut": (lambda c: zipped(c)[:-5], "m.pt"),
    "directory says empty": (lambda c: member(c, central={"size": 0, "packed": 0}), "m.pt"),
}

NAMES = (
    "m.txt", "m.png", "m.json", "m.md", "m.csv", "m.py", "m.yaml", "m.xml", "m.onnx", "m.h5", "m.gguf", "m.tflite",
    "m.safetensors", "m.lock", "m.so", "m", "m.", "M.PKL", "m.pkl ", "LICENSE", ".gitignore", ".hidden/m",
    "build/m.pkl", "dist/m.pkl", "vendor/m.pkl", "bundles/m.pkl", "node_modules/m.pkl", "__pycache__/m.pyc",
    ".git/objects/m",
)  # fmt: skip
