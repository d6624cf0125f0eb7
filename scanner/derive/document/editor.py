"""Workspaces of editors and the containers they open: what is started when a folder is opened."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from scanner.artifact import Location
from scanner.commands.shell import joined
from scanner.commands.telling import commands_told, grave, image_told, variable_told
from scanner.deployments.containers import grant_of_path, of_options
from scanner.deployments.tree import Node, below, is_true, leaf, leaves, place, text, texts, trees
from scanner.deployments.trust import TRUST
from scanner.facts import Fact
from scanner.facts.deploy import ContainerGrant
from scanner.facts.workspace import EditorRuns, EditorSetting
from scanner.pattern import pattern
from scanner.settings import Document, Leaf, documents

_WORKSPACES = ("/.vscode/", "/.cursor/", "/.windsurf/")
_LEFTHOOK = frozenset({"lefthook.yml", "lefthook.yaml", ".lefthook.yml", ".lefthook.yaml", "lefthook-local.yml"})

SHOWN = 200
"""Characters of a command that are quoted."""

# When each key of devcontainer.json runs: `initializeCommand` on the machine itself, outside of the container.
_LIFE = {
    "initializeCommand": "host",
    "onCreateCommand": "created",
    "updateContentCommand": "created",
    "postCreateCommand": "created",
    "postStartCommand": "created",
    "postAttachCommand": "created",
}
_PROGRAM_KEY = pattern(
    r"(?i)(?:^|\.)(?:\w*(?:executable|interpreter|binary|compiler)_?path(?:\.\w+)?|python\.pythonpath|"
    r"python\.defaultinterpreterpath|python\.condapath|"
    r"python\.poetrypath|python\.pipenvpath|git\.path|php\.validate\.executablepath|go\.goroot|go\.alternatetools|"
    r"rust-analyzer\.(?:server\.path|"
    r"cargo\.buildscripts\.overridecommand|check\.overridecommand|procmacro\.server)|terraform\.languageserver\.path|"
    r"clangd\.path|"
    r"c_cpp\.default\.compilerpath|cmake\.cmakepath|java\.jdt\.ls\.java\.home|java\.home|deno\.path|eslint\.runtime|"
    r"eslint\.nodepath|npm\.packagemanager|"
    r"typescript\.tsdk|(?:\w+\.)*(?:importstrategy\.path|server\.path|path\.executable))$"
)
_TERMINAL = pattern(
    r"(?i)^terminal\.(?:integrated\.(?:automation)?profiles?\.\w+|integrated\.(?:shell|shellargs|automationshell|"
    r"automationprofile|env)\.\w+|external\.\w+exec)"
)
_SHELLS = pattern(
    r"(?i)^(?:(?:/usr|/usr/local|/opt/homebrew)?/bin/)?(?:bash|zsh|fish|sh|pwsh|powershell(?:\.exe)?|cmd(?:\.exe)?|"
    r"nu)$|"
    r"\$\{env:windir\}\\+|^[a-z]:\\+windows\\+|^git bash$|^-l$|^--login$"
)
_INSIDE = pattern(r"^(?:\$\{workspace(?:folder|root)(?::[^}]*)?\}|\.{1,2})[/\\]|^\.?[\w-]+/", 2)
_VENV = pattern(
    r"(?i)(?:^|[/\\])(?:\.?v?env[\w.-]*|\.venv[\w.-]*|\.tox|\.pixi|\.conda|node_modules|\.yarn|\.nox|\.direnv|"
    r"build)(?:[/\\]|$)"
)


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """State what every document of an editor's workspace starts or sets."""
    for document in documents(facts):
        path = f"/{document.path.lower().replace('!', '/')}"
        if any(folder in path for folder in _WORKSPACES) or path.endswith(".code-workspace"):
            yield from _settings(document)
        if document.name in _LEFTHOOK:
            yield from _lefthook(document)
            continue
        read = _reader(document, path)
        if read is not None:
            for node in trees(document):
                yield from read(node)


def _reader(document: Document, path: str) -> Callable[[Node], Iterator[Fact]] | None:
    """Choose how a document is read by the keys that it has."""
    outline = document.outline
    if "/tasks/" in outline and "/runOn\n" in outline:
        return _tasks
    if "/repos/" in outline and "/hooks/" in outline and "/id\n" in outline:
        return _precommit
    return _container if _is_container(document, path) else None


def _is_container(document: Document, path: str) -> bool:
    """A key of its life, wherever it stands, or the name of such a file."""
    return any(f"\n/{key}" in document.outline for key in _LIFE) or (
        "devcontainer" in path and document.format in {"json", "json5"}
    )


def _tasks(node: Node) -> Iterator[Fact]:
    for task in (*below(node, "tasks").values(), *below(node, "tasks", "tasks").values()):
        run = leaf(task, "runOptions", "runOn")
        if run is None or run.value != "folderOpen":
            continue
        line = " ".join(
            (text(task, "command"), *texts(task, "args"), text(task, "script"), text(task, "linux", "command"))
        ).strip()
        yield _runs(run.at(), "vscode", "opened", "runOn: folderOpen", line)
        yield from commands_told(line, run.at(), "vscode", "opened")


