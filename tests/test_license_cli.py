"""`assay license`, from files to the words that are printed: each fault and its benign twin, end to end."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scanner.cli.application import application

APACHE = (Path(__file__).parent.parent / "LICENSE").read_text(encoding="utf-8")
LLAMA = "meta-llama/Llama-3.1-8B"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch) -> None:
    """Stand in an empty folder, so that no policy is found above it."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)


def card(words="", **keys):
    lines = [f"{key}: {json.dumps(value)}" for key, value in keys.items()]
    return "\n".join(("---", *lines, "---", "# About this model", "", "It answers questions.", "", words, ""))


def write(files):
    for path, content in files.items():
        file = Path("hub", path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")


def asked(*options):
    line = ["license", "hub", "--jobs", "1", *options]
    result = CliRunner().invoke(application("license"), line, standalone_mode=False)
    return result.return_value, result.stdout


def forbidden(files, *options):
    """Return the kinds of what forbids, by the JSON document; its exit code says the same."""
    write(files)
    code, printed = asked("--json", *options)
    document = json.loads(printed)
    assert "no legal advice" in document["advice"]
    bars = [bar for one in document["repositories"] for bar in one["forbids"]]
    assert all(bar["clause"] and bar["source"].startswith("http") for bar in bars)
    assert (code == 1) is bool(bars)
    return [bar["kind"] for bar in bars]


def due(files, duty):
    write(files)
    _, printed = asked("--json")
    return {
        (one["state"], one["satisfied_by"])
        for repository in json.loads(printed)["repositories"]
        for one in repository["must"]
        if one["duty"] == duty and one["relation"] != "own"
    }


PARENT = "them/base/README.md"
CHILD = "me/mine/README.md"
POLICY = '[profiles.product]\ncommercial = true\nregions = ["DE"]\nmonthly_users = 800_000_000\nrevenue = 2_000_000\n'
SMALL = '[profiles.product]\ncommercial = true\nregions = ["US"]\nmonthly_users = 1000\nrevenue = 1000\n'


def test_a_restricted_base_relabelled_as_permissive_is_forbidden():
    assert forbidden({CHILD: card(license="apache-2.0", base_model=LLAMA)}) == ["relabelled"]
    assert forbidden({CHILD: card(license="llama3.1", base_model=LLAMA)}) == []


def test_noncommercial_data_is_forbidden_for_trade_where_the_profile_is_strict():
    Path("assay.toml").write_text("[profiles.product]\ncommercial = true\nstrict_data = true\n", encoding="utf-8")
    data = {PARENT: card(license="cc-by-nc-4.0", task_categories=["text-generation"])}
    child = {CHILD: card(license="mit", datasets=["them/base"])}
    assert "commercial" in forbidden({**data, **child}, "--profile", "product")
    free = {PARENT: card(license="cc0-1.0", task_categories=["text-generation"])}
    assert forbidden({**free, **child}, "--profile", "product") == []


def test_noncommercial_terms_of_the_model_itself_are_forbidden_for_trade():
    assert forbidden({CHILD: card(license="cc-by-nc-4.0")}, "--profile", "commercial") == ["commercial"]
    assert forbidden({CHILD: card(license="cc-by-nc-4.0")}, "--profile", "research") == []
    assert forbidden({CHILD: card(license="cc-by-nc-4.0")}) == []


def test_a_share_alike_parent_is_kept_or_forbids():
    parent = {PARENT: card(license="cc-by-sa-4.0")}
    assert forbidden({**parent, CHILD: card(license="mit", base_model="them/base")}) == ["share-alike"]
    assert forbidden({**parent, CHILD: card(license="cc-by-sa-4.0", base_model="them/base")}) == []


def test_two_licences_that_a_merge_cannot_satisfy_are_forbidden():
    pair = [LLAMA, "meta-llama/Llama-3.3-70B-Instruct"]
    assert "merge" in forbidden({CHILD: card(license="llama3.1", base_model=pair, base_model_relation="merge")})
    pair = [LLAMA, "meta-llama/Llama-3.1-8B-Instruct"]
    assert forbidden({CHILD: card(license="llama3.1", base_model=pair, base_model_relation="merge")}) == []


def test_outputs_that_may_not_train_others_are_forbidden():
    link = "Written by [it](https://huggingface.co/meta-llama/Llama-2-70b-hf)."
    keys = {"license": "mit", "task_categories": ["text-generation"], "tags": ["synthetic"]}
    child = {CHILD: card(license="mit", datasets=["them/base"])}
    assert forbidden({PARENT: card(link, **keys), **child}) == ["outputs"]
    assert forbidden({PARENT: card("Written by people.", **keys), **child}) == []


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        ({"license": "other", "license_name": "tencent-hunyuan-3d-2.0"}, "region"),
        ({"license": "llama3.1"}, "users"),
        ({"license": "other", "license_name": "stability-ai-community"}, "revenue"),
    ],
)
def test_a_bound_of_the_licence_is_compared_with_the_profile(keys, kind):
    Path("assay.toml").write_text(POLICY, encoding="utf-8")
    assert kind in forbidden({CHILD: card(**keys)}, "--profile", "product")
    Path("assay.toml").write_text(SMALL, encoding="utf-8")
    assert forbidden({CHILD: card(**keys)}, "--profile", "product") == []


