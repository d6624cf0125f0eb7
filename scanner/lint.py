"""The laws of a rule pack, checked without running a scan. The same code serves our pack and a stranger's."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scanner import examples, fields, pack, predicate
from scanner.engine import FIELD, Judge, compile_rule
from scanner.facts import Fact, vocabulary
from scanner.finding import SEVERITIES
from scanner.rule import Rule, RuleError, Where, parse

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")

JUDGING = re.compile(
    r"\b(abnormal|attack|backdoor|bad|dangerous|evil|exploit|harmful|hostile|infected|insecure|malicious|malware"
    r"|nefarious|poisoned|rogue|shady|strange|suspect|suspicious|threat|unsafe|weird)\b"
)
"""Words of suspicion: an id says what is there, `severity` says how bad that is."""

SINCE = re.compile(r"\d+\.\d+(\.\d+)?")

REFERENCES = (
    re.compile(r"https://[^\s/]+\.[^\s/]+(/\S*)?"),
    re.compile(r"CWE-\d+"),
    re.compile(r"CVE-\d{4}-\d{4,}"),
    re.compile(r"GHSA(-[23456789cfghjmpqrvwx]{4}){3}"),
    re.compile(r"arXiv:\d{4}\.\d{4,5}"),
    re.compile(r"AML\.T\d{4}(\.\d{3})?"),  # MITRE ATLAS techniques
)

MESSAGE_CHARACTERS = 160
"""Longest message before its fields are filled in."""

IGNORES_FROM_HIGH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A law that a file of a pack breaks; `reason` is one sentence without a full stop."""

    file: str
    reason: str


def lint(root: Path) -> tuple[Problem, ...]:
    """Check every rule and table of a folder of packs: ROOT/PACK/ID.yaml and ROOT/tables. Sorted by file."""
    try:
        files = pack.rule_files(root)
    except RuleError as error:
        return (Problem(file=error.file, reason=error.reason),)
    if not files:
        return (Problem(file=str(root), reason="holds no rule; a rule is a file FOLDER/PACK/ID.yaml"),)
    problems: list[Problem] = []
    rules: list[Rule] = []
    for file in files:
        name = file.relative_to(root).as_posix()
        try:
            rule = parse(pack.read_rule(file), file=file.name, pack=file.parent.name)
        except RuleError as error:
            problems.append(Problem(file=name, reason=error.reason))
            continue
        rules.append(rule)
        told = check(rule, file.stem, _tables(root / "tables"))
        problems.extend(Problem(file=name, reason=reason) for reason in told)
    problems.extend(_pack(rules, root))
    return tuple(sorted(problems, key=lambda problem: (problem.file, problem.reason)))


def check(rule: Rule, stem: str, tables: predicate.Tables, *, samples: bool = True) -> Iterator[str]:
    """Say in one sentence each which laws a rule breaks. `stem` is its file's name without the suffix.

    Only with `samples` are its bytes read too: those of a stranger are not, since nothing confines the reader here.
    """
    yield from _name(rule, stem)
    yield from _wording(rule)
    yield from _references(rule)
    yield from _counts(rule)
    cls = vocabulary().get(rule.fact)
    if cls is None:
        yield f"there is no fact `{rule.fact}`; `scanner/facts/` has the vocabulary"
        return
    yield from _message(rule, cls)
    broken = list(_conditions(rule, cls, tables))
    yield from broken
    if not broken:
        judge = compile_rule(rule, tables)
        yield from examples.run(judge, cls)
        if samples:
            yield from _samples(judge)


def _tables(folder: Path) -> predicate.Tables:
    return pack.Pack(sources=(), tables=folder, digest="").table


def _name(rule: Rule, stem: str) -> Iterator[str]:
    if rule.id != stem:
        yield f"id is `{rule.id}`, the file says `{stem}`"
    yield from check_id(rule.id)


def check_id(rule_id: str) -> Iterator[str]:
    """Say what is wrong with a rule id: it is a sentence in kebab-case without a word of suspicion."""
    if not ID.fullmatch(rule_id):
        yield f"id `{rule_id}` is no sentence in kebab-case, such as pickle-starts-process"
    for word in JUDGING.findall(rule_id):
        yield f"id `{rule_id}` judges (`{word}`); say what is there and let severity judge"


