"""Folders with a base, for who compares a model with it."""

import pytest

from tests.builders import deltas
from tests.compare.cases import PLAIN


@pytest.fixture
def folders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def put(name, raw, file="model.safetensors"):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / file).write_bytes(raw)

    put("base", deltas.file_of(PLAIN))
    return put