def test_a_missing_notice_is_said_and_its_file_where_it_is_there():
    parent = {PARENT: card(license="apache-2.0"), "them/base/NOTICE": "Example\nCopyright 2024 Example\n"}
    child = {CHILD: card(license="mit", base_model="them/base")}
    assert due({**parent, **child}, "notice-file") == {("missing", "")}
    assert due({"me/mine/NOTICE": "Example\nCopyright 2024 Example\n"}, "notice-file") == {
        ("met", "hub/me/mine/NOTICE")
    }


def test_an_unmet_naming_duty_is_said():
    base = card(license="llama3.1", base_model=LLAMA).replace("# About this model", "# Mine-Chat-8B")
    assert due({CHILD: base}, "name-prefix") == {("missing", "")}
    assert due({CHILD: base.replace("Mine-Chat", "Llama-Mine")}, "name-prefix") == {("met", f"hub/{CHILD}")}


def test_words_to_display_are_found_in_the_card():
    keys = {"license": "llama3.1", "base_model": LLAMA}
    assert due({CHILD: card(**keys)}, "display") == {("missing", "")}
    assert due({CHILD: card("Built with Llama.", **keys)}, "display") == {("met", f"hub/{CHILD}")}


def test_the_account_says_what_may_and_must_be_done_with_clause_and_source():
    write({CHILD: card(license="apache-2.0", base_model=LLAMA), "me/mine/LICENSE": APACHE})
    code, printed = asked()
    assert code == 1
    assert "commercial use: limited  [LicenseRef-llama3.1 of meta-llama/Llama-3.1-8B, 1.b.i" in printed
    assert 'display "Built with Llama": missing' in printed
    assert "forbidden" in printed
    assert "LicenseRef-llama3.1: https://" in printed
    assert printed.count("no legal advice") == 1


def test_what_is_not_known_is_exit_3_and_said():
    write({CHILD: card(license="mit", base_model="someone/unheard-of")})
    code, printed = asked()
    assert code == 3
    assert "someone/unheard-of" in printed
    write({CHILD: card(pipeline_tag="x")})
    code, printed = asked()
    assert code == 3
    assert "none is stated" in printed


def test_nothing_that_speaks_of_a_licence_is_exit_3():
    write({"notes.json": "{}"})
    code, printed = asked()
    assert code == 3
    assert "nothing is known of a licence" in printed


def test_a_licence_that_allows_the_use_is_exit_0():
    write({CHILD: card(license="apache-2.0"), "me/mine/LICENSE": APACHE})
    assert asked("--profile", "commercial")[0] == 0


def test_an_unknown_profile_is_refused_with_those_there_are():
    write({CHILD: card(license="mit")})
    result = CliRunner().invoke(application("license"), ["license", "hub", "--profile", "comercial"])
    assert "did you mean commercial?" in str(result.exception)


def test_a_hostile_name_does_not_reach_the_terminal():
    write({CHILD: card(license="other", license_name="x\x1b[31m\u202e", base_model="a/b")})
    _, printed = asked()
    assert "\x1b" not in printed
    assert "\u202e" not in printed
