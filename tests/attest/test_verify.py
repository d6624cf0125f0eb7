"""Verifying: which files are the signed ones, and what is said of all others."""

import json
import os
import shutil
from dataclasses import replace

import pytest

from scanner.attest import comparison, making, oms
from scanner.attest.comparison import Asked, Found
from scanner.attest.decision import document
from scanner.attest.decision_text import write
from scanner.attest.errors import Code
from scanner.attest.sign import sign
from scanner.attest.verify import decide, verify
from scanner.usage import UsageError
from tests.builders import bundles
from tests.builders.bundles import lay, over, said, signed_model

FILES = {"config.json": b"{}", "sub/b.txt": b"bb", "weights.bin": b"w" * 100}


@pytest.fixture
def model(tmp_path):
    return signed_model(tmp_path / "m", FILES, over(FILES, ignore_paths=["model.sig"]))


def seen(model, **asked):
    return verify(model, bundles.trusted(), asked=Asked(**asked))[0]


def test_a_whole_model_is_verified_and_every_file_is_accounted_for(model):
    decision = seen(model)
    assert (decision.verdict, decision.code) == ("pass", Code.VERIFIED)
    assert set(decision.verified) == set(FILES)
    assert decision.ignored == ("model.sig",)
    assert decision.signer is not None
    assert decision.signer.key_id == bundles.hint(bundles.key())


def test_every_kind_of_difference_is_told_at_once_and_the_gravest_decides(model):
    (model / "config.json").write_bytes(b"[]")
    (model / "sub" / "b.txt").unlink()
    lay(model, {"more": b"1", ".gitignore": b"x"})
    (model / "link").symlink_to("more")
    decision = seen(model)
    codes = [one.code for one in decision.problems]
    assert codes == [Code.FILE_CHANGED, Code.FILE_LINKED, Code.FILE_MISSING, Code.FILE_UNSIGNED]
    assert (decision.changed, decision.missing, decision.unsigned) == (("config.json",), ("sub/b.txt",), ("more",))
    assert decision.linked == ("link",)
    assert decision.ignored == (".gitignore", "model.sig")


def test_a_partial_download_verifies_only_where_that_is_asked_for(model):
    (model / "weights.bin").unlink()
    assert seen(model).code == Code.FILE_MISSING
    decision = seen(model, subset=True)
    assert (decision.verdict, decision.missing) == ("pass", ("weights.bin",))
    assert seen(model, subset=True, required=("weights.bin",)).code == Code.FILE_MISSING
    assert seen(model, subset=True, required=("never-signed",)).code == Code.FILE_MISSING


def test_a_subset_of_nothing_proves_nothing(model):
    for name in FILES:
        (model / name).unlink()
    decision = seen(model, subset=True)
    assert (decision.verdict, decision.code) == ("incomplete", Code.NOTHING_VERIFIED)


def test_unsigned_files_pass_only_where_that_is_asked_for(model):
    lay(model, {"more": b"1"})
    assert seen(model).code == Code.FILE_UNSIGNED
    decision = seen(model, unsigned=True)
    assert (decision.verdict, decision.unsigned) == ("pass", ("more",))


def test_the_defaults_that_are_ignored_are_so_at_the_top_alone(model):
    lay(model, {"sub/.git/x": b"1"})
    assert seen(model).unsigned == ("sub/.git/x",)


def test_a_name_that_begins_like_an_ignored_one_is_not_ignored(tmp_path):
    model = signed_model(tmp_path / "m", FILES, over(FILES, ignore_paths=["model.sig", "cache"]))
    lay(model, {"cache/x": b"1", "cache.bin": b"2", "cached/x": b"3"})
    assert seen(model).unsigned == ("cache.bin", "cached/x")


def test_a_signed_file_is_compared_even_where_it_is_ignored(tmp_path):
    files = {**FILES, ".gitattributes": b"*"}
    model = signed_model(tmp_path / "m", files, over(files, ignore_paths=["model.sig", "config.json"]))
    assert seen(model).verdict == "pass"
    for name in (".gitattributes", "config.json"):
        (model / name).write_bytes(b"?")
    assert seen(model, ignored=("config.json",)).changed == ("config.json", ".gitattributes")


