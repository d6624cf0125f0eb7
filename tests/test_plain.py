"""A line that is understood without Typer means what Typer takes it for."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.cli import application, plain, scanning
from scanner.usage import UsageError

VALUES = ["high", "low", "medium", "3", "0", "-1", "007", "x", "", "text", "json=a.json", "-", "--quiet", "²"]
DEFAULTS = dict(scanning.scan.__kwdefaults__)
WORDS = [*plain.FLAGS, *plain.VALUES, *VALUES, "a.pkl", "models/", "--jobs=3", "-qv", "--", "--help", "--nothing", "-x"]


def typer(line, monkeypatch):
    """Return what Typer would call `scan` with, or None where it calls nothing."""
    asked = []
    monkeypatch.setattr(scanning, "scan", lambda paths, **options: asked.append({"paths": paths, **options}) or 0)
    try:
        application.run(line)
    except UsageError:
        return None
    return asked[0] if asked else None


def agree(line):
    understood = plain.understood(line)
    with pytest.MonkeyPatch.context() as patch:
        meant = typer(line, patch)
    if understood is None:
        return True
    return meant is not None and _said(meant) == understood


def _said(meant):
    """Leave out what stands for an option that was not given."""
    return {key: value for key, value in meant.items() if value not in (None, False, []) and value != DEFAULTS.get(key)}


@given(st.lists(st.sampled_from(WORDS), max_size=5))
def test_what_is_understood_is_what_typer_understands(words):
    assert agree(["scan", *words])


@pytest.mark.parametrize(
    "line",
    [
        "scan a.pkl",
        "scan a.pkl b.pkl --quiet",
        "scan - -v",
        "scan --staged -- a -x --",
        "scan --jobs 2 a --fail-at medium --min-confidence low --digest",
        "scan a --format json --output a.json --policy p.toml --baseline b.json --update-baseline",
    ],
)
def test_usual_lines_are_understood(line):
    assert plain.understood(line.split()) is not None
    assert agree(line.split())


@pytest.mark.parametrize(
    "line",
    ["", "scan", "explain a.pkl", "scan --help", "scan a --jobs", "scan a --jobs 0", "scan a --output a --output b"],
)
def test_what_is_not_plain_is_left_to_typer(line):
    assert plain.understood(line.split()) is None


def test_a_plain_scan_does_not_load_typer(tmp_path):
    (tmp_path / "a.pkl").write_bytes(b"\x80\x04N.")
    code = f"""import sys
from scanner.cli import main
main(["scan", {str(tmp_path)!r}, "-q"])
print("typer" in sys.modules)"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
