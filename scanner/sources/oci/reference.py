"""What a reference names: registry, repository, and a tag or a digest."""

import re
from typing import NamedTuple

from scanner.sources.oci import SCHEME
from scanner.text import printable
from scanner.usage import UsageError

DEFAULT_TAG = "latest"
HUB = {"docker.io": "registry-1.docker.io", "index.docker.io": "registry-1.docker.io"}
LOCAL = frozenset(("localhost", "127.0.0.1", "[::1]"))

_REPOSITORY = re.compile(r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
_HOST = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?")


class Reference(NamedTuple):
    """A manifest in a repository. `shown` starts the path of all that it names."""

    host: str
    repository: str
    version: str
    shown: str

    @property
    def base(self) -> str:
        """Where the registry serves the repository; without TLS only on this machine, as other clients do."""
        name = self.host.rpartition(":")[0] if self.host.rpartition(":")[2].isdecimal() else self.host
        return f"{'http' if name in LOCAL else 'https'}://{self.host}/v2/{self.repository}"


def parse(target: str) -> Reference:
    """Read a reference. Raises `UsageError` for what is none."""
    host, _, rest = target.removeprefix(SCHEME).partition("/")
    name, at, version = rest.partition("@")
    if not at:
        name, colon, version = rest.rpartition(":")
        name, version = (name, version) if colon else (rest, DEFAULT_TAG)
    if host in HUB and "/" not in name:
        name = f"library/{name}"
    right = (DIGEST if at else _TAG).fullmatch(version)
    if not (_HOST.fullmatch(host) and _REPOSITORY.fullmatch(name) and right):
        message = f"cannot scan {printable(target, 200)}: write oci://HOST/REPOSITORY[:TAG|@sha256:DIGEST]"
        raise UsageError(message)
    return Reference(HUB.get(host, host), name, version, f"{SCHEME}{host}/{name}")
