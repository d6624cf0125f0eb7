"""Texts that the code knows, written from it: rule index, report schema, and the marked parts of the documents.

`python -m tests.generate` writes them; with `--check` it writes nothing, names what is stale and exits 1.
"""

import ast
import io
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from functools import cache
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

from scanner import formats, limits, pack
from scanner.cli import application
from scanner.finding import SEVERITIES, STAGES
from scanner.rule import Rule
from scanner.schema import report_schema_text

ROOT = Path(__file__).parent.parent
RULES = ".github/RULES.md"
SCHEMA = ".github/schema/report-1.json"
DOCUMENTS = ("README.md", ".github/COMMANDS.md", ".github/FORMATS.md", ".github/LIMITS.md")
"""What has parts between `<!-- generated: NAME -->` and `<!-- end -->`."""

PART = re.compile(r"<!-- generated: (?P<name>[a-z ]+) -->\n.*?<!-- end -->", re.DOTALL)

PROTECTS = {
    "data": "what a model learns from: tables, their cards, scripts that load them",
    "pre-training": "what turns texts into training: tokenizers",
    "post-training": "what changes a model after that: weights, adapters, tokenizers, chat templates",
    "deployment": "what is loaded and run: checkpoints, graphs, archives, code, configurations, containers, agents",
    "commercialization": "what binds whoever uses or sells it: licences, cards, requirements",
}
"""What is looked at for each stage of a model's life."""

SHOWN = 3
"""Rules named for each stage."""

GRAVE = ("critical", "high")


def rule_index(rules: Iterable[Rule]) -> str:
    """List the rules by stage and pack, the most severe first."""
    lines = [
        "# Rules",
        "",
        "Each links to its file: what it matches, why, what to do, and the examples that test it.",
        "",
    ]
    known = sorted(rules, key=lambda rule: (rule.pack, -SEVERITIES.index(rule.severity), rule.id))
    for stage in STAGES:
        of_stage = [rule for rule in known if rule.stage == stage]
        if of_stage:
            lines += [f"## {stage.capitalize()}", "", *_packs(of_stage)]
    return "\n".join(lines).rstrip() + "\n"


def _packs(rules: list[Rule]) -> Iterator[str]:
    for name in sorted({rule.pack for rule in rules}):
        yield from (f"### {name}", "", "| Rule | Severity | Confidence | Finds |", "|---|---|---|---|")
        for rule in rules:
            if rule.pack == name:
                link = f"[{rule.id}](../rules/{rule.pack}/{rule.id}.yaml)"
                yield f"| {link} | {rule.severity} | {rule.confidence} | {_cell(rule.title)} |"
        yield ""


