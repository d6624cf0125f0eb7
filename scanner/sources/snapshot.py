"""The one kind of link that is followed: a Hugging Face cache snapshot's, into the blobs of the same repository.

Layout: `models--org--name/{blobs/<digest>,snapshots/<revision>/<path> → ../../blobs/<digest>,refs/…}`,
https://huggingface.co/docs/huggingface_hub/guides/manage-cache
"""

import os
import stat
from collections.abc import Sequence

BLOBS = "blobs"
SNAPSHOTS = "snapshots"
PREFIXES = ("models--", "datasets--", "spaces--")


def is_repository(path: str, names: Sequence[str]) -> bool:
    """Say whether a folder, with these names in it, is one repository of the cache."""
    return os.path.basename(path).startswith(PREFIXES) and {BLOBS, SNAPSHOTS} <= set(names)  # noqa: PTH119


def blob(link: str, target: str) -> str | None:
    """Find the regular file in the blobs of its own repository that a link (a real path) names, if it does.

    The target is joined by its text: no second link on the way is followed.
    """
    repository, separator, _ = link.rpartition(f"{os.sep}{SNAPSHOTS}{os.sep}")
    if not separator or not os.path.basename(repository).startswith(PREFIXES):  # noqa: PTH119
        return None
    path = os.path.normpath(os.path.join(os.path.dirname(link), target))  # noqa: PTH118, PTH120
    blobs = os.path.join(repository, BLOBS)  # noqa: PTH118
    try:
        plain = stat.S_ISDIR(os.lstat(blobs).st_mode) and stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return None
    return path if plain and os.path.dirname(path) == blobs else None  # noqa: PTH120
