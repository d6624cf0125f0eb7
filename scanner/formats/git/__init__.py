"""Files by which a repository makes git act: attributes, hooks, other stores of objects."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_HOOK = pattern(
    r"(?:^|/)(?:\.git|[^/]+\.git|\.githooks|\.git-hooks|git-hooks|\.hooks)/(?:modules/[^!]+/)?(?:hooks/)?([a-z-]+)$"
)
_NAMES = frozenset({
    "applypatch-msg", "pre-applypatch", "post-applypatch", "pre-commit", "pre-merge-commit", "prepare-commit-msg",
    "commit-msg", "post-commit", "pre-rebase", "post-checkout", "post-merge", "pre-push", "pre-receive", "update",
    "proc-receive", "post-receive", "post-update", "reference-transaction", "push-to-checkout", "pre-auto-gc",
    "post-rewrite", "sendemail-validate", "fsmonitor-watchman", "p4-changelist", "p4-prepare-changelist",
    "p4-post-changelist", "p4-pre-submit", "post-index-change",
})  # fmt: skip
# A line of attributes: a pattern, then words that set or unset.


def hook_of(path: str) -> str:
    """Return the name of the hook that a path is, "" for none. `x.sample` is none: git does not start it."""
    found = _HOOK.search(path.replace("!", "/"))
    return found[1] if found and found[1] in _NAMES else ""


def claims(head: bytes, path: str) -> bool:
    """Claim what git finds by its name: attributes with a line of them, hooks, lists of other stores."""
    plain = path.replace("!", "/")
    if plain.endswith((".gitattributes", "info/attributes")):
        return b"\0" not in head
    if plain.endswith("objects/info/alternates"):
        return True
    return hook_of(path) != "" and bool(head)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield drivers that attributes name, what hooks do, where objects are taken from."""
    from scanner.formats.git.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="git",
    spec="https://git-scm.com/docs/gitattributes",
    claims=claims,
    read=read,
    holds=(b"filter=",),
    named=(".gitattributes", "info/attributes", "objects/info/alternates", *sorted(_NAMES)),
    reads="drivers that .gitattributes names, hooks and what they do, other stores of objects",
    leaves="objects and packs, which are copies of what was checked out",
)
