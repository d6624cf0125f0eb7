"""Models of many gigabytes that take a few megabytes to hold: headers, and zeros that nobody stores."""

import json
import struct
import zlib
from functools import cache

from tests.builders import gguf
from tests.builders.hub_server import Sparse


@cache
def _zeros(size):
    total, chunk = 0, bytes(1 << 20)
    for at in range(0, size, len(chunk)):
        total = zlib.crc32(chunk[: size - at], total)
    return total


def _tensors(layers, nbytes, first=0):
    for layer in range(first, first + layers):
        for part in ("self_attn.q_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"):
            yield f"model.layers.{layer}.{part}.weight", nbytes


def shards(count=4, layers=8, nbytes=112 << 20):
    """Return the files of a sharded safetensors model, with its index."""
    files, places, total = {}, {}, 0
    for number in range(count):
        name = f"model-{number + 1:05}-of-{count:05}.safetensors"
        entries, at = {}, 0
        for tensor, size in _tensors(layers, nbytes, number * layers):
            entries[tensor] = {"dtype": "BF16", "shape": [size // 2], "data_offsets": [at, at + size]}
            places[tensor] = name
            at += size
        header = json.dumps(entries).encode()
        header += b" " * (-len(header) % 8)
        files[name] = Sparse(8 + len(header) + at, {0: struct.pack("<Q", len(header)) + header})
        total += at
    index = json.dumps({"metadata": {"total_size": total}, "weight_map": places}).encode()
    return {"model.safetensors.index.json": index, **files}


def quantized(layers=20, nbytes=12 << 20):
    """Return a GGUF."""
    pairs = [("general.architecture", 8, "llama"), ("general.name", 8, "large")]
    tensors, at = [], 0
    for name, size in _tensors(layers, nbytes):
        tensors.append({"name": name, "shape": (size // 4,), "code": 0, "offset": at})
        at += size
    head = gguf.gguf(pairs, tensors, data=b"")
    return Sparse(len(head) + at, {0: head})


def checkpoint(storages=40, nbytes=24 << 20, program=b"\x80\x02}."):
    """Return a torch archive: `data.pkl`, then storages of zeros in place."""
    sizes = {"archive/data.pkl": program, "archive/version": b"3\n"}
    pieces, directory, at = {}, [], 0
    members = [*sizes.items(), *((f"archive/data/{number}", nbytes) for number in range(storages))]
    for name, content in members:
        held = content if isinstance(content, bytes) else b""
        size = len(content) if isinstance(content, bytes) else content
        crc = zlib.crc32(held) if held else _zeros(size)
        local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 33, crc, size, size, len(name), 0) + name.encode()
        pieces[at] = local + held
        directory.append(
            struct.pack(
                "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, crc, size, size, len(name), 0, 0, 0, 0, 0, at
            )
            + name.encode()
        )
        at += len(local) + size
    table = b"".join(directory)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, len(directory), len(directory), len(table), at, 0)
    pieces[at] = table + end
    return Sparse(at + len(table) + len(end), pieces)
