"""Rule packs of somebody else's: each way in which one is not what it must be has a code of its own."""

import os
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import pack
from scanner.limits import PACK_FILES, PACK_NBYTES
from scanner.packs import contents, foreign, manifest, trusted
from scanner.packs.errors import Code, PackError
from tests.builders import packs
from tests.builders.packs import TODAY


def code(place, key=packs.public(), today=TODAY) -> Code:  # noqa: B008 - a constant
    with pytest.raises(PackError) as caught:
        trusted.added({}, place, key, today)
    line = str(caught.value)
    assert "\n" not in line
    assert line.endswith(f"[{caught.value.code}]")
    return caught.value.code


def accepted(place, key=packs.public()):  # noqa: B008 - a constant
    return trusted.added({}, place, key, TODAY)[1]


def test_a_signed_pack_is_accepted_as_a_folder_and_as_a_zip(tmp_path):
    folder = packs.signed(tmp_path / "acme")
    held = accepted(folder)
    assert [rule.id for rule in held.rules] == ["acme-odd-kind"]
    assert held.rules[0].pack == "acme"
    assert held.tables == {"acme__kinds": {".odd"}}
    same = accepted(packs.zipped(folder, tmp_path / "acme.zip"))
    assert (same.sha256, same.rules) == (held.sha256, held.rules)


def test_signing_again_keeps_what_the_author_wrote(tmp_path):
    folder = packs.signed(tmp_path / "acme", more="retired: [acme-old-rule] # gone\n")
    once = (folder / "pack.yaml").read_text()
    packs.sign(folder)
    assert (folder / "pack.yaml").read_text() == once
    assert once.startswith("# by Acme\n")
    assert "# gone" in once


def test_an_unsigned_pack_is_refused(tmp_path):
    folder = packs.signed(tmp_path / "acme")
    (folder / "pack.sig").unlink()
    assert code(folder) == Code.UNSIGNED


def test_a_pack_of_another_key_is_refused(tmp_path):
    assert code(packs.signed(tmp_path / "acme", key=packs.OTHER)) == Code.OTHER_KEY


@pytest.mark.parametrize("wrong", [b"", b"x" * 64, b"x" * 65])
def test_a_signature_of_other_bytes_is_refused(tmp_path, wrong):
    folder = packs.signed(tmp_path / "acme")
    (folder / "pack.sig").write_bytes(wrong)
    assert code(folder) == Code.SIGNATURE


def test_a_changed_manifest_is_refused(tmp_path):
    folder = packs.signed(tmp_path / "acme")
    file = folder / "pack.yaml"
    file.write_text(file.read_text().replace("2030-01-01", "2039-01-01"))
    assert code(folder) == Code.SIGNATURE


def test_a_changed_a_missing_and_a_further_file_are_refused(tmp_path):
    folder = packs.signed(tmp_path / "acme")
    table = folder / "tables/kinds.txt"
    table.write_text(".other\n")
    assert code(folder) == Code.CHANGED
    table.unlink()
    assert code(folder) == Code.MISSING
    table.write_text(".odd # of Acme\n")
    (folder / "tables/more.txt").write_text("x\n")
    assert code(folder) == Code.UNLISTED


def test_any_changed_byte_of_a_pack_is_refused(tmp_path):
    folder = packs.signed(tmp_path / "acme")
    for file in (folder / "pack.yaml", folder / "pack.sig", folder / "rules/acme-odd-kind.yaml"):
        raw = file.read_bytes()
        for at in range(0, len(raw), 7):
            file.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
            code(folder)
        file.write_bytes(raw)
    accepted(folder)


