"""Fingerprints of a trusted model: a digest and a sketch of each tensor, written once and compared later.

The sketch adds every 256th number with a sign of its own to one of 256 sums (Charikar, Chen and Farach-Colton 2002):
the norm of the difference of two sketches estimates that of the tensors, within a tenth or so, without the base.
"""

import base64
import binascii
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, cast

from scanner.artifact import Location
from scanner.compare.models import Stored
from scanner.compare.numbers import decode, known, nbytes
from scanner.facts.delta import TensorPrint
from scanner.format import MalformedError
from scanner.json_object import JsonObject
from scanner.json_object import decode as parse_object

if TYPE_CHECKING:
    from scanner.compare.numbers import Array

VERSION = 1

SUMS = 256

CHUNK = 1 << 20
"""Numbers that are sketched together; the signs depend on it, so it never changes."""

LOCK_NBYTES = 256 << 20
"""Largest file of fingerprints that is read: two kilobytes a tensor."""

_KEYS = frozenset(("dtype", "shape", "sha256", "sketch"))
_TOP = frozenset(("assay_fingerprints", "tensors"))


class Print(NamedTuple):
    """The fingerprint of one tensor; `sketch` is empty where its type is not read."""

    dtype: str
    shape: tuple[int, ...]
    sha256: str
    sketch: "Array"


def fingerprint(one: Stored) -> Print:
    """Read a tensor once. Raises `OSError` where its data are not there."""
    import hashlib

    import numpy as np

    total, sums = hashlib.sha256(), np.zeros(SUMS, "f8")
    reads = known(one.dtype)
    step = nbytes(one.dtype, CHUNK) if reads else 8 * CHUNK
    for number, at in enumerate(range(0, one.nbytes, step)):
        raw = one.read(at, min(step, one.nbytes - at))
        total.update(raw)
        if reads:
            sums += _sums(decode(raw, one.dtype), number)
    return Print(one.dtype, one.shape, total.hexdigest(), sums.astype("<f4") if reads else np.zeros(0, "<f4"))


def _sums(numbers: "Array", chunk: int) -> "Array":
    import numpy as np

    signs = np.random.Generator(np.random.Philox(chunk)).integers(0, 2, CHUNK, dtype="i1")[: len(numbers)]
    with np.errstate(over="ignore", invalid="ignore"):
        signed = np.where(np.isfinite(numbers), numbers, 0) * (signs * np.float32(2) - np.float32(1))
    padded = np.concatenate([signed, np.zeros(-len(signed) % SUMS, "f4")])
    return cast("Array", padded.reshape(-1, SUMS).sum(axis=0, dtype="f8"))


def relative(before: Print, now: Print) -> float:
    """Estimate the norm of the change by that of what was; 0 where it cannot be told."""
    import numpy as np

    if before.shape != now.shape or len(before.sketch) != len(now.sketch) or not len(before.sketch):
        return 0.0
    norm = float(np.linalg.norm(before.sketch.astype("f8")))
    change = float(np.linalg.norm(before.sketch.astype("f8") - now.sketch.astype("f8")))
    return change / norm if norm > 0 and np.isfinite(change) else 0.0


def write(prints: Iterable[TensorPrint]) -> str:
    """Write the fingerprints of a model, one tensor a line, sorted by name."""
    lines = []
    for one in sorted(prints, key=lambda fact: fact.tensor):
        shape = [int(size) for size in one.shape.split("x") if size]
        entry = {"dtype": one.dtype, "shape": shape, "sha256": one.sha256, "sketch": one.sketch}
        lines.append(f"    {json.dumps(one.tensor)}: {json.dumps(entry)}")
    return f'{{\n  "assay_fingerprints": {VERSION},\n  "tensors": {{\n' + ",\n".join(lines) + "\n  }\n}\n"


def printed(name: str, where: Location, one: Print) -> TensorPrint:
    """State a fingerprint."""
    return TensorPrint(
        where=where, tensor=name, dtype=one.dtype, shape="x".join(map(str, one.shape)), sha256=one.sha256,
        sketch=base64.b64encode(one.sketch.tobytes()).decode("ascii"),
    )  # fmt: skip


def read(raw: bytes) -> dict[str, Print]:
    """Read fingerprints as strictly as they were written. Raises `MalformedError`."""
    if len(raw) > LOCK_NBYTES:
        msg = "it is larger than fingerprints can be"
        raise _refused(msg)
    top, used = parse_object(raw)
    if raw[used:].strip(b" \r\n\t") or not isinstance(top, JsonObject):
        msg = "it is not one object"
        raise _refused(msg)
    if set(top) != _TOP or top.repeated:
        msg = f"its keys are not {', '.join(sorted(_TOP))}"
        raise _refused(msg)
    if top["assay_fingerprints"] is True or top["assay_fingerprints"] != VERSION:
        msg = f"its version is not {VERSION}"
        raise _refused(msg)
    tensors = top["tensors"]
    if not isinstance(tensors, JsonObject) or tensors.repeated:
        msg = "its tensors are no object, or one is given twice"
        raise _refused(msg)
    return {name: _print(name, entry) for name, entry in tensors.items()}


def _print(name: str, entry: object) -> Print:
    import numpy as np

    if not isinstance(entry, JsonObject) or set(entry) != _KEYS or entry.repeated:
        msg = f"the entry of {name[:80]!r} does not have exactly {', '.join(sorted(_KEYS))}"
        raise _refused(msg)
    dtype, shape, digest, sketch = (entry[key] for key in ("dtype", "shape", "sha256", "sketch"))
    good = (
        isinstance(dtype, str)
        and isinstance(shape, list) and all(type(size) is int and size >= 0 for size in shape)
        and isinstance(digest, str) and len(digest) == 64 and not set(digest) - set("0123456789abcdef")  # noqa: PLR2004
        and isinstance(sketch, str)
    )  # fmt: skip
    if not good:
        msg = f"the entry of {name[:80]!r} has a value of another kind"
        raise _refused(msg)
    try:
        raw = base64.b64decode(cast("str", sketch), validate=True)
    except (binascii.Error, ValueError) as error:
        msg = f"the sketch of {name[:80]!r} is no base64"
        raise _refused(msg) from error
    if len(raw) not in {0, SUMS * 4}:
        msg = f"the sketch of {name[:80]!r} has {len(raw)} bytes"
        raise _refused(msg)
    numbers = np.frombuffer(raw, "<f4")
    if not np.isfinite(numbers).all():
        msg = f"the sketch of {name[:80]!r} holds what is no number"
        raise _refused(msg)
    return Print(cast("str", dtype), tuple(cast("list[int]", shape)), cast("str", digest), numbers)


def _refused(why: str) -> MalformedError:
    return MalformedError(why, 0)
