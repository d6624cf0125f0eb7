"""The command line: what is printed where, and which exit code answers."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scanner import cli
from scanner.cli import terminal
from scanner.cli.output import outputs, save
from scanner.usage import UsageError

ROOT = Path(__file__).parent.parent

HOSTILE = b"cposix\nsystem\n(S'echo'\ntR."
BENIGN = b"\x80\x04N."
CUT = gzip.compress(b"x" * 99)[:-9]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch) -> None:
    """Stand in an empty folder, so that no policy is found above it."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    for name, content in (("hostile.pkl", HOSTILE), ("benign.pkl", BENIGN), ("cut.gz", CUT)):
        (folder / name).write_bytes(content)
    return folder


def run(*arguments, **keys):
    return subprocess.run(
        [sys.executable, "-m", "scanner", *map(str, arguments)],
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **keys.pop("env", {})},
        **keys,
    )


def refused(capsys, *arguments) -> str:
    """Run what must be refused; return its one line."""
    assert cli.main([str(argument) for argument in arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert re.fullmatch(r"assay: [^\n]+\n", printed.err)
    return printed.err


def test_nothing_that_fails_is_exit_0(files, capsys) -> None:
    assert cli.main(["scan", str(files / "benign.pkl")]) == 0
    assert "PASS" in capsys.readouterr().out


def test_a_finding_that_fails_is_exit_1(files, capsys) -> None:
    assert cli.main(["scan", str(files / "hostile.pkl")]) == 1
    assert "pickle-starts-process" in capsys.readouterr().out


def test_what_is_not_read_to_its_end_is_exit_3(files, capsys) -> None:
    assert cli.main(["scan", str(files / "cut.gz")]) == 3
    assert "PASS" not in capsys.readouterr().out


def test_a_finding_outweighs_what_was_not_read(files) -> None:
    assert cli.main(["scan", str(files)]) == 1


def test_standard_input_is_a_dash() -> None:
    done = run("scan", "-", input=HOSTILE)
    assert done.returncode == 1
    assert b"pickle-starts-process" in done.stdout


def test_a_policy_decides_what_fails(files, tmp_path) -> None:
    (tmp_path / "assay.toml").write_text('[severity]\n"pickle-starts-process" = "low"\n')
    assert cli.main(["scan", str(files / "hostile.pkl")]) == 0
    assert cli.main(["scan", str(files / "hostile.pkl"), "--fail-at", "low"]) == 1
    assert cli.main(["scan", str(files / "benign.pkl"), "--min-confidence", "low"]) == 0


def test_what_is_scanned_does_not_choose_its_policy(files, capsys, monkeypatch) -> None:
    (files / "assay.toml").write_text('[severity]\n"pickle-starts-process" = "info"\n')
    monkeypatch.chdir(files)
    assert cli.main(["scan", "."]) == 1
    assert "lies inside what is scanned" in capsys.readouterr().err
    assert cli.main(["scan", "hostile.pkl"]) == 0
    assert cli.main(["scan", ".", "--policy", "assay.toml"]) == 3


def test_a_baseline_lets_old_findings_pass(files, tmp_path, capsys) -> None:
    recorded = tmp_path / "baseline.json"
    scan = ["scan", str(files / "hostile.pkl"), "--baseline", str(recorded)]
    assert cli.main([*scan, "--update-baseline"]) == 0
    assert "recorded" in capsys.readouterr().out
    assert cli.main(scan) == 0
    (files / "second.pkl").write_bytes(HOSTILE)
    assert cli.main(["scan", str(files / "second.pkl"), *scan[2:]]) == 1


def test_json_is_printed_where_asked(files, capsys) -> None:
    assert cli.main(["scan", str(files / "hostile.pkl"), "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["verdict"] == "fail"
    assert report["findings"][0]["evidence"][0]["where"]["path"].endswith("hostile.pkl")


def test_a_plain_output_takes_the_report_from_standard_output(files, tmp_path, capsys) -> None:
    file = tmp_path / "report"
    assert cli.main(["scan", str(files), "--format", "json", "--output", str(file)]) == 1
    assert capsys.readouterr().out == ""
    assert json.loads(file.read_text())["verdict"] == "fail"


def test_a_paired_output_is_one_more_report(files, tmp_path, capsys) -> None:
    json_file, sarif_file = tmp_path / "a.json", tmp_path / "a.sarif"
    given = ["--output", f"json={json_file}", "--output", f"sarif={sarif_file}"]
    assert cli.main(["scan", str(files), *given]) == 1
    assert "FAIL" in capsys.readouterr().out
    assert json.loads(json_file.read_text())["verdict"] == "fail"
    assert json.loads(sarif_file.read_text())["version"] == "2.1.0"


def test_quiet_prints_nothing_and_still_writes_files(files, tmp_path, capsys) -> None:
    file = tmp_path / "a.json"
    assert cli.main(["scan", str(files), "--quiet", "--output", f"json={file}"]) == 1
    assert capsys.readouterr() == ("", "")
    assert file.is_file()


def test_no_colour_and_no_bar_on_a_pipe(files) -> None:
    done = run("scan", files)
    assert b"\x1b" not in done.stdout
    assert done.stderr == b""


KNOWN = ("json", "sarif", "text")


@pytest.mark.parametrize(
    ("wanted", "given", "expected"),
    [
        (None, [], [("text", None)]),
        ("json", [], [("json", None)]),
        (None, ["a.txt"], [("text", "a.txt")]),
        (None, ["a.json"], [("json", "a.json")]),
        (None, ["a.SARIF"], [("sarif", "a.SARIF")]),
        ("text", ["a.json"], [("text", "a.json")]),
        (None, ["./x=y"], [("text", "x=y")]),
        (None, ["json=a", "sarif=b"], [("json", "a"), ("sarif", "b"), ("text", None)]),
        ("json", ["sarif=b", "c"], [("sarif", "b"), ("json", "c")]),
    ],
)
def test_formats_and_files_are_paired(wanted, given, expected) -> None:
    found = [(one.format, None if one.file is None else str(one.file)) for one in outputs(wanted, given, KNOWN)]
    assert found == expected


def test_a_file_is_replaced_with_its_mode_kept(tmp_path) -> None:
    file = tmp_path / "report"
    file.write_text("old")
    file.chmod(0o640)
    save(file, "new\udc80")
    assert file.read_text() == "new\\udc80"
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(one.name for one in tmp_path.iterdir()) == [".git", "report"]


def test_a_link_is_written_through_and_a_device_stays(tmp_path) -> None:
    (tmp_path / "target").write_text("old")
    (tmp_path / "link").symlink_to("target")
    save(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "new"
    (tmp_path / "null").symlink_to(os.devnull)
    save(tmp_path / "null", "new")
    assert not Path(os.devnull).is_file()


def test_a_device_that_is_full_is_refused(tmp_path) -> None:
    (tmp_path / "full").symlink_to("/dev/full")
    with pytest.raises(UsageError, match="cannot be written: No space left"):
        save(tmp_path / "full", "new")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["scan"], "Missing argument 'PATH...'; see `assay scan --help`"),
        (["scan", "absent.pkl"], "absent.pkl"),
        (["scan", "a\nb\x1b[31m.pkl"], r"\x1b"),
        (["scan", "models", "--jobs", "0"], "--jobs"),
        (["scan", "models", "--jobs", "two"], "--jobs"),
        (["scan", "models", "--fail-at", "severe"], "--fail-at"),
        (["scan", "models", "--min-confidence", "sure"], "--min-confidence"),
        (["scan", "models", "--format", "xml"], "--format xml: unknown; one of codequality, html, json"),
        (["scan", "models", "--output", "no/where"], "there is no folder no"),
        (["scan", "models", "--output", "models"], "a folder; name a file"),
        (["scan", "models", "--output", "json="], "a folder; name a file"),
        (["scan", "models", "--output", "sarfi=a.sarif"], "no format is called sarfi; one of codequality, html"),
        (["scan", "gopher://host/model"], "no source reads such addresses"),
        (["bom", "hf://org/name"], "this works on files of this machine; download the model"),
        (["sign", "s3://bucket/model", "--key", "absent.pem"], "this works on files of this machine"),
        (["attest", "https://host/model", "--unsigned"], "this works on files of this machine"),
        (["sanitize", "oci://host/name:1", "clean"], "this works on files of this machine"),
        (["scan", "models", "--output", "a", "--output", "b"], "names two files"),
        (["scan", "models", "--policy", "absent.toml"], "absent.toml"),
        (["scan", "models", "--policy", "bad.toml"], "bad.toml"),
        (["scan", "models", "--baseline", "absent.json"], "--update-baseline"),
        (["scan", "models", "--baseline", "bad.toml"], "bad.toml"),
        (["scan", "models", "--update-baseline"], "name the file with --baseline"),
        (["scan", "models", "--loud"], "No such option: --loud"),
        (["scna"], "No such command 'scna'"),
        (["rules"], "Missing command; see `assay rules --help`"),
        (["rules", "show", "pickle-start-process"], "did you mean pickle-starts-process?"),
        (["rules", "list", "--pack", "absent"], "--pack absent"),
        (["rules", "list", "--stage", "production"], "--stage"),
        (["rules", "lint", "absent"], "absent"),
        (["rules", "new", "S101"], "kebab-case"),
        (["rules", "new", "suspicious-thing"], "judges"),
        (["rules", "new", "a-rule", "--pack", "../x"], "a pack is one word"),
        (["rules", "new", "a-rule", "--pack", "tables"], "not tables"),
        (["rules", "new", "a-rule", "--fact", "PickleCal"], "did you mean PickleCall?"),
        (["explain", "absent.pkl"], "absent.pkl"),
        (["explain", "models"], "a folder; name one file"),
        (["explain", "bad.toml"], "no pickle in it"),
        (["formats", "--format", "xml"], "--format"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.usefixtures("files")
def test_bad_usage_is_one_line_and_exit_2(tmp_path, capsys, arguments, reason) -> None:
    (tmp_path / "bad.toml").write_text("this = is no policy\n")
    assert reason in refused(capsys, *arguments)


def test_a_policy_that_speaks_of_an_unknown_rule_is_refused(files, tmp_path, capsys) -> None:
    (tmp_path / "assay.toml").write_text('[severity]\n"pickle-start-process" = "low"\n')
    assert "did you mean pickle-starts-process" in refused(capsys, "scan", files)


def test_no_verb_shows_help_and_is_no_success(capsys) -> None:
    assert cli.main([]) == 2
    assert "assay scan model.pt" in capsys.readouterr().out


@pytest.mark.parametrize("verb", [[], ["scan"], ["explain"], ["rules"], ["rules", "new"], ["formats"], ["schema"]])
def test_every_verb_has_help(verb, capsys) -> None:
    assert cli.main([*verb, "--help"]) == 0
    assert "Usage: assay" in capsys.readouterr().out


def test_the_version_is_one_line(capsys) -> None:
    assert cli.main(["--version"]) == 0
    assert re.fullmatch(r"assay \d+\.\d+\.\d+\n", capsys.readouterr().out)


def test_rules_are_listed_by_severity_and_as_json(capsys) -> None:
    assert cli.main(["rules", "list", "--pack", "pickle"]) == 0
    assert capsys.readouterr().out.startswith("critical  pickle-")
    assert cli.main(["rules", "list", "--stage", "deployment", "--format", "json"]) == 0
    rules = json.loads(capsys.readouterr().out)
    assert {rule["stage"] for rule in rules} == {"deployment"}


def test_a_rule_is_shown_with_why_and_fix(capsys) -> None:
    assert cli.main(["rules", "show", "pickle-starts-process"]) == 0
    shown = capsys.readouterr().out
    assert "Finds PickleCall where" in shown
    assert "Why " in shown
    assert "Fix " in shown


def test_a_new_rule_obeys_the_laws_and_is_never_overwritten(tmp_path, capsys) -> None:
    new = ["rules", "new", "pickle-opens-socket", "--pack", "pickle"]
    assert cli.main(new) == 0
    file = tmp_path / capsys.readouterr().out.strip()
    assert file == tmp_path / "rules" / "pickle" / "pickle-opens-socket.yaml"
    assert cli.main(["rules", "lint"]) == 0
    assert "1 rule obeys every law" in capsys.readouterr().out
    assert "there already" in refused(capsys, *new)
    file.write_text(file.read_text().replace("fact: PickleCall", "fact: PickleCal"))
    assert cli.main(["rules", "lint"]) == 1
    assert "there is no fact" in capsys.readouterr().out


def test_formats_say_how_far_they_are_read(capsys) -> None:
    assert cli.main(["formats"]) == 0
    assert "leaves" in capsys.readouterr().out
    assert cli.main(["formats", "--format", "json"]) == 0
    assert {"name", "reads", "leaves", "spec"} == set(json.loads(capsys.readouterr().out)[0])


def test_the_schema_is_json(capsys) -> None:
    assert cli.main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["properties"]["verdict"]


def test_explain_marks_the_line_that_a_rule_speaks_of(files, capsys) -> None:
    assert cli.main(["explain", str(files / "hostile.pkl")]) == 0
    lines = capsys.readouterr().out.splitlines()
    (marked,) = [index for index, line in enumerate(lines) if line.startswith("> ") and "REDUCE" in line]
    assert re.match(r"> +24  ", lines[marked])
    assert "pickle-starts-process" in lines[marked + 1]


def test_explain_reads_a_member_of_a_container(tmp_path, capsys) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "model.pt", "w") as container:
        container.writestr("archive/data.pkl", HOSTILE)
        container.writestr("archive/other.pkl", BENIGN)
    assert cli.main(["explain", "model.pt!archive/data.pkl"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("model.pt!archive/data.pkl\n")
    assert "other.pkl" not in shown


def test_explain_shows_the_lines_around_an_offset(tmp_path, capsys) -> None:
    (tmp_path / "long.pkl").write_bytes(b"\x80\x04" + b"N0" * 500 + b"N.")
    assert cli.main(["explain", "long.pkl", "--offset", "500"]) == 0
    offsets = [int(line.split()[0]) for line in capsys.readouterr().out.splitlines()[1:]]
    assert 500 in offsets
    assert 20 < len(offsets) < 30


def test_a_reader_that_leaves_is_no_traceback() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "scanner", "schema"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=str(ROOT),
    ) as process:
        process.stdout.close()
        assert process.wait(30) == cli.NOBODY_READS
        assert process.stderr.read() == b""


def test_a_full_device_is_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "scanner", "schema"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            cwd=str(ROOT),
        )
    assert done.returncode == 2
    assert done.stderr == b"assay: standard output cannot be written: No space left on device\n"


def test_an_interrupt_ends_with_130_and_no_traceback() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "scanner", "scan", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=str(ROOT),
    ) as process:
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == cli.INTERRUPTED
        assert process.stderr.read() == b""


class Screen:
    """A standard error that is a terminal."""

    def __init__(self) -> None:
        self.text = ""

    def isatty(self) -> bool:
        return True

    def write(self, text) -> None:
        self.text += text

    def flush(self) -> None:
        pass


def test_a_bar_is_drawn_on_a_terminal_once_work_is_long(monkeypatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    progress = terminal.Progress()
    progress(1, 4)
    assert screen.text == ""
    progress.next = 0
    progress(2, 4)
    assert "2 of 4 files" in screen.text
    progress.end()
    assert screen.text.endswith("\r\x1b[K")


def test_colour_asks_for_a_terminal_that_wants_it(monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdout", Screen())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert terminal.colour()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not terminal.colour()
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not terminal.colour()


def test_explain_decompiles_through_fickling(files, capsys) -> None:
    pytest.importorskip("fickling")
    assert cli.main(["explain", str(files / "hostile.pkl"), "--decompile"]) == 0
    shown = capsys.readouterr().out
    assert "from posix import system" in shown
    assert "pickle-starts-process" in shown


def test_explain_says_where_it_cannot_decompile(files, capsys, monkeypatch) -> None:
    monkeypatch.setattr("scanner.cli.explain.find_spec", lambda _: None)
    assert cli.main(["explain", str(files / "hostile.pkl"), "--decompile"]) == 0
    printed = capsys.readouterr()
    assert re.fullmatch(r"assay: fickling is not installed [^\n]+ our own listing\n", printed.err)
    assert "REDUCE" in printed.out
