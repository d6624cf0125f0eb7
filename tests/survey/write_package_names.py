"""Write known/python_packages.txt and what lies near: `python -m tests.survey.write_package_names KNOWN PYPI_TSV`.

PYPI_TSV lists every distribution of the package index, with its rank among the 15,000 most downloaded and its summary.
Whoever squats on a name takes one that many people type: those of the first `POPULAR` ranks, and those of the first
`LIBRARIES` whose summary speaks of machine learning. Honest names near them are those among the most downloaded, by
the very comparison that the scanner makes; other names near them are not written, since squats are among them.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

from scanner.likeness import canonical, neighbours
from tests.survey.table import write

POPULAR = 1000
LIBRARIES = 6000
LEARNING = re.compile(
    r"(?i)\b(?:machine learning|deep learning|neural|language models?|llms?|transformers?|pytorch|tensorflow|jax|"
    r"tokeni[sz]\w+|embeddings?|inference|diffusion|onnx|gguf|hugging ?face|computer vision|nlp|speech)\b"
)
# Libraries and their parts that papers, catalogues and other packages name, below the first ranks.
FURTHER = """
albumentationsx asteroid atorch bigarray biotorch bitorch cformers ctorch cwordninja easel fastcoref gptorch
inference-cpu jraphx ktorch ktransformers libra lmflow minja mlx-llm ninjax octax pypef pyprob qkeras qpytorch qtorch
relex scilpy sparknlp syops taker tensorflow-gpu tensorflow-tpu teras tff-nightly tfg-nightly tfq-nightly tgate torchcde
torchext torchfl torchml torchode torchref torchreg torchtt torchvis xpandas xtorch
""".split()  # noqa: SIM905 - a long list is easier to read as text
NAMES = "Names of distributions that many people install (tests/survey/write_package_names.py)."
ALIKE = "Honest names that lie near one of python_packages.txt (tests/survey/write_package_names.py)."


def main(known: Path, listing: Path) -> None:
    """Write both lists."""
    popular: set[str] = set()
    others = set(FURTHER)
    with listing.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            rank = int(row["rank_among_15000_most_downloaded"] or 0)
            if rank:
                chosen = rank <= POPULAR or (rank <= LIBRARIES and LEARNING.search(row["summary"] or ""))
                (popular if chosen else others).add(canonical(row["name"]))
    write(known / "python_packages.txt", popular, NAMES)
    near = neighbours(frozenset(popular))
    alike = {name: found.how for name in others if (found := near.of(name)) is not None}
    # Two letters exchanged are a slip of the hand, however often it happens.
    write(known / "python_packages_alike.txt", {name for name, how in alike.items() if how != "swap"}, ALIKE)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
