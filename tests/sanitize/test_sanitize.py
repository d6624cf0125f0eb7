"""What `assay sanitize` writes: the tensors and nothing else, numbers within their rounding, and never over a file."""

import io
import json
import zipfile

import numpy as np
import pytest

from scanner import cli, pipeline
from scanner.limits import DEFAULT
from scanner.sanitize import bits, folder, write
from scanner.sanitize.folder import RefusedError
from scanner.usage import UsageError
from tests.builders import carriers, deltas, pickles
from tests.builders import gguf as ggufs
from tests.builders.safetensors import entry, safetensors

PAYLOAD = carriers.elf()


def matrix(rows=64, columns=256, seed=0):
    return carriers.gaussian(rows, columns, seed=seed)


def archive(pickle=None, data=None, *, extra=()):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("archive/data.pkl", pickles.torch_state(("0", 4), ("1", 6)) if pickle is None else pickle)
        for name, content in (data or {"0": np.arange(4, dtype="<f4"), "1": matrix(1, 6)}).items():
            zipped.writestr(f"archive/data/{name}", content.tobytes())
        for name, content in extra:
            zipped.writestr(f"archive/{name}", content)
    return out.getvalue()


def sanitized(tmp_path, content, name="model.safetensors", out="out.safetensors", **options):
    (tmp_path / name).write_bytes(content)
    done = folder.sanitize(str(tmp_path / name), str(tmp_path / out), **options)
    return (tmp_path / out).read_bytes(), done


def arrays(content):
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    header.pop("__metadata__", None)
    kinds = {"F32": "<f4", "F16": "<f2", "F64": "<f8", "BF16": "<u2", "I64": "<i8", "U8": "u1", "I32": "<i4"}
    return {
        name: np.frombuffer(content[8 + size :][slice(*one["data_offsets"])], kinds[one["dtype"]]).reshape(one["shape"])
        for name, one in header.items()
    }


def test_metadata_gaps_and_what_follows_are_gone(tmp_path):
    secret = b"PK\x03\x04 secret"
    tensors = {"a": entry("F32", (2,), (0, 8)), "b": entry("F32", (2,), (48, 56))}
    data = bytes(8) + secret.ljust(40, b"s") + bytes(8)
    content = safetensors(tensors, metadata={"format": "tf", "note": "secret"}, data=data) + secret
    written, (done,) = sanitized(tmp_path, content)
    assert b"secret" in content
    assert b"secret" not in written
    assert b'"__metadata__":{"format":"tf"}' in written
    assert done.nbytes > done.out_nbytes == len(written)


def test_a_payload_in_low_bits_is_gone(tmp_path):
    carrier = carriers.hidden(matrix(), PAYLOAD, 8, start=800)
    content = carriers.safetensors(w=carrier)
    before = pipeline.scan(_put(tmp_path / "before.safetensors", content), weights="full")
    assert before.verdict == "fail"
    written, _ = sanitized(tmp_path, content)
    after = arrays(written)["w"]
    agreement = np.mean((after.view("<u4") ^ carrier.view("<u4")) & 0xFF == 0)
    assert agreement < 0.01
    assert pipeline.scan(str(tmp_path / "out.safetensors"), weights="full").verdict == "pass"


def _put(path, content):
    path.write_bytes(content)
    return str(path)


@pytest.mark.parametrize(("dtype", "bound"), [("float32", 2**-8), ("float64", 2**-8), ("float16", 2**-8)])
def test_numbers_change_by_less_than_rounding_to_sixteen_bits(tmp_path, dtype, bound):
    array = matrix().astype(dtype)
    array[np.abs(array) < 1e-3] = 1e-3  # half precision has few bits left below
    written, (done,) = sanitized(tmp_path, carriers.safetensors(w=array))
    after = arrays(written)["w"]
    change = np.abs(after.astype("f8") - array.astype("f8"))
    assert 0 < (change / np.abs(array.astype("f8"))).max() < bound
    (told,) = done.tensors
    assert told.difference == change.max()
    assert told.changed == (change > 0).sum()


