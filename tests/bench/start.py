"""What a start costs: the bare interpreter, help, and a scan of a 1 KB pickle.

python -m tests.bench.start [--assay .venv/bin/assay] [--python .venv/bin/python]
"""

import argparse
import tempfile
from pathlib import Path

from tests.bench.measure import cost, table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assay", default="assay")
    parser.add_argument("--python", default="python3")
    parser.add_argument("--runs", type=int, default=20)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.pkl"
        small.write_bytes(b"\x80\x04]\x94(" + b"".join(b"\x8c\x0a%010d\x94" % n for n in range(70)) + b"e.")
        table(
            f"cold start, cheapest of {chosen.runs}",
            {
                "python -c pass": cost([chosen.python, "-c", "pass"], runs=chosen.runs),
                "assay --help": cost([chosen.assay, "--help"], runs=chosen.runs),
                "assay scan small.pkl": cost([chosen.assay, "scan", str(small)], runs=chosen.runs),
            },
        )


if __name__ == "__main__":
    main()
