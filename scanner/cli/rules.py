"""`assay rules`: what is looked for, why, and the tools to write more of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from scanner.cli import terminal
from scanner.finding import SEVERITIES, Stage
from scanner.text import printable
from scanner.usage import UsageError

if TYPE_CHECKING:
    from scanner.rule import Rule

OK = 0
PROBLEMS = 1

HELP = """List, show, check and start rules; sign and use packs of them.

A rule is one YAML file: one sentence about one fact.
"""

LIST = """List the rules, most severe first.

\b
  assay rules list --stage deployment
  assay rules list --pack pickle --format json
"""

SHOW = """Show what a rule finds, why, and the fix.

\b
  assay rules show pickle-starts-process
"""

LINT = """Check rule packs by our own laws.

FOLDER holds PACK/ID.yaml and tables/NAME.txt; unless given it is ./rules, or else the bundled rules.
Exit code 1 where a law is broken.

\b
  assay rules lint my-rules
"""

NEW = """Start a rule file.

It is FOLDER/PACK/ID.yaml and obeys every law already; change it from there.

\b
  assay rules new pickle-opens-socket --pack pickle --fact PickleCall
"""


def register(app: typer.Typer) -> None:
    """Add the verb with those of its own."""
    from scanner.cli import rule_packs

    rules = typer.Typer(rich_markup_mode=None, help=HELP)
    rules.command("list", help=LIST)(list_rules)
    rules.command("show", help=SHOW)(show)
    rules.command("lint", help=LINT)(lint)
    rules.command("new", help=NEW)(new)
    rule_packs.register(rules)
    app.add_typer(rules, name="rules")


def list_rules(
    *,
    stage: Annotated[Stage | None, typer.Option(help="Only rules that protect this stage of a model's life.")] = None,
    pack: Annotated[str | None, typer.Option(metavar="PACK", help="Only rules of this pack.")] = None,
    list_format: Annotated[Literal["text", "json"], typer.Option("--format", help="How to print them.")] = "text",
) -> int:
    """Print one line a rule, or all of them as JSON."""
    from scanner.pack import load

    rules = load().rules
    packs = sorted({rule.pack for rule in rules})
    if pack is not None and pack not in packs:
        message = f"--pack {pack}: there is none; one of {', '.join(packs)}"
        raise UsageError(message)
    chosen = [rule for rule in rules if stage in (None, rule.stage) and pack in (None, rule.pack)]
    chosen.sort(key=lambda rule: (-SEVERITIES.index(rule.severity), rule.id))
    if list_format == "json":
        terminal.say(json.dumps([_document(rule) for rule in chosen], indent=2))
        return OK
    columns = max((len(rule.id) for rule in chosen), default=0)
    for rule in chosen:
        terminal.say(f"{rule.severity:<8}  {rule.id:<{columns}}  {rule.title}")
    return OK


def _document(rule: "Rule") -> dict[str, object]:
    return {
        "id": rule.id,
        "pack": rule.pack,
        "title": rule.title,
        "severity": rule.severity,
        "confidence": rule.confidence,
        "stage": rule.stage,
        "since": rule.since,
        "fact": rule.fact,
        "message": rule.message,
        "why": rule.why,
        "fix": rule.fix,
        "references": list(rule.references),
    }


def show(rule_id: Annotated[str, typer.Argument(metavar="ID")]) -> int:
    """Print one rule for a person."""
    from scanner.pack import load

    rules = {rule.id: rule for rule in load().rules}
    if rule_id not in rules:
        message = f"no rule is called {rule_id}{_nearest(rule_id, list(rules))}; see `assay rules list`"
        raise UsageError(message)
    terminal.say("\n".join(_shown(rules[rule_id])))
    return OK


def _nearest(rule_id: str, known: list[str]) -> str:
    import difflib

    close = difflib.get_close_matches(rule_id, known, n=1)
    return f" (did you mean {close[0]}?)" if close else ""


def _shown(rule: "Rule") -> Iterator[str]:
    yield rule.title
    yield f"  {rule.id}, in pack {rule.pack} since {rule.since}"
    yield f"  severity {rule.severity}, confidence {rule.confidence}, stage {rule.stage}"
    yield f"\nFinds {rule.fact} where"
    yield from _conditions(rule.where)
    if rule.unless:
        yield "unless"
        yield from _conditions(rule.unless)
    for entry in rule.raises:
        grade = [f"severity {entry.severity}"] * bool(entry.severity)
        grade += [f"confidence {entry.confidence}"] * bool(entry.confidence)
        yield f"with {', '.join(grade)} where"
        yield from _conditions(entry.where)
    yield f"\nSays  {rule.message}"
    yield f"\nWhy   {rule.why}"
    yield f"\nFix   {rule.fix}"
    if rule.references:
        yield "\n" + "\n".join(rule.references)


def _conditions(where: object) -> Iterator[str]:
    if isinstance(where, dict) and where:
        for field, condition in where.items():
            yield f"  {field}: {json.dumps(condition, ensure_ascii=False)}"
    else:
        yield "  (always)"


def lint(folder: Annotated[Path | None, typer.Argument(metavar="[FOLDER]")] = None) -> int:
    """Print one line a broken law."""
    from scanner import lint as laws
    from scanner.known import bundled
    from scanner.pack import rule_files

    if folder is not None and not folder.is_dir():
        message = f"{folder}: no folder"
        raise UsageError(message)
    root = folder or (Path("rules") if Path("rules").is_dir() else bundled())
    problems = laws.lint(root)
    for problem in problems:
        terminal.say(printable(f"{problem.file}: {problem.reason}", terminal.NOTE_CHARACTERS))
    if problems:
        return PROBLEMS
    count = len(rule_files(root))
    terminal.say("1 rule obeys every law" if count == 1 else f"{count} rules obey every law")
    return OK


def new(
    rule_id: Annotated[str, typer.Argument(metavar="ID")],
    *,
    pack: Annotated[str, typer.Option(metavar="PACK", help="The folder of the rule.")] = "own",
    fact: Annotated[str, typer.Option(metavar="FACT", help="The fact that the rule speaks of.")] = "PickleCall",
    folder: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the packs are.")] = Path("rules"),
) -> int:
    """Write the file and print its path."""
    from scanner.facts import vocabulary
    from scanner.lint import check_id
    from scanner.skeleton import skeleton

    for reason in (*check_id(rule_id), *_check_pack(pack)):
        raise UsageError(reason)
    cls = vocabulary().get(fact)
    if cls is None:
        message = f"--fact {fact}: there is none{_nearest(fact, list(vocabulary()))}"
        raise UsageError(message)
    file = folder / pack / f"{rule_id}.yaml"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.write(skeleton(rule_id, cls))
    except FileExistsError as error:
        message = f"{file}: there already; choose another id"
        raise UsageError(message) from error
    except OSError as error:
        message = f"{file}: cannot be written: {error.strerror}"
        raise UsageError(message) from error
    terminal.say(str(file))
    return OK


def _check_pack(pack: str) -> Iterator[str]:
    if not pack.isidentifier() or pack == "tables":
        yield f"--pack {pack}: a pack is one word, and not tables"
