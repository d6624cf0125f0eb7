"""Which source a target belongs to."""

import pytest

from scanner import sources
from scanner.artifact import Artifact
from scanner.usage import UsageError


@pytest.mark.parametrize("target", ["model.pt", "a-b", "./-", "c:model.pt", "nothing://like/it", ""])
def test_what_no_source_claims_is_a_path(target):
    assert sources.local(target)


def test_standard_input_is_no_path():
    assert not sources.local("-")


def test_every_module_that_claims_can_walk():
    assert sources.discover()
    assert all(callable(source.walk) for source in sources.discover())


def test_a_path_named_twice_with_another_between_is_read_once(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"x")
    targets = [str(tmp_path / name) for name in ("a", "b", "a")]
    found = list(sources.walk(targets, keep=lambda _: None))
    assert [one.path for one in found if isinstance(one, Artifact)] == targets[:2]


def test_what_is_claimed_by_none_and_is_not_there_is_bad_usage():
    with pytest.raises(UsageError, match="nothing"):
        list(sources.walk(["nothing://like/it"], keep=lambda _: None))
