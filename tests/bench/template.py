"""Chat templates: our reader beside Jinja's own parsing, compiling and one rendering of the same, in CPU time.

python -m tests.bench.template [--folder FOLDER] [--runs 3]

Over the templates that the tests build, plain and planted, and over `*.jinja` of a folder where one is given. Both are
timed in one run, the cheapest of `--runs` each: machines are shared, and noise only adds.
"""

import argparse
import io
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from scanner.artifact import Artifact
from scanner.format import MalformedError
from scanner.formats.chat_template import FORMAT
from scanner.formats.chat_template.parse import BrokenError, parse
from scanner.formats.chat_template.probes import NEUTRAL, SHAPES
from scanner.formats.chat_template.reactions import renderer
from scanner.limits import DEFAULT
from tests.builders import templates as make

STRIDE = 7
"""One in so many planted templates is timed: hosts and constructs take turns."""


def built() -> Iterator[tuple[str, str]]:
    """Yield the templates of the tests."""
    yield from make.clean()
    for number, one in enumerate(make.planted()):
        if number % STRIDE == 0:
            yield f"{one.host}-{one.construct}", one.text


def found(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the templates of a folder that parse."""
    for file in sorted(folder.glob("*.jinja")):
        text = file.read_text(encoding="utf-8", errors="replace")
        try:
            parse(text)
        except BrokenError:
            continue
        yield file.stem, text


def ours(text: str) -> None:
    """Read a template as a scan does."""
    raw = text.encode()
    try:
        for _ in FORMAT.read(
            Artifact(path="chat_template.jinja", size=len(raw), open=lambda: io.BytesIO(raw)), DEFAULT
        ):
            pass
    except MalformedError:
        pass


def bare(text: str) -> None:
    """Do what any host does with a template: parse, compile and render one conversation, in a sandbox."""
    renderer(parse(text))(SHAPES[1].conversation(NEUTRAL))


def milliseconds(work: Callable[[str], None], text: str, runs: int) -> float:
    """Return the CPU time of the cheapest run."""
    best = float("inf")
    for _ in range(runs):
        begun = time.process_time()
        work(text)
        best = min(best, time.process_time() - begun)
    return best * 1000


def report(title: str, texts: list[tuple[str, str]], runs: int) -> None:
    """Print what templates cost."""
    rows = sorted((milliseconds(ours, text, runs), milliseconds(bare, text, runs), name) for name, text in texts)
    costs = [row[0] for row in rows]
    ratios = [cost / max(least, 0.01) for cost, least, _ in rows]
    print(f"{title}: {len(rows)} templates, ms CPU each")
    print(f"  assay    median {statistics.median(costs):6.1f}  p95 {costs[len(costs) * 95 // 100]:6.1f}", end="")
    print(f"  worst {costs[-1]:6.1f} ({rows[-1][2]})  above 150: {sum(cost > 150 for cost in costs)}")
    print(f"  jinja    median {statistics.median(row[1] for row in rows):6.1f}", end="")
    print(f"  x{statistics.median(ratios):.1f} median, x{sum(costs) / sum(row[1] for row in rows):.1f} of the whole")


def main() -> None:
    """Print the costs of templates built here, then of those of a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    ours(make.SAY)  # what is imported once
    report("built in code", list(built()), asked.runs)
    if asked.folder:
        report(str(asked.folder), list(found(asked.folder)), asked.runs)


if __name__ == "__main__":
    main()
