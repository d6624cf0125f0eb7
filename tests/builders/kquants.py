"""Numbers in blocks of 256 as ggml's K-quants hold them: plain quantisers, not the reference's search for scales."""

import numpy as np

CODES = {"Q4_K": 12, "Q6_K": 14}


def quantised(numbers: np.ndarray, dtype: str, shrink: float = 1.0) -> bytes:
    """Quantise a matrix whose rows are whole blocks. `shrink` takes smaller scales, as quantisers that clip do."""
    blocks = np.ascontiguousarray(numbers, "f4").reshape(-1, 256)
    return (_q4_k if dtype == "Q4_K" else _q6_k)(blocks, shrink).tobytes()


def _half(numbers):
    return np.ascontiguousarray(numbers, "<f2").view("u1").reshape(-1, 2)


def _q6_k(blocks, shrink):
    groups = blocks.reshape(-1, 16, 16)
    wanted = np.abs(groups).max(axis=2) / 31 * shrink
    scale = np.float32(np.float16(wanted.max(axis=1) / 127))
    codes = np.round(wanted / np.where(scale, scale, 1)[:, None])
    step = codes * scale[:, None]
    q = np.clip(np.round(groups / np.where(step, step, 1)[:, :, None]), -32, 31).astype("i1").reshape(-1, 256) + 32
    q = q.astype("u1").reshape(-1, 2, 4, 32)
    low = np.concatenate(
        [(q[:, :, 0] & 15) | (q[:, :, 2] & 15) << 4, (q[:, :, 1] & 15) | (q[:, :, 3] & 15) << 4], axis=2
    )
    high = sum((q[:, :, n] >> 4) << (2 * n) for n in range(4))
    head = [low.reshape(-1, 128), high.reshape(-1, 64).astype("u1"), codes.astype("i1").view("u1"), _half(scale)]
    return np.concatenate(head, axis=1)


def _q4_k(blocks, shrink):
    groups = blocks.reshape(-1, 8, 32)
    least = np.minimum(groups.min(axis=2), 0)
    wanted = (groups.max(axis=2) - least) / 15 * shrink
    scale, most = (np.float32(np.float16(one.max(axis=1) / 63)) for one in (wanted, -least))
    codes, mins = (
        np.round(one / np.where(by, by, 1)[:, None]).astype("u1") for one, by in ((wanted, scale), (-least, most))
    )
    step, low = codes * scale[:, None], mins * most[:, None]
    q = np.clip(np.round((groups + low[:, :, None]) / np.where(step, step, 1)[:, :, None]), 0, 15).astype("u1")
    packed = (q[:, 0::2] | q[:, 1::2] << 4).reshape(-1, 128)
    first = codes[:, :4] | (codes[:, 4:] >> 4) << 6
    second = mins[:, :4] | (mins[:, 4:] >> 4) << 6
    third = (codes[:, 4:] & 15) | (mins[:, 4:] & 15) << 4
    return np.concatenate([_half(scale), _half(most), first, second, third, packed], axis=1)