def _runs(where: Location, editor: str, when: str, key: str, line: str) -> EditorRuns:
    return EditorRuns(where=where, editor=editor, when=when, key=key, command=line[:SHOWN], acts=grave(line, editor))


def _settings(document: Document) -> Iterator[EditorSetting]:
    for one in document.leaves:
        keys = one.keys
        if document.path.lower().endswith(".code-workspace"):
            keys = keys[1:] if keys[:1] == ("settings",) else ()
        if not keys or one.kind not in "tb":
            continue
        # Dots in a key and levels are the same to the editor.
        key = ".".join(one for one in keys if not one.isdigit())
        effect = _effect(key, one.value)
        if effect:
            yield EditorSetting(where=one.at(), editor="vscode", key=key[:120], effect=effect, value=one.value[:SHOWN])


def _effect(key: str, value: str) -> str:
    if value and TRUST.get(key, "") == value:
        return "trust"
    if key in {"extensions.gallery.serviceUrl", "extensionsGallery.serviceUrl"}:
        return "extension-source"
    program = _PROGRAM_KEY.search(key) or (_TERMINAL.match(key) and key.endswith((".path", "Exec")))
    return _effect_of_program(key, value) if program and value else ""


def _effect_of_program(key: str, value: str) -> str:
    if _INSIDE.match(value):
        return "" if _VENV.search(value) or key.endswith("tsdk") else "program-inside"
    plain = _SHELLS.match(value) or "/" not in value.replace("\\", "/")
    return "" if plain else "program"


def _container(node: Node) -> Iterator[Fact]:
    image = leaf(node, "image")
    if image is not None:
        yield from image_told(image.value, image.at(), "devcontainer")
    for key, when in _LIFE.items():
        where = place("", node.get(key))
        for line in _lines(node, key):
            if when == "host" and line:
                yield _runs(where, "devcontainer", when, key, line)
            yield from commands_told(line, where, "devcontainer", when)
    yield from _grants(node)
    for environment in ("containerEnv", "remoteEnv"):
        for name, value in below(node, environment).items():
            if isinstance(value, Leaf):
                yield from variable_told(name, value.value, value.at(), "devcontainer", "env")
    yield from _settings_of(node)


def _grants(node: Node) -> Iterator[ContainerGrant]:
    """State what the container may do to the machine."""
    found = [(leaf(node, "runArgs", "0"), grant, detail) for grant, detail in of_options(texts(node, "runArgs"))]
    if is_true(node, "privileged"):
        found.append((leaf(node, "privileged"), "privileged", "privileged: true"))
    for mount in below(node, "mounts").values():
        source = text(mount, "source") if isinstance(mount, Mapping) else _source(text(mount))
        found.append((next(leaves(mount), None), grant_of_path(source), source))
    for where, grant, detail in found:
        if grant and where is not None:
            yield ContainerGrant(where=where.at(), carrier="devcontainer", grant=grant, detail=detail[:120])


def _settings_of(node: Node) -> Iterator[EditorSetting]:
    for key, value in below(node, "customizations", "vscode", "settings").items():
        if isinstance(value, Leaf) and value.kind in "tb":
            effect = _effect(key, value.value)
            if effect in {"trust", "extension-source"}:
                yield EditorSetting(
                    where=value.at(), editor="devcontainer", key=key[:120], effect=effect, value=value.value[:SHOWN]
                )


def _lines(node: Node, key: str) -> list[str]:
    """Return the command lines of a key: a text, a list of words, or an object of either."""
    value = node.get(key)
    if isinstance(value, Leaf):
        return [value.value] if value.kind == "t" else []
    if not value:
        return []
    if all(one.isdigit() for one in value):
        words = texts(value)
        return [words[0] if len(words) == 1 else joined(words)] if words else []
    return [line for inner in value for line in _lines(value, inner)]


def _source(mount: str) -> str:
    """Return the source of a mount that is written as one text."""
    parts = dict(part.partition("=")[::2] for part in mount.split(","))
    return (parts.get("source") or parts.get("src") or "").replace("${localEnv:HOME}", "~")


def _lefthook(document: Document) -> Iterator[Fact]:
    for one in document.leaves:
        if one.key == "run" and one.kind == "t":
            yield from commands_told(one.value, one.at(), "lefthook", "git")
        elif one.keys[:1] == ("remotes",) and one.key == "git_url":
            yield EditorRuns(where=one.at(), editor="lefthook", when="git", key="remotes", command=one.value[:SHOWN])


def _precommit(node: Node) -> Iterator[Fact]:
    for repo in below(node, "repos").values():
        local = text(repo, "repo") == "local"
        for hook in below(repo, "hooks").values():
            entry = leaf(hook, "entry")
            if entry is None:
                continue
            line = " ".join((entry.value, *texts(hook, "args")))
            yield from commands_told(line, entry.at(), "pre-commit", "git")
            if local and text(hook, "language") in {"system", "script", "unsupported", "unsupported_script"}:
                yield _runs(entry.at(), "pre-commit", "git", "entry", line)
