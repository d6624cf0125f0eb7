"""What documents ask an installer for: conda environments, pyproject.toml, Pipfile, setup.cfg, package.json.

They are told apart by their keys. What each asks for becomes the same facts as a line of requirements.txt does.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from scanner.facts import Fact
from scanner.facts.requirement import InstallHook, Requirement
from scanner.pattern import pattern
from scanner.requirements import CHARACTERS, entries, option, packaged, requirement, summary
from scanner.settings import Document, Leaf, documents, unescape

ENTRIES = 2000
"""Entries of one document that are told."""

HOOKS = ("preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare", "prepublish")
"""Scripts that npm runs on installing: of a package, and of a folder where `npm install` is typed."""

_LINES = pattern(r"[^\n]+")
_POETRY = pattern(r"/tool/poetry/(?:dev-dependencies|dependencies|group/[^/]+/dependencies)/([^/]+)(?:/(.+))?")
_PIPFILE = pattern(r"/(?:dev-)?packages/([^/]+)(?:/(.+))?")
_SOURCES = pattern(r"/tool/uv/sources/([^/]+)(?:/\d+)?/(git|url|path)")
_INDEXES = pattern(
    r"/(?:tool/(?:uv/index|poetry/source|pdm/source)|source)/\d+/url|/tool/uv/(?:extra-)?index-url(?:/\d+)?"
)
_LISTS = pattern(
    r"/(?:project/dependencies|project/optional-dependencies/[^/]+|build-system/requires|dependency-groups/[^/]+|"
    r"tool/uv/dev-dependencies|tool/pdm/dev-dependencies/[^/]+)/\d+"
)
_CONFIG = pattern(
    r"/options(?:/(?:install_requires|setup_requires|tests_require|dependency_links)|\.extras_require/.+)"
)
_PACKAGES = pattern(r"/(?:dependencies|devDependencies|optionalDependencies|peerDependencies)/[^/]+")
_PLAIN = pattern(r"\$\{|\{\{|<%")


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Read every document that asks for packages."""
    for document in documents(facts):
        kind = _kind(document)
        if kind:
            told = list(islice(_READERS[kind](document), ENTRIES))
            yield from told
            wanted = [fact for fact in told if isinstance(fact, Requirement)]
            if wanted:
                yield summary(wanted[0].where, kind, wanted)


def _kind(document: Document) -> str:
    outline = document.outline
    if document.format == "toml":
        if "\n/build-system/" in outline or "\n/project/" in outline or "\n/tool/" in outline:
            return "pyproject"
        return "pipfile" if "\n/packages/" in outline or "\n/dev-packages/" in outline else ""
    if document.format == "yaml":
        return "conda" if "\n/dependencies/0" in outline else ""
    if document.format == "ini":
        return "setup.cfg" if "\n/options" in outline else ""
    asks = "\n/scripts/" in outline or "ependencies/" in outline
    return "package.json" if asks and document.format in {"json", "json5"} else ""


def _conda(document: Document) -> Iterator[Fact]:
    """Read channels and packages; pip has a list of its own in the list (conda-env, environment.yml)."""
    for leaf in document.leaves:
        if leaf.kind != "t":
            continue
        if leaf.pointer.startswith("/channels/"):
            yield option(leaf.at(), "conda", "channel", leaf.value)
        elif leaf.pointer.startswith(("/dependencies/", "/build_dependencies/")):
            keys = leaf.keys
            if len(keys) == 2:  # noqa: PLR2004 - an entry of the list itself
                yield from _conda_package(leaf)
            elif len(keys) == 4 and keys[2] == "pip":  # noqa: PLR2004 - an entry of pip's list
                yield from _line(leaf, leaf.value, "conda")


def _conda_package(leaf: Leaf) -> Iterator[Fact]:
    if leaf.value.startswith("-"):
        yield from _line(leaf, leaf.value, "conda")
        return
    channel, colons, rest = leaf.value.partition("::")
    if colons:
        yield option(leaf.at(), "conda", "channel", channel)
    name = re.match(r"[\w.-]+", rest if colons else leaf.value)
    if "://" in leaf.value:
        yield from _line(leaf, leaf.value, "conda")
    elif name:
        yield packaged(leaf.at(), "conda", name[0], (rest if colons else leaf.value)[name.end() :].strip())


