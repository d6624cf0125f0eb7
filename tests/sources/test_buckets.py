"""Objects of a bucket are read in ranges by its own driver, against moto's stand-in of S3."""

import pytest

import scanner
from scanner import sources
from scanner.artifact import Artifact
from scanner.sources import buckets
from scanner.usage import UsageError
from tests.builders import safetensors
from tests.builders.pickles import system


def _paths(target, keep=lambda _: None):
    return [one.path for one in sources.walk([target], keep=keep) if isinstance(one, Artifact)]


def test_all_below_a_prefix_is_scanned(bucket):
    bucket("a/config.json", b"{}")
    bucket("a/sub/model.pkl", system())
    bucket("b/other", b"x")
    assert _paths("s3://models/a") == ["s3://models/a/config.json", "s3://models/a/sub/model.pkl"]
    report = scanner.scan("s3://models/a")
    assert report.verdict == "fail"
    assert all(one.complete for one in report.examined)


def test_one_object_is_scanned(bucket):
    bucket("a.pkl", system())
    assert scanner.scan("s3://models/a.pkl").verdict == "fail"


def test_of_a_large_object_only_what_readers_want_is_read(bucket):
    entry = safetensors.entry(shape=(1 << 20,), offsets=(0, 4 << 20))
    bucket("model.safetensors", safetensors.safetensors({"w": entry}, data=bytes(4 << 20)))
    report = scanner.scan("s3://models/model.safetensors")
    assert report.verdict == "pass"
    assert report.examined[0].bytes_examined < 1 << 20


def test_an_object_that_goes_before_it_is_read_is_incomplete(bucket, monkeypatch):
    bucket("a.json", b"{}")
    real = buckets._listed
    monkeypatch.setattr(buckets, "_listed", lambda target: [(f"{name}.gone", file) for name, file in real(target)])
    assert scanner.scan("s3://models/a.json").verdict == "incomplete"


@pytest.mark.parametrize("target", ["s3://models/nothing", "s3://nowhere/a", "s3://"])
def test_what_is_not_there_is_one_line(bucket, target):
    bucket("a", b"x")
    with pytest.raises(UsageError, match="cannot scan s3://"):
        _paths(target)


def test_a_driver_that_is_missing_is_named(monkeypatch):
    import fsspec

    def missing(*_, **__):
        raise ImportError

    monkeypatch.setattr(fsspec, "url_to_fs", missing)
    with pytest.raises(UsageError, match=r"pip install 'modelassay\[az\]'"):
        _paths("abfs://models/a")


def test_what_a_policy_leaves_out_is_not_read(bucket):
    bucket("a", b"x")
    assert _paths("s3://models", keep=lambda _: "all") == []
