"""Cover: which names of honest pickles no table lists: `python -m tests.survey.cover TABLES FOLDER`."""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from tests.survey.containers import traced
from tests.survey.table import read

BUILDERS = (
    "pickle_code_builders",
    "pickle_state_executors",
    "pickle_string_evaluators",
    "pickle_attribute_walkers",
    "pickle_nested_loaders",
)


def main(tables: Path, folder: Path) -> int:
    """Print each uncovered name with its use and one file; return how many there are."""
    calls = read(tables / "pickle_callables")
    excused = {name for table in BUILDERS for name in read(tables / f"{table}.txt")}
    classes = calls | read(tables / "pickle_classes")
    anything = classes | read(tables / "pickle_references")
    missing: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found = traced(path.read_bytes())
        for use, names, known in (
            ("call", found.called, calls),
            ("class", found.built, classes),
            ("reference", found.referenced, anything),
        ):
            for name in names - known - excused:
                missing[use, name].append(path.name)
    for (use, name), files in sorted(missing.items()):
        sys.stdout.write(f"{use} {name} {len(files)} {files[0]}\n")
    return len(missing)


if __name__ == "__main__":
    sys.exit(min(1, main(Path(sys.argv[1]), Path(sys.argv[2]))))