def test_an_empty_file_has_no_shard_so_it_is_told_but_not_refused(tmp_path):
    listed = [{"name": "a:0:2", "algorithm": "sha256", "digest": bundles.sha256(b"aa")}]
    made = bundles.bundle(bundles.statement(listed, method="shards", shard_size=10))
    model = signed_model(tmp_path / "m", {"a": b"aa", "empty": b""}, made)
    assert (seen(model).verdict, seen(model).unsigned) == ("pass", ("empty",))
    (model / "empty").write_bytes(b"1")
    assert seen(model).code == Code.FILE_UNSIGNED


def test_a_shard_list_that_ends_before_the_file_does_covers_it_not(tmp_path):
    listed = [{"name": "a:0:2", "algorithm": "sha256", "digest": bundles.sha256(b"aa")}]
    made = bundles.bundle(bundles.statement(listed, method="shards", shard_size=10))
    assert seen(signed_model(tmp_path / "m", {"a": b"aab"}, made)).changed == ("a",)


def test_a_link_to_a_folder_is_not_entered(model, tmp_path):
    shutil.move(model / "sub", tmp_path / "sub")
    (model / "sub").symlink_to(tmp_path / "sub")
    decision = seen(model, subset=True)
    assert (decision.code, decision.missing) == (Code.FILE_LINKED, ("sub/b.txt",))


def test_a_pipe_in_the_model_is_refused_and_not_waited_for(model):
    os.mkfifo(model / "pipe")
    assert seen(model).code == Code.FILE_SPECIAL


def snapshot(tmp_path, files):
    """Lay files as the cache of a hub does: blobs by digest, a snapshot of links."""
    repository = tmp_path / "models--org--name"
    model = repository / "snapshots" / ("0" * 40)
    for name, content in files.items():
        blob = repository / "blobs" / bundles.sha256(content)
        lay(repository, {f"blobs/{blob.name}": content})
        link = model / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(blob, link.parent))
    return model


def test_a_snapshot_of_a_hub_cache_verifies_through_its_own_blobs(tmp_path):
    model = snapshot(tmp_path, FILES)
    (model / "model.sig").write_bytes(json.dumps(over(FILES)).encode())
    assert seen(model).verdict == "pass"
    blob = (model / "config.json").resolve()
    blob.write_bytes(b"[]")
    assert seen(model).changed == ("config.json",)


@pytest.mark.parametrize("where", ["other repository", "beside the blobs", "another link"])
def test_a_snapshot_whose_link_leaves_its_own_blobs_is_refused(where, tmp_path):
    model = snapshot(tmp_path, FILES)
    (model / "model.sig").write_bytes(json.dumps(over(FILES)).encode())
    link = model / "config.json"
    target = {
        "other repository": tmp_path / "models--org--other" / "blobs" / "x",
        "beside the blobs": tmp_path / "models--org--name" / "x",
        "another link": tmp_path / "models--org--name" / "blobs" / "link",
    }[where]
    target.parent.mkdir(parents=True, exist_ok=True)
    if where == "another link":
        target.symlink_to(link.resolve())
    else:
        target.write_bytes(FILES["config.json"])
    link.unlink()
    link.symlink_to(os.path.relpath(target, link.parent))
    assert seen(model).code == Code.FILE_LINKED


@pytest.mark.parametrize("back", [True, False])
@pytest.mark.parametrize("how", ["written", "exchanged", "added"])
def test_a_file_that_changes_between_the_scan_and_the_comparison_is_noticed(how, back, model):
    def scan(_paths):
        file = model / "weights.bin"
        if how == "added":
            (model / "more").write_bytes(b"1")
            if back:
                (model / "more").unlink()
        elif how == "written":
            file.write_bytes(b"x" * 100)
            if back:
                file.write_bytes(FILES["weights.bin"])
        else:
            file.rename(model.parent / "aside")
            file.write_bytes(b"x" * 100)
            if back:
                (model.parent / "aside").replace(file)
        return bundles.report()

    decision, _ = verify(model, bundles.trusted(), scan=scan)
    assert decision.code == Code.CHANGED_WHILE_READ
    assert decision.verdict == "fail"


