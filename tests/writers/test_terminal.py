"""When a report is coloured and its files are links."""

import sys

import pytest

from scanner.cli import terminal

NAMES = ("NO_COLOR", "FORCE_COLOR", "FORCE_HYPERLINK", "TERM", "TERM_PROGRAM", "VTE_VERSION", "KITTY_WINDOW_ID",
         "WT_SESSION", "KONSOLE_VERSION", "DOMTERM", "TMUX")  # fmt: skip


@pytest.fixture
def screen(monkeypatch):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)

    def show(*, tty=True, **environment):
        monkeypatch.setattr(sys.stdout, "isatty", lambda: tty, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return terminal

    return show


@pytest.mark.parametrize(
    ("environment", "tty", "coloured"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "3"}, False, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"FORCE_COLOR": ""}, False, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
    ],
)
def test_colour_is_for_terminals_and_those_who_ask_for_it(screen, environment, tty, coloured):
    assert screen(tty=tty, **environment).colour() is coloured


@pytest.mark.parametrize(
    ("environment", "tty", "linked"),
    [
        ({}, True, False),
        ({"TERM": "xterm-256color"}, True, False),
        ({"TERM": "xterm-kitty"}, True, True),
        ({"TERM": "xterm-kitty"}, False, False),
        ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, True, False),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/t,1,0"}, True, False),
        ({"TERM_PROGRAM": "iTerm.app"}, True, True),
        ({"VTE_VERSION": "7200"}, True, True),
        ({"VTE_VERSION": "4800"}, True, False),
        ({"VTE_VERSION": "x"}, True, False),
        ({"WT_SESSION": "1"}, True, True),
        ({"TERM": "dumb", "WT_SESSION": "1"}, True, False),
        ({"FORCE_HYPERLINK": "1"}, False, True),
        ({"FORCE_HYPERLINK": "0", "TERM": "xterm-kitty"}, True, False),
    ],
)
def test_links_are_for_terminals_that_are_known_to_have_them(screen, environment, tty, linked):
    assert screen(tty=tty, **environment).links() is linked
