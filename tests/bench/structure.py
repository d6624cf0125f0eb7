"""What the structure of a large file costs: seven formats of 2 GB, and headers that are bombs.

    python -m tests.bench.structure [--assay .venv/bin/assay] [--peers VENV] [--runs N] [NAME ...]

Files are sparse: nothing is read of them but their structure, so a scan should cost a start and little more. CPU time
is given above that of a scan of an empty pickle by the same program. VENV is an environment in which picklescan,
modelscan and modelaudit are installed; those that are there are measured in the same run.
"""

import argparse
import json
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.measure import Cost, cost
from tests.bench.peers import state_dict
from tests.builders import archives, gguf, hdf5, onnx, safetensors, tflite

GIB = 1 << 30
TENSORS = 256
TENSOR_NBYTES = 2 * GIB // TENSORS
ELEMENTS = TENSOR_NBYTES // 4
NAMES = [f"model.layers.{number // 8}.weight.{number % 8}" for number in range(TENSORS)]

CPU_SECONDS = 0.05
RSS_MIB = 100
"""What a scan may take above its start, and hold."""

PEERS = {
    "picklescan": ["picklescan", "-p"],
    "modelscan": ["modelscan", "-p"],
    "modelaudit": ["modelaudit", "scan", "--no-cache"],
}


Piece = bytes | int | tuple[bytes, int]
"""Bytes, bytes so many times, or a hole of so many."""


