"""How measures run: in one pass, in a confined worker, only where they are asked for."""

import subprocess
import sys

import numpy as np
import pytest

from scanner import measures, scan
from scanner.facts import LibraryMissing
from scanner.facts.weights import TensorsLeft, WeightsMeasured
from scanner.limits import DEFAULT
from scanner.measures.passing import names
from scanner.usage import UsageError
from tests.builders.carriers import elf, gaussian, hidden, measured, safetensors


@pytest.fixture
def carrier(tmp_path):
    file = tmp_path / "model.safetensors"
    file.write_bytes(safetensors(w=hidden(gaussian(200, 256), elf(), 1, start=3)))
    return file


def found(file, weights):
    return {finding.rule for finding in scan(file, weights=weights).findings if finding.rule.startswith("weights-")}


def test_a_hidden_program_fails_the_scan_that_looks_for_it(carrier):
    assert scan(carrier, weights="full").verdict == "fail"
    assert "weights-carry-program" in found(carrier, "full")


@pytest.mark.parametrize("weights", ["off", "fast"])
def test_a_scan_that_does_not_look_finds_nothing(carrier, weights):
    assert found(carrier, weights) == set()


def test_weights_inside_an_archive_are_measured(tmp_path):
    import zipfile

    file = tmp_path / "model.zip"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("model.safetensors", safetensors(w=np.full((64, 64), np.nan, np.float32)))
    assert found(file, "fast") == {"weights-hold-no-numbers"}


def test_the_result_does_not_depend_on_what_else_is_scanned(carrier, tmp_path):
    (tmp_path / "notes.txt").write_text("nothing")
    assert found(tmp_path, "full") == found(carrier, "full")


def test_of_a_folder_the_numbers_are_looked_at_unasked(carrier):
    carrier.write_bytes(safetensors(w=np.full((64, 64), np.nan, np.float32)))
    assert {one.rule for one in scan(carrier.parent).findings} >= {"weights-hold-no-numbers"}
    assert {one.rule for one in scan(carrier).findings if one.rule.startswith("weights-")} == set()


def test_a_folder_without_tensors_imports_no_numpy(tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "notes.zip", "w") as made:
        made.writestr("notes.txt", "nothing")
    (tmp_path / "x.json").write_text("{}")
    script = (
        f"from scanner.measures import reader\nimport sys\nfrom scanner import scan\nscan({str(tmp_path)!r}, jobs=1)"
    )
    script += """
from scanner.artifact import Artifact
from scanner.limits import DEFAULT
from pathlib import Path
file = Path(sys.argv[1])
list(reader("auto").read(Artifact(path="x.zip", size=file.stat().st_size, open=lambda: file.open("rb")), DEFAULT))
print(*sys.modules)"""
    file = str(tmp_path / "notes.zip")
    loaded = subprocess.run([sys.executable, "-c", script, file], capture_output=True, text=True, check=True).stdout
    assert "numpy" not in loaded.split()


@pytest.mark.parametrize(("asked", "kind"), [("auto", TensorsLeft), ("fast", LibraryMissing)])
def test_without_numpy_that_is_said_once_where_there_are_tensors(monkeypatch, asked, kind):
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    (fact,) = measured(safetensors(a=gaussian(9), b=gaussian(9)), asked)
    assert type(fact) is kind
    assert measured(safetensors(), asked) == []


def test_a_large_file_gets_more_time():
    limits = measures.timed(DEFAULT, "fast")
    assert limits.more_seconds(15 << 30) == 960
    assert measures.timed(DEFAULT, "off").more_seconds(15 << 30) == 0


def test_a_scan_without_weights_imports_no_numpy(carrier):
    script = f"import sys\nfrom scanner import scan\nscan({str(carrier)!r})\nprint(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert "numpy" not in loaded
    assert "scanner.measures.passing" not in loaded


def test_profiles_are_names_of_modules():
    assert names("fast") == ("consistency", "residue")
    assert set(names("fast")) < set(names("full"))
    assert names("off") == ()
    assert measures.PROFILES == ("off", "fast", "full")


def test_a_profile_that_there_is_not_is_refused(carrier):
    with pytest.raises(UsageError, match="deep"):
        scan(carrier, weights="deep")


def test_how_far_was_looked_is_always_said():
    (fact,) = [one for one in measured(safetensors(a=gaussian(9), i=np.arange(4))) if type(one) is WeightsMeasured]
    assert (fact.tensors, fact.measured, fact.valued, fact.nbytes, fact.read_nbytes) == (2, 2, 2, 68, 68)
    assert (fact.share, fact.format, fact.profile) == (1.0, "safetensors", "fast")
