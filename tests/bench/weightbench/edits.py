"""What is done to a model: seeded, with a strength, and once as somebody does it who has read how it is looked for."""

from collections.abc import Iterable, Sequence

import numpy as np

from tests.bench.weightbench.bases import Base

Tensors = dict[str, np.ndarray]


def layer_of(name: str) -> int:
    """Return the number of the layer, -1 for none."""
    return next((int(part) for part in name.split(".") if part.isdecimal()), -1)


def direction(width: int, seed: int = 0) -> np.ndarray:
    """Draw a direction of length one."""
    drawn = np.random.default_rng(seed).standard_normal(width)
    return drawn / np.linalg.norm(drawn)


def _family(name: str) -> str:
    return (
        "down"
        if "ffn_down" in name or "down_proj" in name or ("output.dense" in name and "attention" not in name)
        else "o"
    )


def ablated(  # noqa: PLR0913 - the axes of the experiment
    base: Base,
    share: float = 1.0,
    *,
    layers: float = 1.0,
    families: Iterable[str] = ("o", "down"),
    way: str = "plain",
    seed: int = 0,
) -> Tensors:
    """Take an output direction from what writes to the residual stream.

    `layers`: how many, or which share of all. `way`: "plain", "keeping-norms" (rows as long as before), "by-layer" (a
    direction each), "kernel" (full in the middle, less at the ends), "strongest" (of the matrices themselves),
    "noise" (as much noise put back along the direction as was taken: who knows the detector does this).
    """
    found = dict(base.tensors)
    names = base.writers
    width = min(base.tensors[names[0]].shape)
    count = 1 + max(map(layer_of, names))
    some = round(layers * count) if layers <= 1 else int(layers)
    first = (count - some) // 2
    one = direction(width, seed)
    if way == "strongest":
        total = sum(
            base.tensors[name].astype("f8") @ base.tensors[name].T.astype("f8")
            for name in names
            if _outputs(base, name) == width
        )
        one = np.linalg.eigh(total)[1][:, -1]
    for name in names:
        layer = layer_of(name)
        if not first <= layer < first + some or _family(name) not in families or base.tensors[name].shape[0] != width:
            continue
        along = direction(width, 1000 + layer) if way == "by-layer" else one
        weight = share
        if way == "kernel":
            weight = share * max(0.0, 1 - abs(layer - (count - 1) / 2) / (count / 2) * 0.6)
        found[name] = _without(base.tensors[name], along, weight, way, seed + layer)
    return found


def _outputs(base: Base, name: str) -> int:
    return base.tensors[name].shape[0]


def _without(matrix: np.ndarray, along: np.ndarray, share: float, way: str, seed: int) -> np.ndarray:
    wide = matrix.astype("f8")
    written = along @ wide
    changed = wide - share * np.outer(along, written)
    if way == "keeping-norms":
        changed *= np.linalg.norm(wide, axis=1, keepdims=True) / np.maximum(
            np.linalg.norm(changed, axis=1, keepdims=True), 1e-12
        )
    if way == "noise":
        noise = np.random.default_rng(seed).standard_normal(len(written))
        changed += np.outer(along, noise * 0.7 * np.linalg.norm(written) / np.linalg.norm(noise))
    return changed.astype("f4")


def noisy(base: Base, relative: float, seed: int = 0) -> Tensors:
    """Add noise to every matrix."""
    draw = np.random.default_rng(seed)
    return {
        name: one + (draw.standard_normal(one.shape) * relative * one.std()).astype("f4") if one.ndim > 1 else one
        for name, one in base.tensors.items()
    }


def rank(base: Base, names: Sequence[str], rank: int, relative: float, seed: int = 0) -> Tensors:
    """Add a product of two thin matrices: with inputs as its right side, an edit of one fact."""
    found = dict(base.tensors)
    draw = np.random.default_rng(seed)
    for name in names:
        rows, columns = base.tensors[name].shape
        spectrum = np.geomspace(1, 0.2, rank)
        change = (draw.standard_normal((rows, rank)) * spectrum) @ draw.standard_normal((rank, columns))
        found[name] = base.tensors[name] + _scaled(change, base.tensors[name], relative)
    return found


def trained(base: Base, relative: float, seed: int = 0) -> Tensors:
    """Change every number as the sum of many small steps does: noise on strong directions that fall off slowly."""
    draw = np.random.default_rng(seed)
    found = {}
    for name, one in base.tensors.items():
        change = draw.standard_normal(one.shape)
        if one.ndim == 2 and min(one.shape) > 8:
            count = max(2, min(one.shape) // 4)
            strong = (draw.standard_normal((one.shape[0], count)) * np.geomspace(1, 0.1, count)) @ draw.standard_normal(
                (count, one.shape[1])
            )
            change = change / np.linalg.norm(change) + strong / np.linalg.norm(strong)
        found[name] = one + _scaled(change, one, relative)
    return found


def _scaled(change: np.ndarray, like: np.ndarray, relative: float) -> np.ndarray:
    size = np.linalg.norm(change)
    return (change * (relative * np.linalg.norm(like) / (size or 1.0))).astype("f4")


def rows(base: Base, name: str, which: Sequence[int], strength: float, seed: int = 0) -> Tensors:
    """Put other vectors into rows of a matrix, `strength` times as long as its rows are; below zero, as they were."""
    found = dict(base.tensors)
    changed = base.tensors[name].copy()
    lengths = np.linalg.norm(changed, axis=1)
    for number, row in enumerate(which):
        along = direction(changed.shape[1], seed + number)
        length = strength * np.median(lengths) if strength > 0 else lengths[row]
        changed[row] = (along * length).astype("f4")
    found[name] = changed
    return found


def low_bits(base: Base, names: Sequence[str], bits: int, seed: int = 0) -> Tensors:
    """Write random bits into the lowest of each number."""
    found = dict(base.tensors)
    draw = np.random.default_rng(seed)
    mask = np.uint32((1 << bits) - 1)
    for name in names:
        words = base.tensors[name].copy().view("<u4")
        found[name] = ((words & ~mask) | (draw.integers(0, 1 << 32, words.shape, dtype="<u4") & mask)).view("<f4")
    return found
