"""Data that joins read."""

import pytest

from scanner import known


def test_rows_keep_their_order_and_leave_comments_out(tmp_path, monkeypatch):
    (tmp_path / "known").mkdir()
    (tmp_path / "known" / "birds.txt").write_text("# all birds\nwren\n\nauk # the great\n", encoding="utf-8")
    monkeypatch.setattr(known, "bundled", lambda: tmp_path)
    assert known.rows("birds") == ("wren", "auk # the great")


def test_a_table_that_is_not_there_is_a_defect_of_the_package():
    with pytest.raises(FileNotFoundError):
        known.rows("no-such-table")


def test_the_rules_are_found_in_a_checkout():
    assert (known.bundled() / "integrity" / "artifact-malformed.yaml").is_file()


def test_a_table_of_rules_is_read_without_its_comments():
    assert {"os", "subprocess"} <= known.table("stdlib_modules")
    assert not any("#" in entry for entry in known.table("stdlib_modules"))
