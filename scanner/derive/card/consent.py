"""Cards that ask for leave to run code, beside files that have no use for it."""

from collections.abc import Iterator, Sequence

from scanner.cards.fronts import fronts, texts
from scanner.cards.publishers import repository_of
from scanner.facts import Examined, Fact
from scanner.facts.card import CardCall, NeedlessConsent
from scanner.nesting import beside
from scanner.settings import documents

PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".npy", ".npz", ".ot", ".nemo", ".t7", ".mar")
"""Endings of files that are pickles, or may be."""

READ = frozenset(("torch", "pickle", "numpy"))
WEIGHTS = frozenset(("safetensors", "gguf", "onnx", "tflite", "flax"))
"""Formats of weights that no code is run for."""


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Compare each such call with the files in and below the folder of its card."""
    calls = [fact for fact in facts if isinstance(fact, CardCall)]
    if not calls:
        return
    files = [fact for fact in facts if isinstance(fact, Examined)]
    mapped = [document.path for document in documents(facts) if "/auto_map" in document.outline]
    named = {path: {*texts(front, "/base_model"), *texts(front, "/datasets")} for path, front in fronts(facts)}
    weights = {beside(one.where.path, ""): one.where.path for one in reversed(files) if WEIGHTS & set(one.formats)}
    for path in dict.fromkeys(call.where.path for call in calls):
        here = beside(path, "")
        if here not in weights:
            continue
        folder = _Folder(here, files, mapped)
        own = repository_of(path)
        for call in calls:
            if call.where.path != path or call.repository in named.get(path, ()) or folder.needs(call.call):
                continue
            if own is None or call.repository in {"", f"{own.owner}/{own.name}"}:
                yield NeedlessConsent(
                    where=call.where, call=call.call, repository=call.repository, weights=weights[here]
                )  # fmt: skip


class _Folder:
    """What lies in and below one folder."""

    def __init__(self, folder: str, files: Sequence[Examined], mapped: Sequence[str]) -> None:
        below = [one for one in files if one.where.path.startswith(folder)]
        self._pickles = any(one.where.path.lower().endswith(PICKLED) or READ & set(one.formats) for one in below)
        self._code = any(one.where.path.endswith(".py") for one in below)
        self._mapped = any(path.startswith(folder) for path in mapped)

    def needs(self, call: str) -> bool:
        """Say whether something here needs what a call asks for."""
        return self._code or self._mapped if call == "trust_remote_code" else self._pickles
