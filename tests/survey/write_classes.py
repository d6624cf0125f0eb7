"""Write pickle_classes/ and pickle_callables/ from source: `python -m tests.survey.write_classes TABLES ROOT...`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.survey.classes import survey
from tests.survey.libraries import TABLES
from tests.survey.lineage import Index
from tests.survey.sources import modules
from tests.survey.table import barred, write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.survey.classes import Build, Surveyed


def main(tables: Path, roots: list[Path], only: set[str]) -> None:
    """Survey every library in every root and write its two tables; refused classes are printed with the reason."""
    for name, wanted in sorted(TABLES.items()):
        if only and name not in only:
            continue
        built: dict[Build, set[str]] = {"new": set(), "call": set(), "own": set()}
        refused = barred(tables)
        versions: list[str] = []
        for root in roots:
            found = [package for package in wanted.packages if (root / package).is_dir()]
            if found:
                versions += [version(root, package) for package in found]
                index = Index(modules={m.name: m for package in found for m in modules(root, package)})
                refused |= sort_into(built, survey(index, wanted.wants))
        how = f"static survey of the sources of {', '.join(sorted(set(versions)))}"
        write(
            tables / "pickle_classes" / f"{name}.txt",
            (built["new"] | built["own"]) - built["call"] - refused,
            how,
        )
        write(tables / "pickle_callables" / f"{name}_classes.txt", built["call"] - refused, how)


def sort_into(built: dict[Build, set[str]], surveyed: Iterable[Surveyed]) -> set[str]:
    """Add each class without a hazard to `built`; print and return the others; print odd ones."""
    refused: set[str] = set()
    for each in surveyed:
        if each.hazards:
            sys.stdout.write(f"refused {each.name} {'; '.join(each.hazards)}\n")
            refused.add(each.name)
            continue
        if each.build == "own":
            sys.stdout.write(f"reduces {each.name}\n")
        built[each.build].add(each.name)
    return refused


def version(root: Path, package: str) -> str:
    """Return `name version` of a package: the root is named after it, or holds its dist-info."""
    if "==" in root.name:
        return root.name.replace("==", " ")
    spelled = package.lower().replace("_", "")
    for folder in sorted(root.glob("*.dist-info")):
        name, _, number = folder.name.removesuffix(".dist-info").partition("-")
        top = folder / "top_level.txt"
        tops = top.read_text(encoding="utf-8").split() if top.exists() else []
        if package in tops or name.lower().replace("_", "").replace("-", "") in {spelled, f"scikit{spelled}"}:
            return f"{name} {number}"
    return package


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--only=")]
    chosen = {name for argument in sys.argv[1:] if argument.startswith("--only=") for name in argument[7:].split(",")}
    main(Path(arguments[0]), [Path(root) for root in arguments[1:]], chosen)
