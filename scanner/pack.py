"""Where rules live: rule files and their tables, bundled with the package or in a checkout beside it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from scanner import document
from scanner.known import bundled
from scanner.limits import RULE_NBYTES, RULES, TABLE_NBYTES
from scanner.rule import Rule, RuleError, parse

COMPILED = "compiled.json"
"""All rules of a wheel in one file: 2.4 ms for 300 rules, where YAML takes 71 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Rules in the order of their ids, the folder of their tables, and the digest of both (SHA-256, hexadecimal)."""

    rules: tuple[Rule, ...]
    tables: Path
    digest: str

    def table(self, name: str) -> frozenset[str]:
        """Read a table: one entry a line, `#` comments. Empty where there is none; lint says so."""
        return _table(self.tables, name)


@cache
def _table(folder: Path, name: str) -> frozenset[str]:
    return frozenset(line for file in table_files(folder, name) for line in _lines(file))


def table_files(folder: Path, name: str) -> list[Path]:
    """List the files of a table: NAME.txt, or all files of the folder NAME."""
    single = folder / f"{name}.txt"
    return [single] if single.is_file() else sorted((folder / name).glob("*.txt"))


def _lines(file: Path) -> Iterator[str]:
    try:
        text = document.read(file, bound=TABLE_NBYTES)
    except document.DocumentError as error:
        raise RuleError(file.name, str(error)) from error
    for line in text.splitlines():
        entry = line.partition("#")[0].strip()
        if entry:
            yield entry


@cache
def load(folder: Path | None = None) -> Pack:
    """Load the bundled rules, or those of another folder.

    Raises `RuleError` for the first file that breaks the language, and where there is no rule at all:
    a scan without rules would pass everything.
    """
    root = folder or bundled()
    compiled = root / COMPILED
    if compiled.is_file():
        content = compiled.read_bytes()
        documents = json.loads(content)
        rules = [parse(entry["rule"], file=entry["file"], pack=entry["pack"]) for entry in documents["rules"]]
        digest = str(documents["digest"])
    else:
        rules = [parse(document, file=file.name, pack=file.parent.name) for file, document in read_yaml(root)]
        digest = digest_of(root)
    rules.sort(key=lambda rule: rule.id)
    _check_ids(rules, root)
    return Pack(rules=tuple(rules), tables=root / "tables", digest=digest)


def _check_ids(rules: list[Rule], root: Path) -> None:
    if not rules:
        raise RuleError(str(root), "holds no rule")
    for rule, following in pairwise(rules):
        if rule.id == following.id:
            file = f"{following.pack}/{following.id}.yaml"
            raise RuleError(file, f"the pack {rule.pack} has a rule of this id")


def rule_files(root: Path) -> list[Path]:
    """List the rule files: ROOT/PACK/ID.yaml, tables left out. Raises `RuleError` where they are too many."""
    files = sorted(file for file in root.glob("*/*.yaml") if file.parent.name != "tables")
    if len(files) > RULES:
        raise RuleError(str(root), f"holds {len(files)} rules; {RULES} are read")
    return files


def read_yaml(root: Path) -> Iterator[tuple[Path, object]]:
    """Read every rule file. Raises `RuleError` for the first that cannot be read."""
    for file in rule_files(root):
        yield file, read_rule(file)


def read_rule(file: Path) -> object:
    """Read one rule file to plain values; it may come from a stranger. Raises `RuleError`."""
    try:
        return document.parse(document.read(file, bound=RULE_NBYTES))
    except document.DocumentError as error:
        raise RuleError(file.name, str(error)) from error


def digest_of(root: Path) -> str:
    """Digest rules and tables: SHA-256 over the sorted paths and contents."""
    import hashlib  # OpenSSL is loaded only when something is digested

    total = hashlib.sha256()
    for file in sorted([*rule_files(root), *root.glob("tables/**/*.*")]):
        content = file.read_bytes() if file.is_file() else b""
        name = file.relative_to(root).as_posix().encode()
        total.update(b"%d:%s%d:%s" % (len(name), name, len(content), content))
    return total.hexdigest()
