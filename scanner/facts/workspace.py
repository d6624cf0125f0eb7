"""Facts about a folder that people work in: what git, editors and shells do by themselves when it is opened or used."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class GitSetting(Fact):
    """A setting of git that makes it run a program, follow another address, or read another file.

    `effect`: "runs", "rewrites-address", "includes", "skips-check", "allows-protocol".
    `key` in lower case, the part in quotes as it is: "filter.lfs.clean". `value`: as written, without secrets.
    """

    key: str
    effect: str
    value: str


@record
class GitDriver(Fact):
    """An attribute that names a program of the configuration.

    `attribute`: "filter", "diff", "merge"; `pattern`: files.
    """

    attribute: str
    driver: str
    pattern: str


@record
class GitHook(Fact):
    """A script that git starts by itself. `place`: "git" (.git/hooks), "folder" (another folder of hooks).

    `acts`: what it does that `CommandActs` tells with its line: "fetch-run", "decode-run", "remote-shell",
    "sends-secrets".
    """

    hook: str
    place: str
    command: str
    acts: tuple[str, ...] = ()


@record
class GitSubmodule(Fact):
    """A submodule.

    `oddity`: "option" (address or path begins with a hyphen), "runs" (`ext::`), "file", "parent"
    (its name or path leads out), "git-folder" (into .git), "clear" (no TLS), "update-command", "line-break", "".
    """

    name: str
    url: str
    oddity: str


@record
class EditorRuns(Fact):
    """A file of an editor or a shell makes it run a command without being asked again. `command` cut to 200 characters.

    `editor`: "vscode", "devcontainer", "idea", "direnv", "vim", "jupyter", "husky", "lefthook", "pre-commit".
    `when` as in `scanner.facts.deploy`. `key`: what holds it. `acts` as in `GitHook`.
    """

    editor: str
    when: str
    key: str
    command: str
    acts: tuple[str, ...] = ()


@record
class EditorSetting(Fact):
    """A setting of a workspace that names a program or widens trust.

    `effect`: "program-inside" (a file of this folder is run), "program" (another program is run), "trust"
    (questions are switched off), "extension-source". What an agent may do unasked is `AgentGrant`.
    """

    editor: str
    key: str
    effect: str
    value: str
