"""Write the table of published chat templates: hashes of their statements, no text of theirs.

    python -m tests.survey.write_templates FOLDER...

FOLDER holds templates as files, from packages that ship those of real models: `*.jinja` and `*.gotmpl`, named after
what they are of. Those of equal normal form are written once.
"""

import argparse
import io
import re
from collections.abc import Iterator
from pathlib import Path

from scanner import formats
from scanner.artifact import Artifact
from scanner.derive.template.known import DIGITS, NORMAL_DIGITS, TABLE
from scanner.facts.template import TemplateSummary
from scanner.format import MalformedError
from scanner.limits import DEFAULT

HEAD = """\
# Chat templates that families publish, as hashes of their statements (tests/survey/write_templates.py).
# name, engine, digest of the normal form, hashes of the pieces in order.
"""
NAMES = {".jinja": "chat_template.jinja", ".gotmpl": "Modelfile!TEMPLATE"}


def summaries(folders: list[Path]) -> Iterator[tuple[str, TemplateSummary]]:
    """Yield the name and the summary of every template that is read."""
    for file in sorted(file for folder in folders for file in folder.iterdir() if file.suffix in NAMES):
        content = file.read_bytes()
        artifact = Artifact(path=NAMES[file.suffix], size=len(content), open=lambda raw=content: io.BytesIO(raw))
        for form in formats.discover():
            if form.name in {"chat_template", "go_template"} and form.claims(content[:8192], artifact.path):
                try:
                    found = [fact for fact in form.read(artifact, DEFAULT) if isinstance(fact, TemplateSummary)]
                except MalformedError:
                    found = []
                yield from ((_name(file.stem), fact) for fact in found)


def _name(stem: str) -> str:
    """Keep the part behind the package: "package--Model-Name"."""
    return re.sub(r"\s+", " ", stem.rpartition("--")[2])[:80]


def main() -> None:
    """Write `rules/known/chat_templates.txt`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    seen: set[tuple[str, str]] = set()
    lines = []
    for name, fact in summaries(parser.parse_args().folders):
        if fact.pieces and (fact.engine, fact.normal) not in seen:
            seen.add((fact.engine, fact.normal))
            joined = "".join(piece[:DIGITS] for piece in fact.pieces)
            lines.append(f"{name}\t{fact.engine}\t{fact.normal[:NORMAL_DIGITS]}\t{joined}\n")
    table = Path(__file__).parents[2] / "rules" / "known" / f"{TABLE}.txt"
    table.write_text(HEAD + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
