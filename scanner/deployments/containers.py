"""Rights of containers over their machine, and ports that they publish: compose, Kubernetes, devcontainers alike."""

from collections.abc import Iterator

from scanner.pattern import pattern

_SOCKET = pattern(r"(?:^|/)(?:docker|containerd|crio|podman|buildkitd)(?:/(?:docker|containerd|podman))?\.sock(?:$|:)")
_SYSTEM = pattern(
    r"^/(?:etc|root|proc|sys|dev|boot|var/run|run|var/lib/(?:docker|kubelet|containerd)|usr|bin|sbin|lib)?/?$"
)
_KEYS = pattern(
    r"(?:^|/)\.(?:ssh|aws|kube|gnupg|docker|config/gcloud|azure|netrc|git-credentials)(?:/|$)|^/etc/(?:kubernetes|"
    r"ssl/private)"
)
_AGENT = pattern(r"SSH_AUTH_SOCK|ssh-agent")
CAPABILITIES = frozenset(
    {
        "ALL",
        "SYS_ADMIN",
        "SYS_MODULE",
        "SYS_PTRACE",
        "SYS_RAWIO",
        "DAC_READ_SEARCH",
        "BPF",
        "NET_ADMIN",
        "SYS_BOOT",
        "MAC_ADMIN",
    }
)
# Ports of services that ask for no password unless they are told to.
SERVICES = {
    2375: "docker",
    2379: "etcd",
    5000: "mlflow",
    6006: "tensorboard",
    6379: "redis",
    8081: "torchserve-management",
    8265: "ray",
    8786: "dask",
    8888: "jupyter",
    9200: "elasticsearch",
    10001: "ray-client",
    10250: "kubelet",
    11211: "memcached",
    11434: "ollama",
    27017: "mongodb",
}
_SHORT = pattern(
    r"^(?:(?P<host>\[[0-9a-fA-F:]*\]|\d+\.[\d.]+|"
    r"localhost):)?(?:(?P<published>\d+)(?:-\d+)?:)?(?P<target>\d+)(?:-\d+)?(?:/\w+)?$"
)


def grant_of_path(path: str) -> str:
    """Say what a folder or socket of the machine gives to a container that gets it, "" for nothing."""
    path = path.strip()
    if _SOCKET.search(path):
        return "container-socket"
    if _AGENT.search(path):
        return "ssh-agent"
    if _SYSTEM.match(path):
        return "host-root"
    return "keys" if _KEYS.search(path) else ""


def capability(name: str) -> str:
    """Return the capability without prefix where it is one that leads to the machine, else ""."""
    plain = name.upper().removeprefix("CAP_")
    return plain if plain in CAPABILITIES else ""


def published(port: str) -> tuple[int, bool] | None:
    """Return the port of the container that a short form publishes, and whether on all addresses."""
    found = _SHORT.match(port.strip())
    if found is None or (found["published"] is None and found["host"] is None):
        return None
    host = (found["host"] or "").strip("[]")
    return int(found["target"]), host in {"", "0.0.0.0", "::"}  # noqa: S104 - compared only


_HOST = {"--network": "host-network", "--net": "host-network", "--pid": "host-pid", "--ipc": "host-ipc"}


def of_options(words: list[str]) -> Iterator[tuple[str, str]]:
    """Yield what options of `docker run` give a container: right and detail."""
    for at, word in enumerate(words):
        option, equals, value = word.partition("=")
        value = value if equals else words[at + 1] if at + 1 < len(words) else ""
        grant = _grant(option, value)
        if grant:
            yield grant, (word if equals or option == "--privileged" else f"{word} {value}")[:120]


def _grant(option: str, value: str) -> str:
    grant = _HOST.get(option, "") if value == "host" else ""
    if option == "--privileged":
        grant = "" if value.lower() == "false" else "privileged"
    elif option in {"-v", "--volume"}:
        grant = grant_of_path(value.partition(":")[0])
    elif option == "--mount":
        parts = dict(part.partition("=")[::2] for part in value.split(","))
        grant = grant_of_path(parts.get("source") or parts.get("src") or "")
    elif option == "--cap-add":
        grant = "capability" if capability(value) else ""
    elif option == "--security-opt":
        grant = "unconfined" if "unconfined" in value else ""
    return grant