def test_an_expired_pack_is_not_added(tmp_path):
    folder = packs.signed(tmp_path / "acme", expires="2026-07-01")
    assert accepted(folder).manifest.expires == date(2026, 7, 1)
    assert code(folder, today=date(2026, 7, 2)) == Code.EXPIRED


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("facts: 2", Code.FACTS),
        ("facts: true", Code.FACTS),
        ('engine: ">=99.0"', Code.ENGINE),
        ('engine: "<2"', Code.MANIFEST),
        ("name: Acme", Code.MANIFEST),
        ("name: a__b", Code.MANIFEST),
        ("name: pickle", Code.NAME_TAKEN),
        ("version: 1.0", Code.MANIFEST),
        ('version: "1.0"', Code.MANIFEST),
        ("expires: soon", Code.MANIFEST),
        ("expires: 2030-01-01T00:00:00Z", Code.MANIFEST),
        ("licence: [a]", Code.MANIFEST),
        ("colour: red", Code.MANIFEST),
        ("files: [a]", Code.MANIFEST),
        ("files: {a: b}", Code.MANIFEST),
        ("retired: acme-odd-kind", Code.MANIFEST),
        ("retired: [acme-odd-kind]", Code.ID_RETIRED),
        ("published: yesterday", Code.MANIFEST),
        ("signer: me", Code.MANIFEST),
        ("more: !!python/name:os.system x", Code.MANIFEST),
        ("more: &a [*a]", Code.MANIFEST),
        ("- 1", Code.MANIFEST),
    ],
)
def test_what_a_manifest_says_is_checked(tmp_path, line, expected):
    folder = packs.lay(tmp_path / "acme")
    key = line.partition(":")[0]
    kept = [one for one in (folder / "pack.yaml").read_text().splitlines() if not one.startswith(f"{key}:")]
    (folder / "pack.yaml").write_text("\n".join([*kept, line, ""]))
    with pytest.raises(PackError) as caught:
        packs.sign(folder)
    assert caught.value.code == expected


@pytest.mark.parametrize("key", manifest.REQUIRED)
def test_a_manifest_says_all_that_is_required(tmp_path, key):
    folder = packs.lay(tmp_path / "acme")
    kept = [one for one in (folder / "pack.yaml").read_text().splitlines() if not one.startswith(f"{key}:")]
    (folder / "pack.yaml").write_text("\n".join(kept))
    assert code(folder) == Code.MANIFEST


def test_a_folder_without_a_manifest_and_a_file_that_is_no_zip_are_no_packs(tmp_path):
    assert code(tmp_path) == Code.MANIFEST
    assert code(tmp_path / "absent") == Code.UNREADABLE
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04 and no more")
    assert code(tmp_path / "x.zip") == Code.UNREADABLE


def test_a_link_in_a_pack_is_not_followed(tmp_path):
    folder = packs.signed(tmp_path / "acme")
    assert code(packs.zipped(folder, tmp_path / "a.zip", links=["tables/x.txt"])) == Code.LINK
    (folder / "tables/x.txt").symlink_to("/etc/passwd")
    assert code(folder) == Code.LINK
    (tmp_path / "link").symlink_to(folder)
    assert code(tmp_path / "link") == Code.LINK
    (folder / "tables/x.txt").unlink()
    os.mkfifo(folder / "tables/x.txt")
    assert code(folder) == Code.LINK


@pytest.mark.parametrize("name", ["../x.yaml", "/etc/x.yaml", "rules\\..\\x.yaml", "rules/acme-odd-kind.yaml"])
def test_a_name_that_leads_out_or_stands_twice_is_refused(tmp_path, name):
    folder = packs.signed(tmp_path / "acme")
    assert code(packs.zipped(folder, tmp_path / "a.zip", names=[name])) == Code.PATH


@pytest.mark.parametrize("name", ["setup.py", "rules/x.py", "rules/x/y.yaml", "conftest.py", "rules/X.yaml", ".git"])
def test_a_pack_holds_no_code_and_nothing_but_rules_and_tables(tmp_path, name):
    folder = packs.lay(tmp_path / "acme")
    assert code(packs.zipped(folder, tmp_path / "a.zip", names=[name])) == Code.KIND
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("x")
    assert code(folder) == Code.KIND


def test_a_folder_in_a_folder_of_rules_is_too_deep(tmp_path):
    folder = packs.lay(tmp_path / "acme")
    (folder / "a/b/c").mkdir(parents=True)
    assert code(folder) == Code.KIND


def test_a_pack_that_is_too_large_is_refused_before_it_is_held(tmp_path):
    (tmp_path / "bomb.zip").write_bytes(packs.bomb(64 << 20))
    assert code(tmp_path / "bomb.zip") == Code.TOO_LARGE
    folder = packs.lay(tmp_path / "acme")
    with (folder / "tables/big.txt").open("wb") as stream:
        stream.truncate(PACK_NBYTES + 1)
    assert code(folder) == Code.TOO_LARGE
    with (tmp_path / "large.zip").open("wb") as stream:
        stream.truncate(1 << 40)
    assert code(tmp_path / "large.zip") == Code.TOO_LARGE


