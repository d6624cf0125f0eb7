"""The help of the program itself is that of its verbs, though it is written without loading them."""

import subprocess
import sys

import pytest
import typer

from scanner.cli import application, main, overview


@pytest.mark.parametrize("columns", [80, 90, 100, 140])
def test_it_is_what_typer_writes(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    command = typer.main.get_command(application.application())
    context = typer.Context(command, info_name="assay", max_content_width=100, help_option_names=["--help", "-h"])
    assert overview.write().rstrip() == context.get_help().rstrip()


def test_on_a_narrow_terminal_each_line_fits_and_no_sentence_is_cut():
    text = overview.write(60)
    assert max(map(len, text[text.index("Options") :].splitlines())) <= 60
    assert "..." not in text.partition("Options:")[2]


@pytest.mark.parametrize(("line", "code"), [([], 2), (["--help"], 0), (["-h"], 0)])
def test_no_verb_is_no_success(line, code, capsys):
    assert main(line) == code
    assert capsys.readouterr().out.startswith("Usage: assay [OPTIONS] COMMAND")


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_it_does_not_load_typer(option):
    code = f'import sys\nfrom scanner.cli import main\nmain(["{option}"])\nprint("typer" in sys.modules)'
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("False\n")
