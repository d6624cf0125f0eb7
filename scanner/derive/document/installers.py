"""How installers are set up by a folder, and the code of a project that a build runs.

pip.conf, .npmrc and uv.toml; `cmdclass` of setuptools, build scripts of poetry, hooks of hatch and pdm.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from scanner.facts import Fact
from scanner.facts.requirement import InstallHook
from scanner.pattern import pattern
from scanner.requirements import CHARACTERS, option
from scanner.settings import Document, Leaf, documents

ENTRIES = 500
"""Entries of one document that are told."""

_PIP = pattern(
    r"/(?:global|install|download|wheel|list)/((?:extra-)?index-url|find-links|trusted-host|requirement|constraint)"
)
_UV = pattern(r"/(?:index/\d+/url|(?:extra-)?index-url(?:/\d+)?|pip/(?:extra-)?index-url(?:/\d+)?|find-links/\d+)")
_REGISTRY = pattern(r"/(?:@[^/]+:)?registry")
_COMMAND = pattern(r"/(?:tool/setuptools/cmdclass|options\.cmdclass)/([^/]+)|/options/cmdclass")
_BUILDER = pattern(
    r"/tool/(?:poetry/build(?:/script)?|hatch/(?:build|metadata)/(?:targets/[^/]+/)?hooks/custom(?:/path)?|pdm/build/custom-hook)"
)


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Read every document that sets up an installer or names code for a build."""
    for document in documents(facts):
        if document.format in {"ini", "toml"}:
            yield from islice(_told(document), ENTRIES)


def _told(document: Document) -> Iterator[Fact]:
    outline = document.outline
    if document.format == "ini":
        if "/index-url\n" in outline or "-index-url\n" in outline or "-links\n" in outline or "-host\n" in outline:
            yield from _pip(document)
        if "registry\n" in outline:
            yield from _npm(document)
    elif "\n/index" in outline or "\n/extra-index-url" in outline or "\n/find-links" in outline or "\n/pip/" in outline:
        yield from _uv(document)
    if "cmdclass" in outline or "/hooks/custom" in outline or "/build" in outline:
        yield from _hooks(document)


def _pip(document: Document) -> Iterator[Fact]:
    """Read pip's own configuration, where several values stand one a line."""
    for leaf in document.leaves:
        found = _PIP.fullmatch(leaf.pointer)
        for value in leaf.value.split() if found else ():
            yield option(leaf.at(), "pip.conf", found[1] if found else "", value)


def _npm(document: Document) -> Iterator[Fact]:
    for leaf in document.leaves:
        if _REGISTRY.fullmatch(leaf.pointer) and "://" in leaf.value:
            yield option(leaf.at(), ".npmrc", "registry", leaf.value)


def _uv(document: Document) -> Iterator[Fact]:
    for leaf in document.leaves:
        if leaf.kind == "t" and _UV.fullmatch(leaf.pointer):
            yield option(leaf.at(), "uv", "find-links" if "find" in leaf.pointer else "extra-index-url", leaf.value)


def _hooks(document: Document) -> Iterator[InstallHook]:
    source = "pyproject" if document.format == "toml" else "setup.cfg"
    for leaf in document.leaves:
        found = _COMMAND.fullmatch(leaf.pointer)
        if found and found[1]:
            yield _hook(leaf, source, "command", leaf.key, leaf.value)
        elif found:
            for line in filter(None, leaf.value.splitlines()):
                name, _, target = line.partition("=")
                yield _hook(leaf, source, "command", name.strip(), target.strip())
        elif _BUILDER.fullmatch(leaf.pointer) and leaf.kind in "to":
            yield _hook(leaf, source, "builder", leaf.pointer.split("/")[2], leaf.value)


def _hook(leaf: Leaf, source: str, kind: str, name: str, command: str) -> InstallHook:
    return InstallHook(
        where=leaf.at(),
        source=source,
        kind=kind,
        name=name[:CHARACTERS],
        command=command[:CHARACTERS],
        inside=True,
        private=False,
    )
