"""The recipes hold: what they call exists, what they promise is in them, and a scan passes them."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from scanner import scan, writers
from scanner.cli import scan as verb
from scanner.version import VERSION

ROOT = Path(__file__).parent.parent
RECIPES = ROOT / ".github" / "recipes"
GITLAB, JENKINS, DOCKER = RECIPES / "gitlab-ci.yml", RECIPES / "Jenkinsfile", RECIPES / "Dockerfile"
KUBERNETES = RECIPES / "kubernetes.yaml"
TEXTS = [*sorted(RECIPES.iterdir()), ROOT / ".github" / "actions" / "scan" / "scan.sh"]

INSTRUCTIONS = re.compile(r"(?m)^([A-Z]+) (.+)$")


@pytest.mark.parametrize("file", [file for file in TEXTS if file.is_file()], ids=lambda file: file.name)
def test_a_scan_passes_it(file):
    assert scan(file).verdict == "pass"


@pytest.mark.parametrize("file", [file for file in TEXTS if file.is_file()], ids=lambda file: file.name)
def test_options_and_writers_that_it_names_exist(file):
    text = file.read_text()
    known = set(writers.discover())
    assert set(re.findall(r"--output[ =](\w+)=", text)) <= known
    options = {"output", *verb.scan.__kwdefaults__, "format", "trust"}
    named = {option.replace("-", "_") for line in text.splitlines() if "assay scan" in line or "options+=" in line
             for option in re.findall(r"--([a-z][a-z-]+)", line.partition("assay scan")[2] or line)}  # fmt: skip
    assert named <= options


@pytest.mark.parametrize("file", [GITLAB, JENKINS], ids=lambda file: file.name)
def test_it_installs_this_version(file):
    assert re.search(rf"ASSAY_VERSION\s*[:=]\s*['\"]{re.escape(VERSION)}['\"]", file.read_text())


def test_gitlab_is_given_the_reports_that_are_written():
    (job,) = yaml.safe_load(GITLAB.read_text()).values()
    words = shlex.split(job["script"][0])
    written = {value.partition("=")[0]: value.partition("=")[2] for value in words if "=" in value}
    assert job["artifacts"]["reports"] == {name: written[name] for name in ("codequality", "junit")}
    assert job["artifacts"]["when"] == "always"
    assert job["allow_failure"] is False


def test_jenkins_writes_no_variable_into_a_line():
    lines = [line for line in JENKINS.read_text().splitlines() if line.strip().startswith("sh ")]
    assert len(lines) == 2
    assert all(re.fullmatch(r"\s*sh '[^']+'", line) for line in lines)


def test_the_container_runs_without_root():
    instructions = INSTRUCTIONS.findall(DOCKER.read_text())
    last = [text for name, text in instructions if name == "USER"][-1]
    assert last.partition(":")[0] not in {"0", "root"}
    assert [name for name, _ in instructions][-2:] == ["ENTRYPOINT", "CMD"]
    assert "--network none" in DOCKER.read_text()


def test_only_what_fetches_the_model_may_write_it_and_the_scan_comes_next():
    spec = yaml.safe_load(KUBERNETES.read_text())["spec"]
    fetch, assay = spec["initContainers"]
    assert assay["args"][0] == "scan"
    for one in (fetch, assay, *spec["containers"]):
        confined = one["securityContext"]
        assert confined["readOnlyRootFilesystem"]
        assert confined["capabilities"] == {"drop": ["ALL"]}
        (mount,) = (mount for mount in one["volumeMounts"] if mount["name"] == "model")
        assert mount.get("readOnly", False) == (one is not fetch)


def test_the_page_names_every_recipe_and_the_pin_of_the_workflows():
    page = (RECIPES / "README.md").read_text()
    for file in RECIPES.iterdir():
        assert file.name == "README.md" or f"]({file.name})" in page
    (pin,) = re.findall(r"actions/checkout@[0-9a-f]{40} # v[\d.]+", page)
    assert pin in (ROOT / ".github" / "workflows" / "ci.yml").read_text()
    inputs = yaml.safe_load((ROOT / ".github" / "actions" / "scan" / "action.yml").read_text())
    for name in [*inputs["inputs"], *inputs["outputs"]]:
        assert f"`{name}`" in page
