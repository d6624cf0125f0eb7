"""What documents of settings cost, as ratios to the parsers that loaders use, in the same process.

    python -m tests.bench.documents [--files N] [--runs N]

Many small configurations of JSON and YAML are read by Assay's readers, and by `json.loads` and libyaml's safe loader.
The line between processes (`wire`) and the gathering for joins are measured on the facts that come.
A `tokenizer.json` of 40 MB is searched; it has a reader of its own.
"""

import argparse
import io
import json
import random
import time
from collections.abc import Callable
from functools import partial

from scanner import settings, wire
from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.formats import document
from scanner.formats import yaml as yaml_format
from scanner.limits import DEFAULT

VALUES = (1, 2.5, True, None, "a text value", [1, 2, 3], ["a", "b"], {"x": 1, "y": "z"})

RATIOS = {"json": 8.0, "yaml": 1.2, "wire": 4.0, "gather": 1.0}
"""What may be paid for each second of the parser (of `json.loads`, for the last two)."""

SEARCHED_SECONDS = 1.0


def configurations(count: int) -> list[dict[str, object]]:
    chance = random.Random(5)  # noqa: S311 - the same documents each time
    keys = [f"setting_{number}" for number in range(300)]
    return [{key: chance.choice(VALUES) for key in chance.sample(keys, 40)} for _ in range(count)]


def cheapest(work: Callable[[], object], runs: int) -> float:
    """Return CPU seconds of the cheapest run: machines are shared, and noise only adds."""
    found = []
    for _ in range(runs):
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return min(found)


def read(form: Format, texts: list[bytes], name: str) -> list[Fact]:
    facts: list[Fact] = []
    for number, raw in enumerate(texts):
        artifact = Artifact(path=f"{number}/{name}", size=len(raw), open=partial(io.BytesIO, raw))
        if form.claims(raw[:8192], artifact.path):
            facts += [one for one in form.read(artifact, DEFAULT) if isinstance(one, Fact)]
    return facts


def carry(facts: list[Fact]) -> None:
    for fact in facts:
        wire.decode(wire.encode(fact))


def row(name: str, seconds: float, of: float, ratio: float) -> bool:
    print(f"  {name:<8} {seconds:7.3f} s CPU  x{seconds / of:5.2f} (at most x{ratio})")
    return seconds <= of * ratio


def main() -> int:
    import yaml

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    found = configurations(chosen.files)
    texts = [json.dumps(one, indent=2).encode() for one in found]
    others = [yaml.safe_dump(one).encode() for one in found]
    loads = cheapest(lambda: [json.loads(one) for one in texts], chosen.runs)
    safe = cheapest(lambda: [yaml.load(one, Loader=yaml.CSafeLoader) for one in others], chosen.runs)
    facts = read(document.FORMAT, texts, "config.json")
    print(f"{chosen.files} documents each, cheapest of {chosen.runs}; json.loads {loads:.3f} s, safe_load {safe:.3f} s")
    kept = [
        row("json", cheapest(lambda: read(document.FORMAT, texts, "c.json"), chosen.runs), loads, RATIOS["json"]),
        row("yaml", cheapest(lambda: read(yaml_format.FORMAT, others, "c.yaml"), chosen.runs), safe, RATIOS["yaml"]),
        row("wire", cheapest(lambda: carry(facts), chosen.runs), loads, RATIOS["wire"]),
        row("gather", cheapest(lambda: settings.documents(list(facts)), chosen.runs), loads, RATIOS["gather"]),
    ]
    rows = b",".join(b'"token%d": %d' % (number, number) for number in range(1_000_000))
    large = b'{"model": {"vocab": {%b}, "merges": [%b]}}' % (rows, b", ".join([b'"ab cd"'] * 2_000_000))
    searched = cheapest(lambda: read(document.FORMAT, [large], "tokenizer.json"), 2)
    print(f"  searched {searched:7.3f} s CPU for {len(large) / 1e6:.0f} MB (at most {SEARCHED_SECONDS})")
    return 0 if all(kept) and searched <= SEARCHED_SECONDS else 1


if __name__ == "__main__":
    raise SystemExit(main())