def test_the_last_bit_of_bfloat16_is_drawn_anew(tmp_path):
    words = (matrix().view("<u4") >> 16).astype("<u2") | 1
    written, (done,) = sanitized(tmp_path, carriers.safetensors(w=words))
    after = arrays(written)["w"]
    assert set(np.unique(after ^ words)) == {0, 1}
    assert 0.4 < done.tensors[0].changed / words.size < 0.6


def test_zeros_masks_counters_and_infinities_stay(tmp_path):
    exact = np.array([0, -0.0, 1, -2, 0.5, 300_001, np.inf, -np.inf, 1.0078125], "<f4")
    written, _ = sanitized(tmp_path, carriers.safetensors(w=exact, n=np.arange(9, dtype="<i8")))
    after = arrays(written)
    assert after["w"].tobytes() == exact.tobytes()
    assert after["n"].tobytes() == np.arange(9, dtype="<i8").tobytes()


def test_what_is_no_number_holds_nothing_afterwards():
    words = np.array([0x7FABCDEF, 0xFFABCDEF, 0x7F800000], "<u4")
    fresh, change = bits.drawn(words.view("u1"), "F32", 15, np.random.default_rng(0))
    assert fresh.view("<u4").tolist() == [0x7FC00000, 0x7FC00000, 0x7F800000]
    assert change == (2, 0.0, 0.0)


def test_a_seed_repeats_and_its_absence_does_not(tmp_path):
    content = carriers.safetensors(w=matrix())
    outs = [
        sanitized(tmp_path, content, out=f"{number}.safetensors", seed=seed)[0]
        for number, seed in enumerate((7, 7, None, None))
    ]
    assert outs[0] == outs[1]
    assert len(set(outs)) == 3


def test_no_bits_means_the_numbers_stay(tmp_path):
    array = matrix()
    written, (done,) = sanitized(tmp_path, carriers.safetensors(w=array), low=0)
    assert arrays(written)["w"].tobytes() == array.tobytes()
    assert not any(one.changed for one in done.tensors)


def test_the_library_reads_what_is_written(tmp_path):
    numpy_reader = pytest.importorskip("safetensors.numpy")
    given = {"b": np.ones((3,), "u1"), "a": matrix(), "c": matrix().astype("f8"), "d": np.zeros((0, 4), "f4")}
    sanitized(tmp_path, carriers.safetensors(**given), low=0)
    read = numpy_reader.load_file(tmp_path / "out.safetensors")
    assert {name: (one.shape, one.dtype.name, one.tobytes()) for name, one in read.items()} == {
        name: (one.shape, one.dtype.name, one.tobytes()) for name, one in given.items()
    }


def test_a_checkpoint_becomes_safetensors_without_running(tmp_path):
    written, (done,) = sanitized(tmp_path, archive(), "pytorch_model.bin", low=0)
    assert next(one.tolist() for one in arrays(written).values()) == [0, 1, 2, 3]
    assert (done.form, len(done.tensors)) == ("torch", 2)
    assert pipeline.scan(str(tmp_path / "out.safetensors")).verdict == "pass"


def test_torch_and_the_converter_agree(tmp_path):
    torch = pytest.importorskip("torch")
    state = {
        "turned": torch.arange(12, dtype=torch.float32).reshape(3, 4).T,
        "part": torch.arange(10, dtype=torch.int64)[3:7],
        "brain": torch.randn(5, 3).to(torch.bfloat16),
        "one": torch.tensor(3.5),
        "deep": {"half": torch.randn(4).half(), "mask": torch.tensor([True, False])},
        "wide": torch.randn(2, 1, 3).expand(2, 4, 3),
        "parameter": torch.nn.Parameter(torch.randn(2, 2)),
        "epoch": 3,
    }
    torch.save(state, tmp_path / "model.pt")
    folder.sanitize(str(tmp_path / "model.pt"), str(tmp_path / "out.safetensors"), low=0)
    read = pytest.importorskip("safetensors.torch").load_file(tmp_path / "out.safetensors")
    flat = {
        **{k: v for k, v in state.items() if hasattr(v, "shape")},
        **{f"deep.{k}": v for k, v in state["deep"].items()},
    }
    assert read.keys() == flat.keys()
    assert all(torch.equal(read[name], flat[name]) and read[name].dtype == flat[name].dtype for name in flat)


