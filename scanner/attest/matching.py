"""What a model is called, and which patterns of a trust policy that fits. Patterns are anchored at both ends."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from scanner import glob
from scanner.record import record
from scanner.usage import UsageError

_SNAPSHOT = re.compile(r"(?:.*/)?models--([^/]+)/snapshots/([^/]+)/?", re.DOTALL)
"""Where a Hugging Face cache keeps one commit of a repository."""

_HUB = re.compile(r"hf:([A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)?)(?:@([\w./-]+))?", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}", re.ASCII)

KINDS = ("hf:", "file:")


@record
class Named:
    """A model by the names it has: `hub` is "OWNER/NAME" with its `revision`, "" where it is not known."""

    path: Path
    hub: str = ""
    revision: str = ""

    @property
    def pinned(self) -> bool:
        """Whether the revision is a commit, which nobody can move."""
        return _COMMIT.fullmatch(self.revision) is not None


def named(model: Path, said: str | None = None) -> Named:
    """Name a model: as its caller says ("hf:OWNER/NAME@COMMIT"), else as its place in a cache says, else by its path.

    Raises `UsageError` for a name that is none.
    """
    path = Path(os.path.realpath(model))
    if said is not None:
        found = _HUB.fullmatch(said)
        if found is None:
            message = f"--as {said}: write hf:OWNER/NAME, and @COMMIT where it is known"
            raise UsageError(message)
        return Named(path=path, hub=found[1], revision=found[2] or "")
    place = _SNAPSHOT.fullmatch(path.as_posix())
    if place is None:
        return Named(path=path)
    return Named(path=path, hub=place[1].replace("--", "/"), revision=place[2])


def fault(pattern: str) -> str:
    """Say what is wrong with a pattern, "" for nothing."""
    kind, _, rest = pattern.partition(":")
    if pattern == "**":
        return ""
    if f"{kind}:" not in KINDS:
        return 'begins with none of hf: and file: ("**" alone is every model)'
    if not rest or (kind == "hf" and "@" in rest):
        return "names nothing" if not rest else "names a revision; pin_revision asks for one"
    return "leads out of the policy's folder" if ".." in rest.split("/") else ""


def fits(pattern: str, model: Named, folder: Path) -> bool:
    """Say whether a pattern names a model. `folder` is the policy's, which `file:` patterns start from."""
    if pattern == "**":
        return True
    kind, _, rest = pattern.partition(":")
    if kind == "hf":
        return bool(model.hub) and glob.matches(rest, model.hub)
    if rest.startswith("/"):
        return glob.matches(rest, model.path.as_posix())
    if not model.path.is_relative_to(folder):
        return False
    return glob.matches(rest.removeprefix("./"), model.path.relative_to(folder).as_posix())


def signers(pattern: str, known: Iterable[str]) -> tuple[str, ...]:
    """List the signers that a glob names, in the policy's order."""
    return tuple(one for one in known if glob.matches(pattern, one))