def stage_table(rules: Iterable[Rule]) -> str:
    """Count the rules of each stage, and name the most severe, each of another pack."""
    known = sorted(rules, key=lambda rule: (-SEVERITIES.index(rule.severity), rule.pack, rule.id))
    lines = ["| Stage | What is looked at | Rules | Critical, high | Among them |", "|---|---|---|---|---|"]
    for stage in STAGES:
        of_stage = [rule for rule in known if rule.stage == stage]
        grave = Counter(rule.severity for rule in of_stage)
        named = ", ".join(f"[{_cell(rule.title)}](rules/{rule.pack}/{rule.id}.yaml)" for rule in _telling(of_stage))
        cells = (
            f"[{stage}]({RULES}#{stage})",
            PROTECTS[stage],
            str(len(of_stage)),
            f"{grave['critical']}, {grave['high']}",
            named,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", f"{len(known)} rules, over {len(formats.discover())} formats."])


def _telling(rules: list[Rule]) -> list[Rule]:
    """Take the first rule of each of the packs that have the most grave ones."""
    weight = Counter(rule.pack for rule in rules if rule.severity in GRAVE)
    first = {rule.pack: rule for rule in reversed(rules)}
    return sorted(first.values(), key=lambda rule: (-weight[rule.pack], rule.pack))[:SHOWN]


def format_table() -> str:
    """List the formats: how far each is read."""
    rows = [f"| [{one.name}]({one.spec}) | {_cell(one.reads)} | {_cell(one.leaves)} |" for one in formats.discover()]
    return "\n".join(["| Format | Reads | Leaves |", "|---|---|---|", *rows])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def commands() -> str:
    """Show the help of every verb, as `assay VERB --help` prints it."""
    shown = [f"## assay {name}\n\n{help_text(*name.split())}" for name in verbs()]
    return "\n\n".join(shown)


@cache
def verbs() -> tuple[str, ...]:
    """Name every verb, and those below it: "scan", "rules", "rules list"."""
    names = []
    for name in application.VERBS:
        names.append(name)
        listed = re.split(r"^Commands:\n", help_text(name), flags=re.MULTILINE)[1:]
        names += [f"{name} {below}" for below in re.findall(r"^  ([a-z-]+)  ", "".join(listed), re.MULTILINE)]
    return tuple(names)


@cache
def help_text(*words: str) -> str:
    """Show what `assay WORDS --help` prints, as a block."""
    printed = io.StringIO()
    with patch.dict(os.environ, {"COLUMNS": "100"}), redirect_stdout(printed):
        application.run([*words, "--help"])
    return f"```\n{printed.getvalue().rstrip()}\n```"


def bounds() -> str:
    """List every bound of `limits.py`, with what is said of it there."""
    tree = ast.parse(Path(limits.__file__).read_text(encoding="utf-8"))
    kinds = (limits, limits.DEFAULT)
    bodies = (tree.body, next(node.body for node in tree.body if isinstance(node, ast.ClassDef)))
    lines = ["| Bound | Value | Of what |", "|---|---|---|"]
    for held, body in zip(kinds, bodies, strict=True):
        for node, said in pairwise(body):
            name = _assigned(node)
            if name and isinstance(said, ast.Expr) and isinstance(said.value, ast.Constant):
                text = " ".join(str(said.value.value).split())
                lines.append(f"| `{name}` | {_amount(name, getattr(held, name))} | {_cell(text)} |")
    return "\n".join(lines)


def _assigned(node: ast.stmt) -> str:
    target = (
        node.target if isinstance(node, ast.AnnAssign) else node.targets[0] if isinstance(node, ast.Assign) else None
    )
    return target.id if isinstance(target, ast.Name) else ""


def _amount(name: str, value: int) -> str:
    if "NBYTES" not in name.upper() or not value:
        return f"{value:,}"
    unit = max(power for power in (0, 10, 20, 30) if value % (1 << power) == 0)
    return f"{value >> unit:,} {({0: 'bytes', 10: 'KiB', 20: 'MiB', 30: 'GiB'})[unit]}"


@cache
def _rules() -> tuple[Rule, ...]:
    return tuple(pack.load(ROOT / "rules").rules)


PARTS: dict[str, Callable[[], str]] = {
    "stages": lambda: stage_table(_rules()),
    "formats": format_table,
    "commands": commands,
    "bounds": bounds,
}
"""What may stand between `<!-- generated: NAME -->` and `<!-- end -->`."""


def fill(text: str) -> str:
    """Fill the marked parts of a text. Raises `KeyError` for a name that nothing generates."""
    return PART.sub(lambda part: f"<!-- generated: {part['name']} -->\n{PARTS[part['name']]()}\n<!-- end -->", text)


def generated() -> dict[str, str]:
    """Return every generated file with its text."""
    texts = {RULES: rule_index(_rules()), SCHEMA: report_schema_text()}
    for name in DOCUMENTS:
        texts[name] = fill((ROOT / name).read_text(encoding="utf-8"))
    return texts


def stale() -> list[str]:
    """Name the files that are not what the code would write."""
    return [name for name, text in generated().items() if not _holds(ROOT / name, text)]


def _holds(file: Path, text: str) -> bool:
    return file.is_file() and file.read_text(encoding="utf-8") == text


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` only name those that are stale."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m tests.generate [--check]", file=sys.stderr)
        return 2
    if arguments:
        names = stale()
        for name in names:
            print(f"{name} is stale; run python -m tests.generate")
        return 1 if names else 0
    for name, text in generated().items():
        (ROOT / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
