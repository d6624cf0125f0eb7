"""Texts that the code knows, written from it: rule index, report schema, and the marked parts of README.md.

`python -m tests.generate` writes them; with `--check` it writes nothing, names what is stale and exits 1.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from scanner import formats, pack
from scanner.finding import SEVERITIES, STAGES
from scanner.rule import Rule
from scanner.schema import report_schema_text

ROOT = Path(__file__).parent.parent
RULES = ".github/RULES.md"
SCHEMA = ".github/schema/report-1.json"
README = "README.md"

PART = re.compile(r"<!-- generated: (?P<name>[a-z ]+) -->\n.*?<!-- end -->", re.DOTALL)


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


def format_table() -> str:
    """List the formats: how far each is read."""
    rows = [f"| [{one.name}]({one.spec}) | {_cell(one.reads)} | {_cell(one.leaves)} |" for one in formats.discover()]
    return "\n".join(["| Format | Reads | Leaves |", "|---|---|---|", *rows])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def help_text(*verbs: str) -> str:
    """Show what `assay VERBS --help` prints, as a block."""
    command = [sys.executable, "-m", "scanner", *verbs, "--help"]
    shown = subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "COLUMNS": "100"}
    )
    return f"```\n{shown.stdout.rstrip()}\n```"


PARTS: dict[str, Callable[[], str]] = {
    "formats": format_table,
    "help": help_text,
    "help scan": lambda: help_text("scan"),
}
"""What may stand in README.md between `<!-- generated: NAME -->` and `<!-- end -->`."""


def fill(text: str) -> str:
    """Fill the marked parts of a text. Raises `KeyError` for a name that nothing generates."""
    return PART.sub(lambda part: f"<!-- generated: {part['name']} -->\n{PARTS[part['name']]()}\n<!-- end -->", text)


def generated() -> dict[str, str]:
    """Return every generated file with its text."""
    readme = ROOT / README
    texts = {RULES: rule_index(pack.load(ROOT / "rules").rules), SCHEMA: report_schema_text()}
    if readme.is_file():
        texts[README] = fill(readme.read_text(encoding="utf-8"))
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