def _wording(rule: Rule) -> Iterator[str]:
    for key, text in (("title", rule.title), ("message", rule.message)):
        if "\n" in text:
            yield f"{key} is one line"
        if text.endswith("."):
            yield f"{key} ends without a full stop"
    if len(rule.message) > MESSAGE_CHARACTERS:
        yield f"message is longer than {MESSAGE_CHARACTERS} characters"
    if not SINCE.fullmatch(rule.since):
        yield f"since is a version such as 0.1, not {rule.since!r}"


def _references(rule: Rule) -> Iterator[str]:
    for reference in rule.references:
        if not any(form.fullmatch(reference) for form in REFERENCES):
            yield f"reference `{reference}` is no https address, CWE, CVE, GHSA, arXiv or ATLAS identifier"


def _counts(rule: Rule) -> Iterator[str]:
    if not rule.examples.flags:
        yield "examples.flags is empty; show one fact that the rule flags"
    grades = {rule.severity, *(entry.severity for entry in rule.raises if entry.severity)}
    severe = max(map(SEVERITIES.index, grades)) >= SEVERITIES.index("high")
    wanted = IGNORES_FROM_HIGH if severe else 1
    if len(rule.examples.ignores) < wanted:
        yield f"examples.ignores has {len(rule.examples.ignores)} facts; a rule of this severity shows {wanted}"


def _message(rule: Rule, cls: type[Fact]) -> Iterator[str]:
    known = fields.kinds(cls)
    for field in FIELD.findall(rule.message):
        if field not in known:
            yield f"message names {{{field}}}; the fact has {', '.join(known)}"
    if set("{}").intersection(FIELD.sub("", rule.message)):
        yield "message has a brace that encloses no field"


def _conditions(rule: Rule, cls: type[Fact], tables: predicate.Tables) -> Iterator[str]:
    """Check everything that compiling leaves for the first fact: fields, types, patterns and tables."""
    try:
        compile_rule(rule, tables)
    except RuleError as error:
        yield error.reason
        return
    known = fields.kinds(cls)
    for where in wheres(rule):
        yield from fields.misfits(where, known)
        for pattern in operands(where, "matches"):
            yield from _complaint(partial(predicate.compile_pattern, pattern))
        for table in sorted(set(operands(where, "in"))):
            yield from _table(tables, table.removeprefix("$"))


def operands(condition: object, operator: str) -> Iterator[str]:
    """Find every text that follows an operator, at any depth of a condition."""
    if isinstance(condition, Mapping):
        for name, operand in condition.items():
            if name == operator and isinstance(operand, str):
                yield operand
            yield from operands(operand, operator)
    elif isinstance(condition, list | tuple):
        for entry in condition:
            yield from operands(entry, operator)


def _complaint(attempt: Callable[[], object]) -> Iterator[str]:
    try:
        attempt()
    except (predicate.ConditionError, RuleError) as error:
        yield str(error)


def _table(tables: predicate.Tables, name: str) -> Iterator[str]:
    read = partial(tables, name)
    complaints = list(_complaint(read))
    yield from complaints
    if not complaints and not read():
        yield f"table ${name} is missing or empty; it is tables/{name}.txt, one entry a line"


def _samples(judge: Judge) -> Iterator[str]:
    if judge.rule.samples.flags or judge.rule.samples.ignores:
        yield from examples.run_samples(judge)


def _pack(rules: list[Rule], root: Path) -> Iterator[Problem]:
    """Check what no single rule shows: ids given twice, tables that nothing uses, files that are no rules."""
    for rule_id, count in Counter(rule.id for rule in rules).items():
        if count > 1:
            yield Problem(file=f"{rule_id}.yaml", reason=f"{count} packs have a rule of this id")
    used = {table.removeprefix("$") for rule in rules for where in wheres(rule) for table in operands(where, "in")}
    for entry in sorted((root / "tables").glob("*")):
        # A folder of YAML is what a join knows; only rules use tables of lines.
        if entry.stem not in used and not any(entry.glob("*.yaml")):
            yield Problem(file=f"tables/{entry.name}", reason="no rule uses this table")
    for file in sorted(root.glob("*/*")):
        if file.parent.name not in {"tables", "known"} and file.suffix != ".yaml":
            yield Problem(file=file.relative_to(root).as_posix(), reason="a pack holds rules only, each ID.yaml")


def wheres(rule: Rule) -> tuple[Where, ...]:
    """List all conditions of a rule."""
    return rule.where, rule.unless, *(entry.where for entry in rule.raises)
