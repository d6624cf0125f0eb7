"""What lies where in a scan: the files that a configuration can reach, and the repositories that files name."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

from scanner.facts import Examined, Fact
from scanner.facts.python import PythonModule
from scanner.nesting import beside
from scanner.settings import Document, documents

LEVELS = 16
"""Folders above a configuration in which its code is looked for: loaders look in the root of the repository."""

BASES = ("/_name_or_path", "/base_model_name_or_path", "/base_model", "/base_model/0", "/_diffusers_base")
"""Where a configuration or a card says what it was made of."""

_CACHED = re.compile(r"(?:^|/)models--([\w.-]+?)--([\w.-]+?)/")
_REPOSITORY = re.compile(r"([\w.-]{1,100})/[\w.-]{1,200}")


class Places:
    """The files of a scan. Made once a scan; what is not asked is not made."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        """Take the facts of a scan."""
        self._facts = facts
        self._declared: dict[str, frozenset[str]] = {}
        self._holds: dict[str, bool] = {}

    @cached_property
    def files(self) -> frozenset[str]:
        """Paths of all files, and of the Python inside containers."""
        return frozenset(fact.where.path for fact in self._facts if isinstance(fact, Examined | PythonModule))

    @cached_property
    def python(self) -> frozenset[str]:
        """Paths of all Python files."""
        return frozenset(path for path in self.files if path.endswith(".py"))

    @cached_property
    def _folders(self) -> Counter[str]:
        return Counter(beside(path, "") for path in self.files)

    def has_company(self, path: str) -> bool:
        """Say whether other files of the folder are part of the scan."""
        return self._folders[beside(path, "")] > 1

    def find(self, path: str, *relative: str) -> str:
        """Find a Python file by its path in the folder of a configuration or in one above; "" where there is none."""
        if not self.python:
            return ""
        for folder in _upwards(path):
            for name in relative:
                if folder + name in self.python:
                    return folder + name
        return ""

    def holds(self, document: Document, marks: Sequence[str]) -> bool:
        """Say whether a document has any of the marks that go with its name; asked once of each document."""
        if document.path not in self._holds:
            self._holds[document.path] = any(mark in document.outline for mark in marks)
        return self._holds[document.path]

    def declared(self, document: Document) -> frozenset[str]:
        """Return the repositories and owners, in lower case, that files name as what the document's model is made of.

        The configuration itself, a card in its folder, and the folder of a hub's cache can.
        """
        if document.path not in self._declared:
            near = [document, *self._cards.get(beside(document.path, ""), ())]
            named = {one.text(pointer) for one in near for pointer in BASES}
            named.update(f"{owner}/{name}" for owner, name in _CACHED.findall(document.path))
            found = {name.lower() for name in named if _REPOSITORY.fullmatch(name)}
            self._declared[document.path] = frozenset(found | {name.partition("/")[0] for name in found})
        return self._declared[document.path]

    @cached_property
    def _cards(self) -> dict[str, list[Document]]:
        found: dict[str, list[Document]] = {}
        for document in documents(self._facts):
            if document.name == "readme.md":
                found.setdefault(beside(document.path, ""), []).append(document)
        return found


def _upwards(path: str) -> Iterator[str]:
    folder = beside(path, "")
    for _ in range(LEVELS):
        yield folder
        if not folder or folder.endswith("!"):
            return
        folder = beside(folder[:-1], "")
