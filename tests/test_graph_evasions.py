"""From a folder to its verdict: each published way to hide in a graph, an archive or a checkpoint, and its grade."""

import base64
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from scanner import derive, engine, formats, pack, policy, reader
from scanner.artifact import Artifact
from scanner.facts import Examined, Fact
from scanner.finding import Finding
from scanner.limits import DEFAULT
from scanner.sources import folder
from tests.builders import (
    checkpoints,
    coreml,
    gguf,
    hdf5,
    keras,
    longtail,
    markup,
    onnx,
    pickles,
    safetensors,
    skops,
    tars,
    tensorflow,
    tflite,
)
from tests.builders.onnx import block

Files = dict[str, bytes] | Callable[[Path], None]
ECHO = pickles.system4()


def h5(make: Callable[[hdf5.Image], tuple[int, bytes]]) -> bytes:
    """An HDF5 file with one object that is made in its image."""
    image = hdf5.Image()
    return hdf5.file({}, make(image), image=image)


def links(files: dict[str, bytes], name: str, target: str) -> Callable[[Path], None]:
    """A folder with a symbolic link in it."""

    def write(root: Path) -> None:
        write_all(root, files)
        (root / name).symlink_to(target)

    return write


def write_all(root: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def saved(*parts: bytes) -> dict[str, bytes]:
    return {"m/saved_model.pb": tensorflow.saved_model(tensorflow.node("x", "Placeholder"), *parts)}


def state_of(filename: str) -> bytes:
    """A pickle whose loader opens another file as an array."""
    state = b"}(" + pickles.unicode("filename") + pickles.unicode(filename) + b"u"
    return pickles.proto(2) + pickles.name("joblib.numpy_pickle", "NDArrayWrapper") + b")\x81" + state + b"b."


PATH = tensorflow.constant("p", "/etc/passwd")
MODULE = {"module": "keras.layers", "class_name": "TorchModuleWrapper", "registered_name": None}
TORCH = {**MODULE, "config": {"name": "t", "module": base64.b64encode(ECHO).decode()}}
METADATA = tflite.listed(tflite.table(_0=tflite.text("TFLITE_METADATA"), _1=tflite.u32(4096)))
U8 = safetensors.entry("U8", (len(ECHO),), (0, len(ECHO)))
EMPTY = {name: safetensors.entry("F32", (0,), (0, 0)) for name in ("a", "b")}
HUGE = {"w": safetensors.entry("F32", (1 << 40, 1 << 40))}


def hard_linked(root: Path) -> None:
    """An archive in which the data of a graph is a hard link to another member."""
    import io
    import tarfile

    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in (("secret", bytes(64)), ("model.onnx", onnx.with_external("w.bin"))):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("w.bin")
        link.type, link.linkname = tarfile.LNKTYPE, "secret"
        archive.addfile(link)
    write_all(root, {"m.tar": out.getvalue()})


# (number and name of the evasion, what lies in the folder, the rule that speaks, its severity)
GRAPHS: list[tuple[str, Files, str, str]] = [
    ("39 lambda", {"m.keras": keras.keras_zip(keras.lambda_v3())}, "keras-lambda-runs-bytecode", "critical"),
    (
        "39 lambda in h5, CVE-2025-9905",
        {"m.h5": hdf5.file({"model_config": keras.text(keras.model(keras.lambda_v2()))})},
        "keras-lambda-runs-bytecode",
        "critical",
    ),
    (
        "40 CVE-2025-1550",
        {"m.keras": keras.keras_zip(keras.calls("system", "os", command="echo hi"))},
        "keras-resolves-standard-library",
        "critical",
    ),
    (
        "41 CVE-2025-8747",
        {"m.keras": keras.keras_zip(keras.calls("get_file", "keras.utils", origin="https://example.org/x"))},
        "keras-resolves-reaching-function",
        "critical",
    ),
    (
        "42 CVE-2025-9906",
        {"m.keras": keras.keras_zip(keras.calls("enable_unsafe_deserialization", "keras.config"))},
        "keras-resolves-reaching-function",
        "critical",
    ),
    ("43 CVE-2025-49655", {"m.keras": keras.keras_zip(TORCH)}, "keras-wraps-pickled-module", "high"),
    ("43 its pickle", {"m.keras": keras.keras_zip(TORCH)}, "pickle-starts-process", "critical"),
    (
        "44 CVE-2025-12058 path",
        {"m.keras": keras.keras_zip(keras.layer("StringLookup", vocabulary="/etc/passwd"))},
        "keras-layer-opens-file",
        "high",
    ),
    (
        "44 CVE-2025-12058 address",
        {"m.keras": keras.keras_zip(keras.layer("StringLookup", vocabulary="http://169.254.169.254/x"))},
        "keras-layer-opens-file",
        "high",
    ),
    ("45 CVE-2025-12060", {"m.tar": tars.tar_with_hard_link_outside()}, "archive-member-leads-out", "high"),
    ("45 through a link", {"m.tar": tars.tar_with_link_written_through()}, "archive-member-leads-out", "high"),
    (
        "46 CVE-2026-1462",
        {"m.keras": keras.keras_zip(keras.layer("TFSMLayer", filepath="/tmp/m"))},
        "keras-loads-another-model",
        "high",
    ),
    (
        "47 CVE-2026-0897",
        {"m.h5": h5(lambda image: hdf5.hard("w", hdf5.bomb(image, 1 << 20, 1 << 18)))},
        "hdf5-dataset-outgrows-file",
        "high",
    ),
    (
        "48 CVE-2026-1669 link",
        {"m.h5": h5(lambda _: hdf5.external("w", "/etc/other.h5"))},
        "hdf5-takes-data-from-elsewhere",
        "high",
    ),
    (
        "48 CVE-2026-1669 storage",
        {"m.h5": h5(lambda image: hdf5.hard("w", hdf5.stored_elsewhere(image, "/etc/passwd")))},
        "hdf5-takes-data-from-elsewhere",
        "high",
    ),
    (
        "48 CVE-2026-12480 virtual",
        {"m.h5": h5(lambda image: hdf5.hard("w", hdf5.virtual(image, "../b.h5")))},
        "hdf5-takes-data-from-elsewhere",
        "high",
    ),
    ("49 assets of Orbax", {"1/assets/_METADATA": checkpoints.orbax(("..", "x"))}, "store-name-leads-out", "high"),
    ("49 its database", {"1/manifest.ocdbt": checkpoints.manifest(b"../x")}, "graph-takes-data-from-elsewhere", "high"),
    ("49 its arrays", {"1/w/.zarray": checkpoints.PICKLED}, "zarr-chunks-are-pickles", "high"),
    ("50 ReadFile", saved(PATH, tensorflow.node("r", "ReadFile", ("p",))), "tensorflow-reads-files", "critical"),
    (
        "50 WriteFile",
        saved(PATH, tensorflow.constant("c", "hi"), tensorflow.node("w", "WriteFile", ("p", "c"))),
        "tensorflow-writes-files",
        "critical",
    ),
    ("50 PyFunc", saved(tensorflow.node("p", "PyFunc")), "tensorflow-calls-python", "high"),
    ("50 EagerPyFunc", saved(tensorflow.node("p", "EagerPyFunc")), "tensorflow-calls-python", "high"),
    (
        "50 in a function",
        saved(tensorflow.function("f", tensorflow.node("p", "EagerPyFunc", field=3))),
        "tensorflow-calls-python",
        "high",
    ),
    ("50 custom operator", saved(tensorflow.node("o", "MyShellOp")), "tensorflow-needs-custom-operator", "medium"),
    (
        "50 PrintV2 to a file",
        saved(tensorflow.node("p", "PrintV2", (), tensorflow.text("output_stream", "file:///etc/x"))),
        "tensorflow-names-outside-path",
        "high",
    ),
    (
        "50 MergeV2Checkpoints",
        saved(PATH, tensorflow.node("m", "MergeV2Checkpoints", ("p", "p"))),
        "tensorflow-names-outside-path",
        "high",
    ),
    (
        "50 an asset",
        {"m/saved_model.pb": tensorflow.saved_model(extra=tensorflow.asset("../../../etc/passwd"))},
        "tensorflow-asset-leaves-folder",
        "high",
    ),
    (
        "51 CVE-2022-25882",
        {"m.onnx": onnx.with_external("../../etc/passwd")},
        "graph-takes-data-from-elsewhere",
        "high",
    ),
    (
        "51 CVE-2024-27318",
        {"m.onnx": onnx.with_external("a/../../w")},
        "graph-takes-data-from-elsewhere",
        "high",
    ),
    ("51 absolute", {"m.onnx": onnx.with_external("/etc/passwd")}, "graph-takes-data-from-elsewhere", "high"),
    (
        "51 CVE-2026-27489 symbolic link",
        links({"m.onnx": onnx.with_external("w.bin")}, "w.bin", "/etc/passwd"),
        "graph-data-is-link",
        "medium",
    ),
    ("51 CVE-2026-34446 hard link", hard_linked, "graph-data-is-link", "high"),
    ("51 no location", {"m.onnx": onnx.with_external("")}, "graph-names-no-data-file", "medium"),
    (
        "51 keys of the loader",
        {"m.onnx": onnx.with_external("w", __class__="x")},
        "graph-sets-loader-attributes",
        "high",
    ),
    ("52 a choice on the input", {"m.onnx": onnx.with_where()}, "graph-chooses-fixed-output", "high"),
]

TABLES: list[tuple[str, Files, str, str]] = [
    ("53 CVE-2024-23605", {"m.gguf": gguf.with_key_count(1 << 62)}, "count-exceeds-file", "high"),
    ("53 CVE-2024-21802", {"m.gguf": gguf.with_wrapping_elements()}, "tensor-arithmetic-overflows", "high"),
    ("53 CVE-2025-53630", {"m.gguf": gguf.with_wrapping_total()}, "tensor-arithmetic-overflows", "high"),
    ("53 CVE-2026-27940", {"m.gguf": gguf.with_total_below_overhead()}, "tensor-arithmetic-overflows", "high"),
    ("53 CVE-2026-33298", {"m.gguf": gguf.with_wrapping_bytes()}, "tensor-arithmetic-overflows", "high"),
    ("53 padding", {"m.gguf": gguf.with_wrapping_padding()}, "tensor-arithmetic-overflows", "high"),
    ("53 no elements", {"m.gguf": gguf.with_zero_dimension()}, "tensor-has-empty-dimension", "low"),
    ("53 alignment", {"m.gguf": gguf.with_alignment(1 << 31)}, "gguf-alignment-misdeclared", "high"),
    ("53 CVE-2026-7482", {"m.gguf": gguf.with_tensor_past_end()}, "tensor-lies-outside-file", "high"),
    ("56 empty tensors", {"m.safetensors": safetensors.safetensors(EMPTY)}, "empty-tensors-share-place", "info"),
    ("56 product of a shape", {"m.safetensors": safetensors.safetensors(HUGE)}, "tensor-arithmetic-overflows", "high"),
    (
        "56 pickle in a header",
        {"m.safetensors": safetensors.safetensors(padding=ECHO)},
        "header-hides-bytes",
        "high",
    ),
    (
        "56 pickle in a tensor",
        {"m.safetensors": safetensors.safetensors({"w": U8}, data=ECHO)},
        "tensor-data-is-loadable-file",
        "high",
    ),
    ("56 behind the tensors", {"m.safetensors": safetensors.safetensors() + ECHO}, "archive-hides-bytes", "high"),
    ("56 a key twice", {"m.safetensors": safetensors.with_repeated_tensor()}, "header-key-repeated", "medium"),
    ("57 CVE-2025-54412", {"m.skops": skops.file(skops.operator("call"))}, "skops-calls-operator", "critical"),
    (
        "57 CVE-2025-54413",
        {"m.skops": skops.file(skops.method("__init__.__globals__"))},
        "skops-reaches-into-object",
        "critical",
    ),
    ("57 CVE-2025-54886", {"m.skops": ECHO}, "pickle-starts-process", "critical"),
    (
        "58 CVE-2024-34997",
        {"m.joblib": pickles.proto(4) + pickles.wrapper((1,), "O") + ECHO + pickles.STOP},
        "pickle-starts-process",
        "critical",
    ),
    ("58 another file", {"m.joblib": state_of("/etc/x.npy")}, "pickle-opens-file-beside", "high"),
    (
        "59 MLflow",
        {"m/MLmodel": checkpoints.mlmodel(pickled_model="../../x.pkl")},
        "mlflow-path-leaves-folder",
        "high",
    ),
    ("60 metadata of LiteRT", {"m.tflite": tflite.model(_6=METADATA)}, "tflite-refers-to-nothing", "high"),
    (
        "60 fan-out in Core ML",
        {"m.mlmodel": coreml.model(coreml.fan_out(4000))},
        "coreml-reads-weights-many-times",
        "medium",
    ),
    (
        "60 linked data of OpenVINO",
        links({"m.xml": markup.openvino(markup.constant())}, "m.bin", "/etc/passwd"),
        "graph-data-is-link",
        "medium",
    ),
    (
        "61 CVE-2024-27322",
        {"m.rds": longtail.rds(longtail.promise(longtail.call("system", "echo hi")))},
        "r-promise-runs-code",
        "critical",
    ),
]

HONEST: dict[str, dict[str, bytes]] = {
    "Keras": {"m.keras": keras.keras_zip(keras.model(keras.layer(units=4)))},
    "HDF5": {"m.h5": h5(lambda image: hdf5.hard("w", hdf5.dataset(image, bytes(40))))},
    "Orbax": {
        "1/_METADATA": checkpoints.orbax(("params", "w")),
        "1/manifest.ocdbt": checkpoints.manifest(checkpoints.DATA.encode(), end=5),
        f"1/{checkpoints.DATA}": checkpoints.leaf({b"w/.zarray": checkpoints.zarray()}),
    },
    "TensorFlow": {
        "m/saved_model.pb": tensorflow.plain(),
        "m/variables/variables.index": tensorflow.index(("w", 1, (2, 3), 24)),
        "m/variables/variables.data-00000-of-00001": bytes(24),
    },
    "ONNX": {"m.onnx": onnx.with_external("w.bin", length="8"), "w.bin": bytes(8)},
    "GGUF": {"m.gguf": gguf.SMALLEST},
    "safetensors": {"m.safetensors": safetensors.safetensors()},
    "safetensors of many tensors": {"m.safetensors": safetensors.with_many_entries(5000)},
    "skops": {"m.skops": skops.file(skops.estimator())},
    "MLflow": {"m/MLmodel": checkpoints.mlmodel(pickled_model="model.pkl")},
    "LiteRT": {"m.tflite": tflite.model()},
    "Core ML": {"m.mlmodel": coreml.model()},
    "OpenVINO": {"m.xml": markup.openvino(markup.constant()), "m.bin": bytes(24)},
    "R": {"m.rds": longtail.rds(longtail.integer(254))},
    "image": {"manifest.json": checkpoints.saved_image("a/layer.tar")},
    "field of no format": {"m.onnx": onnx.model(extra=block(14, b""))},
}


@cache
def _bundled() -> pack.Pack:
    return pack.load(Path(__file__).parents[1] / "rules")


def scanned(files: Files, root: Path) -> tuple[str, list[Finding]]:
    """Write a folder, read it without worker processes, and decide."""
    if callable(files):
        files(root)
    else:
        write_all(root, files)
    facts: list[Fact] = []
    for item in folder.walk([root], keep=lambda _: ""):
        facts += reader.read(item, formats.discover(), DEFAULT) if isinstance(item, Artifact) else [item]
    for join in derive.discover(facts):
        facts.extend(join(facts))
    bundle = _bundled()
    examined = [fact for fact in facts if isinstance(fact, Examined)]
    verdict, found = policy.decide(
        engine.judge(facts, bundle.rules, bundle.table), examined, policy.DEFAULT, date(2026, 1, 1)
    )
    return verdict, list(found)


@pytest.mark.parametrize(
    ("files", "rule", "severity"), [pytest.param(*row, id=name) for name, *row in (*GRAPHS, *TABLES)]
)
def test_an_evasion_is_found_and_graded(files, rule, severity, tmp_path):
    verdict, found = scanned(files, tmp_path)
    assert severity in {finding.severity for finding in found if finding.rule == rule}
    blocked = any(policy.fails(finding, policy.DEFAULT) for finding in found if finding.rule == rule)
    assert not blocked or verdict == "fail"


@pytest.mark.parametrize("files", HONEST.values(), ids=HONEST)
def test_its_honest_twin_passes(files, tmp_path):
    verdict, found = scanned(files, tmp_path)
    assert (verdict, [finding.rule for finding in found if finding.severity not in ("info", "low")]) == ("pass", [])


def test_every_entry_that_this_table_is_about_has_a_row():
    numbers = {int(name.split()[0]) for name, *_ in (*GRAPHS, *TABLES)}
    assert numbers == {*range(39, 54), *range(56, 62)}
