"""Bytes of GGUF files, good and otherwise: one function for each shape that a published CVE describes."""

import struct

SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "B", 10: "Q", 11: "q", 12: "d"}
TEXT, ARRAY = 8, 9
F32, F16, Q4_0 = 0, 1, 2


def text(value: str | bytes, order="<", version=3) -> bytes:
    raw = value if isinstance(value, bytes) else value.encode()
    return struct.pack(order + ("I" if version == 1 else "Q"), len(raw)) + raw


def value(code: int, content, order="<", version=3) -> bytes:
    """Encode a value; that of an array is (element code, elements)."""
    if code == TEXT:
        return text(content, order, version)
    if code == ARRAY:
        element, items = content
        head = struct.pack(order + "I" + ("I" if version == 1 else "Q"), element, len(items))
        return head + b"".join(value(element, item, order, version) for item in items)
    return struct.pack(order + SCALARS[code], content)


def pair(key: str, code: int, content, order="<", version=3) -> bytes:
    return text(key, order, version) + struct.pack(order + "I", code) + value(code, content, order, version)


def tensor(*, name="w", shape=(8,), code=F32, offset=0, order="<", version=3) -> bytes:  # noqa: PLR0913 - its fields
    dimension = "I" if version == 1 else "Q"
    shaped = struct.pack(f"{order}I{len(shape)}{dimension}", len(shape), *shape)
    return text(name, order, version) + shaped + struct.pack(order + "IQ", code, offset)


def header(tensors: int, keys: int, order="<", version=3) -> bytes:
    count = "I" if version == 1 else "Q"
    return b"GGUF" + struct.pack(f"{order}I{count}{count}", version, tensors, keys)


def gguf(pairs=(), tensors=(), *, data=None, alignment=32, order="<", version=3) -> bytes:  # noqa: PLR0913 - its parts
    """`pairs` are (key, code, content), `tensors` keyword arguments of `tensor`. Data is zeros, 32 bytes a tensor."""
    out = header(len(tensors), len(pairs), order, version)
    out += b"".join(pair(*one, order=order, version=version) for one in pairs)
    out += b"".join(tensor(**one, order=order, version=version) for one in tensors)
    if tensors:
        out += bytes(-len(out) % alignment)
    return out + (bytes(32 * len(tensors)) if data is None else data)


SMALLEST = gguf()


def with_key_count(count: int) -> bytes:
    """CVE-2024-23605."""
    return header(0, count) + bytes(64)


def with_tensor_count(count: int) -> bytes:
    return header(count, 0) + bytes(64)


def with_wrapping_elements() -> bytes:
    """CVE-2024-21802: dimensions whose product wraps to a small number."""
    return gguf(tensors=[{"shape": (1 << 33, 1 << 33)}])


def with_wrapping_total() -> bytes:
    """CVE-2025-53630: sizes that each fit in 64 bits and whose sum does not."""
    return gguf(tensors=[{"name": name, "shape": (1 << 60, 3)} for name in "ab"])


def with_total_below_overhead() -> bytes:
    """CVE-2026-27940: a sum that fits, until the memory of the tensors' descriptions is added."""
    return gguf(tensors=[{"name": "a", "shape": ((1 << 62) - 16,)}])


def with_wrapping_bytes() -> bytes:
    """CVE-2026-33298: elements fit in 63 bits, bytes do not fit in 64."""
    return gguf(tensors=[{"shape": (1 << 61, 3)}])


def with_wrapping_padding() -> bytes:
    """A size that wraps to zero when it is rounded up to the alignment."""
    return gguf(tensors=[{"shape": ((1 << 62) - 1,)}])


def with_zero_dimension() -> bytes:
    return gguf(tensors=[{"shape": (8, 0)}], data=b"")


def with_alignment(alignment: int, code: int = 4) -> bytes:
    return gguf([("general.alignment", code, alignment)], [{}])


def with_tensor_past_end() -> bytes:
    """CVE-2026-7482: the data that a tensor needs is not in the file."""
    return gguf(tensors=[{"shape": (1024,)}])


def with_nested_arrays(depth: int) -> bytes:
    inner = struct.pack("<IQ", 0, 0)
    for _ in range(depth - 1):
        inner = struct.pack("<IQ", ARRAY, 1) + inner
    return header(0, 1) + text("nest") + struct.pack("<I", ARRAY) + inner
