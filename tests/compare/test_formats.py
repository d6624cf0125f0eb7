"""The same numbers in another format are the same model, and an edit of them is seen there as well."""

import io
import zipfile

import numpy as np
import pytest

from scanner.compare import delta
from scanner.facts.delta import DeltaUnread, TensorDelta
from tests.builders import deltas, hdf5, kquants, onnx
from tests.builders import gguf as files
from tests.compare.cases import DOWN
from tests.compare.test_delta import load, named

PLAIN = deltas.base(1, layers=3)
EDITED = deltas.rank_edit(PLAIN, [DOWN], 1, 0.03)
BASE = load("base", model__safetensors=deltas.file_of(PLAIN))


def torch_of(tensors) -> bytes:
    """A zip as torch.save writes it."""
    parts, out = [], io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for key, (name, one) in enumerate(tensors.items()):
            sizes = "".join(f"I{size}\n" for size in one.shape)
            steps = "".join(f"I{stride // 4}\n" for stride in np.ascontiguousarray(one).strides)
            storage = f"((S'storage'\nctorch\nFloatStorage\nS'{key}'\nS'cpu'\nI{one.size}\ntQ"
            parts.append(f"S'{name}'\nctorch._utils\n_rebuild_tensor_v2\n{storage}I0\n({sizes}t({steps}tI00\nNtRs")
            made.writestr(f"archive/data/{key}", one.tobytes())
        made.writestr("archive/data.pkl", b"\x80\x02" + f"(d{''.join(parts)}.".encode())
    return out.getvalue()


def npz_of(tensors) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, **tensors)
    return out.getvalue()


def hdf5_of(tensors) -> bytes:
    image = hdf5.Image()
    links = [hdf5.hard(name, hdf5.dataset(image, one.tobytes(), shape=one.shape)) for name, one in tensors.items()]
    return hdf5.file(None, *links, image=image)


def onnx_of(tensors) -> bytes:
    return onnx.model(
        onnx.graph(
            b"", b"".join(onnx.block(5, onnx.tensor(n, one.shape, raw=one.tobytes())) for n, one in tensors.items())
        )
    )


FORMATS = {"pt": torch_of, "npz": npz_of, "h5": hdf5_of, "onnx": onnx_of}


@pytest.mark.parametrize("suffix", FORMATS)
def test_numbers_in_another_format_are_the_same_numbers(suffix):
    model = load("model", **{f"model__{suffix}": FORMATS[suffix](PLAIN)})
    assert named(delta.facts(BASE, model)) == {"identical": len(PLAIN)}


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_edit_is_seen_in_every_format(suffix):
    model = load("model", **{f"model__{suffix}": FORMATS[suffix](EDITED)})
    found = [one for one in delta.facts(BASE, model) if isinstance(one, TensorDelta) and one.kind != "identical"]
    assert [(one.kind, one.tensor) for one in found] == [("rank-one", DOWN)]


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_file_cut_anywhere_raises_nothing_and_is_not_taken_for_whole(suffix):
    whole = FORMATS[suffix](PLAIN)
    for at in range(1, len(whole) * 6 // 7, len(whole) // 7):
        facts = list(delta.facts(BASE, load("model", **{f"model__{suffix}": whole[:at]})))
        assert named(facts) != {"identical": len(PLAIN)}
        assert any(isinstance(one, DeltaUnread) for one in facts) or named(facts)["missing"]


def test_a_folder_with_two_formats_is_compared_in_the_one_that_both_sides_have():
    from scanner.compare import models
    from scanner.limits import DEFAULT
    from tests.compare.test_delta import artifacts

    left = artifacts("base", model__safetensors=deltas.file_of(PLAIN), model__npz=npz_of(PLAIN))
    right = artifacts("model", model__npz=npz_of(PLAIN))
    base, model = models.pair("base", left, "model", right, DEFAULT)
    assert (base.formats, model.formats) == ({"npz"}, {"npz"})


def kquant_of(tensors, dtype, shrink=1.0) -> bytes:
    described, data = [], b""
    for name, one in tensors.items():
        raw = kquants.quantised(one, dtype, shrink) if one.ndim > 1 else one.tobytes()
        code = kquants.CODES[dtype] if one.ndim > 1 else 0
        described.append({"name": name, "shape": tuple(reversed(one.shape)), "code": code, "offset": len(data)})
        data += raw + bytes(-len(raw) % 32)
    return files.gguf((("general.architecture", files.TEXT, "bert"),), described, data=data)


WIDE = deltas.base(2, width=256, inner=256, layers=1)
WIDE_BASE = load("base", model__safetensors=deltas.file_of(WIDE))
DOWN_0 = "model.layers.0.mlp.down_proj.weight"


@pytest.mark.parametrize(("dtype", "shrink"), [("Q4_K", 1.0), ("Q4_K", 0.95), ("Q6_K", 1.0), ("Q6_K", 0.95)])
def test_an_honest_copy_in_a_type_with_several_ways_to_be_written_is_a_copy(dtype, shrink):
    facts = delta.facts(WIDE_BASE, load("model", model__gguf=kquant_of(WIDE, dtype, shrink)))
    assert set(named(facts)) == {"identical", "requantized"}


@pytest.mark.parametrize(("dtype", "relative"), [("Q4_K", 0.1), ("Q6_K", 0.03)])
def test_an_edit_that_stands_out_of_such_rounding_is_told_as_less_sure(dtype, relative):
    edited = deltas.rank_edit(WIDE, [DOWN_0], 1, relative)
    facts = list(delta.facts(WIDE_BASE, load("model", model__gguf=kquant_of(edited, dtype))))
    assert [
        (one.kind, one.exact) for one in facts if getattr(one, "kind", "") == "edited-copy" and hasattr(one, "exact")
    ] == [("edited-copy", False)]
