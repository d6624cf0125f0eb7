"""A scan that remembers says what one says that reads everything, and reads only what changed."""

import io
import json
import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

import scanner
from scanner import cache, isolate, pack, pipeline
from scanner.artifact import Artifact
from scanner.cache import codec, identity
from scanner.cache.store import NAME, SECONDS_A_DAY, Store
from scanner.facts import Examined, LimitReached, ReaderFailed, WorkerLost
from scanner.limits import DEFAULT
from scanner.policy import Policy, Waiver
from scanner.report import Judged
from scanner.usage import UsageError
from tests.builders.pickles import system


@pytest.fixture
def models(tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "bad.pkl").write_bytes(system())
    (folder / "config.json").write_text('{"model_type": "llama", "auto_map": {"AutoModel": "x.Y"}}')
    (folder / "empty").write_bytes(b"")
    (folder / "link").symlink_to("bad.pkl")
    return folder


@pytest.fixture
def read(monkeypatch):
    """Name the files that workers read, scan by scan."""
    seen = []
    real = isolate.read_all

    def read_all(artifacts, *args, **options):
        seen.append([Path(one.path).name for one in artifacts])
        return real(artifacts, *args, **options)

    monkeypatch.setattr(pipeline.isolate, "read_all", read_all)
    return seen


def _kept(folder):
    return folder.parent / "kept"


def _scan(folder, **options):
    return scanner.scan(folder, cache=_kept(folder), **options)


def test_the_second_report_is_the_first_and_reads_nothing(models, read):
    plain = scanner.scan(models)
    first, second = _scan(models), _scan(models)
    assert plain == first == second
    assert [finding.severity for finding in second.findings if finding.severity == "critical"]
    assert read == [["bad.pkl", "config.json", "empty"]] * 2


def test_only_what_changed_is_read_again(models, read):
    _scan(models)
    (models / "config.json").write_text('{"model_type": "bert"}')
    assert _scan(models) == scanner.scan(models)
    assert read[1] == ["config.json"]


def test_the_order_of_facts_does_not_tell_what_was_recalled(models):
    _scan(models)
    (models / "bad.pkl").write_bytes(system("echo other"))
    assert _scan(models) == scanner.scan(models)


@pytest.mark.parametrize("name", ["empty", "renamed.bin", "config.json"])
def test_a_file_that_comes_moves_or_goes_is_noticed(models, name):
    _scan(models)
    (models / "bad.pkl").rename(models / name)
    report = _scan(models)
    assert report == scanner.scan(models)
    assert {finding.evidence[0].where.path for finding in report.findings if finding.severity == "critical"} == {
        str(models / name)
    }


def test_same_length_and_same_times_do_not_hide_other_bytes(models):
    _scan(models)
    file = models / "bad.pkl"
    times = file.stat()
    file.write_bytes(b"K\x01." + b"\0" * (times.st_size - 3))
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert not [one for one in _scan(models).findings if one.severity == "critical"]


def test_a_link_that_turns_elsewhere_is_noticed(models):
    _scan(models)
    (models / "link").unlink()
    (models / "link").symlink_to("/etc/passwd")
    assert _scan(models) == scanner.scan(models)


def test_a_rule_that_changed_is_asked(models, monkeypatch):
    _scan(models)
    bundle = replace(pack.load(), sources=(), digest="0" * 64)
    monkeypatch.setattr("scanner.pack.load", lambda: bundle)
    assert not _scan(models).findings


@pytest.mark.parametrize("options", [{"digest": True}, {"limits": replace(DEFAULT, depth=15)}, {"weights": "fast"}])
def test_other_choices_are_other_results(models, read, options):
    _scan(models)
    _scan(models, **options)
    assert len(read) == 2
    assert len(read[1]) == 3


def test_another_program_reads_again(models, read, monkeypatch):
    _scan(models)
    monkeypatch.setattr(identity, "program", lambda: "another")
    _scan(models)
    assert len(read[1]) == 3


def test_the_policy_is_asked_each_time(models, read):
    assert _scan(models).verdict == "fail"
    rules = {finding.rule for finding in scanner.scan(models).findings}
    waivers = tuple(Waiver(rule=rule, path="**", reason="known") for rule in sorted(rules))
    waived = _scan(models, policy=Policy(waivers=waivers))
    assert waived.verdict == "pass"
    assert {finding.waived for finding in waived.findings} == {"known"}
    assert len(read) == 2  # one of them is the plain scan


def test_what_a_policy_leaves_out_is_left_out(models):
    _scan(models)
    policy = Policy(exclude=("**/bad.pkl",))
    assert _scan(models, policy=policy) == scanner.scan(models, policy=policy)


def test_a_large_file_is_known_by_its_place_and_times(tmp_path):
    file = tmp_path / "large"
    with file.open("wb") as stream:
        stream.truncate(DEFAULT.hashed_nbytes + 1)
    (artifact,) = (one for one in pipeline.sources.walk([str(file)], keep=lambda _: None) if isinstance(one, Artifact))
    before = identity.of(artifact)
    assert before.startswith(identity.PLACE)
    with file.open("r+b") as stream:
        stream.write(b"x")
    os.utime(file, ns=(0, 0))
    assert identity.of(artifact) != before


def test_what_cannot_be_read_or_costs_requests_has_no_identity():
    def gone():
        raise OSError

    assert identity.of(Artifact(path="a", size=1, open=gone)) == ""
    assert identity.of(Artifact(path="a", size=1, open=lambda: io.BytesIO(b"x"), remote=True)) == ""


