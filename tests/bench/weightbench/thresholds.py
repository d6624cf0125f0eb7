"""Whether thresholds are still those that were frozen before the held-out bases were looked at."""

import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).parents[3]
FILE = Path(__file__).with_name("frozen.json")
FILES = (
    "rules/weights",
    "scanner/compare/kinds.py",
    "rules/known/weight_changes.txt",
    "scanner/measures",
    "rules/graph/graph-chooses-fixed-output.yaml",
)


def current() -> dict[str, str]:
    """Digest every file that holds a threshold or what is compared with one."""
    found: dict[str, str] = {}
    for name in FILES:
        place = ROOT / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix in {".py", ".yaml", ".txt"}:
                found[path.relative_to(ROOT).as_posix()] = hashlib.sha256(_judging(path)).hexdigest()[:16]
    return found


def _judging(path: Path) -> bytes:
    """Return what of a file judges: of a rule its conditions and severities, not its texts; of others all."""
    content = path.read_bytes()
    if path.suffix != ".yaml":
        return content
    import yaml

    rule = yaml.safe_load(content)
    return json.dumps([rule.get(key) for key in ("severity", "match", "raise", "unless")], sort_keys=True).encode()


def freeze(date: str) -> None:
    """Write the digests down."""
    FILE.write_text(json.dumps({"date": date, "files": current()}, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def state() -> str:
    """Say in one line whether anything has moved."""
    if not FILE.is_file():
        return "Thresholds are not frozen: no figure on a held-out base is held out."
    frozen = json.loads(FILE.read_text(encoding="utf-8"))
    now = current()
    moved = sorted(name for name in now.keys() | frozen["files"].keys() if now.get(name) != frozen["files"].get(name))
    if not moved:
        return f"Thresholds were frozen on {frozen['date']} and have not moved since."
    return f"Frozen on {frozen['date']}; files that have changed since: {', '.join(moved)}."
