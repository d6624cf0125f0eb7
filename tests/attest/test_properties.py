"""Any change of a model is noticed; any changed byte of a bundle is refused, or proven to mean nothing."""

import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.attest import bundle, dsse, making
from scanner.attest.authenticate import TrustedRoots
from scanner.attest.comparison import Asked
from scanner.attest.errors import AttestError
from scanner.attest.sign import Shape, sign
from scanner.attest.verify import read, verify
from tests.builders import bundles

SEGMENT = st.text("abz-._é", min_size=1, max_size=4).filter(lambda text: text.strip("."))
NAME = st.lists(SEGMENT, min_size=1, max_size=3).map("/".join)
CONTENT = st.binary(min_size=1, max_size=40)
CHANGES = ("write", "append", "cut", "remove", "add", "rename", "link", "hardlink twin", "exchange", "folder",
           "added link", "pipe", "move up", "swap names")  # fmt: skip


def distinct(names: list[str]) -> bool:
    folded = {name.casefold() for name in names}
    return len(folded) == len(names) and not any(other.startswith(name + "/") for name in folded for other in folded)


TREES = st.dictionaries(NAME, CONTENT, min_size=2, max_size=5).filter(
    lambda files: distinct(list(files)) and not any(name.split("/")[0].startswith(".git") for name in files)
)


def change(model: Path, how: str, files: dict[str, bytes], pick: int) -> bool:  # noqa: C901, PLR0912 - one branch a change
    """Change a signed model; say whether anything differs now."""
    names = sorted(files)
    name, other = names[pick % len(names)], names[(pick + 1) % len(names)]
    file = model / name
    if how == "write":
        content = files[name]
        at = pick % len(content)
        file.write_bytes(content[:at] + bytes([content[at] ^ (1 + pick % 255)]) + content[at + 1 :])
    elif how == "append":
        file.write_bytes(files[name] + b"\0")
    elif how == "cut":
        file.write_bytes(files[name][:-1])
    elif how == "remove":
        file.unlink()
    elif how == "add":
        (file.parent / "zzzzz").write_bytes(b"")
    elif how == "rename":
        file.rename(file.with_name("zzzzz"))
    elif how == "link":
        shutil.move(file, model.parent / "aside")
        file.symlink_to(model.parent / "aside")
    elif how == "hardlink twin":
        os.link(file, file.with_name("zzzzz"))
    elif how == "added link":
        (model / "zzzzz").symlink_to(name)
    elif how == "pipe":
        os.mkfifo(model / "zzzzz")
    elif how == "move up":
        file.rename(model / "zzzzz")
    elif how == "swap names":
        file.rename(model / "zzzzz")
        (model / other).rename(file)
        (model / "zzzzz").rename(model / other)
        return files[name] != files[other]
    elif how == "exchange":
        file.write_bytes(files[other])
        (model / other).write_bytes(files[name])
        return files[name] != files[other]
    else:
        file.unlink()
        file.mkdir()
    return True


@settings(max_examples=100)
@given(TREES, st.sampled_from(CHANGES), st.integers(0, 10_000), st.sampled_from([0, 7]))
def test_any_change_of_a_signed_model_is_noticed(files, how, pick, shard):
    with tempfile.TemporaryDirectory() as folder:
        model = bundles.lay(Path(folder) / "m", files)
        shape = Shape(shard_nbytes=shard)
        made = sign(model, making.with_key(bundles.key()), bundles.said(), shape=shape)
        assert made.manifest is not None
        assert verify(model, bundles.trusted())[0].verdict == "pass"
        differs = change(model, how, files, pick)
        decision, _ = verify(model, bundles.trusted())
        if shard and how == "add":  # an empty file has no shard; it is told all the same
            assert any(name.endswith("zzzzz") for name in decision.unsigned)
        else:
            assert (decision.verdict == "pass") is not differs


def meaning(raw: bytes) -> tuple[object, ...]:
    """Take what of a bundle decides: who, what, and the proof."""
    held = bundle.parse(raw)
    return held.material, held.envelope.payload, held.envelope.signature, held.envelope.payload_type


FILES = {"a": b"a", "b": b"b"}
STATEMENT = bundles.statement(bundles.resources(FILES), ignore_paths=["model.sig"])


def by_key() -> tuple[bytes, object]:
    return bundle.encode(bundle.parse(json.dumps(bundles.bundle(STATEMENT)).encode())), bundles.trusted()


def by_chain() -> tuple[bytes, object]:
    held, top = bundles.chain()
    made = bundles.bundle(STATEMENT, material=bundles.chain_material(held))
    return bundle.encode(bundle.parse(json.dumps(made).encode())), TrustedRoots(roots=[top])


@pytest.mark.parametrize("how", [by_key, by_chain])
def test_any_changed_byte_of_a_bundle_is_refused_or_means_nothing(how, tmp_path):
    raw, trusted = how()
    model = bundles.signed_model(tmp_path / "m", FILES, raw)
    assert verify(model, trusted, now=bundles.NOW)[0].verdict == "pass"
    before = meaning(raw)
    for at in range(len(raw)):
        broken = raw[:at] + bytes([raw[at] ^ (1 if at % 2 else 0x20)]) + raw[at + 1 :]
        try:
            read(bundle.parse(broken), trusted, Asked(), bundles.NOW)
        except AttestError:
            continue
        assert meaning(broken) == before, (at, broken[at - 20 : at + 20])


@given(st.integers(0, 10_000), st.binary(max_size=4), st.integers(0, 4))
def test_bytes_that_are_put_in_or_taken_out_of_a_bundle_are_refused_or_mean_nothing(at, more, fewer):
    raw, trusted = by_key()
    at %= len(raw)
    broken = raw[:at] + more + raw[at + fewer :]
    with tempfile.TemporaryDirectory() as folder:
        model = bundles.signed_model(Path(folder) / "m", FILES, broken)
        if verify(model, trusted)[0].verdict == "pass":
            assert meaning(broken) == meaning(raw)


@given(st.text(max_size=20), st.binary(max_size=40), st.text(max_size=20), st.binary(max_size=40))
def test_two_envelopes_never_sign_the_same_bytes(kind, payload, other_kind, other_payload):
    same = (kind, payload) == (other_kind, other_payload)
    assert (dsse.pae(kind, payload) == dsse.pae(other_kind, other_payload)) is same


@given(st.binary(max_size=300))
def test_nothing_but_an_attest_error_leaves_the_reader_of_bundles(raw):
    try:
        bundle.parse(raw)
    except AttestError:
        return
