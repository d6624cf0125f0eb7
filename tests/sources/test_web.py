"""A file on the web is read in ranges, credentials stay where they belong, and what goes wrong is one line."""

import pytest

import scanner
from scanner import pipeline, sources
from scanner.artifact import Artifact
from scanner.facts import Excluded
from scanner.sources.web import client
from scanner.usage import UsageError
from tests.builders import safetensors
from tests.builders.pickles import system
from tests.builders.web_server import Site, ranged, served


@pytest.fixture
def site():
    with served() as found:
        yield found


def _walk(*targets, keep=lambda _: None):
    return list(sources.walk(targets, keep=keep))


def _rules(report):
    return {finding.rule for finding in report.findings}


def test_a_file_is_scanned_where_it_lies(site):
    site.pages["/models/a.pkl"] = system()
    report = scanner.scan(f"{site.url}/models/a.pkl")
    assert report.verdict == "fail"
    assert [one.where.path for one in report.examined] == [f"{site.url}/models/a.pkl"]
    assert [one.complete for one in report.examined] == [True]


def test_of_a_large_file_only_what_readers_want_is_read(site):
    shape = (4 << 20,)
    content = safetensors.safetensors(
        {"w": safetensors.entry(shape=shape, offsets=(0, 16 << 20))}, data=bytes(16 << 20)
    )
    site.pages["/model.safetensors"] = content
    report = scanner.scan(f"{site.url}/model.safetensors")
    assert report.verdict == "pass"
    assert site.sent < len(content) // 20


@pytest.mark.parametrize("profile", ["fast", "full"])
def test_numbers_that_lie_elsewhere_are_not_looked_at(site, profile, tmp_path):
    site.pages["/a.safetensors"] = safetensors.safetensors({"w": safetensors.entry()})
    with pytest.raises(UsageError, match="download it"):
        scanner.scan(f"{site.url}/a.safetensors", weights=profile)
    facts = pipeline.observe(f"{site.url}/a.safetensors", str(tmp_path), weights="auto").facts
    assert not any(type(fact).__name__ == "WeightsMeasured" for fact in facts)


def test_a_server_without_ranges_is_read_whole(site):
    site.ranges = False
    site.pages["/a.pkl"] = system() + b"\0" * 100_000
    assert scanner.scan(f"{site.url}/a.pkl").verdict == "fail"


def test_an_empty_file_is_a_file(site):
    site.pages["/empty"] = b""
    (found,) = _walk(f"{site.url}/empty")
    assert found.size == 0
    assert found.open().read() == b""


def test_what_may_be_secret_is_sent_and_not_shown(site):
    site.pages["/a.json?signature=s3cret"] = b"{}"
    target = site.url.replace("://", "://me:pa%20ss@") + "/a.json?signature=s3cret"
    (found,) = _walk(target)
    assert isinstance(found, Artifact)
    assert found.path == f"{site.url}/a.json"
    assert site.asked[0].headers["authorization"] == client.basic("me", "pa ss")


def test_a_password_does_not_follow_to_another_host(site):
    with served(Site({"/b": b"content"})) as other:
        site.pages["/a"] = lambda _: (302, {"location": f"{other.url}/b"}, b"")
        (found,) = _walk(site.url.replace("://", "://me:secret@") + "/a")
        assert found.open().read() == b"content"
        assert "authorization" in site.asked[0].headers
        assert not any("authorization" in one.headers for one in other.asked)


def test_a_redirect_from_https_to_http_is_refused():
    with pytest.raises(OSError, match="as safe"):
        client._next("https://host/a", "http://host/a")
    assert client._next("https://host/a", "/b") == "https://host/b"


@pytest.mark.parametrize("location", ["", "file:///etc/passwd", "ftp://host/a", "http://[/b"])
def test_a_redirect_leads_to_the_web_only(site, location):
    site.pages["/a"] = lambda _: (302, {"location": location}, b"")
    with pytest.raises(UsageError, match="as safe"):
        _walk(f"{site.url}/a")


def test_redirects_come_to_an_end(site):
    site.pages["/a"] = lambda _: (302, {"location": "/a"}, b"")
    with pytest.raises(UsageError, match="more than 5 times"):
        _walk(f"{site.url}/a")


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_file_that_is_not_given_is_one_line(site, status):
    site.pages["/a"] = lambda _: (status, {}, b"")
    with pytest.raises(UsageError, match=f"/a: it answered {status}"):
        _walk(f"{site.url}/a")


def test_a_host_that_is_not_there_is_one_line():
    with pytest.raises(UsageError, match=r"127\.0\.0\.1:9/a: .*check address"):
        _walk("http://127.0.0.1:9/a")


@pytest.mark.parametrize("target", ["http://", "https:///a", "http://[/a", "http://host:port/a"])
def test_an_address_that_is_none_is_one_line(target):
    with pytest.raises(UsageError):
        _walk(target)


def test_a_file_without_a_length_is_one_line(site):
    site.pages["/a"] = lambda _: (200, {"content-length": "x"}, b"")
    with pytest.raises(UsageError):
        _walk(f"{site.url}/a")


def test_a_file_that_changes_while_it_is_read_is_not_passed(site):
    contents = iter([b"a" * 200_000] + [bytes([letter]) * 200_000 for letter in b"bcdefghijklmnopqrstuvwxyz"])
    site.pages["/a.bin"] = lambda asked: ranged(next(contents), asked)
    report = scanner.scan(f"{site.url}/a.bin")
    assert report.verdict == "incomplete"
    assert "artifact-unreadable" in _rules(report)


def test_what_a_policy_leaves_out_is_not_asked_for(site):
    found = _walk(f"{site.url}/a", keep=lambda _: "all")
    assert [type(one) for one in found] == [Excluded]
    assert not site.asked


def test_an_address_named_twice_is_read_once(site):
    site.pages["/a"] = b"{}"
    assert len(_walk(f"{site.url}/a", f"{site.url}/a")) == 1
