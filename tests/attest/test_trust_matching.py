"""Which rule a model falls under: by its place in a cache, by its path, by what its caller says, never by accident."""

import pytest

from scanner.attest import matching, thresholds
from scanner.attest.signer import Signer
from scanner.usage import UsageError

COMMIT = "a" * 40


def test_a_snapshot_of_a_cache_is_named_by_its_repository_and_commit(tmp_path):
    folder = tmp_path / "models--org--name" / "snapshots" / COMMIT
    folder.mkdir(parents=True)
    called = matching.named(folder)
    assert (called.hub, called.revision, called.pinned) == ("org/name", COMMIT, True)
    assert matching.fits("hf:org/*", called, tmp_path)
    assert not matching.fits("hf:org", called, tmp_path)
    assert not matching.fits("hf:*", called, tmp_path)
    assert not matching.fits("hf:rg/*", called, tmp_path)


def test_a_path_is_matched_from_the_policys_folder_and_to_its_end(tmp_path):
    called = matching.named(tmp_path / "models" / "a")
    assert matching.fits("file:./models/**", called, tmp_path)
    assert matching.fits("file:models/a", called, tmp_path)
    assert not matching.fits("file:odels/a", called, tmp_path)
    assert not matching.fits("file:models", called, tmp_path)
    assert not matching.fits("file:**", called, tmp_path / "models" / "b")
    assert matching.fits(f"file:{called.path.as_posix()}", called, tmp_path / "elsewhere")
    assert matching.fits("**", called, tmp_path / "elsewhere")


def test_a_link_to_a_model_is_matched_where_the_model_lies(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "trusted").symlink_to("real")
    assert not matching.fits("file:trusted", matching.named(tmp_path / "trusted"), tmp_path)


@pytest.mark.parametrize(("said", "pinned"), [(f"hf:o/n@{COMMIT}", True), ("hf:o/n@main", False), ("hf:o/n", False)])
def test_what_the_caller_says_goes_before_the_path(tmp_path, said, pinned):
    assert matching.named(tmp_path, said).pinned is pinned
    assert matching.named(tmp_path, said).hub == "o/n"


def test_a_name_that_is_none_is_refused(tmp_path):
    with pytest.raises(UsageError, match="--as o/n"):
        matching.named(tmp_path, "o/n")


def signer(key, subject="", identity="", method="key"):
    return Signer(method=method, algorithm="x", key_id=key, subject=subject, identity=identity, issuer="ca")


def test_one_key_or_one_name_or_one_identity_is_one_signer():
    assert thresholds.distinct([]) == 0
    assert thresholds.distinct([signer("1"), signer("1")]) == 1
    assert thresholds.distinct([signer("1"), signer("2")]) == 2
    renewed = [signer("1", "CN=a", method="certificate"), signer("2", "CN=a", method="certificate")]
    assert thresholds.distinct(renewed) == 1
    assert thresholds.distinct([*renewed, signer("1")]) == 1
    logins = [signer("1", identity="a", method="sigstore"), signer("2", identity="a", method="sigstore")]
    assert thresholds.distinct(logins) == 1
    assert thresholds.distinct([*logins, signer("3", identity="b", method="sigstore")]) == 2


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (0, 2, 1)])
def test_a_signer_that_shares_marks_with_two_makes_them_one(order):
    some = [
        signer("1", "CN=a", method="certificate"),
        signer("2", "CN=b", method="certificate"),
        signer("1", "CN=b", method="certificate"),
    ]
    assert thresholds.distinct(some[at] for at in order) == 1
