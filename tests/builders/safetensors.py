"""Bytes of safetensors files and of their indexes, good and otherwise."""

import json

SMALLEST = b"\x02\0\0\0\0\0\0\0{}"


def entry(dtype="F32", shape=(2,), offsets=(0, 8)) -> dict:
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


def safetensors(tensors=None, *, metadata=None, data=None, padding=b"") -> bytes:
    """`tensors` maps names to entries; data is zeros up to the last offset unless given."""
    tensors = {"w": entry()} if tensors is None else tensors
    header = dict(tensors) if metadata is None else {"__metadata__": metadata, **tensors}
    if data is None:
        data = bytes(max((one["data_offsets"][1] for one in tensors.values()), default=0))
    return with_header(json.dumps(header).encode() + padding, data)


def with_header(header: bytes, data: bytes = b"", length: int | None = None) -> bytes:
    return (len(header) if length is None else length).to_bytes(8, "little") + header + data


def with_repeated_tensor() -> bytes:
    one = json.dumps(entry())
    other = json.dumps(entry("F16", (4,)))
    return with_header(f'{{"w":{one},"w":{other}}}'.encode(), bytes(8))


def with_many_entries(count: int) -> bytes:
    return safetensors({f"layer.{n}.weight": entry("F32", (1,), (4 * n, 4 * n + 4)) for n in range(count)})


def index(weights: dict, total: object = None) -> bytes:
    metadata = {} if total is None else {"metadata": {"total_size": total}}
    return json.dumps({**metadata, "weight_map": weights}).encode()
