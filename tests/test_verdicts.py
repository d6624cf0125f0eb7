"""From bytes to verdict: every evasion of the pickle machine fails the default policy, wherever it hides."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from datetime import date

import pytest

from scanner import engine, formats, pack, reader
from scanner.artifact import Artifact
from scanner.facts import Examined
from scanner.limits import DEFAULT as LIMITS
from scanner.policy import DEFAULT as POLICY
from scanner.policy import decide
from tests.builders import pickles

EVASIONS = (
    pickles.system,
    pickles.system4,
    pickles.by_inst,
    pickles.by_obj,
    pickles.by_newobj,
    pickles.by_newobj_ex,
    pickles.by_extension,
    pickles.by_extension_alone,
    pickles.through_memo,
    pickles.argument_at_index_zero,
    pickles.memo_value_desync,
    pickles.memo_after_pop,
    pickles.base_zero_integer,
    pickles.second_proto,
    pickles.broken_after_payload,
    pickles.lying_frame,
    pickles.many_streams,
    pickles.padded_streams,
    pickles.junk_between,
    pickles.dotted,
    pickles.through_loaded_modules,
    pickles.build_on_global,
    pickles.joined_name,
    pickles.concatenated_name,
    pickles.imported_module,
    pickles.attrgetter,
    pickles.methodcaller,
    pickles.partial,
    pickles.partial_by_state,
    pickles.nested_bytes,
    pickles.nested_base64,
    pickles.nested_hex,
    pickles.nested_latin1,
    pickles.nested_text,
    pickles.nested_loads,
    pickles.popped_call,
    pickles.call_in_items,
    pickles.doubling,
    pickles.doubling_from_the_top,
    pickles.code_object,
)


def verdict_of(content: bytes, path: str = "model.pkl") -> str:
    artifact = Artifact(path=path, size=len(content), open=lambda: io.BytesIO(content))
    bundle = pack.load()
    facts = list(reader.read(artifact, formats.discover(), LIMITS))
    found = engine.judge(facts, bundle.rules, bundle.table)
    examined = [fact for fact in facts if isinstance(fact, Examined)]
    return decide(found, examined, POLICY, date(2026, 1, 1))[0]


def in_zip(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/readme", content)
    return out.getvalue()


def in_tar(content: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo("weights")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def in_array(content: bytes) -> bytes:
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
    header += b" " * (63 - (10 + len(header)) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + content


CONTAINERS = (
    in_zip,
    in_tar,
    in_array,
    gzip.compress,
    bz2.compress,
    lzma.compress,
    zlib.compress,
    lambda content: in_zip(in_zip(content)),
    lambda content: gzip.compress(in_tar(content)),
)

NAMES = (
    "config.p", "weights.dat", "notes.txt", "build/model.bin", "dist/x", "vendor/data.csv", ".hidden/y.json", "a.onnx",
    "tokenizer.model", "b.safetensors", "c.h5", "d.jpg", "bundle/e.md", "node_modules/f.js", "__pycache__/g.pyc",
)  # fmt: skip


@pytest.mark.parametrize("evasion", EVASIONS, ids=lambda evasion: evasion.__name__)
def test_an_evasion_of_the_machine_fails(evasion):
    assert verdict_of(evasion()) == "fail"


@pytest.mark.parametrize("evasion", EVASIONS, ids=lambda evasion: evasion.__name__)
def test_an_evasion_inside_a_zip_member_without_suffix_fails(evasion):
    assert verdict_of(in_zip(evasion()), "model.pt") == "fail"


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_payload_in_a_container_fails(container):
    assert verdict_of(container(pickles.system4()), "model.bin") == "fail"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("payload", [pickles.system, pickles.system4])
def test_a_payload_fails_under_any_name(payload, name):
    assert verdict_of(payload(), name) == "fail"


@pytest.mark.parametrize(
    "honest",
    [
        pickles.torch_state(("0", 4)),
        pickles.torch_legacy(("0", 4)),
        b"\x80\x04]\x94(K\x01K\x02e.",
        b"(dp0\nS'eval'\np1\nS'system'\np2\ns.",
        b"\x80\x02ccollections\nOrderedDict\nq\x00)Rq\x01.",
    ],
)
def test_an_honest_pickle_passes(honest):
    assert verdict_of(honest) == "pass"
