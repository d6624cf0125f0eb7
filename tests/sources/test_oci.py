"""What a registry holds is read layer by layer; tokens, indexes and digests are as the specification has them."""

import base64
import hashlib
import json

import pytest

import scanner
from scanner import sources
from scanner.artifact import Artifact
from scanner.facts import LimitReached
from scanner.facts.remote import StoreMismatch
from scanner.sources.oci import reference, registry
from scanner.usage import UsageError
from tests.builders import web_server
from tests.builders.pickles import system

NAME = "org/model"


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.setenv("HOME", str(tmp_path))
    with web_server.served() as found:
        yield found


def _target(site, version=":v1"):
    return f"oci://{site.url.removeprefix('http://')}/{NAME}{version}"


def _walk(target, keep=lambda _: None):
    return list(sources.walk([target], keep=keep))


def _path(item, site):
    return (item.path if isinstance(item, Artifact) else item.where.path).removeprefix(_target(site, "/"))


def test_layers_have_the_names_that_a_client_gives_them(site):
    digest = web_server.registry(site, NAME, {"config.json": b"{}", "sub/model.pkl": system()})
    paths = [_path(one, site) for one in _walk(_target(site))]
    empty = hashlib.sha256(b"{}").hexdigest()
    assert paths == [f"manifests/{digest}", f"blobs/sha256/{empty}", "config.json", "sub/model.pkl"]
    report = scanner.scan(_target(site))
    assert report.verdict == "fail"
    assert {finding.evidence[0].where.path for finding in report.findings if finding.severity == "critical"} == {
        _target(site, "/sub/model.pkl")
    }


def test_a_digest_names_a_manifest(site):
    digest = web_server.registry(site, NAME, {"a": b"x"})
    assert len(_walk(_target(site, f"@{digest}"))) == 3


def test_a_manifest_that_is_not_what_its_digest_says_fails(site):
    digest = web_server.registry(site, NAME, {"a": b"x"})
    site.pages[f"/v2/{NAME}/manifests/{digest}"] += b" "
    assert any(isinstance(one, StoreMismatch) for one in _walk(_target(site, f"@{digest}")))
    assert scanner.scan(_target(site, f"@{digest}")).verdict == "fail"


def test_a_layer_that_is_not_what_its_digest_says_fails(site):
    web_server.registry(site, NAME, {"a.json": b'{"a": 1}'})
    assert scanner.scan(_target(site)).verdict == "pass"
    digest = hashlib.sha256(b'{"a": 1}').hexdigest()
    site.pages[f"/v2/{NAME}/blobs/sha256:{digest}"] = b'{"a": 2}'
    assert scanner.scan(_target(site)).verdict == "fail"


def test_every_manifest_of_an_index_is_followed(site):
    digests = [web_server.registry(site, NAME, {f"{name}.pkl": system(f"echo {name}")}, tag=name) for name in "ab"]
    web_server.put(site, NAME, json.dumps({"schemaVersion": 2, "manifests": [
        {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": digest, "size": 1} for digest in digests
    ]}).encode(), tag="both")  # fmt: skip
    paths = [_path(one, site) for one in _walk(_target(site, ":both"))]
    assert {"a.pkl", "b.pkl"} < set(paths)


def test_an_index_without_end_is_bounded(site):
    def endless(asked):
        version = hashlib.sha256(asked.path.encode()).hexdigest()
        part = {"mediaType": "x", "digest": f"sha256:{version}", "size": 1}
        path = f"/v2/{NAME}/manifests/sha256:{version}"
        site.pages[path] = endless
        return 200, {}, json.dumps({"schemaVersion": 2, "manifests": [part]}).encode()

    site.pages[f"/v2/{NAME}/manifests/v1"] = endless
    assert any(isinstance(one, LimitReached) for one in _walk(_target(site)))


@pytest.mark.parametrize("title", ["../x", "/etc/passwd", "a\\..\\b", "", 7, "x" * 501])
def test_a_title_that_leads_out_names_nothing(site, title):
    web_server.registry(site, NAME, {"a": b"content"})
    path = f"/v2/{NAME}/manifests/v1"
    manifest = json.loads(site.pages[path])
    manifest["layers"][0]["annotations"]["org.opencontainers.image.title"] = title
    site.pages[path] = json.dumps(manifest).encode()
    assert _path(_walk(_target(site))[-1], site) == f"blobs/sha256/{hashlib.sha256(b'content').hexdigest()}"


def test_two_layers_of_one_title_are_both_read(site):
    web_server.registry(site, NAME, {"m.pkl": b"content"})
    path = f"/v2/{NAME}/manifests/v1"
    manifest = json.loads(site.pages[path])
    second = {**web_server.blob(site, NAME, system()), "annotations": manifest["layers"][0]["annotations"]}
    site.pages[path] = json.dumps({**manifest, "layers": [*manifest["layers"], second, second]}).encode()
    paths = [_path(one, site) for one in _walk(_target(site))[2:]]
    assert paths == ["m.pkl", f"blobs/{second['digest'].replace(':', '/')}/m.pkl"]
    assert scanner.scan(_target(site)).verdict == "fail"


@pytest.mark.parametrize(
    "manifest", [b"", b"[]", b"{}", b'{"layers": 1, "config": []}', b'{"layers": [{"digest": "../x", "size": 1}, 3]}',
                 b'{"layers": [{"digest": "sha256:00", "size": -1}]}']
)  # fmt: skip
def test_a_manifest_that_is_none_names_nothing(site, manifest):
    web_server.put(site, NAME, manifest)
    assert len(_walk(_target(site))) == 1


def _guarded(site, *, wants="Bearer", basic=""):
    """Put a token, and where it is to be had, before everything of a site."""
    pages = dict(site.pages)
    challenge = f'{wants} realm="{site.url}/token",service="the registry",scope="repository:x:pull"'

    def guard(path):
        def answer(asked):
            if asked.headers.get("authorization") == (basic if wants == "Basic" else "Bearer t0ken"):
                return web_server.ranged(pages[path], asked)
            return 401, {"www-authenticate": challenge}, b""

        return answer

    def token(asked):
        if basic and asked.headers.get("authorization") != basic:
            return 401, {}, b""
        return 200, {}, b'{"token": "t0ken"}'

    site.pages.update({path: guard(path) for path in pages})
    site.pages["/token?service=the+registry&scope=repository%3Aorg%2Fmodel%3Apull"] = token


def test_a_token_is_asked_for_where_the_registry_says(site):
    web_server.registry(site, NAME, {"a.pkl": system()})
    _guarded(site)
    assert scanner.scan(_target(site)).verdict == "fail"


@pytest.mark.parametrize("wants", ["Basic", "Bearer"])
def test_a_login_of_docker_is_used(site, tmp_path, wants):
    web_server.registry(site, NAME, {"a.pkl": system()})
    _guarded(site, wants=wants, basic="Basic " + base64.b64encode(b"me:secret").decode())
    with pytest.raises(UsageError, match="docker login"):
        _walk(_target(site))
    (tmp_path / "docker").mkdir()
    host = site.url.removeprefix("http://")
    entry = {"auths": {host: {"auth": base64.b64encode(b"me:secret").decode()}}}
    (tmp_path / "docker" / "config.json").write_text(json.dumps(entry))
    assert scanner.scan(_target(site)).verdict == "fail"


@pytest.mark.parametrize("content", ["", "[]", '{"auths": []}', '{"auths": {"localhost": {"auth": "%%%"}}}'])
def test_a_login_file_that_is_none_is_as_if_it_were_not_there(tmp_path, monkeypatch, content):
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "config.json").write_text(content)
    assert registry.credentials("localhost") == ""


