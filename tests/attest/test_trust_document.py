"""What `.github/TRUST.md` tells works as it is told."""

import json
import re
import shlex
from pathlib import Path

import pytest

from scanner.cli import main
from tests.builders import bundles

TEXT = (Path(__file__).parents[2] / ".github" / "TRUST.md").read_text(encoding="utf-8")


def blocks(kind):
    return re.findall(rf"```{kind}\n(.*?)```", TEXT, re.DOTALL)


def test_its_commands_work_one_after_the_other(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSAY_PASSPHRASE", "correct horse")
    bundles.lay(tmp_path / "models" / "mine", {"config.json": b"{}", "sub/notes.txt": b"hello\n"})
    (policy,) = blocks("toml")
    (tmp_path / "trust.toml").write_text(policy)
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    assert len(lines) > 5
    for line in lines:
        program, *words = shlex.split(line)
        assert program == "assay"
        assert main(words) == 0, (line, capsys.readouterr())
    assert json.loads((tmp_path / "decision.json").read_text())["rule"].startswith("rule 1")


@pytest.mark.parametrize("key", ["trusted_root_fetched", "revoked_at", "base_models", "verifier", "transparency_log",
    "subset", "required_files",
])  # fmt: skip
def test_it_names_keys_that_the_reader_of_policies_knows(key):
    folder = Path(__file__).parents[2] / "scanner" / "attest"
    readers = [(folder / f"{name}.py").read_text(encoding="utf-8") for name in ("trust_file", "trust_signers")]
    assert key in TEXT
    assert any(f'"{key}"' in reader for reader in readers)
