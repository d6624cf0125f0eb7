"""Repositories of the Hub, read from a stand-in on loopback by the real client."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanner import scan, sources
from scanner.pipeline import observe
from scanner.sources import hub
from scanner.sources.hub import fetching
from scanner.sources.hub.address import parse
from scanner.usage import UsageError
from tests.builders import hub_server, large

constants = pytest.importorskip("huggingface_hub.constants")

HOSTILE = b"cos\nsystem\n(S'echo'\ntR."
SAFE = b"\x80\x04]\x94."
SMALL = {
    "config.json": b'{"model_type": "llama"}',
    "a.pkl": SAFE,
    "sub/b.pkl": SAFE + b"\n",
    "README.md": b"# A model\n",
}


@pytest.fixture
def stand_in(monkeypatch, tmp_path):
    with hub_server.serving() as server:
        monkeypatch.setattr(constants, "ENDPOINT", server.endpoint)
        template = server.endpoint + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
        monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "token"))
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr("scanner.sources.remote.patience.FIRST_SECONDS", 0.001)
        yield server


@pytest.fixture
def token(stand_in, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", stand_in.token)
    return stand_in.token


def rules(report):
    return {finding.rule for finding in report.findings}


def said(target):
    with pytest.raises(UsageError) as caught:
        scan(target)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("hf://org/name", ("model", "org/name", None, "")),
        ("hf://name", ("model", "name", None, "")),
        ("hf://org/name/", ("model", "org/name", None, "")),
        ("hf://models/org/name", ("model", "org/name", None, "")),
        ("hf://datasets/org/name", ("dataset", "org/name", None, "")),
        ("hf://spaces/org/name@v1/app.py", ("space", "org/name", "v1", "app.py")),
        ("hf://org/name@refs/pr/3/sub/a.pt", ("model", "org/name", "refs/pr/3", "sub/a.pt")),
        ("hf://org/name@feature%2Fx/a", ("model", "org/name", "feature/x", "a")),
        ("hf://name@main/a", ("model", "name", "main", "a")),
        ("hf://org/name/a@b.bin", ("model", "org/name", None, "a@b.bin")),
        ("hf+full://org/name", ("model", "org/name", None, "")),
    ],
)
def test_an_address_names_kind_repository_revision_and_path(target, found):
    assert hub.claims(target)
    assert parse(target)[:4] == found
    assert parse(target).shown.startswith("hf://")


@pytest.mark.parametrize(
    "target", ["hf://", "hf://@main", "hf://org/na me", "hf://org/name@", "hf://../x", "hf://org//x"]
)
def test_what_names_no_repository_is_said_before_anything_is_asked(target):
    assert "hf://NAMESPACE/NAME" in said(target)


def test_only_an_address_of_the_hub_is_claimed_and_full_is_part_of_it():
    assert not hub.claims("org/name")
    assert not sources.local("hf://org/name")
    assert sources.full("hf://org/name@v1/a") == "hf+full://org/name@v1/a"
    assert sources.full("models") == "models"


@pytest.mark.parametrize("kind", ["", "datasets/", "spaces/"])
def test_each_kind_of_repository_is_scanned_without_a_token(stand_in, kind):
    stand_in.add("org/name", {**SMALL, "bad.pkl": HOSTILE}, kind=kind.rstrip("/") or "models")
    report = scan(f"hf://{kind}org/name")
    assert report.verdict == "fail"
    assert "pickle-starts-process" in rules(report)
    assert {one.where.path for one in report.examined} == {
        f"hf://{kind}org/name/{name}" for name in (*SMALL, "bad.pkl")
    }
    assert not any(one.token for one in stand_in.asked())


def test_the_same_content_has_the_same_report_from_a_folder_and_from_the_hub(stand_in, tmp_path):
    files = {**SMALL, "bad.pkl": HOSTILE, "weights.bin": os.urandom(30_000)}
    stand_in.add("org/name", files)
    for name, content in files.items():
        (tmp_path / "m" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "m" / name).write_bytes(content)
    there, here = scan("hf://org/name"), scan(str(tmp_path / "m"))

    def told(report, root):
        found = [(f.rule, f.severity, [e.where.path.removeprefix(root) for e in f.evidence]) for f in report.findings]
        return found, [(e.where.path.removeprefix(root), e.sha256, e.size, e.bytes_examined) for e in report.examined]

    expected = told(here, str(tmp_path / "m"))
    assert told(there, "hf://org/name") == expected
    assert told(scan("hf+full://org/name"), "hf://org/name") == expected


def test_a_repository_of_twenty_gigabytes_is_scanned_by_less_than_a_thousandth_of_it(stand_in):
    files = {
        "config.json": b"{}",
        **large.shards(),
        "m.gguf": large.quantized(),
        "pytorch_model.bin": large.checkpoint(),
    }
    total = sum(one.size for one in stand_in.add("org/name", files).files.values())
    report = scan("hf://org/name")
    assert total > 20e9
    assert report.verdict == "pass"
    assert stand_in.sent < total / 1000
    assert "store-bytes-not-read" in rules(report)
    assert sum(one.size - one.bytes_examined for one in report.examined) > 0.999 * total
    assert {"safetensors", "gguf", "zip"} <= {name for one in report.examined for name in one.formats}


def test_a_pickle_inside_gigabytes_of_weights_is_read(stand_in):
    stand_in.add("org/name", {"pytorch_model.bin": large.checkpoint(program=HOSTILE)})
    report = scan("hf://org/name")
    assert "pickle-starts-process" in rules(report)
    assert stand_in.sent < 5e6


def test_the_report_says_what_was_not_read(stand_in):
    from scanner.writers import discover

    stand_in.add("org/name", large.shards(count=1, layers=1))
    report = scan("hf://org/name")
    for name in ("text", "markdown", "html"):
        text = str(discover()[name](report)).replace("&#x27;", "'").replace("&#39;", "'")
        assert "known by headers, first bytes or the store's list" in text, name


def test_the_revision_is_pinned_to_the_commit_that_it_named_first(stand_in):
    other = "b" * 40
    stand_in.add("org/name", SMALL, refs={"main": hub_server.COMMIT, "v1": other})
    facts = observe("hf://org/name@v1").facts
    (one,) = [fact for fact in facts if type(fact).__name__ == "HubRepository"]
    assert (one.commit, one.revision, one.kind, one.files) == (other, "v1", "model", len(SMALL))
    assert all(other in request.path for request in stand_in.asked() if "/resolve/" in request.path)


def after_listing(monkeypatch, what):
    """Do something once the files are listed, before any is fetched."""
    listing = hub_server._tree

    def listed(*args):
        listing(*args)
        what()

    monkeypatch.setattr(hub_server, "_tree", listed)


def test_a_revision_that_moves_during_the_scan_changes_nothing_of_it(stand_in, monkeypatch):
    refs = stand_in.add("org/name", SMALL).refs
    after_listing(monkeypatch, lambda: refs.update(main="b" * 40, before=hub_server.COMMIT))
    assert scan("hf://org/name").verdict == "pass"
    assert all(hub_server.COMMIT in one.path for one in stand_in.asked() if "/resolve/" in one.path)


def test_a_revision_that_moves_before_the_download_is_said(stand_in, monkeypatch):
    refs = stand_in.add("org/name", SMALL).refs
    after_listing(monkeypatch, lambda: refs.update(main="b" * 40, before=hub_server.COMMIT))
    assert "it moved from commit" in said("hf+full://org/name")


def test_one_file_or_folder_of_a_repository_can_be_named(stand_in):
    stand_in.add("org/name", SMALL)
    assert [one.where.path for one in scan("hf://org/name/a.pkl").examined] == ["hf://org/name/a.pkl"]
    assert [one.where.path for one in scan("hf://org/name@main/sub").examined] == ["hf://org/name@main/sub/b.pkl"]
    assert "there is no nothing.pt in it" in said("hf://org/name/nothing.pt")


def test_a_listing_of_many_pages_is_read_to_its_end(stand_in):
    stand_in.page = 7
    stand_in.add("org/name", {f"d/{number}.pkl": SAFE for number in range(50)})
    assert len(scan("hf://org/name").examined) == 50


def test_a_listing_without_an_end_is_refused(stand_in, monkeypatch):
    monkeypatch.setattr("scanner.sources.hub.listing.REMOTE_FILES", 20)
    stand_in.page = 7
    stand_in.add("org/name", {f"d/{number}.pkl": SAFE for number in range(50)})
    assert "more than 20 files; name a folder" in said("hf://org/name")


def test_a_name_that_leads_out_is_asked_for_as_it_is(stand_in):
    stand_in.add("org/name", {"../../org/other/a.pkl": SAFE, "a b#?.pkl": SAFE})
    report = scan("hf://org/name")
    assert {one.where.path for one in report.examined} == {
        "hf://org/name/../../org/other/a.pkl",
        "hf://org/name/a b#?.pkl",
    }
    assert report.verdict == "pass"


def test_the_policy_leaves_files_out_before_they_are_fetched(stand_in):
    from dataclasses import replace

    from scanner.policy import DEFAULT

    stand_in.add("org/name", SMALL)
    report = scan("hf://org/name", policy=replace(DEFAULT, exclude=("**/*.pkl",)))
    assert {one.where.path.rpartition("/")[2] for one in report.examined} == {"config.json", "README.md"}
    assert not [one for one in stand_in.asked() if one.path.endswith(".pkl")]


def test_the_token_goes_to_the_endpoint_and_nowhere_else(stand_in, token):
    stand_in.add("org/name", {**SMALL, **large.shards(1, 1)})
    assert scan("hf://org/name").verdict == "pass"
    assert all(one.token == f"Bearer {token}" for one in stand_in.asked("hub"))
    assert stand_in.asked("cdn")
    assert not any(one.token for one in stand_in.asked("cdn"))


@pytest.mark.parametrize("location", ["http://elsewhere/x", "ftp://elsewhere/x", ""])
def test_a_redirect_from_https_leads_to_https_or_nowhere(location):
    with pytest.raises(OSError, match="as safe"):
        fetching._next("https://hub/x", location)


def test_a_redirect_may_be_relative_or_lead_to_another_host():
    assert fetching._next("https://hub/a/b", "/c") == "https://hub/c"
    assert fetching._next("http://127.0.0.1/a", "https://cdn/c?d") == "https://cdn/c?d"


def test_redirects_in_a_circle_end(stand_in, monkeypatch):
    stand_in.add("org/name", {"big.bin": hub_server.Held(os.urandom(2 << 20))})
    monkeypatch.setattr(stand_in, "elsewhere", stand_in.endpoint + "/org/name/resolve/main/big.bin?")
    report = scan("hf://org/name")
    assert report.verdict == "incomplete"
    assert any("leads on more than" in one.evidence[0].says for one in report.findings)


def test_what_the_hub_says_of_a_repository_becomes_facts(stand_in):
    info = {
        "tags": ["base_model:org/base", "base_model:quantized:org/base", "license:mit"],
        "gated": "auto",
        "securityRepoStatus": {"scansDone": True, "filesWithIssues": [{"path": "a.pkl", "level": "unsafe"}]},
    }
    stand_in.add("org/name", SMALL, info=info)
    scanned = observe("hf://org/name")
    facts = {type(fact).__name__: fact for fact in scanned.facts}
    assert (facts["HubBase"].parent, facts["HubBase"].relation) == ("org/base", "quantized")
    assert (facts["HubRepository"].gated, facts["HubRepository"].scanned) == ("auto", True)
    assert facts["HubFlag"].where.path == "hf://org/name/a.pkl"
    assert "hub-file-flagged" in rules(scanned.report)
    assert scanned.report.verdict == "fail"


def test_content_that_is_not_what_the_hub_lists_is_a_finding(stand_in):
    stand_in.add(
        "org/name",
        {"a.pkl": hub_server.Held(SAFE, listed=SAFE + b"!"), "b.bin": hub_server.Held(SAFE, lfs=True, listed=b"other")},
    )
    report = scan("hf://org/name")
    found = [one.evidence[0].where.path for one in report.findings if one.rule == "store-content-differs"]
    assert found == ["hf://org/name/a.pkl", "hf://org/name/b.bin"]
    assert report.verdict == "fail"


def test_a_hub_that_is_busy_while_it_lists_is_asked_again(stand_in):
    stand_in.faults.busy[""] = 2
    stand_in.add("org/name", SMALL)
    assert scan("hf://org/name").verdict == "pass"


@pytest.mark.parametrize("fault", ["busy", "broken", "truncated"])
def test_what_fails_for_a_while_is_asked_for_again(stand_in, fault):
    getattr(stand_in.faults, fault)["a.pkl"] = 3
    stand_in.add("org/name", SMALL)
    report = scan("hf://org/name")
    assert report.verdict == "pass"
    assert len([one for one in stand_in.asked() if one.path.endswith("/a.pkl")]) == 4


def test_an_address_that_has_expired_is_asked_for_anew(stand_in):
    stand_in.add("org/name", {"big.bin": hub_server.Held(os.urandom(2 << 20))})
    stand_in.faults.expired["big.bin"] = 1
    report = scan("hf://org/name")
    assert [one.complete for one in report.examined] in ([True], [False])
    assert len([one for one in stand_in.asked("hub") if "/resolve/" in one.path]) >= 2


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("whole", "sends whole files"),
        ("shifted", "asked for bytes"),
        ("changing", "changed while it was read"),
        ("moved", "is served from commit"),
        ("gone", "answered 404"),
    ],
)
def test_what_does_not_come_makes_that_file_incomplete_and_says_why(stand_in, monkeypatch, fault, reason):
    # What is got early is asked for beside what is read: which of both is refused would be chance.
    monkeypatch.setattr("scanner.sources.remote.broker.EARLY_NBYTES", 0)
    stand_in.add("org/name", {**SMALL, "big.bin": hub_server.Held(os.urandom(2 << 20))})
    getattr(stand_in.faults, fault).add("big.bin")
    report = scan("hf://org/name")
    assert report.verdict == "incomplete"
    assert [one.where.path for one in report.examined if not one.complete] == ["hf://org/name/big.bin"]
    assert any(reason in one.evidence[0].says for one in report.findings if one.rule == "artifact-unreadable")


def test_a_server_that_goes_away_during_the_scan_leaves_it_incomplete(stand_in, monkeypatch):
    stand_in.add("org/name", {f"{number}.pkl": SAFE for number in range(20)})
    after_listing(monkeypatch, lambda: setattr(stand_in, "stopped", True))
    report = scan("hf://org/name")
    assert report.verdict == "incomplete"
    assert not any(one.complete for one in report.examined)


def test_a_repository_that_is_not_there_says_what_to_do(stand_in, monkeypatch):
    stand_in.add("org/private", SMALL, private=True)
    assert "check the name, or log in" in said("hf://org/nothing")
    assert "check the name, or log in" in said("hf://org/private")
    monkeypatch.setenv("HF_TOKEN", stand_in.token)
    assert "what the token may read" in said("hf://org/nothing")
    assert scan("hf://org/private").verdict == "pass"
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    assert "does not know the token" in said("hf://org/private")


def test_a_gated_repository_says_how_to_get_in(stand_in, monkeypatch):
    repository = stand_in.add("org/name", SMALL, gated="manual")
    assert "gated; ask for access on its page and log in" in said("hf://org/name")
    monkeypatch.setenv("HF_TOKEN", stand_in.token)
    assert scan("hf://org/name").verdict == "pass"
    repository.admits = False
    message = said("hf://org/name")
    assert message.endswith("gated; ask for access on its page")
    assert stand_in.token not in message


def test_a_disabled_repository_and_an_unknown_revision_are_said(stand_in):
    stand_in.add("org/name", SMALL)
    stand_in.add("org/off", SMALL, disabled=True)
    assert "there is no revision v9" in said("hf://org/name@v9")
    assert "has disabled" in said("hf://org/off")


def test_an_endpoint_that_is_none_is_said(stand_in, monkeypatch):
    stand_in.add("org/name", SMALL)
    stand_in.faults.busy[""] = 9
    assert "asks for patience (429)" in said("hf://org/name")
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    assert "check the network" in said("hf://org/name")
    monkeypatch.setattr(constants, "ENDPOINT", stand_in.elsewhere)
    assert "hf://org/name" in said("hf://org/name")


def test_a_client_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    assert "pip install 'modelassay[hub]'" in said("hf://org/name")


def test_full_downloads_and_reads_all_of_it_under_the_same_names(stand_in):
    stand_in.add("org/name", {**SMALL, "big.bin": hub_server.Held(os.urandom(2 << 20))})
    report = scan("hf+full://org/name")
    assert report.verdict == "pass"
    assert {one.where.path for one in report.examined} == {f"hf://org/name/{name}" for name in (*SMALL, "big.bin")}
    assert all(one.bytes_examined == one.size and one.sha256 for one in report.examined)
    asked = len(stand_in.asked())
    assert scan("hf+full://org/name").verdict == "pass"
    assert not [one for one in stand_in.asked()[asked:] if one.method == "GET" and "/resolve/" in one.path]


def test_full_finds_a_broken_download_that_the_client_keeps(stand_in):
    content = os.urandom(2 << 20)
    stand_in.add("org/name", {"big.bin": hub_server.Held(b"EVIL" + content[4:], listed=content)})
    report = scan("hf+full://org/name")
    assert "store-content-differs" in rules(report)
    assert report.verdict == "fail"


def test_offline_reads_the_cache_and_asks_nobody(stand_in, monkeypatch):
    stand_in.add("org/name", SMALL)
    scan("hf+full://org/name")
    asked = len(stand_in.asked())
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    report = scan("hf://org/name")
    assert report.verdict == "pass"
    assert {one.where.path for one in report.examined} == {f"hf://org/name/{name}" for name in SMALL}
    assert len(scan("hf://org/name/sub").examined) == 1
    assert "no nothing in the cache" in said("hf://org/name/nothing")
    assert "unset HF_HUB_OFFLINE" in said("hf://org/other")
    assert len(stand_in.asked()) == asked


def test_a_cache_that_does_not_know_its_files_says_so(stand_in, monkeypatch, tmp_path):
    stand_in.add("org/name", SMALL)
    scan("hf+full://org/name")
    for one in (tmp_path / "cache").rglob("trees/*.json"):
        one.unlink()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub._tree_cache._IN_MEMORY_TREE_CACHE", {})
    report = scan("hf://org/name")
    assert any("does not say which files" in one.evidence[0].says for one in report.findings)


def test_half_a_download_is_no_snapshot(stand_in, monkeypatch, tmp_path):
    stand_in.add("org/name", SMALL)
    scan("hf+full://org/name")
    next((tmp_path / "cache").rglob("a.pkl")).unlink()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert "only a part" in said("hf://org/name")


def run(stand_in, tmp_path, *line):
    env = {**os.environ, "HF_ENDPOINT": stand_in.endpoint, "HF_HOME": str(tmp_path), "HF_TOKEN": stand_in.token}
    return subprocess.run(
        [sys.executable, "-m", "scanner", *line],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )


def test_the_command_scans_an_address_and_says_so_in_sarif(stand_in, tmp_path):
    stand_in.add("org/name", {**SMALL, "bad.pkl": HOSTILE})
    done = run(stand_in, tmp_path, "scan", "hf://org/name@main", "--format", "sarif")
    assert (done.returncode, done.stderr) == (1, "")
    artifacts = json.loads(done.stdout)["runs"][0]["artifacts"]
    assert {"uri": "hf://org/name%40main/bad.pkl"} in [one["location"] for one in artifacts]
    assert stand_in.token not in done.stdout
    assert run(stand_in, tmp_path, "scan", "hf://org/name/a.pkl", "--full", "-q").returncode == 0
    gone = run(stand_in, tmp_path, "scan", "hf://org/gone")
    assert (gone.returncode, gone.stdout, gone.stderr.count("\n")) == (2, "", 1)


def test_the_command_inspects_a_file_of_the_hub(stand_in, tmp_path):
    stand_in.add("org/name", large.shards(1, 1))
    done = run(stand_in, tmp_path, "inspect", "hf://org/name/model-00001-of-00001.safetensors")
    assert done.returncode == 0, done.stderr
    assert "model.layers.0.mlp.up_proj.weight" in done.stdout
