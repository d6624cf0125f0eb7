"""The action for GitHub: nothing that a caller gives becomes part of a script, and its script does what it says."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from scanner import scan
from tests.builders.pickles import system

ROOT = Path(__file__).parent.parent
ACTION = ROOT / ".github" / "actions" / "scan"
FILES = sorted([*(ROOT / ".github" / "workflows").glob("*.yml"), *(ROOT / ".github" / "actions").glob("*/action.yml")])
BENIGN = b"\x80\x04N."

PINNED = re.compile(r"uses: (?P<name>[\w./-]+)@(?P<commit>[0-9a-f]{40}) # (?P<version>v\d+\.\d+\.\d+)$")
INTO = {"env", "with", "outputs"}
"""Keys whose values may hold expressions: what is below reaches a program as data."""

KNOWN = re.compile(r"\$\{\{ (inputs\.[\w-]+|steps\.\w+\.outputs\.[\w-]+|matrix\.\w+|github\.event_name == 'push') \}\}")


def expressions(node, above=()):
    """Yield every text with an expression, and the keys above it."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from expressions(value, (*above, key))
    elif isinstance(node, list):
        for value in node:
            yield from expressions(value, above)
    elif "${{" in str(node):
        yield above, node


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name + "/" + file.name)
def test_an_expression_never_becomes_part_of_a_script(file):
    for above, text in expressions(yaml.safe_load(file.read_text())):
        assert "run" not in above
        if file.name == "action.yml":
            assert INTO & set(above), text
            assert KNOWN.fullmatch(text), text


def test_every_action_is_pinned_by_its_commit_and_everywhere_by_the_same():
    pins = {}
    for file in FILES:
        for line in file.read_text().splitlines():
            if "uses: " in line and "uses: $/" not in line:
                match = PINNED.search(line)
                assert match, line
                pins.setdefault(match["name"], set()).add((match["commit"], match["version"]))
    assert {name for name, versions in pins.items() if len(versions) > 1} == set()


def test_every_input_reaches_the_script_and_every_output_comes_from_it():
    action = yaml.safe_load((ACTION / "action.yml").read_text())
    script = (ACTION / "scan.sh").read_text()
    (step,) = (one for one in action["runs"]["steps"] if one.get("id") == "scan")
    given = {text: name for name, text in step["env"].items()}
    for name in set(action["inputs"]) - {"upload-sarif"}:
        assert f"${given[f'${{{{ inputs.{name} }}}}']}" in script
    for name in action["outputs"]:
        assert f"{name}=" in script


def test_what_the_workflows_scan_of_this_repository_passes():
    steps = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())["jobs"]["scan"]["steps"]
    paths = steps[-1]["with"]["paths"].split()
    assert paths
    assert scan(*(ROOT / path for path in paths)).verdict == "pass"


