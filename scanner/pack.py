"""Where rules live: rule files and their tables, bundled with the package or in a checkout beside it."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import field
from functools import cache, partial
from itertools import pairwise
from pathlib import Path

from scanner import document
from scanner.known import bundled
from scanner.limits import RULE_NBYTES, RULES, TABLE_NBYTES
from scanner.record import record
from scanner.rule import Rule, RuleError, parse

COMPILED = "compiled.jsonl"
"""All rules of a wheel, since YAML takes 0.3 ms a rule: a line of digest, ids and facts, then one line a rule.

A scan parses the lines whose facts it has met.
"""


COMPILED_TABLE = ".lines"
"""The suffix of a table in a wheel: entries and no comments, one file beside its sources, in a third of the time."""

COMMENT = re.compile(r"#.*")


@record
class Source:
    """One rule: its id and folder, which fact it speaks of, and how to get it."""

    id: str
    pack: str
    fact: str
    rule: Callable[[], Rule]


@record
class Pack:
    """Rules in the order of their ids, the folder of their tables, and the digest of both (SHA-256, hexadecimal).

    `further` has tables by name that are in no folder; `name` says whose rules these are.
    """

    sources: tuple[Source, ...]
    tables: Path
    digest: str
    further: Mapping[str, frozenset[str]] = field(default_factory=dict)
    name: str = "bundled"

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules."""
        return tuple(source.rule() for source in self.sources)

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all rules."""
        return frozenset(source.id for source in self.sources)

    @property
    def folders(self) -> frozenset[str]:
        """The folders that all rules come from."""
        return frozenset(source.pack for source in self.sources)

    def beside(
        self, rules: Iterable[Rule], tables: Mapping[str, frozenset[str]], named: Iterable[tuple[str, str]]
    ) -> "Pack":
        """Add rules with their tables, and the name and digest of the packs that they come from."""
        others = [Source(id=one.id, pack=one.pack, fact=one.fact, rule=partial(_itself, one)) for one in rules]
        shown = [f"{name} sha256:{sha256}" for name, sha256 in named]
        return Pack(
            sources=tuple(sorted((*self.sources, *others), key=lambda source: source.id)),
            tables=self.tables,
            digest=_joined([self.digest, *shown]),
            further=tables,
            name=", ".join([self.name, *shown]),
        )

    def about(self, facts: Collection[str]) -> tuple[Rule, ...]:
        """Return the rules that speak of these classes of facts."""
        return tuple(source.rule() for source in self.sources if source.fact in facts)

    def table(self, name: str) -> frozenset[str]:
        """Read a table: one entry a line, `#` comments. Empty where there is none; lint says so."""
        return self.further[name] if name in self.further else _table(self.tables, name)


@cache
def _table(folder: Path, name: str) -> frozenset[str]:
    made = folder / f"{name}{COMPILED_TABLE}"
    if made.is_file():
        return frozenset(made.read_text(encoding="utf-8").splitlines())
    return read_table(folder, name)


def read_table(folder: Path, name: str) -> frozenset[str]:
    """Read a table from the files of its folder. Raises `RuleError`."""
    found = {entry for file in table_files(folder, name) for entry in _entries(file)}
    return frozenset(found - {""})


def table_files(folder: Path, name: str) -> list[Path]:
    """List the files of a table: NAME.txt, or all files of the folder NAME."""
    single = folder / f"{name}.txt"
    return [single] if single.is_file() else sorted((folder / name).glob("*.txt"))


def _entries(file: Path) -> Iterable[str]:
    """Read the lines of a file without comments and the blanks around them; some are empty."""
    try:
        text = document.read(file, bound=TABLE_NBYTES)
    except document.DocumentError as error:
        raise RuleError(file.name, str(error)) from error
    return entries(text)


def entries(text: str) -> Iterable[str]:
    """Split the text of a table; some entries are empty."""
    return map(str.strip, COMMENT.sub("", text).splitlines())


@cache
def load(folder: Path | None = None) -> Pack:
    """Load the bundled rules, or those of another folder.

    Raises `RuleError` for the first file that breaks the language, and where there is no rule at all:
    a scan without rules would pass everything.
    """
    root = folder or bundled()
    if (root / COMPILED).is_file():
        return _load_compiled(root)
    rules = [parse(document, file=file.name, pack=file.parent.name) for file, document in read_yaml(root)]
    rules.sort(key=lambda rule: rule.id)
    _check_ids(rules, root)
    sources = tuple(Source(id=rule.id, pack=rule.pack, fact=rule.fact, rule=partial(_itself, rule)) for rule in rules)
    return Pack(sources=sources, tables=root / "tables", digest=digest_of(root))


def _joined(parts: list[str]) -> str:
    import hashlib  # OpenSSL is loaded only when something is digested

    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _itself(rule: Rule) -> Rule:
    return rule


def compiled(root: Path) -> str:
    """Write the rules of a folder as a wheel carries them. Raises `RuleError`."""
    rules = [(parse(document, file=file.name, pack=file.parent.name), document) for file, document in read_yaml(root)]
    rules.sort(key=lambda pair: pair[0].id)
    _check_ids([rule for rule, _ in rules], root)
    head = {"digest": digest_of(root), "rules": [[rule.id, rule.pack, rule.fact] for rule, _ in rules]}
    lines = (json.dumps(line, separators=(",", ":")) for line in (head, *(document for _, document in rules)))
    return "\n".join(lines)


def compiled_tables(root: Path) -> dict[str, str]:
    """Name the tables of a folder as a wheel carries them: every entry on a line, and nothing else."""
    folder = root / "tables"
    names = sorted({file.stem for file in folder.iterdir() if not any(file.glob("*.yaml"))})
    return {f"tables/{name}{COMPILED_TABLE}": "\n".join(sorted(read_table(folder, name))) for name in names}


def _load_compiled(root: Path) -> Pack:
    head, *lines = (root / COMPILED).read_bytes().split(b"\n")
    content = json.loads(head)
    sources = tuple(
        Source(id=name, pack=pack, fact=fact, rule=cache(partial(_parse, line, f"{name}.yaml", pack)))
        for (name, pack, fact), line in zip(content["rules"], lines, strict=True)
    )
    return Pack(sources=sources, tables=root / "tables", digest=content["digest"])


def _parse(line: bytes, file: str, pack: str) -> Rule:
    return parse(json.loads(line), file=file, pack=pack)


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
    """Digest rules, tables and what joins know: SHA-256 over the sorted paths and contents."""
    import hashlib  # OpenSSL is loaded only when something is digested

    total = hashlib.sha256()
    for file in sorted([*rule_files(root), *root.glob("tables/**/*.*"), *root.glob("known/*.*")]):
        content = file.read_bytes() if file.is_file() else b""
        name = file.relative_to(root).as_posix().encode()
        total.update(b"%d:%s%d:%s" % (len(name), name, len(content), content))
    return total.hexdigest()
