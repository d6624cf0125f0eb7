"""Compose files: what their services may do to the machine, where their images come from, what they run."""

from collections.abc import Iterator, Sequence

from scanner.commands.shell import joined
from scanner.commands.telling import commands_told, image_told, variable_told
from scanner.deployments.containers import SERVICES, capability, grant_of_path, published
from scanner.deployments.tree import Node, below, is_true, leaf, leaves, text, trees
from scanner.facts import Fact
from scanner.facts.deploy import CommandActs, ContainerGrant, PortOpened
from scanner.settings import Document, Leaf, documents

CARRIER = "compose"
_HOST = {"network_mode": "host-network", "pid": "host-pid", "ipc": "host-ipc", "userns_mode": "host-pid"}
_DEVICES = frozenset({"/dev/mem", "/dev/kmem", "/dev/nvme0n1", "/dev"})
_UNCONFINED = frozenset({"label:disable", "label=disable", "no-new-privileges:false"})
_REMOTE = ("https://", "http://", "git@", "git://", "oci://")


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """State what every document that is a compose file says."""
    for document in documents(facts):
        if "/services/" in document.outline and document.format in {"yaml", "json", "json5"} and _is_compose(document):
            for node in trees(document):
                for service in below(node, "services").values():
                    if not isinstance(service, Leaf):
                        yield from _of_service(service)
                yield from _includes(node)


def _is_compose(document: Document) -> bool:
    """A service has an image or is built; the name is no condition."""
    outline = document.outline
    return "/image\n" in outline or "/build\n" in outline or "/build/" in outline or "/extends" in outline


def _of_service(service: Node) -> Iterator[Fact]:
    image = leaf(service, "image")
    if image is not None and not below(service, "build") and leaf(service, "build") is None:
        yield from image_told(image.value, image.at(), CARRIER)
    yield from _grants(service)
    yield from _mounts(service)
    yield from _ports(service)
    yield from _environment(service)
    for key in ("entrypoint", "command"):
        yield from _command(service, key)
    yield from _command(below(service, "healthcheck"), "test")
    for name, value in below(service, "build", "args").items():
        if isinstance(value, Leaf):
            yield from _variable(name, value, "arg")


def _grants(service: Node) -> Iterator[ContainerGrant]:
    for key, grant in (("privileged", "privileged"), *_HOST.items()):
        value = leaf(service, key)
        if value is not None and value.value.lower() == ("true" if key == "privileged" else "host"):
            yield _grant(value, grant, f"{key}: {value.value}")
    user = leaf(service, "user")
    if user is not None and user.value.partition(":")[0] in {"0", "root"}:
        yield _grant(user, "root", f"user: {user.value}")
    yield from _listed(service)


def _listed(service: Node) -> Iterator[ContainerGrant]:
    for value in leaves(service.get("cap_add")):
        if capability(value.value):
            yield _grant(value, "capability", f"cap_add: {value.value}")
    for value in leaves(service.get("security_opt")):
        if "unconfined" in value.value or value.value.replace(" ", "") in _UNCONFINED:
            yield _grant(value, "unconfined", value.value)
    for value in leaves(service.get("devices")):
        source = value.value.partition(":")[0]
        if source in _DEVICES or source.startswith("/dev/sd"):
            yield _grant(value, "device", value.value)


def _mounts(service: Node) -> Iterator[ContainerGrant]:
    for volume in below(service, "volumes").values():
        if isinstance(volume, Leaf):
            source = volume.value.partition(":")[0] if ":" in volume.value else ""
            read = volume.value.endswith((":ro", ",ro"))
            where: Leaf | None = volume
        else:
            source = text(volume, "source") if text(volume, "type") in {"bind", ""} else ""
            read = is_true(volume, "read_only")
            where = leaf(volume, "source")
        grant = grant_of_path(source.replace("${HOME}", "~").replace("$HOME", "~"))
        if grant and where is not None:
            # What may only be read gives away but changes nothing; a socket is no less for it.
            yield _grant(
                where,
                "host-path" if read and grant == "host-root" else grant,
                f"{source}{' (read only)' if read else ''}",
            )


def _ports(service: Node) -> Iterator[PortOpened]:
    for port in below(service, "ports").values():
        where: Leaf | None
        if isinstance(port, Leaf):
            found, where = published(port.value), port
        else:
            target, where = text(port, "target"), leaf(port, "target")
            host = text(port, "host_ip")
            found = (int(target), host in {"", "0.0.0.0"}) if target.isdigit() and text(port, "published") else None  # noqa: S104
        if found and where is not None and found[1] and found[0] in SERVICES:
            yield PortOpened(where=where.at(), carrier=CARRIER, port=found[0], service=SERVICES[found[0]])


def _environment(service: Node) -> Iterator[Fact]:
    for key, value in below(service, "environment").items():
        if not isinstance(value, Leaf):
            continue
        if key.isdigit():
            name, equals, given = value.value.partition("=")
            if equals:
                yield from _variable(name, value, "env", given)
        else:
            yield from _variable(key, value, "env")


def _variable(name: str, value: Leaf, place: str, given: str | None = None) -> Iterator[Fact]:
    yield from variable_told(name, value.value if given is None else given, value.at(), CARRIER, place)


def _command(node: Node, key: str) -> Iterator[Fact]:
    where = next(leaves(node.get(key)), None)
    if where is None:
        return
    words = [one.value for one in leaves(node.get(key))]
    if words and words[0] in {"CMD", "CMD-SHELL", "NONE"}:
        words = words[1:]
    line = words[0] if len(words) == 1 else joined(words)
    # Compose writes a dollar sign of the shell twice.
    yield from commands_told(line.replace("$$", "$"), where.at(), CARRIER, "start")


def _includes(node: Node) -> Iterator[CommandActs]:
    """State what a file takes from an address: another compose file runs as this one does."""
    for value in leaves(node.get("include")):
        if value.value.startswith(_REMOTE):
            yield CommandActs(
                where=value.at(),
                carrier=CARRIER,
                when="start",
                act="fetch-run",
                via="file",
                source=value.value.partition("://")[2].partition("/")[0],
                detail=value.value[:160],
                checked=False,
                clear=value.value.startswith("http://"),
            )


def _grant(where: Leaf, grant: str, detail: str) -> ContainerGrant:
    return ContainerGrant(where=where.at(), carrier=CARRIER, grant=grant, detail=detail[:120])
