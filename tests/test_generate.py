"""Texts that the code knows are what the code would write."""

import re

import pytest

from scanner import pack
from scanner.limits import DEFAULT
from tests import generate


@pytest.fixture(scope="module")
def stale() -> list[str]:
    return generate.stale()


@pytest.mark.parametrize("name", [generate.RULES, generate.SCHEMA, *generate.DOCUMENTS])
def test_the_generated_text_is_current(name, stale) -> None:
    assert (generate.ROOT / name).is_file()
    assert name not in stale


def test_stages_count_every_rule_once() -> None:
    rules = pack.load(generate.ROOT / "rules").rules
    counts = re.findall(r"\| (\d+) \| \d+, \d+ \|", generate.stage_table(rules))
    assert sum(map(int, counts)) == len(rules)


def test_bounds_are_those_of_readers_and_of_the_rest() -> None:
    table = generate.bounds()
    assert "| `depth` | 16 |" in table
    assert "| `REMOTE_FILE_NBYTES` | 256 MiB |" in table
    assert all(f"| `{name}` |" in table for name in DEFAULT.__slots__)


def test_verbs_are_found_below_verbs() -> None:
    assert {"scan", "rules", "rules sign"} <= set(generate.verbs())


def test_a_stale_text_is_named_and_nothing_is_written(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(generate, "generated", lambda: {"a.md": "new"})
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    (tmp_path / "a.md").write_text("old")
    assert generate.main(["--check"]) == 1
    assert "a.md is stale" in capsys.readouterr().out
    assert (tmp_path / "a.md").read_text() == "old"
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0


def test_marked_parts_are_filled_and_the_rest_stays() -> None:
    text = "before\n<!-- generated: formats -->\nold\n<!-- end -->\nafter\n"
    filled = generate.fill(text)
    assert filled.startswith("before\n<!-- generated: formats -->\n| Format |")
    assert filled.endswith("<!-- end -->\nafter\n")
    assert generate.fill(filled) == filled


def test_a_part_that_nothing_generates_is_an_error() -> None:
    with pytest.raises(KeyError, match="poem"):
        generate.fill("<!-- generated: poem -->\n<!-- end -->")


def test_an_unknown_argument_is_a_usage_error() -> None:
    assert generate.main(["--force"]) == 2
