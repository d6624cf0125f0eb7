"""Where rules come from: YAML in a checkout, compiled JSON in a wheel, and a stranger's folder."""

import pytest

from scanner import pack
from scanner.limits import RULE_NBYTES
from scanner.rule import RuleError

RULE = """\
id: {id}
title: A limit is reached
severity: low
confidence: high
stage: deployment
since: "0.1"
match: {{fact: LimitReached, where: {{unit: {{in: $units}}}}}}
message: stops at {{bound}}
why: Because.
fix: Do.
examples: {{flags: [{{unit: bytes}}], ignores: [{{unit: files}}]}}
"""


def write(folder, rule_id="limit-reached", name="integrity", text=RULE):
    file = folder / name / f"{rule_id}.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text.format(id=rule_id))
    return file


def table(folder, content, name="units"):
    (folder / "tables").mkdir(exist_ok=True)
    (folder / "tables" / f"{name}.txt").write_bytes(content)


def test_rules_are_sorted_by_id_and_know_their_pack(tmp_path) -> None:
    write(tmp_path, "b-rule", "one")
    write(tmp_path, "a-rule", "two")
    assert [(rule.id, rule.pack) for rule in pack.load(tmp_path).rules] == [("a-rule", "two"), ("b-rule", "one")]


def test_compiled_rules_equal_their_yaml(tmp_path) -> None:
    write(tmp_path)
    table(tmp_path, b"bytes\n")
    read = pack.load(tmp_path)
    wheel = tmp_path / "wheel"
    wheel.mkdir()
    (wheel / pack.COMPILED).write_text(pack.compiled(tmp_path))
    loaded = pack.load(wheel)
    assert loaded.rules == read.rules
    assert loaded.digest == read.digest


def test_a_scan_gets_the_rules_about_its_facts_only(tmp_path) -> None:
    write(tmp_path)
    write(tmp_path, "member-encrypted", text=RULE.replace("LimitReached", "Encrypted"))
    wheel = tmp_path / "wheel"
    wheel.mkdir()
    (wheel / pack.COMPILED).write_text(pack.compiled(tmp_path))
    for folder in (tmp_path, wheel):
        assert [rule.id for rule in pack.load(folder).about({"Encrypted", "Examined"})] == ["member-encrypted"]


def test_the_digest_sees_every_rule_and_table(tmp_path) -> None:
    digests = set()
    for step in (lambda: write(tmp_path), lambda: table(tmp_path, b"a"), lambda: table(tmp_path, b"b")):
        step()
        digests.add(pack.digest_of(tmp_path))
    assert len(digests) == 3


def test_a_table_is_one_entry_a_line_without_comments(tmp_path) -> None:
    write(tmp_path)
    table(tmp_path, b"# units\nbytes\n  files # of a folder\n\n")
    assert pack.load(tmp_path).table("units") == {"bytes", "files"}


def test_a_table_of_a_wheel_has_the_same_entries(tmp_path) -> None:
    write(tmp_path)
    table(tmp_path, b"# units\nbytes\n  files # of a folder\n\nfiles\n")
    (tmp_path / "tables" / "sizes").mkdir()
    (tmp_path / "tables" / "sizes" / "one.txt").write_text("small\n")
    wheel = tmp_path / "wheel"
    for name, text in {pack.COMPILED: pack.compiled(tmp_path), **pack.compiled_tables(tmp_path)}.items():
        (wheel / name).parent.mkdir(parents=True, exist_ok=True)
        (wheel / name).write_text(text)
    loaded = pack.load(wheel)
    assert [loaded.table(name) for name in ("units", "sizes", "none")] == [{"bytes", "files"}, {"small"}, set()]


def test_a_table_may_be_a_folder_of_files(tmp_path) -> None:
    write(tmp_path)
    (tmp_path / "tables" / "units").mkdir(parents=True)
    for name in ("one", "two"):
        (tmp_path / "tables" / "units" / f"{name}.txt").write_text(name)
    assert pack.load(tmp_path).table("units") == {"one", "two"}


def test_a_missing_table_is_empty(tmp_path) -> None:
    write(tmp_path)
    assert pack.load(tmp_path).table("units") == frozenset()


def test_a_table_that_is_no_text_is_refused(tmp_path) -> None:
    write(tmp_path)
    table(tmp_path, b"\xff\xfe")
    with pytest.raises(RuleError, match=r"units\.txt: not UTF-8"):
        pack.load(tmp_path).table("units")


def test_a_folder_without_a_rule_is_refused(tmp_path) -> None:
    with pytest.raises(RuleError, match="holds no rule"):
        pack.load(tmp_path)


def test_an_id_given_twice_is_refused(tmp_path) -> None:
    write(tmp_path, name="one")
    write(tmp_path, name="two")
    with pytest.raises(RuleError, match="has a rule of this id"):
        pack.load(tmp_path)


def test_a_rule_larger_than_the_limit_is_refused(tmp_path) -> None:
    write(tmp_path, text=RULE + "# " + "x" * RULE_NBYTES)
    with pytest.raises(RuleError, match="larger than"):
        pack.load(tmp_path)


def test_too_many_rules_are_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(pack, "RULES", 1)
    write(tmp_path, "one-rule")
    write(tmp_path, "two-rule")
    with pytest.raises(RuleError, match="holds 2 rules; 1 are read"):
        pack.load(tmp_path)


def test_a_rule_that_is_a_link_is_refused(tmp_path) -> None:
    file = write(tmp_path)
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RuleError, match="not a regular file"):
        pack.load(tmp_path)
