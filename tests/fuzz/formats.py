"""A coverage-guided fuzz target for every format that the scanner discovers, and one for the whole chain.

    python -m tests.fuzz.formats NAME [NAME …] [--seconds N] [--corpus DIR] [--engine own|atheris] [--replay FILE]

NAME is a format's name, "scan" (all readers, joins and rules) or "all". DIR keeps inputs from run to run, and those on
which something does not hold in DIR/defects. Exits with 1 where there is one. `atheris` is an extra: '.[fuzz]'.
"""

# Nothing of the scanner is imported up here: atheris instruments what is imported after it.
import argparse
import hashlib
import subprocess
import sys
import time
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path


def main() -> int:
    """Fuzz what is named; several names one after another, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+", metavar="NAME")
    parser.add_argument("--seconds", type=float, default=60, help="time for each name")
    parser.add_argument("--corpus", type=Path, metavar="DIR")
    parser.add_argument("--engine", choices=("own", "atheris"), default="atheris" if find_spec("atheris") else "own")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--replay", type=Path, metavar="FILE")
    chosen = parser.parse_args()
    if chosen.names == ["all"] or len(chosen.names) > 1:
        return _each(chosen.names)
    return _one(chosen.names[0], chosen)


def _each(wanted: list[str]) -> int:
    from tests.fuzz.subjects import names

    options = [word for word in sys.argv[1:] if word not in wanted]
    command = [sys.executable, "-m", "tests.fuzz.formats"]
    all_ = names() if wanted == ["all"] else wanted
    return max([subprocess.run([*command, name, *options], check=False).returncode != 0 for name in all_])


def _one(name: str, chosen: argparse.Namespace) -> int:
    if chosen.engine == "atheris" and not chosen.replay:
        from tests.fuzz import libfuzzer

        libfuzzer.instrument()
    from tests.fuzz.loop import breach, fuzz
    from tests.fuzz.subjects import subject

    found = subject(name)
    if chosen.replay:
        defect = breach(found.run, chosen.replay.read_bytes())
        print(defect or "all holds")
        return defect is not None
    if chosen.engine == "atheris":
        libfuzzer.run(name, found, chosen.seconds, chosen.seed, chosen.corpus)
    first = [*found.seeds, *_kept(chosen.corpus, name)]
    outcome = fuzz(found.run, first, found.words, seconds=chosen.seconds, seed=chosen.seed)
    slowest, slow = max(outcome.slowest.values(), default=(0.0, b""))
    print(f"{name}: {outcome.runs} runs, {outcome.edges} edges, {len(outcome.corpus)} inputs kept", end=", ")
    print(f"slowest {slowest:.2f} s of CPU time for {len(slow)} bytes, {len(outcome.defects)} defects")
    for data, text in outcome.defects.values():
        print(text, data[:2000], sep="\n")
    if chosen.corpus:
        _keep(chosen.corpus / name, [*outcome.corpus, slow])
        _keep(chosen.corpus / "defects" / name, [data for data, _ in outcome.defects.values()])
    return bool(outcome.defects)


def _kept(corpus: Path | None, name: str) -> list[bytes]:
    return [file.read_bytes() for file in sorted((corpus / name).glob("*"))] if corpus else []


def _keep(folder: Path, contents: Iterable[bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for content in contents:
        (folder / hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)


if __name__ == "__main__":
    sys.exit(main())