@pytest.mark.parametrize("realm", ["https://[", "https://", "https://h:x/", "file:///etc/passwd", ""])
def test_a_registry_that_sends_for_a_token_to_nowhere_is_one_line(site, realm):
    web_server.registry(site, NAME, {"a": b"content"})
    challenge = {"www-authenticate": f'Bearer realm="{realm}"'}
    site.pages[f"/v2/{NAME}/manifests/v1"] = lambda _: (401, challenge, b"")
    with pytest.raises(UsageError) as caught:
        _walk(_target(site))
    assert "\n" not in str(caught.value)


def test_a_token_that_runs_out_is_asked_for_again(site):
    web_server.registry(site, NAME, {"a": b"content"})
    _guarded(site)
    found = registry.Registry(reference.parse(_target(site)))
    found._headers = {"authorization": "Bearer old"}
    digest = f"sha256:{hashlib.sha256(b'content').hexdigest()}"
    assert found.blob(digest, (0, 7), 7) == b"content"


@pytest.mark.parametrize(("status", "says"), [(403, "may not read"), (404, "no such"), (429, "patience"), (500, "500")])
def test_what_the_registry_refuses_is_one_line(site, status, says):
    site.pages[f"/v2/{NAME}/manifests/v1"] = lambda _: (status, {}, b"")
    with pytest.raises(UsageError, match=says):
        _walk(_target(site))


def test_a_blob_that_is_gone_is_incomplete(site):
    web_server.registry(site, NAME, {"a": b"content"})
    del site.pages[f"/v2/{NAME}/blobs/sha256:{hashlib.sha256(b'content').hexdigest()}"]
    assert scanner.scan(_target(site)).verdict == "incomplete"


@pytest.mark.parametrize(
    ("target", "base", "version"),
    [
        ("oci://ghcr.io/org/model", "https://ghcr.io/v2/org/model", "latest"),
        ("oci://ghcr.io/org/model:Q4", "https://ghcr.io/v2/org/model", "Q4"),
        ("oci://docker.io/alpine", "https://registry-1.docker.io/v2/library/alpine", "latest"),
        ("oci://docker.io/ai/smollm2:360M", "https://registry-1.docker.io/v2/ai/smollm2", "360M"),
        ("oci://localhost:5000/m:v1", "http://localhost:5000/v2/m", "v1"),
        (f"oci://h/m@sha256:{'0' * 64}", "https://h/v2/m", f"sha256:{'0' * 64}"),
    ],
)
def test_a_reference_is_read_as_clients_read_it(target, base, version):
    found = reference.parse(target)
    assert (found.base, found.version) == (base, version)


@pytest.mark.parametrize(
    "target",
    ["oci://", "oci://host", "oci://host/", "oci://host/UP", "oci://host/a:", "oci://host/a@sha256:00", "oci://h/../a",
     "oci://me@host/a", "oci://host/a:b/c", "oci:///a"],
)  # fmt: skip
def test_a_reference_that_is_none_is_one_line(target):
    with pytest.raises(UsageError, match="write oci://"):
        reference.parse(target)
