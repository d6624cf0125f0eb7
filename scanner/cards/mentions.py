"""What a card mentions: repositories of the hub, code that asks for leave to run code, hosts."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from scanner.pattern import pattern

ARGUMENTS = 400
"""Characters of a call in which its arguments are looked for."""

_LINK = pattern(
    r"(?i)(?:\b(?:huggingface\.co|hf\.co)/|\bhf://)(datasets/|spaces/|models/)?([\w.-]{1,96})/([\w.-]{1,96})"
)
_LOAD = pattern(
    r"(?:from_pretrained|load_dataset|snapshot_download|hf_hub_download|SentenceTransformer|CrossEncoder|pipeline|LLM|"
    r"load_model|from_hf|get_peft_model)\s*\("
)
_NAMED = pattern(
    r"(?:model|repo|checkpoint|base|ckpt|hf|pretrained)\w{0,20}\s*=\s*[\"']([\w.-]{1,96})/([\w.-]{1,96})[\"']"
    r"|(?:vllm serve|huggingface-cli download|hf download|--model(?:-path)?|--hf-repo|-hf)[ =]"
    r"([\w.-]{1,96})/([\w.-]{1,96})"
)
_QUOTED = pattern(r"[\"']([\w.-]{1,96})/([\w.-]{1,96})[\"']")
_MOVED = pattern(
    r"(?i)\b(?:moved to|superseded by|replaced by|deprecated in favou?r of|no longer maintained[^\n]{0,60}use|"
    r"new (?:home|location|repo(?:sitory)?)(?: is)?(?: at)?:?|migrated to)\W{0,12}"
)
_NOT_OWNERS = frozenset((
    "api", "blog", "bigscience-catalogue-data", "chat", "collections", "course", "docs", "datasets", "enterprise",
    "front", "inference-api", "join", "learn", "login", "models", "new", "new-dataset", "new-space", "organizations",
    "papers", "posts", "pricing", "resolve", "settings", "spaces", "tasks", "terms-of-service", "tree", "welcome",
    "privacy", "inference-endpoints", "autotrain", "transformers", "pipelines", "co2",
))  # fmt: skip
_FOLDERS = frozenset((
    "path", "data", "models", "model", "checkpoints", "ckpt", "ckpts", "weights", "outputs", "output", "results", "tmp",
    "home", "your", "username", "user", "local", "pretrained", "examples", "example", "saved_models", "runs", "assets",
    "images", "dir", "folder", "my", "..", ".", "text", "image", "application", "audio", "video", "exp", "logs", "src",
))  # fmt: skip
_CALLS = (
    # call, what the text holds (found a hundred times as fast), pattern
    (
        "trust_remote_code",
        ("trust_remote", "trust-remote"),
        pattern(r"trust[_-]remote[_-]code(?:[ \t]*=[ \t]*(?:True|true|1)\b|(?=[ \t\n\\`]))"),
    ),
    (
        "unpickle",
        ("torch.load", "weights_only"),
        pattern(r"\btorch\.load[ \t]*\((?:[^()\n]|\([^()\n]{0,80}\)){0,200}\)|\bweights_only[ \t]*=[ \t]*False"),
    ),
    ("unpickle", (".load",), pattern(r"\b(?:pickle|joblib|dill|cloudpickle)\.loads?[ \t]*\(")),
    ("allow_pickle", ("allow_pickle",), pattern(r"\ballow_pickle[ \t]*=[ \t]*True")),
)
_HOST = pattern(r"(?i)\b(?:https?|ftp)://(?:[^\s/@\"'<>()]{1,200}@)?([^\s/:?#\\\"'<>()\[\]`|*,]{4,253})")
_OFFICIAL = pattern(
    r"(?i)\b(?:this is|here is|it is|the|our)\s+(?:the\s+)?official\s+(?:\w+\s+){0,3}?"
    r"(?:release|model|checkpoint|repo(?:sitory)?|weights|version|page)\b"
)


class Mention(NamedTuple):
    """A repository that a text mentions; as in `CardReference`."""

    kind: str
    owner: str
    name: str
    how: str
    at: int


class Call(NamedTuple):
    """Code that asks for leave; as in `CardCall`."""

    call: str
    repository: str
    at: int
    text: str


def mentions(text: str) -> Iterator[Mention]:
    """Yield repositories in the order of kinds: links, then what code loads. Linear in the text."""
    lower = text.lower()
    if "huggingface.co/" in lower or "hf.co/" in lower or "hf://" in lower:
        for found in _LINK.finditer(text):
            owner = found[2]
            if owner.lower() not in _NOT_OWNERS and owner[:1].isalnum():
                before = text[max(0, found.start() - 120) : found.start()]
                moved = _MOVED.search(before.rpartition("\n")[2]) is not None
                kind = (found[1] or "models/").lower().removesuffix("s/")
                yield Mention(kind, owner, found[3].rstrip("."), "moved" if moved else "link", found.start())
    if "/" not in text or not any(mark in text for mark in "\"'=-"):
        return
    for found in _LOAD.finditer(text):
        end = text.find("\n\n", found.end(), found.end() + ARGUMENTS)
        first = _QUOTED.search(text, found.end(), end if end >= 0 else found.end() + ARGUMENTS)
        if first and ")" not in text[found.end() : first.start()]:
            yield from _loaded(text, found.start(), first[1], first[2])
    for found in _NAMED.finditer(text):
        yield from _loaded(text, found.start(), found[1] or found[3], found[2] or found[4])


def _loaded(text: str, at: int, owner: str, name: str) -> Iterator[Mention]:
    if owner.lower() not in _FOLDERS and owner[:1].isalnum() and not owner.lower().startswith(("path", "your", "my_")):
        kind = "dataset" if text.startswith("load_dataset", at) else "model"
        yield Mention(kind, owner, name, "load", at)


def calls(text: str) -> Iterator[Call]:
    """Yield code that asks for leave to run code, with the repository that the same call names."""
    for call, needed, shape in _CALLS:
        if not any(part in text for part in needed):
            continue
        for found in shape.finditer(text):
            if "weights_only=True" in found[0].replace(" ", "") or _denied(text, found.start()):
                continue
            begin = max(text.rfind("(", max(0, found.start() - ARGUMENTS), found.start()), found.start() - ARGUMENTS, 0)
            first = _QUOTED.search(text, begin, found.end())
            line = text[text.rfind("\n", begin, found.start()) + 1 or begin : found.end()]
            yield Call(call, f"{first[1]}/{first[2]}" if first else "", found.start(), line.strip()[-ARGUMENTS:])


def _denied(text: str, at: int) -> bool:
    """Say whether the line tells that it is not needed: "no trust_remote_code needed"."""
    before = text[max(0, at - 80) : at].rpartition("\n")[2].lower()
    return re.search(r"\b(?:no|not|without|never|don.t|avoid|remove[sd]?|drop(?:ped)?)\b", before) is not None


def hosts(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield each host of an address once, in lower case, with the address so far and its offset."""
    if "://" not in text:
        return
    told = set()
    for found in _HOST.finditer(text):
        host = found[1].lower().rstrip(".")
        if host not in told:
            told.add(host)
            yield host, found[0], found.start()


def is_official(text: str) -> bool:
    """Say whether a sentence calls what the card describes official."""
    return _OFFICIAL.search(text) is not None
