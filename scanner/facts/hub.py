"""Facts about a repository of the Hugging Face Hub, as the Hub states them: claims, none of which was checked here."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class HubRepository(Fact):
    """A repository at one commit. `kind`: "model", "dataset" or "space"; `revision` as it was asked for, "" for none.

    `gated`: "", "auto" or "manual". `scanned`: the Hub's own scan of its files is done. `files` and `nbytes` count what
    was listed.
    """

    kind: str
    repository: str
    revision: str
    commit: str
    gated: str
    disabled: bool
    private: bool
    scanned: bool
    files: int
    nbytes: int


@record
class HubFile(Fact):
    """A file that the Hub lists, and its digests: `sha256` of one in LFS, `git_sha1` of the blob of any other."""

    size: int
    sha256: str
    git_sha1: str


@record
class HubFlag(Fact):
    """A file that the Hub's own scanners speak against; `level` is their word."""

    level: str


@record
class HubBase(Fact):
    """What a repository comes from, by its tags. `relation`: "adapter", "finetune", "merge" or "quantized"."""

    parent: str
    relation: str
