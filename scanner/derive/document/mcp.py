"""Servers of tools that a configuration starts or connects to: the Model Context Protocol, under any client's keys."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scanner.agents.clients import Owner, owner
from scanner.agents.groups import grouped
from scanner.agents.hosts import place
from scanner.agents.launch import launched
from scanner.commands.secrets import token_kind
from scanner.facts import Fact
from scanner.facts.agent import AgentConnects, AgentGrant, AgentSecret, AgentStarts
from scanner.pattern import pattern
from scanner.settings import Document, Leaf, documents, unescape

_SERVER = pattern(
    r"\n((?:[^\n]{0,200}/)?(mcpServers|mcp_servers|context_servers|servers|mcp|extensions|mcp_config|server))"
    r"(?:/([^/\n]{1,200}))?/(?:command|cmd|url|httpUrl|serverUrl|uri)(?:/(?:path|0))?(?=\n)"
)
_WORDS = ("mcpServers", "mcp_servers", "context_servers", "/servers/", "/mcp/", "/extensions/", "/mcp_config/")
_FLAT = pattern(r"\n(/([^/\n]{1,200}))/(?:command|url)(?=\n)")
_SURE = frozenset({"mcpServers", "mcp_servers", "context_servers", "mcp", "mcp_config"})
_TYPES = frozenset({"stdio", "sse", "http", "streamable_http", "streamable-http", "streamableHttp", "ws", "websocket"})
_ADDRESSES = ("url", "httpUrl", "serverUrl", "uri")
_FREE = ("alwaysAllow", "autoApprove", "always_allow", "autoAllow", "allowedTools")


class _Server(NamedTuple):
    document: Document
    owner: Owner
    base: str
    name: str
    leaves: list[Leaf]

    def get(self, key: str) -> Leaf | None:
        return self.document.get(f"{self.base}/{key}")

    def under(self, key: str) -> list[Leaf]:
        at, below = f"{self.base}/{key}", f"{self.base}/{key}/"
        return [leaf for leaf in self.leaves if leaf.pointer == at or leaf.pointer.startswith(below)]


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Yield what each server starts, where it connects, what it may do unasked, and which tokens it is given."""
    for document in documents(facts):
        for server in _servers(document):
            yield from _starts(server)
            yield from _connects(server)
            yield from _grants(server)
            yield from _secrets(server)


def _servers(document: Document) -> Iterator[_Server]:
    outline = document.outline
    found: dict[str, str] = {}
    if any(word in outline for word in _WORDS):
        for one in _SERVER.finditer(outline):
            container, key, name = one.groups()
            base = container if key == "mcp_config" or name is None else f"{container}/{name}"
            if key in _SURE and (name is not None or key == "mcp_config"):
                found[base] = unescape(name or "")
            elif name is not None and not (name.isdigit() and key == "servers") and _is_server(document, base):
                found[base] = unescape(name)
    elif document.name in {".mcp.json", "mcp.json"}:
        found.update((one[1], unescape(one[2])) for one in _FLAT.finditer(outline))
    if not found:
        return
    whose = owner(document.path)
    for base, leaves in grouped(document, found).items():
        name = found[base] if not found[base].isdigit() else document.text(f"{base}/name")
        yield _Server(document, whose, base, name[:100], leaves)


def _is_server(document: Document, base: str) -> bool:
    """Tell a server of tools from others that are called so: it has arguments, or says how it is talked to."""
    if document.text(f"{base}/type") in _TYPES or document.text(f"{base}/transport") in _TYPES:
        return True
    return document.text(f"{base}/command") != "" and (
        document.get(f"{base}/args/0") is not None or document.get(f"{base}/args") is not None
    )


def _words(server: _Server) -> tuple[tuple[str, ...], Leaf | None]:
    """Return program and arguments, and the leaf that names the program."""
    for key in ("command", "cmd", "command/path"):
        leaf = server.get(key)
        if leaf is not None and leaf.kind == "t":
            args = [one.value for one in (*server.under("args"), *server.under("command/args")) if one.kind in "tnb"]
            program = leaf.value.split() if not args and " " in leaf.value else [leaf.value]
            return (*program, *args), leaf
    listed = [one for one in server.under("command") if one.kind in "tnb"]
    return tuple(one.value for one in listed), listed[0] if listed else None


def _starts(server: _Server) -> Iterator[Fact]:
    words, leaf = _words(server)
    if leaf is None:
        return
    made = launched(words)
    yield AgentStarts(
        where=leaf.at(), client=server.owner.client, placed=server.owner.placed, trigger="server", name=server.name,
        command=made.command, runs=made.runs, package=made.package, pinned=made.pinned, marks=made.marks,
    )  # fmt: skip


def _connects(server: _Server) -> Iterator[Fact]:
    for key in _ADDRESSES:
        leaf = server.get(key)
        if leaf is not None and leaf.kind == "t":
            scheme, host, reach = place(leaf.value)
            if reach:
                yield AgentConnects(
                    where=leaf.at(), client=server.owner.client, placed=server.owner.placed, name=server.name,
                    scheme=scheme, host=host, reach=reach,
                )  # fmt: skip


def _grants(server: _Server) -> Iterator[Fact]:
    for key in _FREE:
        for leaf in server.under(key):
            if leaf.value == "*" or (leaf.kind == "b" and leaf.value == "true"):
                yield _grant(server, leaf, key)
    trust = server.get("trust")
    if trust is not None and trust.kind == "b" and trust.value == "true":
        yield _grant(server, trust, "trust")


def _grant(server: _Server, leaf: Leaf, key: str) -> AgentGrant:
    return AgentGrant(
        where=leaf.at(), client=server.owner.client, placed=server.owner.placed, grant="server-tools", key=key,
        value=f"{server.name}: {leaf.value}"[:100],
    )  # fmt: skip


_PLACES = {
    "env": "env",
    "environment": "env",
    "headers": "header",
    "http_headers": "header",
    "args": "argument",
    "url": "url",
}


def _secrets(server: _Server) -> Iterator[Fact]:
    for leaf in server.leaves:
        if leaf.kind != "t":
            continue
        steps = leaf.keys[server.base.count("/") :]
        held = next((_PLACES[step] for step in steps if step in _PLACES), "")
        kind = token_kind(leaf.key if held in {"env", "header"} else "", leaf.value) if held else ""
        if kind:
            yield AgentSecret(
                where=leaf.at(), client=server.owner.client, placed=server.owner.placed, place=held,
                name=leaf.key[:100], kind=kind,
            )  # fmt: skip
