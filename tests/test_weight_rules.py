"""From the bytes of weight files to graded findings: each published fault has a builder, a rule and a grade."""

import importlib
from pathlib import Path

import pytest

from scanner import engine, pack, reader
from scanner.derive.graph import external
from scanner.derive.tensor import shards
from scanner.limits import DEFAULT
from tests.builders import gguf, onnx, safetensors
from tests.builders.reading import artifact_of

RULES = pack.load(Path(__file__).parent.parent / "rules")
NAMES = ("safetensors", "gguf", "onnx", "shard_index", "pickle", "executable", "appended")
FORMATS = [importlib.import_module(f"scanner.formats.{name}").FORMAT for name in NAMES]

PICKLE = b"\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x8c\x06system\x93\x8c\x04echo\x85R."
U8 = safetensors.entry("U8", (len(PICKLE),), (0, len(PICKLE)))


def found(files: dict[str, bytes]) -> dict[str, str]:
    """Return the rules that fire on a folder, with their severities."""
    facts = [
        fact for path, content in files.items() for fact in reader.read(artifact_of(content, path), FORMATS, DEFAULT)
    ]
    facts += [*shards.derive(facts), *external.derive(facts)]
    return {finding.rule: finding.severity for finding in engine.judge(facts, RULES.rules, RULES.table)}


@pytest.mark.parametrize(
    ("content", "rule", "severity"),
    [
        (gguf.with_key_count(1 << 62), "count-exceeds-file", "high"),  # CVE-2024-23605
        (gguf.with_tensor_count(1 << 62), "count-exceeds-file", "high"),
        (gguf.with_wrapping_elements(), "tensor-arithmetic-overflows", "high"),  # CVE-2024-21802
        (gguf.with_wrapping_total(), "tensor-arithmetic-overflows", "high"),  # CVE-2025-53630
        (gguf.with_total_below_overhead(), "tensor-arithmetic-overflows", "high"),  # CVE-2026-27940
        (gguf.with_wrapping_bytes(), "tensor-arithmetic-overflows", "high"),  # CVE-2026-33298
        (gguf.with_wrapping_padding(), "tensor-arithmetic-overflows", "high"),
        (gguf.with_tensor_past_end(), "tensor-lies-outside-file", "high"),  # CVE-2026-7482
        (gguf.with_zero_dimension(), "tensor-has-empty-dimension", "low"),
        (gguf.with_alignment(1 << 31), "gguf-alignment-misdeclared", "high"),
        (gguf.with_alignment(48), "gguf-alignment-misdeclared", "medium"),
        (onnx.with_external("../../etc/passwd"), "graph-takes-data-from-elsewhere", "high"),  # CVE-2022-25882
        (onnx.with_external("a/../../w"), "graph-takes-data-from-elsewhere", "high"),  # CVE-2024-27318, CVE-2025-51480
        (onnx.with_external("*/_ORT_MEM_ADDR_/*"), "graph-takes-data-from-elsewhere", "high"),
        (onnx.with_external(""), "graph-names-no-data-file", "medium"),
        (onnx.with_external("w", __class__="x"), "graph-sets-loader-attributes", "high"),  # CVE-2026-34445
        (onnx.with_where(), "graph-chooses-fixed-output", "high"),
        (onnx.with_gate(), "graph-chooses-fixed-output", "high"),
        (onnx.with_where(value=-1e10), "graph-chooses-fixed-output", "info"),
        (onnx.with_where(distance=5), "graph-chooses-on-input", "info"),
        (onnx.model(onnx.graph(onnx.node("PyOp", domain="ai.onnx.contrib"))), "graph-calls-python", "high"),
        (onnx.model(extra=onnx.block(900, PICKLE)), "field-of-no-format", "high"),
        (safetensors.with_repeated_tensor(), "header-key-repeated", "medium"),
        (safetensors.safetensors({"w": U8}, data=PICKLE), "tensor-data-is-loadable-file", "high"),
        (safetensors.safetensors({"w": U8}, data=PICKLE), "pickle-starts-process", "critical"),
        (safetensors.safetensors(padding=PICKLE), "header-hides-bytes", "high"),
        (safetensors.safetensors() + PICKLE, "archive-hides-bytes", "high"),
        (safetensors.safetensors() + PICKLE, "pickle-starts-process", "critical"),
        (
            safetensors.safetensors({"w": safetensors.entry("F32", (1 << 40, 1 << 40))}),
            "tensor-arithmetic-overflows",
            "high",
        ),
        (safetensors.safetensors(metadata={"a": "import os"}), "metadata-carries-code", "medium"),
    ],
)
def test_a_published_fault_is_graded(content, rule, severity):
    assert found({"x.bin": content}).get(rule) == severity


@pytest.mark.parametrize(
    "content",
    [
        safetensors.SMALLEST,
        safetensors.safetensors(metadata={"format": "pt"}),
        gguf.SMALLEST,
        onnx.SMALLEST,
        onnx.model(),
    ],
)
def test_an_honest_file_has_no_finding(content):
    assert found({"x.bin": content}) == {}


def test_an_index_that_leads_out_is_graded():
    assert found({"model.safetensors.index.json": safetensors.index({"w": "../x.bin"})}) == {
        "shard-index-leads-out": "high"
    }


def test_shards_that_agree_have_no_finding_and_one_that_does_not_has():
    shard = "model-00001-of-00001.safetensors"
    index = safetensors.index({"w": shard}, 8)
    assert found({"model.safetensors.index.json": index, shard: safetensors.safetensors()}) == {}
    other = safetensors.safetensors({"v": safetensors.entry()})
    assert found({"model.safetensors.index.json": index, shard: other}) == {"shard-differs-from-index": "medium"}


def test_external_data_that_is_there_has_no_finding_and_a_short_file_has():
    graph = onnx.with_external("w.bin", offset="4096", length="8")
    assert "graph-data-ends-early" in found({"m/a.onnx": graph, "m/w.bin": bytes(100)})
    assert "graph-data-ends-early" not in found({"m/a.onnx": graph, "m/w.bin": bytes(4104)})