def test_the_verdict_of_the_scan_counts(model):
    for verdict, code in (("fail", Code.SCAN_FAILED), ("incomplete", Code.SCAN_INCOMPLETE)):
        decision, looked = verify(model, bundles.trusted(), scan=said(verdict))
        assert (decision.verdict, decision.code, decision.scan) == (verdict, code, verdict)
        assert looked is not None
    assert verify(model, bundles.trusted(), scan=said())[0].verdict == "pass"


def test_nothing_is_scanned_where_the_signature_does_not_hold(model):
    decision, looked = verify(model, bundles.trusted(8), scan=lambda _: 1 / 0)
    assert (decision.code, looked) == (Code.HINT_MISMATCH, None)


def test_a_signature_of_another_method_than_the_trust_says_how_to_verify_it(model):
    held, top = bundles.chain()
    from scanner.attest.authenticate import TrustedIdentity, TrustedRoots

    assert verify(model, TrustedRoots(roots=[top]))[0].code == Code.METHOD_MISMATCH
    assert verify(model, TrustedIdentity(identity="a", issuer="b"))[0].code == Code.METHOD_MISMATCH
    made = bundles.bundle(bundles.statement(bundles.resources(FILES)), material=bundles.chain_material(held))
    signed_model(model, FILES, made)
    assert seen(model).code == Code.METHOD_MISMATCH


def test_a_model_that_is_not_there_is_a_mistake_of_the_caller(tmp_path):
    with pytest.raises(UsageError):
        seen(tmp_path / "none")


def test_a_decision_is_written_with_everything_it_rests_on(model):
    decision = seen(model)
    made = document(decision)
    assert made["signer"]["key_id"] == bundles.hint(bundles.key())
    assert made["manifest"]["root"] == decision.manifest.root
    assert [one["name"] for one in made["manifest"]["resources"]] == list(FILES)
    assert set(made) == {*type(decision).__dataclass_fields__}


def test_no_name_of_a_stranger_reaches_the_terminal_unescaped(tmp_path):
    name = "a\x1b[31m\u202egnp.txt"
    model = signed_model(tmp_path / "m", {name: b"1"}, over({name: b"2"}))
    lay(model, {"\x07bell\n": b""})
    text = write(str(model), seen(model))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\x07" not in text
    assert "\nbell" not in text


def test_the_core_decides_without_a_file_system():
    manifest = oms.parse(json.dumps(bundles.statement(bundles.resources(FILES))).encode())
    asked = Asked()
    laid = comparison.plan(manifest, Found(sizes={name: len(held) for name, held in FILES.items()}), asked)
    digests = {one.name: (one.digest,) for one in manifest.resources}
    from scanner.attest.authenticate import Authenticated
    from scanner.attest.signer import Signer

    by = Authenticated(signer=Signer(method="key", algorithm="x", key_id="y"))
    assert decide(manifest, by, laid, digests, asked, signature="s").verdict == "pass"
    wrong = {**digests, "config.json": (b"\0" * 32,)}
    assert decide(manifest, by, laid, wrong, asked, signature="s").code == Code.FILE_CHANGED
    assert decide(manifest, by, laid, {}, asked, signature="s").verified == ()
    assert replace(asked, subset=True) != asked


def test_a_large_model_is_digested_in_threads_with_the_same_result(tmp_path):
    files = {f"{index}.bin": bytes([index]) * (6 << 20) for index in range(4)}
    model = lay(tmp_path / "m", files)
    sign(model, making.with_key(bundles.key()), said())
    decision = seen(model)
    assert decision.verdict == "pass"
    assert {one.name: one.digest.hex() for one in decision.manifest.resources} == {
        name: bundles.sha256(content) for name, content in files.items()
    }
