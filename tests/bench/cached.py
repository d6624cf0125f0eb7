"""What a scan costs that remembers: 5,000 small files, plain, the first time, unchanged, and with one file changed.

    python -m tests.bench.cached [--assay .venv/bin/assay] [--runs N]

The target is a tenth of the plain scan's CPU time for the unchanged folder.
"""

import argparse
import json
import tempfile
from pathlib import Path

from tests.bench.measure import cost, table

FILES = 5000


def configs(folder: Path) -> None:
    """Write configurations, tokenizer configurations and cards, a hundred of each kind a folder."""
    for number in range(FILES):
        place = folder / f"m{number // 3:04}"
        place.mkdir(parents=True, exist_ok=True)
        kind = number % 3
        if kind == 0:
            content = {"model_type": "llama", "hidden_size": 64 + number, "architectures": ["LlamaForCausalLM"]}
            (place / "config.json").write_text(json.dumps(content, indent=2))
        elif kind == 1:
            content = {"eos_token": "</s>", "model_max_length": number, "chat_template": "{{ messages[0]['content'] }}"}
            (place / "tokenizer_config.json").write_text(json.dumps(content, indent=2))
        else:
            (place / "README.md").write_text(f"---\nlicense: apache-2.0\n---\n# Model {number}\n\nIt answers.\n")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assay", default=".venv/bin/assay")
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, kept = Path(name, "models"), Path(name, "kept")
        configs(folder)
        plain = [given.assay, "scan", "-q", str(folder)]
        cached = [*plain, "--cache", str(kept)]
        rows = {
            "plain": cost(plain, runs=given.runs),
            "first": cost(cached),
            "unchanged": cost(cached, runs=given.runs),
        }
        (folder / "m0000" / "config.json").write_text("{}")
        rows["one file changed"] = cost(cached)
        table(f"{FILES} small files", rows)


if __name__ == "__main__":
    main()