def test_a_pickle_that_fails_the_scan_is_refused_in_one_line(tmp_path, capsys):
    (tmp_path / "model.pt").write_bytes(archive(pickles.system()))
    assert cli.main(["sanitize", str(tmp_path / "model.pt"), str(tmp_path / "out.safetensors")]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "the scan says fail: pickle-" in said.err
    assert sorted(one.name for one in tmp_path.iterdir()) == ["model.pt"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (archive(extra=[("constants.pkl", b"\x80\x02).")]), "TorchScript"),
        (archive(extra=[("byteorder", b"big")]), "highest byte"),
        (archive(data={"0": np.zeros(3, "<f4"), "1": np.zeros(6, "<f4")}), "not in the file"),
        (safetensors({"a": entry(), "b": entry("F32", (2,), (4, 12))}), "lies over"),
        (safetensors({"a": entry("F31")}), "type F31"),
        (safetensors({"a": entry("F32", (3,), (0, 8))}), "does not fit"),
        (safetensors({"a": entry("F32", (2,), (0, 8))})[:-1], "not in the file"),
        (safetensors()[:20], "a header of"),
        (b"not a model", "no safetensors, GGUF or PyTorch archive"),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path, content, why):
    with pytest.raises(RefusedError, match=why):
        sanitized(tmp_path, content, "model.bin")
    assert [one.name for one in tmp_path.iterdir()] == ["model.bin"]


def test_nothing_that_is_there_is_overwritten(tmp_path):
    content = carriers.safetensors(w=matrix())
    (tmp_path / "out.safetensors").write_bytes(b"mine")
    with pytest.raises(UsageError, match="is there already"):
        sanitized(tmp_path, content)
    with pytest.raises(UsageError, match="is there already"):
        sanitized(tmp_path, content, out="model.safetensors")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="is there already"):
        sanitized(tmp_path, content, out="link")
    assert (tmp_path / "out.safetensors").read_bytes() == b"mine"