def test_two_lists_of_texts_never_share_a_key():
    assert identity.key("ab", "c") != identity.key("a", "bc")


def _opened(tmp_path):
    return cache.opened(tmp_path / "kept", ("choices",))


def _file(content):
    return Artifact(path="a", size=len(content), open=lambda: io.BytesIO(content))


def _closing(artifact, sha256):
    return Examined(
        where=artifact.at(), sha256=sha256, size=artifact.size, formats=(), bytes_examined=0, complete=True
    )  # fmt: skip


@pytest.mark.parametrize("fact", [WorkerLost, ReaderFailed])
def test_a_run_that_failed_is_not_kept(tmp_path, fact):
    artifact = _file(b"x")
    lost = {
        WorkerLost: WorkerLost(where=artifact.at(), cause="cpu", detail=""),
        ReaderFailed: ReaderFailed(where=artifact.at(), format="x", error=""),
    }[fact]
    _check_not_kept(tmp_path, artifact, lost)


def test_what_memory_ended_is_not_kept(tmp_path):
    artifact = _file(b"x")
    _check_not_kept(tmp_path, artifact, LimitReached(where=artifact.at(), limit="memory", bound=1, unit="bytes"))


def _check_not_kept(tmp_path, artifact, fact):
    closing = _closing(artifact, identity.of(artifact).removeprefix(identity.CONTENT))
    for facts, kept in (([fact, closing], False), ([closing], True)):
        with _opened(tmp_path) as known:
            known.identify([artifact])
            known.keep_facts(artifact, facts)
            known.keep_judged([], Judged(findings=(), examined=(), obligations=(), rules=()))
        with _opened(tmp_path) as known:
            known.identify([artifact])
            assert (known.facts(artifact) is not None) == kept
            assert (known.judged([]) is not None) == kept


def test_a_file_that_changes_between_digest_and_reading_is_not_kept(tmp_path):
    artifact = _file(b"x")
    with _opened(tmp_path) as known:
        known.identify([artifact])
        known.keep_facts(artifact, [_closing(artifact, "0" * 64)])
    with _opened(tmp_path) as known:
        known.identify([artifact])
        assert known.facts(artifact) is None


def test_a_damaged_result_is_read_again(models):
    first = _scan(models)
    with sqlite3.connect(_kept(models) / NAME) as run:
        run.execute("UPDATE results SET content = substr(content, 1, length(content) - 1) || x'00'")
    run.close()
    assert _scan(models) == first


def test_a_result_under_another_key_is_read_again(models):
    first = _scan(models)
    with sqlite3.connect(_kept(models) / NAME) as run:
        other = run.execute("SELECT content FROM results LIMIT 1").fetchone()
        run.execute("UPDATE results SET content = ?", other)
    run.close()
    assert _scan(models) == first


def test_a_damaged_file_is_made_anew(models, read):
    first = _scan(models)
    (_kept(models) / NAME).write_bytes(b"no database" * 1000)
    assert _scan(models) == first
    _scan(models)
    assert len(read) == 2


def test_a_folder_that_others_may_write_is_refused(models):
    _kept(models).mkdir()
    _kept(models).chmod(0o777)
    with pytest.raises(UsageError, match="others may write there"):
        _scan(models)


def test_a_folder_that_cannot_be_made_is_one_line(models):
    with pytest.raises(UsageError, match="--cache"):
        scanner.scan(models, cache=models / "bad.pkl" / "kept")


def test_results_inside_what_is_scanned_are_refused(models, capsys):
    from scanner.cli import main

    assert main(["scan", str(models), "--cache", str(models / "kept")]) == 2
    assert "inside what is scanned" in capsys.readouterr().err
    assert not (models / "kept").exists()


def test_two_scans_may_use_one_folder_at_once(tmp_path):
    with Store.opened(tmp_path) as one, Store.opened(tmp_path) as other:
        one.put("a", b"1")
        other.put("b", b"2")
    with Store.opened(tmp_path) as store:
        assert (store.get("a"), store.get("b")) == (b"1", b"2")


def test_what_was_longest_unused_goes_first(tmp_path):
    for day, name in enumerate("abc"):
        with Store.opened(tmp_path) as store:
            store._today = day
            store.put(name, os.urandom(50_000))
    with Store.opened(tmp_path) as store:
        store._today = 3
        assert store.get("a")
    with Store.opened(tmp_path, nbytes=160_000) as store:
        store._today = 4
        store.put("d", os.urandom(50_000))
    with Store.opened(tmp_path) as store:
        assert [name for name in "abcd" if store.get(name)] == ["a", "d"]
    assert (tmp_path / NAME).stat().st_size < 160_000
    assert SECONDS_A_DAY == 24 * 60 * 60


def test_a_judgement_survives_the_codec(models):
    report = scanner.scan(models)
    judged = Judged(
        findings=report.findings, examined=report.examined, obligations=report.obligations, rules=report.rules
    )
    assert codec.decode(Judged, codec.encode(judged)) == judged


@pytest.mark.parametrize("text", ["", "1", "null", "[]", "[1]", '["a"]', "[[], [], [], [], []]", "[[[]], [], [], []]"])
def test_what_is_no_judgement_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - json's own error is one
        codec.decode(Judged, text.encode())


def test_a_result_holds_no_text_of_another_type():
    content = json.loads(codec.encode(Judged(findings=(), examined=(), obligations=(), rules=())))
    assert content == [[], [], [], [], None]
