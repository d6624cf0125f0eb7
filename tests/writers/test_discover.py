"""The folder of writers is their registry."""

import subprocess
import sys
from pathlib import Path

import pytest

from scanner import writers
from tests.builders import reports

ROOT = Path(__file__).parent.parent.parent


def test_every_module_that_is_no_part_of_another_is_a_writer():
    folder = ROOT / "scanner" / "writers"
    assert list(writers.discover()) == sorted(f.stem for f in folder.glob("*.py") if not f.stem.startswith("_"))


def test_every_writer_has_a_test():
    tests = {file.stem.removeprefix("test_") for file in Path(__file__).parent.glob("test_*.py")}
    assert set(writers.discover()) <= tests


@pytest.mark.parametrize("name", ["json", "sarif", "text"])
@pytest.mark.parametrize("report", [reports.failing, reports.clean, reports.incomplete, reports.hostile])
def test_the_same_report_is_written_the_same(name, report):
    write = writers.discover()[name]
    assert write(report()) == write(report())
    assert write(report()).endswith("\n")


def test_discovering_imports_no_writer():
    code = "import sys; from scanner import writers; writers.discover(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert "scanner.writers.sarif" not in loaded.split()
