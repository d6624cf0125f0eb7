"""Facts about agents that work in a folder: what they start, whom they talk to, what they may do unasked.

`client`: whose configuration it is, by its place or its shape: "claude", "cursor", "codex", "gemini", "copilot",
"windsurf", "roo", "cline", "continue", "zed", "opencode", "goose", "amazonq", "aider", "kiro", "skill", "mcp" ...
`placed`: the file lies where that agent looks for it when the folder is opened; else it is a part or a pattern of one.
"""

from scanner.facts.core import Fact
from scanner.record import record


@record
class AgentStarts(Fact):
    """An agent starts a program by itself.

    `trigger`: "hook", "server" (of tools), "key-helper" (asked for a key), "status-line", "notify", "check" (lint).
    `name`: event of the hook, name of the server, key. `command`: as written, tokens of access left out.
    `runs`: "shell" (a line for a shell), "package" (fetched by its name: npx, uvx ...), "container", "inside" (a file
    of this folder), "program". `package`: its name; `pinned`: with an exact version, or a digest.
    `marks`: acts of `CommandActs` ("fetch-run", "decode-run", "sends-secrets", "remote-shell"), "inline" (code on the
    command line), "address", "keys".
    """

    client: str
    placed: bool
    trigger: str
    name: str
    command: str
    runs: str
    package: str
    pinned: bool
    marks: tuple[str, ...]


@record
class AgentConnects(Fact):
    """An agent takes tools from a server at an address. `reach`: "loopback", "private", "public", "variable"."""

    client: str
    placed: bool
    name: str
    scheme: str
    host: str
    reach: str


@record
class AgentGrant(Fact):
    """An agent may do something without asking.

    `grant`: "all-servers" (of tools, those to come included), "all-acts" (nothing is asked), "shell" (any command),
    "server-tools" (all tools of one server), "edits", "no-sandbox", "network". `key` and `value` as written.
    """

    client: str
    placed: bool
    grant: str
    key: str
    value: str


@record
class AgentEndpoint(Fact):
    """Where the model of an agent is asked, with the key and all that is said. `name` of the variable or key."""

    client: str
    placed: bool
    name: str
    scheme: str
    host: str
    reach: str


@record
class AgentSecret(Fact):
    """A token of access in a configuration of an agent; never the token itself.

    `place`: "env", "header", "argument", "url". `kind` as in `scanner.credentials`, "literal" for a value of no known
    issuer under a name that says what it is.
    """

    client: str
    placed: bool
    place: str
    name: str
    kind: str


@record
class AgentReach(Fact):
    """What a skill or command may do at once: `may` has "shell", "network", "files", "any-tool".

    `asked`: the list only narrows what there is, and the questions stay.
    """

    client: str
    placed: bool
    may: tuple[str, ...]
    asked: bool