def test_a_pack_of_too_many_files_is_refused(tmp_path):
    folder = packs.lay(tmp_path / "acme")
    for number in range(PACK_FILES):
        (folder / f"rules/a-{number}.yaml").touch()
    assert code(folder) == Code.TOO_MANY


def test_a_pack_of_too_many_patterns_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(foreign, "PACK_PATTERNS", 1)
    folder = packs.lay(tmp_path / "acme", rules=["acme-one-kind", "acme-other-kind"])
    for file in (folder / "rules").iterdir():
        file.write_text(file.read_text().replace("{in: $kinds}", '{matches: "[.]odd"}'))
    with pytest.raises(PackError) as caught:
        packs.sign(folder)
    assert caught.value.code == Code.TOO_LARGE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{in: $kinds}", "{in: $pickle_dangerous}"),
        ("{in: $kinds}", "{in: ../../etc/passwd}"),
        ("{in: $kinds}", "{matches: '(?<=a)b'}"),
        ("{in: $kinds}", "{matches: '(a{1000}){1000}'}"),
        ("{in: $kinds}", "!!python/object/apply:os.system [x]"),
        ("Unrecognised", "NoSuchFact"),
        ("suffix: {in", "colour: {in"),
        ("severity: high", "severity: fatal"),
        ("id: acme-odd-kind", "id: acme-other-kind"),
        ("flags: [{suffix: .odd}]", "flags: [{suffix: .even}]"),
        ("match: {fact", "match: " + "[" * 100 + "{fact"),
    ],
)
def test_a_rule_that_breaks_a_law_is_refused(tmp_path, before, after):
    folder = packs.lay(tmp_path / "acme")
    file = folder / "rules/acme-odd-kind.yaml"
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after, 1))
    with pytest.raises(PackError) as caught:
        packs.sign(folder)
    assert caught.value.code == Code.RULE
    assert "\n" not in str(caught.value)


def test_a_pack_without_rules_is_none(tmp_path):
    folder = packs.lay(tmp_path / "acme", rules=[])
    with pytest.raises(PackError) as caught:
        packs.sign(folder)
    assert caught.value.code == Code.RULE


def test_an_id_of_ours_or_of_another_pack_is_taken(tmp_path):
    with pytest.raises(PackError) as caught:
        packs.signed(tmp_path / "acme", rules=["pickle-starts-process"])
    assert caught.value.code == Code.ID_TAKEN
    one, two = accepted(packs.signed(tmp_path / "one")), accepted(packs.signed(tmp_path / "two", name="two"))
    with pytest.raises(PackError) as caught:
        foreign.joined(pack.load(), [one, two])
    assert caught.value.code == Code.ID_TAKEN


def test_nothing_of_ours_changes_beside_a_pack(tmp_path):
    ours = pack.load()
    both = foreign.joined(ours, [accepted(packs.signed(tmp_path / "acme"))])
    known = {rule.id: rule for rule in both.rules}
    assert all(known[rule.id] == rule for rule in ours.rules)
    assert set(known) - ours.ids == {"acme-odd-kind"}
    assert both.digest != ours.digest
    assert both.name.startswith("bundled, acme 1.0.0 sha256:")
    assert both.table("pickle_dangerous") == ours.table("pickle_dangerous")


def test_a_table_of_a_pack_takes_the_place_of_none_of_ours(tmp_path):
    folder = packs.lay(tmp_path / "acme")
    (folder / "tables/kinds.txt").rename(folder / "tables/pickle_dangerous.txt")
    rule = folder / "rules/acme-odd-kind.yaml"
    rule.write_text(rule.read_text().replace("$kinds", "$pickle_dangerous"))
    held = accepted(packs.sign(folder))
    both = foreign.joined(pack.load(), [held])
    assert both.table("pickle_dangerous") == pack.load().table("pickle_dangerous")
    assert both.table("acme__pickle_dangerous") == {".odd"}


@given(st.binary(max_size=300))
def test_only_a_pack_error_leaves_the_reader_of_manifests(raw):
    try:
        manifest.parse(raw, "x")
    except PackError:
        return


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 20))
def test_only_a_pack_error_leaves_the_reader_of_zips(tmp_path_factory, more, at, fewer):
    folder = tmp_path_factory.mktemp("p")
    raw = packs.zipped(packs.lay(folder / "acme"), folder / "a.zip").read_bytes()
    at %= len(raw)
    (folder / "b.zip").write_bytes(raw[:at] + more + raw[at + fewer :])
    try:
        contents.read(folder / "b.zip")
    except PackError:
        return
