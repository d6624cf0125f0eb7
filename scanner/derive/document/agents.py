"""Configurations of agents: what they start by themselves, what they may do unasked, where their model is asked."""

from collections.abc import Iterator, Sequence

from scanner.agents.clients import Owner, owner
from scanner.agents.grants import granted
from scanner.agents.groups import grouped
from scanner.agents.hosts import place
from scanner.agents.launch import Launch, launch, launched
from scanner.commands.act import shown
from scanner.commands.secrets import token_kind
from scanner.facts import Fact
from scanner.facts.agent import AgentEndpoint, AgentGrant, AgentReach, AgentSecret, AgentStarts
from scanner.pattern import pattern
from scanner.settings import Document, Leaf, documents

_HOOK = pattern(
    r"\n((?:[^\n]{0,80})?/hooks/([A-Za-z][\w-]{0,60})(?:/\d+(?:/hooks/\d+)?)?/(?:command|bash|powershell))(?=\n)"
)
_HELPER = pattern(
    r"\n(/(?:(statusLine|subagentStatusLine|fileSuggestion)/command|(apiKeyHelper|awsAuthRefresh|awsCredentialExport"
    r"|gcpAuthRefresh|otelHeadersHelper|proxyAuthHelper|lint-cmd|test-cmd|notifications-command)(?:/\d+)?))(?=\n)"
)
_TRIGGERS = {"lint-cmd": "check", "test-cmd": "check", "notifications-command": "notify"}
_LISTED = pattern(r"\n(/notify|/(?:formatter|lsp)/[^/\n]{1,80}/command)/0(?=\n)")
_MAKERS = (
    "ANTHROPIC|OPENAI|GEMINI|GOOGLE_GEMINI|GOOGLE_VERTEX|VERTEX|AZURE_OPENAI|CODEX|CLAUDE_CODE|OLLAMA|DEEPSEEK|MISTRAL|GROQ"
    "|OPENROUTER|XAI|LITELLM|ANTHROPIC_BEDROCK|ANTHROPIC_VERTEX|CHATGPT|openai-api"
)
_ENDPOINT = pattern(
    rf"(?i)\n((?:[^\n]{{0,120}}/)?((?:{_MAKERS})[_-]?(?:API_|CODE_)?(?:BASE_URL|BASE|ENDPOINT|HOST)"
    r"|(?:HTTPS?|ALL)_PROXY|base_url|baseURL|chatgpt_base_url|openai_base_url|apiBase))(?=\n)"
)
_SIGNS = (
    "/hooks/", "/statusLine/", "Helper", "/aws", "/gcp", "-cmd", "otif", "ermission", "pprov", "llow", "base",
    "apiBase", "BASE",
    "PROXY", "-api-", "sandbox", "anger", "trust", "yolo", "yes-always", "enableAll", "MODE", "tools", "mcp", "/args/",
    "/scripts/", "/command", "/run",
)  # fmt: skip
_KEEPER = pattern(
    r"\n/(?:hooks/[A-Z]|permissions/|enableAllProjectMcpServers|apiKeyHelper|statusLine/|enabledPlugins|mcpServers/"
    r"|mcp_servers/|model_providers/|sandbox_mode|approval_policy)"
)


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Yield the facts of each configuration."""
    for document in documents(facts):
        outline = document.outline
        if not any(sign in outline for sign in _SIGNS):
            continue
        whose = owner(document.path)
        agent = whose.placed or whose.client == "skill" or _KEEPER.search(outline) is not None
        yield from _hooks(document, whose)
        for leaf, grant in granted(document, agent=agent):
            yield AgentGrant(
                where=leaf.at(), client=whose.client, placed=whose.placed, grant=grant, key=_named(leaf),
                value=shown(leaf.value)[:100],
            )  # fmt: skip
        if agent:
            yield from _helpers(document, whose)
            yield from _endpoints(document, whose)
            yield from _secrets(document, whose)
            yield from _reach(document, whose)


def _named(leaf: Leaf) -> str:
    """Return the last key that is no number."""
    return next((step for step in reversed(leaf.keys) if not step.isdigit()), leaf.key)[:100]


def _hooks(document: Document, whose: Owner) -> Iterator[Fact]:
    if "/hooks/" not in document.outline:
        return
    for found in _HOOK.finditer(document.outline):
        leaf = document.get(found[1])
        if leaf is not None and leaf.kind == "t" and leaf.value.strip():
            yield _started(whose, leaf, "hook", found[2], launch(leaf.value))


def _helpers(document: Document, whose: Owner) -> Iterator[Fact]:
    for found in _HELPER.finditer(document.outline):
        leaf = document.get(found[1])
        if leaf is not None and leaf.kind == "t" and leaf.value.strip():
            key = found[2] or found[3]
            yield _started(
                whose, leaf, "status-line" if found[2] else _TRIGGERS.get(key, "key-helper"), key, launch(leaf.value)
            )
    lists = [
        found[1] for found in _LISTED.finditer(document.outline) if found[1] != "/notify" or whose.client == "codex"
    ]
    for base, leaves in grouped(document, lists).items() if lists else ():
        made = launched(tuple(leaf.value for leaf in leaves))
        trigger = "notify" if base == "/notify" else "check"
        yield _started(whose, leaves[0], trigger, base[1:], made)


def _started(whose: Owner, leaf: Leaf, trigger: str, name: str, made: Launch) -> AgentStarts:
    return AgentStarts(
        where=leaf.at(), client=whose.client, placed=whose.placed, trigger=trigger, name=name, command=made.command,
        runs=made.runs, package=made.package, pinned=made.pinned, marks=made.marks,
    )  # fmt: skip


def _endpoints(document: Document, whose: Owner) -> Iterator[Fact]:
    for found in _ENDPOINT.finditer(document.outline):
        leaf = document.get(found[1])
        if leaf is None or leaf.kind != "t":
            continue
        scheme, host, reach = place(leaf.value)
        if reach:
            yield AgentEndpoint(
                where=leaf.at(), client=whose.client, placed=whose.placed, name=found[2][:100], scheme=scheme,
                host=host, reach=reach,
            )  # fmt: skip


def _secrets(document: Document, whose: Owner) -> Iterator[Fact]:
    """Tokens among the variables of the agent itself; those of servers are told with their server."""
    for leaf in document.under("/env"):
        kind = token_kind(leaf.key, leaf.value) if leaf.kind == "t" else ""
        if kind:
            yield AgentSecret(
                where=leaf.at(), client=whose.client, placed=whose.placed, place="env", name=leaf.key[:100], kind=kind
            )


_NETWORK = frozenset({"webfetch", "websearch", "web_fetch", "fetch", "browser"})
_FILES = frozenset({"write", "edit", "multiedit", "notebookedit"})


def _reach(document: Document, whose: Owner) -> Iterator[Fact]:
    """What the front matter of a skill or command lets it do."""
    if whose.client != "skill":
        return
    for key in ("/allowed-tools", "/allowed_tools", "/tools"):
        leaves = [leaf for leaf in document.under(key) if leaf.kind == "t"]
        tools = [tool.strip().lower() for leaf in leaves for tool in leaf.value.split(",") if tool.strip()]
        may = set()
        if "*" in tools:
            may.add("any-tool")
        if any(tool in {"bash", "bash(*)", "bash(*:*)", "shell", "terminal", "execute"} for tool in tools):
            may.add("shell")
        if any(tool.partition("(")[0] in _NETWORK or tool.startswith(("bash(curl", "bash(wget")) for tool in tools):
            may.add("network")
        if any(tool.partition("(")[0] in _FILES for tool in tools):
            may.add("files")
        if may:
            yield AgentReach(
                where=leaves[0].at(), client=whose.client, placed=whose.placed, may=tuple(sorted(may)),
                asked=key == "/tools",
            )  # fmt: skip
