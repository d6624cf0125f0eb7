"""What a line of the command line writes where: formats by suffix, a second look only for a page, completion."""

import pytest

from scanner import cli
from scanner.cli import output, scanning
from scanner.writers import discover

HOSTILE = b"\x80\x02cposix\nsystem\nX\x02\0\0\0id\x85R."


@pytest.fixture
def model(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.pkl").write_bytes(HOSTILE)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "start"), [("a.html", "<!DOCTYPE html>"), ("a.md", "## "), ("a.HTML", "<!DOCTYPE html>")]
)
def test_the_suffix_of_a_file_says_its_format(model, name, start):
    assert cli.main(["scan", "m.pkl", "--output", name]) == 1
    assert (model / name).read_text(encoding="utf-8").startswith(start)


@pytest.mark.parametrize("name", ["html", "markdown", "junit", "codequality", "json", "sarif", "text"])
def test_every_format_is_written_beside_the_text(model, name, capsys):
    assert cli.main(["scan", "m.pkl", "--output", f"{name}=report"]) == 1
    assert "FAIL" in capsys.readouterr().out
    assert (model / "report").read_text(encoding="utf-8").strip()


def test_formats_that_need_details_are_formats():
    assert set(discover()) >= output.DETAILED
    assert set(discover()) >= set(output.SUFFIXES.values())


@pytest.mark.parametrize(
    ("line", "closer"), [(["--format", "html"], True), (["--output", "html=h"], True), ([], False)]
)
@pytest.mark.usefixtures("model")
def test_files_are_looked_at_once_more_only_for_a_page(monkeypatch, line, closer):
    asked = []
    real = scanning._scan
    monkeypatch.setattr(
        scanning, "_scan", lambda *given, **named: asked.append(named["details"]) or real(*given, **named)
    )
    cli.main(["scan", "m.pkl", *line])
    assert asked == [closer]


def test_the_page_of_a_scan_shows_the_bytes_that_are_called(model):
    cli.main(["scan", "m.pkl", "--output", "report.html", "-q"])
    text = (model / "report.html").read_text(encoding="ascii")
    assert "<mark>52</mark>" in text
    assert "cposix.sys" in text


@pytest.mark.usefixtures("model")
def test_explain_says_where_to_read_on(capsys):
    cli.main(["scan", "m.pkl"])
    assert "see  CWE-502" not in capsys.readouterr().out
    cli.main(["scan", "m.pkl", "--explain"])
    assert "see  CWE-502" in capsys.readouterr().out


@pytest.mark.usefixtures("model")
def test_a_terminal_with_links_gets_the_address_of_the_file_and_a_file_gets_none(model, monkeypatch, capsys):
    monkeypatch.setenv("FORCE_HYPERLINK", "1")
    cli.main(["scan", "m.pkl", "--output", "text=a.txt"])
    assert f"\x1b]8;;{(model / 'm.pkl').as_uri()}\x1b\\" in capsys.readouterr().out
    assert "\x1b" not in (model / "a.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "expected"),
    [("assay sc", "scan"), ("assay scan --outp", "--output"), ("assay verify --tru", "--trust")],
)
def test_a_shell_is_told_what_a_line_may_go_on_with(monkeypatch, capsys, words, expected):
    monkeypatch.setenv("_ASSAY_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
    with pytest.raises(SystemExit) as ended:
        cli.main([])
    assert ended.value.code == 0
    assert expected in capsys.readouterr().out.split()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_shown_for_each_shell(capsys, monkeypatch, shell):
    # Typer asks which shell it was started by, and there may be none.
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    with pytest.raises(SystemExit) as ended:
        cli.main(["--show-completion", shell])
    assert ended.value.code == 0
    assert "_ASSAY_COMPLETE" in capsys.readouterr().out