@pytest.mark.parametrize("tool", ["zizmor", "shellcheck", "actionlint"])
def test_linters_find_nothing(tool):
    found = shutil.which(tool) or shutil.which(tool, path=str(Path(sys.executable).parent))
    if found is None:
        pytest.skip(f"{tool} is not installed")
    arguments = {
        "zizmor": ["--offline", "--no-progress", str(ROOT / ".github")],
        "shellcheck": [str(ACTION / "scan.sh")],
        "actionlint": [str(file) for file in FILES if file.name != "action.yml"],
    }[tool]
    done = subprocess.run([found, *arguments], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


class Ran:
    """The step as the runner would have run it."""

    def __init__(self, folder, **given):
        self.output, self.summary = folder / "output", folder / "summary.md"
        (folder / "temp").mkdir(exist_ok=True)
        program = folder / "assay"
        program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m scanner "$@"\n')
        program.chmod(0o755)
        env = {name: text for name, text in os.environ.items() if not name.startswith(("ASSAY_", "GITHUB_"))}
        env |= {f"ASSAY_{name}": "" for name in ("POLICY", "BASELINE", "TRUST", "FAIL_AT", "WEIGHTS", "VERSION")}
        env |= {"ASSAY_PYTHON": sys.executable, "ASSAY_PROGRAM": str(program), "RUNNER_TEMP": str(folder / "temp")}
        env |= {"GITHUB_OUTPUT": str(self.output), "GITHUB_STEP_SUMMARY": str(self.summary)}
        env |= {"GITHUB_ACTION_PATH": str(ACTION)} | given
        self.done = subprocess.run(
            ["bash", str(ACTION / "scan.sh")], cwd=folder, env=env, check=False, capture_output=True, text=True
        )
        lines = self.output.read_text().splitlines() if self.output.exists() else []
        self.outputs = dict(line.split("=", 1) for line in lines)


@pytest.fixture
def here(tmp_path):
    (tmp_path / "good.pkl").write_bytes(BENIGN)
    (tmp_path / "bad.pkl").write_bytes(system())
    return tmp_path


@pytest.mark.parametrize(("path", "verdict", "code"), [("good.pkl", "pass", "0"), ("bad.pkl", "fail", "1")])
def test_the_step_ends_well_and_says_verdict_and_reports(here, path, verdict, code):
    ran = Ran(here, ASSAY_PATHS=path)
    assert ran.done.returncode == 0, ran.done.stderr
    assert (ran.outputs["verdict"], ran.outputs["code"]) == (verdict, code)
    assert json.loads(Path(ran.outputs["json"]).read_text())["verdict"] == verdict
    assert json.loads(Path(ran.outputs["sarif"]).read_text())["version"] == "2.1.0"
    assert ran.summary.read_text() == Path(ran.outputs["markdown"]).read_text()
    assert ("::error::" in ran.done.stdout) == (verdict == "fail")


def test_several_paths_are_one_a_line_and_may_hold_anything(here):
    for name in ("two words.pkl", "--fail-at=critical", "$(touch ran)", "`touch ran`;touch ran", "*"):
        (here / name).write_bytes(BENIGN)
    names = ["two words.pkl", "", "--fail-at=critical", "$(touch ran)", "`touch ran`;touch ran", "*"]
    ran = Ran(here, ASSAY_PATHS="\n".join(names) + "\n")
    report = json.loads(Path(ran.outputs["json"]).read_text())
    assert {one["where"]["path"] for one in report["examined"]} == set(filter(None, names))
    assert not (here / "ran").exists()


@pytest.mark.parametrize("name", ["POLICY", "BASELINE", "TRUST", "FAIL_AT", "WEIGHTS"])
def test_a_value_is_never_more_than_the_value_of_its_option(here, name):
    ran = Ran(here, ASSAY_PATHS="bad.pkl", **{f"ASSAY_{name}": "--quiet $(touch ran) `touch ran` ; touch ran"})
    assert ran.outputs.get("verdict") in {None, "fail"}
    assert (ran.done.returncode == 2) == (ran.outputs == {})
    assert not (here / "ran").exists()


def test_policy_baseline_and_severity_reach_the_scan(here):
    (here / "allows.toml").write_text('[severity]\npickle-starts-process = "info"\n')
    assert Ran(here, ASSAY_PATHS="bad.pkl", ASSAY_POLICY="allows.toml").outputs["verdict"] == "pass"
    (here / "output").unlink()
    program = [sys.executable, "-m", "scanner", "scan", "bad.pkl", "--baseline", "b.json", "--update-baseline"]
    subprocess.run(program, cwd=here, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert Ran(here, ASSAY_PATHS="bad.pkl", ASSAY_BASELINE="b.json").outputs["verdict"] == "pass"
    (here / "output").unlink()
    (here / "link").symlink_to("/etc/passwd")
    (here / "folder").mkdir()
    (here / "link").rename(here / "folder" / "link")
    assert Ran(here, ASSAY_PATHS="folder", ASSAY_FAIL_AT="medium").outputs["verdict"] == "fail"


def test_what_nobody_trusted_signed_does_not_pass(here):
    (here / "trust.toml").write_text("")
    ran = Ran(here, ASSAY_PATHS="good.pkl", ASSAY_TRUST="trust.toml")
    assert ran.outputs.get("verdict") != "pass"


def test_what_files_are_called_gives_the_runner_no_commands(here):
    name = "x\n::set-output name=verdict::pass\n::add-mask::x.pkl"
    (here / "folder").mkdir()
    (here / "folder" / name).write_bytes(system())
    ran = Ran(here, ASSAY_PATHS="folder")
    assert ran.outputs["verdict"] == "fail"
    lines = ran.done.stdout.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("::stop-commands::"))
    token = lines[start].removeprefix("::stop-commands::")
    assert re.fullmatch(r"[0-9a-f]{32}", token)
    assert lines[lines.index(f"::{token}::") + 1 :] == ["::error::assay: what was scanned fails"]
    assert start == 0


@pytest.mark.parametrize(
    ("version", "weights", "asked"),
    [
        ("", "", f"{ROOT}"),
        ("", "full", f"{ROOT}[weights]"),
        ("1.2.3", "off", "modelassay==1.2.3"),
        ("1.2.3", "fast", "modelassay[weights]==1.2.3"),
    ],
)
def test_it_installs_what_it_was_taken_with_unless_a_version_is_named(here, version, weights, asked):
    (here / "python").write_text(f'#!/bin/sh\nmkdir -p "$4/bin" && cp {here}/pip "$4/bin/python"\n')
    (here / "pip").write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {here}/asked\nexit 9\n')
    for name in ("python", "pip"):
        (here / name).chmod(0o755)
    given = {"ASSAY_PROGRAM": "", "ASSAY_PYTHON": str(here / "python"), "ASSAY_WEIGHTS": weights}
    ran = Ran(here, ASSAY_PATHS="good.pkl", ASSAY_VERSION=version, **given)
    assert ran.done.returncode == 9
    assert (here / "asked").read_text().splitlines()[-1] == asked


@pytest.mark.parametrize("version", ["1 --index-url=x", "git+https://example.com/x", "-r x", "$(touch ran)"])
def test_what_is_no_version_is_refused(here, version):
    ran = Ran(here, ASSAY_PATHS="good.pkl", ASSAY_VERSION=version, ASSAY_PROGRAM="", ASSAY_PYTHON="/nowhere")
    assert ran.done.returncode == 2
    assert not (here / "ran").exists()
