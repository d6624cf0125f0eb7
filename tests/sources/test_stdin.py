"""Standard input is read to its end, within its bounds, and can be opened again and again."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanner import isolate
from scanner.facts import Unreadable
from scanner.limits import Limits
from scanner.sources import stdin
from scanner.usage import UsageError

CONTENT = bytes(range(256)) * 20_000


def _twice(artifact):
    with artifact.open() as one, artifact.open() as other:
        return one.read(), other.read()


@pytest.mark.parametrize("memory_nbytes", [1, 4096, len(CONTENT), len(CONTENT) + 1])
def test_what_is_read_can_be_opened_twice(memory_nbytes):
    artifact = stdin.read(io.BytesIO(CONTENT), memory_nbytes=memory_nbytes)
    assert (artifact.path, artifact.size) == ("-", len(CONTENT))
    assert _twice(artifact) == (CONTENT, CONTENT)


def test_empty_input_is_an_empty_artifact():
    artifact = stdin.read(io.BytesIO())
    assert artifact.size == 0
    assert _twice(artifact) == (b"", b"")


def test_input_past_its_bound_is_told():
    with pytest.raises(UsageError, match="longer than 1000 bytes"):
        stdin.read(io.BytesIO(CONTENT), memory_nbytes=10, nbytes=1000)


def test_input_that_fails_is_told():
    class Failing(io.RawIOBase):
        def read(self, _=-1):
            raise OSError(5, "Input/output error")

    with pytest.raises(UsageError, match="Input/output error"):
        stdin.read(Failing())


def test_closed_input_is_told():
    code = "from scanner.sources import stdin\nstdin.read()"
    root = Path(__file__).parent.parent.parent
    done = subprocess.run(
        [sys.executable, "-c", code], preexec_fn=lambda: os.close(0), stderr=subprocess.PIPE, cwd=root, check=False
    )
    assert b"standard input is closed" in done.stderr


def test_a_spooled_input_leaves_no_file_and_no_descriptor_but_its_map(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    artifact = stdin.read(io.BytesIO(CONTENT), memory_nbytes=10)
    assert list(tmp_path.iterdir()) == []
    assert _twice(artifact)[0] == CONTENT


@pytest.mark.parametrize("memory_nbytes", [10, 1 << 30])
def test_a_worker_reads_what_its_parent_took_in(memory_nbytes):
    artifact = stdin.read(io.BytesIO(CONTENT), memory_nbytes=memory_nbytes)

    def read(one):
        yield Unreadable(where=one.at(), reason=str([len(part) for part in _twice(one)]))

    (facts,) = isolate.read_all([artifact], read, limits=Limits(), jobs=1)
    assert facts[-1].reason == f"[{len(CONTENT)}, {len(CONTENT)}]"
