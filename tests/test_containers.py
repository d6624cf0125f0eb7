"""From the bytes of a container to its findings: every class of evasion fires its rule, honest files fire none."""

import zlib
from pathlib import Path

import pytest

from scanner import derive, engine, pack
from tests.builders import archives as make
from tests.builders import programs, tars
from tests.builders.reading import read_deep
from tests.builders.streams import STREAMS, gzip_of

PACK = pack.load(Path(__file__).parent.parent / "rules")
RULES = [rule for rule in PACK.rules if rule.pack in ("archive", "integrity")]
SAFETENSORS = (2).to_bytes(8, "little") + b"{}"
ARCHIVE = make.zip_of(make.Member(b"data.pkl", make.PICKLE))
SCRIPTED = make.zip_of(make.Member(b"m/data.pkl", make.BENIGN), make.Member(b"m/code/a.py", b"torch.save(x, p)\n"))
OBJECTS = make.npy("'|O'", data=make.BENIGN)


def findings(content: bytes, path: str):
    facts = read_deep(content, path)
    for join in derive.discover(facts):
        facts.extend(join(list(facts)))
    return {(found.rule, found.severity) for found in engine.judge(facts, RULES, PACK.table)}


@pytest.mark.parametrize(
    ("content", "rule", "severity"),
    [
        (make.zip_with_wrong_checksum(), "archive-checksum-wrong", "medium"),
        (make.zip_marked_as_encrypted(), "archive-member-marked-encrypted", "high"),
        (make.zip_marked_as_encrypted_with_wrong_checksum(), "artifact-encrypted", "medium"),
        (make.zip_with_two_names(), "archive-member-has-two-names", "high"),
        (make.zip_of(make.Member(b"a", b"1"), make.Member(b"a", b"2")), "archive-names-clash", "high"),
        (make.zip_of(make.Member(b"a", b"1", central={"method": 8})), "archive-records-disagree", "high"),
        (make.zip_of(make.Member(b"a", b"1"), count=2), "archive-directory-misdeclared", "medium"),
        (make.zip_without_end_record(), "artifact-malformed", "medium"),
        (make.zip_with_two_central_directories(), "archive-has-second-directory", "high"),
        (make.zip_with_false_zip64_end(), "archive-has-second-directory", "high"),
        (make.zip_with_end_record_in_comment(), "archive-has-second-directory", "high"),
        (make.zip_with_unlisted_member(), "archive-hides-member", "high"),
        (make.zip_with_overlap(), "archive-members-overlap", "high"),
        (make.zip_with_junk_before(), "archive-behind-other-data", "high"),
        (make.BENIGN + ARCHIVE, "archive-behind-other-data", "high"),
        (SAFETENSORS + ARCHIVE, "archive-behind-other-data", "high"),
        (programs.elf() + ARCHIVE, "archive-behind-program", "low"),
        (ARCHIVE + make.PICKLE, "archive-hides-bytes", "high"),
        (ARCHIVE + b"\xff\xfe\x01\x02", "archive-hides-bytes", "medium"),
        (gzip_of() + programs.elf(), "archive-hides-bytes", "high"),
        (make.zip_of(make.Member(b"../a", b"1")), "archive-member-leads-out", "high"),
        (tars.tar_with_link_written_through(), "archive-member-leads-out", "high"),
        (tars.tar_with_hard_link_outside(), "archive-member-leads-out", "high"),
        (tars.tar_with_two_sizes(), "archive-records-disagree", "high"),
        (tars.tar_with_bytes_behind_end(), "archive-hides-bytes", "high"),
        (tars.tar_of(("sys_info", b""), ("pickle", make.BENIGN)), "checkpoint-takes-oldest-loader", "high"),
        (tars.tar_block(b"sda", kind=b"3") + tars.TAR_END, "archive-holds-special-file", "medium"),
        (make.npy(data=make.PICKLE), "array-data-is-pickle", "high"),
        (OBJECTS, "array-holds-objects", "low"),
        (make.torch_zip(storages={"0": bytes(4)}), "storage-differs-from-pickle", "low"),
        (make.torch_zip(storages={"0": programs.elf()}), "checkpoint-holds-program", "high"),
        (SCRIPTED, "torchscript-reaches-files", "high"),
        (programs.pe(), "program-under-another-name", "high"),
        (programs.SCRIPT, "script-under-model-name", "medium"),
        (b"import os; exec('')\n", "startup-file-runs-code", "high"),
        (b"Rar!\x1a\x07\0 content", "format-has-no-reader", "medium"),
        (make.nested_zips(20), "limit-reached", "medium"),
        (zlib.compress(bytes(300 << 20)), "archive-expands-without-bound", "high"),
    ],
)
def test_the_rule_fires(content, rule, severity):
    assert (rule, severity) in findings(content, "model.pth")


@pytest.mark.parametrize(
    "content",
    [
        make.zip_plain(),
        make.zip_with_descriptors(),
        make.torch_zip(),
        make.zip_of(),
        tars.tar_of(("a.txt", b"hello"), ("b.zip", make.zip_plain())),
        make.npy(),
        make.npy() * 3,
        OBJECTS,
        make.nested_zips(3),
        *STREAMS.values(),
    ],
)
def test_an_honest_container_has_no_finding_of_medium_or_above(content):
    assert {found for found in findings(content, "data.bin") if found[1] not in ("info", "low")} == set()


def test_a_pickle_is_reached_through_every_container():
    for wrap in (
        lambda content: make.zip_of(make.Member(b"readme", content)),
        lambda content: tars.tar_of(("readme", content)),
        gzip_of,
        zlib.compress,
        lambda content: make.BENIGN + make.zip_of(make.Member(b"x", content)),
    ):
        names = [type(fact).__name__ for fact in read_deep(wrap(wrap(make.PICKLE)), "x")]
        assert "PickleImport" in names