def _line(leaf: Leaf, text: str, source: str) -> Iterator[Fact]:
    """Read a line as pip does."""
    yield from entries(leaf.at(), source, text.partition(" #")[0].strip())


def _pyproject(document: Document) -> Iterator[Fact]:
    """Read PEP 517 and 621, dependency groups, and the tables of poetry, uv and pdm."""
    for leaf in document.leaves:
        if leaf.kind == "t":
            if _LISTS.fullmatch(leaf.pointer):
                yield from _line(leaf, leaf.value, "pyproject")
            elif leaf.pointer.startswith("/tool/"):
                yield from _tabled(leaf, _POETRY, "pyproject")
            elif leaf.pointer == "/build-system/build-backend":
                yield from _backend(document, leaf)


def _backend(document: Document, leaf: Leaf) -> Iterator[Fact]:
    folders = [one.value for one in document.under("/build-system/backend-path")]
    yield InstallHook(
        where=leaf.at(),
        source="pyproject",
        kind="backend",
        name=leaf.value[:CHARACTERS],
        command=", ".join(folders)[:CHARACTERS],
        inside=bool(folders),
        private=False,
    )


def _tabled(leaf: Leaf, table: re.Pattern[str], source: str) -> Iterator[Fact]:
    """Read a table of packages, where the value is a version or a table that says where the package is from."""
    if _INDEXES.fullmatch(leaf.pointer):
        yield option(leaf.at(), source, "extra-index-url", leaf.value)
        return
    found = table.fullmatch(leaf.pointer) or _SOURCES.fullmatch(leaf.pointer)
    if found is None or found[1] == "python":
        return
    how = (found[2] or "version").rpartition("/")[2]
    if how == "version":
        yield packaged(leaf.at(), source, unescape(found[1]), leaf.value, near=True)
    elif how in {"git", "url", "path", "file"}:
        place = f"git+{leaf.value}" if how == "git" and not leaf.value.startswith("git") else leaf.value
        told = requirement(leaf.at(), source, f"{found[1]} @ {place}")
        if told is not None:
            yield told


def _pipfile(document: Document) -> Iterator[Fact]:
    for leaf in document.leaves:
        if leaf.kind == "t":
            yield from _tabled(leaf, _PIPFILE, "pipfile")


def _setup(document: Document) -> Iterator[Fact]:
    for leaf in document.leaves:
        if leaf.kind == "t" and _CONFIG.fullmatch(leaf.pointer):
            for line in _LINES.findall(leaf.value):
                if line.strip() and not line.lstrip().startswith("#") and not line.startswith("file:"):
                    yield from _line(leaf, line, "setup.cfg")


def _npm(document: Document) -> Iterator[Fact]:
    private = document.get("/private")
    for hook in HOOKS:
        leaf = document.get(f"/scripts/{hook}")
        if leaf is not None and leaf.kind == "t" and leaf.value.strip():
            yield InstallHook(
                where=leaf.at(),
                source="package.json",
                kind="script",
                name=hook,
                command=leaf.value[:CHARACTERS],
                inside=True,
                private=private is not None and private.value == "true",
            )
    if "ependencies/" in document.outline:
        for leaf in document.leaves:
            # Only addresses: names of npm are another world than those of PyPI.
            if leaf.kind == "t" and ":" in leaf.value and _PACKAGES.fullmatch(leaf.pointer):
                told = requirement(leaf.at(), "package.json", leaf.value) if _address(leaf.value) else None
                if told is not None:
                    yield told


def _address(value: str) -> bool:
    return value.startswith(("git", "http:", "https:", "file:")) and not _PLAIN.search(value)


_READERS: dict[str, Callable[[Document], Iterator[Fact]]] = {
    "conda": _conda,
    "pyproject": _pyproject,
    "pipfile": _pipfile,
    "setup.cfg": _setup,
    "package.json": _npm,
}
