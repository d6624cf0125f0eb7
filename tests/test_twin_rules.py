"""From the bytes of a folder to graded findings: forms of one model that differ, configurations that do not fit."""

import importlib
import json
import struct
from pathlib import Path

import pytest

from scanner import engine, pack, reader
from scanner.derive.model_config import shapes
from scanner.derive.tensor import shards, twins
from scanner.limits import DEFAULT
from tests.builders import archives, gguf, pickles, safetensors
from tests.builders.reading import artifact_of

RULES = pack.load(Path(__file__).parent.parent / "rules")
NAMES = ("safetensors", "gguf", "shard_index", "pickle", "zip", "torch", "model_config")
FORMATS = [importlib.import_module(f"scanner.formats.{name}").FORMAT for name in NAMES]
OURS = {
    "twin-weights-differ", "twin-weights-shaped-otherwise", "twin-weights-named-otherwise", "shard-differs-from-index",
    "config-differs-from-weights", "config-leaves-out-layers", "config-names-other-type", "tied-weights-differ",
}  # fmt: skip

ONE, TWO = struct.pack("<4f", 1, 2, 3, 4), struct.pack("<4f", 4, 3, 2, 1)


def found(files: dict[str, bytes]) -> dict[str, str]:
    """Return the rules of this subject that fire on a folder, with their severities."""
    facts = [
        fact for path, content in files.items() for fact in reader.read(artifact_of(content, path), FORMATS, DEFAULT)
    ]
    facts += [*shards.derive(facts), *twins.derive(facts), *shapes.derive(facts)]
    findings = engine.judge(facts, RULES.rules, RULES.table)
    return {finding.rule: finding.severity for finding in findings if finding.rule in OURS}


def table(**tensors: bytes) -> bytes:
    """A safetensors file of `0.weight` and so on, four float32 each."""
    entries = {
        f"{key[1:]}.weight": safetensors.entry("F32", (4,), (16 * n, 16 * n + 16)) for n, key in enumerate(tensors)
    }
    return safetensors.safetensors(entries, data=b"".join(tensors.values()))


def state(**tensors: bytes) -> bytes:
    """The same as torch.save writes it."""
    keys = [key[1:] for key in tensors]
    return archives.torch_zip(
        pickles.torch_state(*((key, 4) for key in keys)), dict(zip(keys, tensors.values(), strict=True))
    )


def old(**tensors: bytes) -> bytes:
    """The same as torch.save wrote it before 1.6."""
    content = pickles.torch_legacy(*((key[1:], 4) for key in tensors))
    for data in reversed(tensors.values()):
        end = content.rindex(bytes(16))
        content = content[:end] + data + content[end + 16 :]
    return content


@pytest.mark.parametrize("write", [state, old])
def test_a_converted_model_is_silent(write):
    assert found({"model.safetensors": table(_0=ONE, _1=TWO), "pytorch_model.bin": write(_0=ONE, _1=TWO)}) == {}


@pytest.mark.parametrize("write", [state, old])
@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "m/x.ckpt"])
def test_a_pickle_of_other_weights_beside_safetensors_is_high(write, name):
    first = "m/x.safetensors" if name.startswith("m/") else "model.safetensors"
    assert found({first: table(_0=ONE, _1=TWO), name: write(_0=ONE, _1=ONE)}) == {"twin-weights-differ": "high"}


def test_a_file_and_parts_of_other_weights_are_high():
    files = {"model.safetensors": table(_0=ONE), "model-00001-of-00001.safetensors": table(_0=TWO)}
    assert found(files) == {"twin-weights-differ": "high"}


@pytest.mark.parametrize(
    "others", [("model.bin",), ("model.bin", "model.pt"), ("model-00001-of-00002.bin", "model.pt")]
)
def test_a_further_file_hides_no_difference(others):
    files = {name: state(_0=ONE, _1=ONE) for name in others}
    assert found({"model.safetensors": table(_0=ONE, _1=TWO), **files}) == {"twin-weights-differ": "high"}


def test_parts_that_are_pickles_are_compared_with_their_index():
    files = {"pytorch_model-00001-of-00001.bin": state(_0=ONE)}
    index = "pytorch_model.bin.index.json"
    assert found({index: safetensors.index({"0.weight": "pytorch_model-00001-of-00001.bin"}), **files}) == {}
    assert found({index: safetensors.index({"9.weight": "pytorch_model-00001-of-00001.bin"}), **files}) == {
        "shard-differs-from-index": "medium"
    }


def model(rows: int = 300, layers: int = 2, head: bytes = b"", dtype: str = "F16") -> bytes:
    width = {"F16": 2, "F32": 4}[dtype]
    size = rows * 2 * width
    names = ["model.embed_tokens.weight", *(f"model.layers.{n}.mlp.weight" for n in range(layers))]
    entries = {name: safetensors.entry(dtype, (rows, 2), (n * size, n * size + size)) for n, name in enumerate(names)}
    data = bytes(len(names) * size)
    if head:
        entries["lm_head.weight"] = safetensors.entry(dtype, (rows, 2), (len(data), len(data) + size))
        data += head * size
    return safetensors.safetensors(entries, data=data)


def config(**changes) -> bytes:
    said = {"model_type": "llama", "vocab_size": 300, "hidden_size": 2, "num_hidden_layers": 2, "dtype": "float16"}
    return json.dumps(said | changes).encode()


@pytest.mark.parametrize(
    ("said", "weights", "rules"),
    [
        (config(), model(), {}),
        (config(tie_word_embeddings=True), model(head=b"\0"), {}),
        (config(tie_word_embeddings=True), model(head=b"\1"), {"tied-weights-differ": "medium"}),
        (config(vocab_size=400), model(), {"config-differs-from-weights": "medium"}),
        (config(vocab_size=100), model(), {"config-differs-from-weights": "low"}),
        (config(hidden_size=4), model(), {"config-differs-from-weights": "low"}),
        (config(num_hidden_layers=1), model(), {"config-leaves-out-layers": "medium"}),
        (config(num_hidden_layers=3), model(), {"config-differs-from-weights": "low"}),
        (config(dtype="float32"), model(), {"config-names-other-type": "info"}),
        (config(quantization_config={"quant_method": "awq"}), model(dtype="F32"), {}),
    ],
)
def test_a_configuration_is_graded_by_what_it_would_do(said, weights, rules):
    assert found({"m/config.json": said, "m/model.safetensors": weights}) == rules


TEXT, ARRAY, UINT32 = 8, 9, 4


@pytest.mark.parametrize(
    ("tokens", "blocks", "rules"),
    [
        (8, 1, {}),
        (9, 1, {"config-differs-from-weights": "medium"}),
        (7, 1, {"config-differs-from-weights": "low"}),
        (8, 0, {"config-leaves-out-layers": "medium"}),
    ],
)
def test_keys_of_a_gguf_file_are_compared_with_its_tensors(tokens, blocks, rules):
    keys = [
        ("general.architecture", TEXT, "llama"),
        ("llama.block_count", UINT32, blocks),
        ("llama.embedding_length", UINT32, 1),
        ("tokenizer.ggml.tokens", ARRAY, (TEXT, ["x"] * tokens)),
    ]
    tensors = [
        {"name": "token_embd.weight", "shape": (1, 8)},
        {"name": "blk.0.ffn_up.weight", "shape": (1, 8), "offset": 32},
    ]
    assert found({"a.gguf": gguf.gguf(keys, tensors)}) == rules
