"""What `assay init` writes is understood, works, and never takes the place of anything."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from scanner import cli, pack, policy_file
from scanner.cli import init, plain
from scanner.policy import DEFAULT, Waiver
from scanner.version import VERSION
from tests.builders.pickles import system

OWN, HOOKS = "assay.toml", ".pre-commit-config.yaml"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    folder = tmp_path / "repository"
    (folder / ".git").mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def run(capsys, *arguments, code=0):
    assert cli.main(["init", *arguments]) == code
    printed = capsys.readouterr()
    return printed.out if code == 0 else printed.err


def hook():
    ((one,),) = ([*repo["hooks"]] for repo in yaml.safe_load(Path(HOOKS).read_text())["repos"])
    return one


def test_it_writes_both_and_names_the_next_command(capsys):
    said = run(capsys)
    assert said.index(f"wrote {OWN}") < said.index(f"wrote {HOOKS}") < said.index("next:")
    assert "assay scan . --policy assay.toml" in said
    assert "pre-commit install" in said


def test_the_next_command_works(capsys):
    run(capsys)
    assert cli.main(["scan", ".", "--policy", OWN, "-q"]) == 0
    Path("model.pkl").write_bytes(system())
    assert cli.main(["scan", ".", "--policy", OWN, "-q"]) == 1


def test_the_policy_says_what_holds_without_one(capsys):
    run(capsys)
    policy = policy_file.load(Path(OWN))
    assert (policy.fail_at, policy.min_confidence, policy.exclude) == (DEFAULT.fail_at, DEFAULT.min_confidence, ())
    assert policy.waivers == ()


def test_what_stands_in_its_comments_is_understood(capsys):
    run(capsys)
    lines = Path(OWN).read_text().splitlines()
    Path(OWN).write_text("\n".join(re.sub(r"^# (?=\[|\w+(-\w+)* = )", "", line) for line in lines))
    policy = policy_file.load(Path(OWN))
    assert policy.severity
    assert isinstance(policy.waivers[0], Waiver)
    policy_file.check_rules(policy, pack.load().ids)


def test_the_hook_is_that_of_the_manifest(capsys):
    run(capsys)
    manifest = yaml.safe_load((Path(__file__).parent.parent / ".pre-commit-hooks.yaml").read_text())
    (ours,) = (one for one in manifest if one["id"] == "assay-scan")
    mine = hook()
    for key in ("id", "entry", "language", "types", "types_or", "require_serial", "stages"):
        assert mine[key] == ours[key]
    assert mine["args"] == ["--policy", OWN, "--"]
    assert mine["additional_dependencies"] == [f"modelassay=={VERSION}"]
    line = [*mine["entry"].split()[1:], *mine["args"], "a.pkl", "-x"]
    assert plain.understood(line) == {"paths": ["index:a.pkl", "index:-x"], "policy": OWN}


def test_a_second_time_nothing_changes(capsys):
    run(capsys)
    before = {name: Path(name).read_bytes() for name in (OWN, HOOKS)}
    said = run(capsys)
    assert "wrote" not in said
    assert "next:" in said
    assert {name: Path(name).read_bytes() for name in (OWN, HOOKS)} == before


def test_hooks_that_are_there_stay_and_what_to_add_is_printed(capsys):
    theirs = "repos:\n  - repo: https://example.com/hooks\n    rev: v1\n    hooks: [{id: other}]\n"
    Path(HOOKS).write_text(theirs)
    said = run(capsys)
    assert Path(HOOKS).read_text() == theirs
    added = said[said.index("  - repo: local") : said.index("next:")]
    Path(HOOKS).write_text(theirs + added)
    assert yaml.safe_load(Path(HOOKS).read_text())["repos"][1]["hooks"][0]["id"] == "assay-scan"
    assert "it has the hook" in run(capsys)


@pytest.mark.parametrize("name", [OWN, "pyproject.toml"])
def test_a_policy_that_is_there_stays_and_is_the_hooks(capsys, name):
    text = 'fail_at = "medium"\n' if name == OWN else '[tool.assay]\nfail_at = "medium"\n'
    Path(name).write_text(text)
    assert f"kept  {name}" in run(capsys)
    assert Path(name).read_text() == text
    assert hook()["args"] == ["--policy", name, "--"]
    assert name == OWN or not Path(OWN).exists()


def test_from_a_folder_below_it_writes_at_the_top(here, capsys, monkeypatch):
    (here / "sub").mkdir()
    monkeypatch.chdir("sub")
    assert f"cd {here} && assay scan" in run(capsys)
    assert (here / OWN).exists()
    assert not (here / "sub" / OWN).exists()


def test_a_named_folder_is_the_one_that_is_meant(here, capsys, monkeypatch):
    monkeypatch.chdir(here.parent)
    run(capsys, "repository")
    assert (here / OWN).exists()
    assert (here / HOOKS).exists()


def test_without_a_repository_there_is_no_hook(tmp_path, capsys, monkeypatch):
    folder = tmp_path / "plain"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert f"no {HOOKS}" in run(capsys)
    assert [path.name for path in folder.iterdir()] == [OWN]


@pytest.mark.parametrize("name", [OWN, HOOKS])
def test_nothing_is_written_through_a_link(tmp_path, capsys, name):
    Path(name).symlink_to(tmp_path / "elsewhere")
    assert name in run(capsys, code=2)
    assert not (tmp_path / "elsewhere").exists()


def test_hooks_that_cannot_be_read_are_one_line(capsys):
    Path(HOOKS).write_bytes(b"\xff\xfe")
    assert "cannot be read" in run(capsys, code=2)


def test_a_folder_that_is_not_there_is_one_line(capsys):
    assert "no such folder" in run(capsys, "nothing", code=2)


def test_a_folder_with_odd_signs_is_quoted_in_the_next_command(here, capsys):
    odd = here.parent / "two words"
    odd.mkdir()
    said = run(capsys, str(odd))
    line = next(line for line in said.splitlines() if "assay scan" in line)
    seen = subprocess.run(
        ["sh", "-c", line.partition(" && ")[0] + " && pwd"], capture_output=True, text=True, check=True
    )
    assert seen.stdout.strip() == str(odd)
    assert init.HOOK not in said