def test_a_gguf_keeps_its_header_and_loses_what_lies_beside(tmp_path):
    plain = deltas.base(1, width=64, inner=96, vocabulary=64, layers=1)
    content = deltas.gguf_of(plain, "Q8_0")
    written, (done,) = sanitized(tmp_path, content + b"secret" * 9, "m.gguf", "out.gguf")
    assert len(written) <= len(content)
    changed = {one.name: one.bits for one in done.tensors if one.changed}
    assert set(changed) == {"blk.0.attn_norm.weight", "output_norm.weight"}
    assert written[: len(content) // 40] == content[: len(content) // 40]
    kept, _ = sanitized(tmp_path, content, "m.gguf", "same.gguf", low=0)
    assert kept == content[: len(kept)]
    assert not content[len(kept) :].strip(b"\0")


def test_room_between_tensors_of_a_gguf_reads_as_zero(tmp_path):
    described = [
        {"name": "a", "shape": (8,), "code": 0, "offset": 0},
        {"name": "b", "shape": (8,), "code": 0, "offset": 96},
    ]
    data = bytes(32) + b"secret!!" * 8 + bytes(32)
    content = ggufs.gguf((("general.architecture", ggufs.TEXT, "llama"),), described, data=data)
    written, _ = sanitized(tmp_path, content, "m.gguf", "out.gguf")
    assert b"secret" in content
    assert b"secret" not in written
    assert len(written) == len(content)


def test_a_folder_is_written_whole_and_its_shards_listed_anew(tmp_path):
    source = tmp_path / "model"
    (source / "sub").mkdir(parents=True)
    one = archive(pickles.torch_state(("0", 4)), {"0": np.arange(4, dtype="<f4")})
    (source / "pytorch_model-00001-of-00002.bin").write_bytes(one)
    (source / "pytorch_model-00002-of-00002.bin").write_bytes(
        archive(pickles.torch_state(("1", 6)), {"1": matrix(1, 6)})
    )
    (source / "pytorch_model.bin.index.json").write_text("{}")
    (source / "config.json").write_text('{"model_type": "bert"}')
    (source / "sub" / "model.safetensors").write_bytes(carriers.safetensors(w=matrix()))
    (source / "sub" / "model.pt").write_bytes(one)
    (source / "link.json").symlink_to("config.json")
    done = {one.path: one.how for one in folder.sanitize(str(source), str(tmp_path / "out"))}
    assert done["link.json"] == done["sub/model.pt"] == done["pytorch_model.bin.index.json"] == "left out"
    assert done["config.json"] == "copied"
    listed = json.loads((tmp_path / "out" / "model.safetensors.index.json").read_text())
    assert set(listed["weight_map"].values()) == {
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
    }
    assert listed["metadata"]["total_size"] == 40
    assert sorted(one.name for one in tmp_path.iterdir()) == ["model", "out"]


def test_signatures_of_a_folder_are_left_out_and_said(tmp_path):
    model = tmp_path / "model"
    model.mkdir()
    (model / "model.safetensors").write_bytes(carriers.safetensors(w=matrix()))
    (model / "bundle.json").write_text('{"payloadType": "a word of ours"}')
    assert cli.main(["keygen", str(tmp_path / "k"), "--no-passphrase"]) == 0
    assert cli.main(["sign", str(model), "--key", str(tmp_path / "k.pem")]) == 0
    done = {one.path: one for one in folder.sanitize(str(model), str(tmp_path / "out"))}
    assert done["model.sig"].how == "left out"
    assert "sign what is written" in done["model.sig"].why
    assert not (tmp_path / "out" / "model.sig").exists()


def test_a_folder_whose_other_files_fail_is_refused(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(carriers.safetensors(w=matrix()))
    (tmp_path / "model" / "helper.pkl").write_bytes(pickles.system())
    with pytest.raises(RefusedError, match=r"out/helper\.pkl: the scan says fail"):
        folder.sanitize(str(tmp_path / "model"), str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_a_disk_that_ends_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, "header", full)
    with pytest.raises(RefusedError, match="No space left"):
        sanitized(tmp_path, carriers.safetensors(w=matrix()))
    assert [one.name for one in tmp_path.iterdir()] == ["model.safetensors"]


def test_tensors_that_share_bytes_do_not_grow_without_bound(tmp_path):
    shared = [pickles.unicode(f"{number}") + pickles.torch_tensor("0", 250) for number in range(99)]
    pickle = pickles.proto(2) + b"}(" + b"".join(shared) + b"u."
    with pytest.raises(RefusedError, match="many times the file"):
        sanitized(tmp_path, archive(pickle, {"0": np.zeros(250, "<f4")}), "model.pt")


def test_json_lists_every_tensor_with_its_largest_difference(tmp_path, capsys):
    (tmp_path / "m.safetensors").write_bytes(carriers.safetensors(w=matrix(), n=np.arange(3)))
    assert (
        cli.main(["sanitize", str(tmp_path / "m.safetensors"), str(tmp_path / "o"), "--format", "json", "--seed", "1"])
        == 0
    )
    told = json.loads(capsys.readouterr().out)
    tensors = {one["name"]: one for one in told["files"][0]["tensors"]}
    assert (told["bits"], told["seed"]) == (15, 1)
    assert tensors["w"]["difference"] > 0 == tensors["n"]["changed"]


def test_pieces_are_bounded():
    assert DEFAULT.worker_memory_nbytes > 8 * write.CHUNK_NBYTES
