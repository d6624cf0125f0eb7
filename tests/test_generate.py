"""Texts that the code knows are what the code would write."""

import pytest

from tests import generate


@pytest.mark.parametrize("name", [generate.RULES, generate.SCHEMA, generate.README])
def test_the_generated_text_is_current(name) -> None:
    assert (generate.ROOT / name).is_file()
    assert name not in generate.stale()


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