def sparse(path: Path, *pieces: Piece) -> None:
    """Write a file piece by piece. This process stays small: the memory of those it starts is counted from its own."""
    with path.open("wb") as file:
        for piece in pieces:
            if isinstance(piece, int):
                file.seek(piece, 1)
            elif isinstance(piece, bytes):
                file.write(piece)
            else:
                content, times = piece
                block = content * max(1, (64 << 10) // len(content))
                for _ in range(times * len(content) // len(block)):
                    file.write(block)
                file.write(content * (times % (len(block) // len(content))))
        file.truncate(file.tell())


def large_safetensors(folder: Path) -> None:
    size = TENSOR_NBYTES
    tensors = {
        name: safetensors.entry("F32", (ELEMENTS,), (at * size, (at + 1) * size)) for at, name in enumerate(NAMES)
    }
    header = safetensors.safetensors(tensors, metadata={"format": "pt"}, data=b"")
    sparse(folder / "model.safetensors", header, TENSORS * size)


def large_gguf(folder: Path) -> None:
    tensors = [{"name": name, "shape": (ELEMENTS,), "offset": at * TENSOR_NBYTES} for at, name in enumerate(NAMES)]
    pairs = [("general.architecture", gguf.TEXT, "llama"), ("llama.block_count", 4, 32)]
    sparse(folder / "model.gguf", gguf.gguf(pairs, tensors, data=b""), TENSORS * TENSOR_NBYTES)


def large_onnx(folder: Path) -> None:
    """Weights in a file beside the model, as they must be above 2 GiB."""
    held = b"".join(
        onnx.block(5, onnx.tensor(name, (ELEMENTS,), raw=b"", extra=onnx.external(
            "weights.bin", offset=str(at * TENSOR_NBYTES), length=str(TENSOR_NBYTES)
        )))
        for at, name in enumerate(NAMES)
    )  # fmt: skip
    nodes = b"".join(onnx.node("MatMul", ("x", name), (f"y{at}",)) for at, name in enumerate(NAMES))
    (folder / "model.onnx").write_bytes(onnx.model(onnx.graph(nodes, held)))
    sparse(folder / "weights.bin", TENSORS * TENSOR_NBYTES)


def large_onnx_in_file(folder: Path) -> None:
    """Weights in the model itself, a little less than the 2 GiB that protobuf allows."""
    size = TENSOR_NBYTES - (64 << 10)
    head = [onnx.tensor(name, (size // 4,), raw=b"") + onnx.varint(9 << 3 | 2) + onnx.varint(size) for name in NAMES]
    begun = [onnx.varint(5 << 3 | 2) + onnx.varint(len(one) + size) + one for one in head]
    rest = onnx.graph(b"".join(onnx.node("MatMul", ("x", name), ("y",)) for name in NAMES))
    length = sum(len(one) + size for one in begun) + len(rest)
    pieces: list[Piece] = [onnx.number(1, 8) + onnx.opset() + onnx.varint(7 << 3 | 2) + onnx.varint(length)]
    for one in begun:
        pieces += [one, size]
    sparse(folder / "model.onnx", *pieces, rest)


def large_tflite(folder: Path) -> None:
    """Buffers behind the FlatBuffer, as they must be above 2 GiB."""
    start = 1 << 20
    buffers = [
        tflite.table(_1=tflite.u64(start + at * TENSOR_NBYTES), _2=tflite.u64(TENSOR_NBYTES)) for at in range(TENSORS)
    ]
    tensors = [tflite.tensor(name, (ELEMENTS,), at + 1) for at, name in enumerate(NAMES)]
    graph = tflite.graph(tensors, [tflite.node((0, at), (at,)) for at in range(1, TENSORS)])
    content = tflite.model(graphs=[graph], buffers=[tflite.table(), *buffers])
    sparse(folder / "model.tflite", content, start - len(content) + TENSORS * TENSOR_NBYTES)


def large_hdf5(folder: Path) -> None:
    image, start = hdf5.Image(), 1 << 20
    links = []
    for at, name in enumerate(NAMES):
        place = hdf5.contiguous(hdf5.u(start + at * TENSOR_NBYTES), TENSOR_NBYTES)
        header = image.header((1, hdf5.space(ELEMENTS)), (3, hdf5.FLOAT32), place)
        links.append(hdf5.hard(name, header))
    content = hdf5.file({}, *links, image=image)
    sparse(folder / "model.h5", content, start - len(content) + TENSORS * TENSOR_NBYTES)


def large_torch(folder: Path) -> None:
    """A stored zip of 64 storages of 32 MiB, as `torch.save` writes it."""
    size = 32 << 20
    crc = zlib.crc32(bytes(size))
    contents = {
        "data.pkl": state_dict(),
        "byteorder": b"little",
        **dict.fromkeys(map("data/{}".format, range(64)), b""),
    }
    pieces: list[Piece] = []
    directory, at = b"", 0
    for name, content in {**contents, "version": b"3\n"}.items():
        values = archives._fields(archives.Member(f"archive/{name}".encode(), content), content, at)
        if not content:
            values |= {"crc": crc, "packed": size, "size": size}
        start = archives.local_record(values)
        directory += archives.central_record(values)
        pieces += [start, content or size]
        at += len(start) + values["size"]
    sparse(folder / "model.pt", *pieces, directory + archives.end_record(len(contents) + 1, len(directory), at))


def nested_header(folder: Path) -> None:
    """A header of safetensors' largest size, 100 MB, that is one nest."""
    depth = 50_000_000 - 10
    length = (6 + 2 * depth).to_bytes(8, "little")
    sparse(folder / "model.safetensors", length, b'{"a":', (b"[", depth), (b"]", depth), b"}")


def crowded_header(folder: Path) -> None:
    """A header of 100 MB that is more than a million empty tensors of one name."""
    one = b'"layer.0.weights":' + json.dumps(safetensors.entry("F32", (0,), (0, 0)), separators=(",", ":")).encode()
    times = 99 * 10**6 // (len(one) + 1)
    length = (2 + len(one) + times * (len(one) + 1)).to_bytes(8, "little")
    sparse(folder / "model.safetensors", length, b"{", (one + b",", times), one, b"}")


def endless_keys(folder: Path) -> None:
    (folder / "model.gguf").write_bytes(gguf.with_key_count(1 << 40))


def repeated_keys(folder: Path) -> None:
    """A count of 2^40 keys, and 100 MB of them."""
    key = gguf.pair("a", 7, 1)
    sparse(folder / "model.gguf", gguf.header(0, 1 << 40), (key, 100 * 10**6 // len(key)))


def deep_graphs(folder: Path) -> None:
    """Graphs in attributes of nodes, ten thousand deep."""
    (folder / "model.onnx").write_bytes(onnx.with_nested_graphs(10_000))


ROWS: dict[str, Callable[[Path], None]] = {
    "safetensors": large_safetensors,
    "gguf": large_gguf,
    "onnx": large_onnx,
    "onnx-in-file": large_onnx_in_file,
    "tflite": large_tflite,
    "hdf5": large_hdf5,
    "torch": large_torch,
    "bomb-nested-json": nested_header,
    "bomb-many-tensors": crowded_header,
    "bomb-gguf-2^40-keys": endless_keys,
    "bomb-gguf-many-keys": repeated_keys,
    "bomb-onnx-nest": deep_graphs,
}


def programs(assay: str, peers: Path | None) -> Iterator[tuple[str, list[str]]]:
    """Yield each program that is there, and how it is called."""
    yield "assay", [assay, "scan"]
    for name, argv in PEERS.items():
        if peers is not None and (peers / "bin" / argv[0]).exists():
            yield name, [str(peers / "bin" / argv[0]), *argv[1:]]


def above(argv: list[str], empty: Path, folder: Path, runs: int) -> tuple[float, Cost]:
    """Return what a scan takes above a start, both in turns, since machines change their speed; and the scan's cost."""
    pairs = [(cost([*argv, str(empty)]), cost([*argv, str(folder)])) for _ in range(runs)]
    cheapest = min((scan for _, scan in pairs), key=lambda one: one.cpu)
    return cheapest.cpu - min(start.cpu for start, _ in pairs), cheapest


def show(name: str, program: str, seconds: float, one: Cost) -> None:
    missed = " missed" if program == "assay" and (seconds > CPU_SECONDS or one.rss > RSS_MIB) else ""
    print(f"{name:<22} {program:<10} {seconds * 1000:9.0f} ms  {one.rss:6.0f} MiB  exit {one.code}{missed}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assay", default="assay")
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(ROWS)}; all unless said")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as top:
        empty = Path(top) / "empty.pkl"
        empty.write_bytes(b"\x80\x04N.")
        for name in chosen.names or ROWS:
            with tempfile.TemporaryDirectory(dir=top) as folder:
                ROWS[name](Path(folder))
                for program, argv in programs(chosen.assay, chosen.peers):
                    show(name, program, *above(argv, empty, Path(folder), chosen.runs))


if __name__ == "__main__":
    main()
