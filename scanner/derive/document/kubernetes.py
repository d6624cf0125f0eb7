"""Kubernetes objects: what their pods may do to the node, what runs in them, who is given all rights."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from scanner.commands.secrets import shape
from scanner.commands.shell import joined
from scanner.commands.telling import commands_told, image_told, variable_told
from scanner.deployments.containers import capability, grant_of_path
from scanner.deployments.tree import Node, below, leaf, leaves, nodes, text, texts, trees
from scanner.facts import Fact
from scanner.facts.deploy import ContainerGrant, RoleBound, SecretGiven
from scanner.settings import Leaf, documents

CARRIER = "kubernetes"
_HOST = {"hostNetwork": "host-network", "hostPID": "host-pid", "hostIPC": "host-ipc"}
_GROUPS = frozenset({"system:authenticated", "system:unauthenticated", "system:serviceaccounts", "system:anonymous"})


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """State what every Kubernetes object of the documents says: any with apiVersion and kind."""
    for document in documents(facts):
        if "/apiVersion\n" in document.outline and "/kind\n" in document.outline:
            for node in trees(document):
                yield from _of_object(node)


def _of_object(node: Node) -> Iterator[Fact]:
    kind = text(node, "kind")
    if not text(node, "apiVersion") or kind == "CustomResourceDefinition":
        return
    if kind.endswith("List"):
        for item in below(node, "items").values():
            if isinstance(item, Mapping):
                yield from _of_object(item)
    elif kind in _READERS:
        yield from _READERS[kind](node)
    else:
        for inner in nodes(node):
            yield from _of_pod(inner)
            yield from _of_container(inner)


def _scripts(node: Node) -> Iterator[Fact]:
    """Read the scripts that a ConfigMap holds."""
    for value in below(node, "data").values():
        if isinstance(value, Leaf) and value.key.endswith((".sh", ".bash")):
            yield from commands_told(value.value, value.at(), CARRIER, "start")


def _of_pod(node: Node) -> Iterator[ContainerGrant]:
    for key, grant in _HOST.items():
        value = leaf(node, key)
        if value is not None and value.value == "true":
            yield _grant(value, grant, f"{key}: true")
    path = leaf(node, "hostPath", "path")
    if path is not None:
        grant = grant_of_path(path.value)
        yield _grant(path, grant or "host-path", path.value)


def _of_container(node: Node) -> Iterator[Fact]:
    yield from _security(below(node, "securityContext"))
    image = leaf(node, "image")
    runs = "command" in node or "args" in node
    if not (runs and ("name" in node or "env" in node or "resources" in node)) and not (
        image and image.value and "name" in node
    ):
        return
    if image is not None and image.value:
        yield from image_told(image.value, image.at(), CARRIER)
    for variable in below(node, "env").values():
        value = leaf(variable, "value")
        if value is not None:
            yield from variable_told(text(variable, "name"), value.value, value.at(), CARRIER, "env")
    for port in below(node, "ports").values():
        host = leaf(port, "hostPort")
        if host is not None and host.value not in {"", "0"}:
            yield _grant(host, "host-port", f"hostPort: {host.value}")
    yield from _command(node)


def _security(security: Node) -> Iterator[ContainerGrant]:
    for key, grant in (("privileged", "privileged"), ("allowPrivilegeEscalation", "escalation")):
        value = leaf(security, key)
        if value is not None and value.value == "true":
            yield _grant(value, grant, f"{key}: true")
    user = leaf(security, "runAsUser")
    if user is not None and user.value == "0":
        yield _grant(user, "root", "runAsUser: 0")
    for value in leaves(below(security, "capabilities").get("add")):
        if capability(value.value):
            yield _grant(value, "capability", f"capabilities.add: {value.value}")
    for key in ("seccompProfile", "appArmorProfile"):
        value = leaf(security, key, "type")
        if value is not None and value.value == "Unconfined":
            yield _grant(value, "unconfined", f"{key}: Unconfined")


def _command(node: Node) -> Iterator[Fact]:
    words = texts(node, "command") + texts(node, "args")
    where = next((one for key in ("command", "args") for one in leaves(node.get(key))), None)
    if words and where is not None:
        line = words[0] if len(words) == 1 else joined(words)
        yield from commands_told(line, where.at(), CARRIER, "start")


def _binding(node: Node) -> Iterator[RoleBound]:
    role = leaf(node, "roleRef", "name")
    if role is None:
        return
    for subject in below(node, "subjects").values():
        name = text(subject, "name")
        shown = f"{text(subject, 'kind')} {name}"[:120]
        if role.value == "cluster-admin":
            yield RoleBound(where=role.at(), kind="cluster-admin", role=role.value, subject=shown)
        elif name in _GROUPS:
            yield RoleBound(where=role.at(), kind="everyone", role=role.value[:120], subject=shown)


def _role(node: Node) -> Iterator[RoleBound]:
    for rule in below(node, "rules").values():
        if all("*" in texts(rule, key) for key in ("apiGroups", "resources", "verbs")):
            where = next(leaves(rule), None)
            if where is not None:
                yield RoleBound(
                    where=where.at(), kind="wildcard", role=text(node, "metadata", "name")[:120], subject=""
                )


def _secret(node: Node) -> Iterator[SecretGiven]:
    for place in ("data", "stringData"):
        for name, value in below(node, place).items():
            if isinstance(value, Leaf):
                held = shape(name, value.value if place == "stringData" else _decoded(value.value))
                if held:
                    yield SecretGiven(
                        where=value.at(), carrier=CARRIER, name=name[:80], place="literal", shape=held[0], kind=held[1]
                    )


def _decoded(value: str) -> str:
    """Undo the base64 of a Secret's data."""
    import base64

    try:
        return base64.b64decode(value, validate=True).decode("utf-8")
    except ValueError:
        return ""


def _grant(where: Leaf, grant: str, detail: str) -> ContainerGrant:
    return ContainerGrant(where=where.at(), carrier=CARRIER, grant=grant, detail=detail[:120])


_READERS: Mapping[str, Callable[[Node], Iterator[Fact]]] = {
    "ClusterRoleBinding": _binding,
    "RoleBinding": _binding,
    "ClusterRole": _role,
    "Role": _role,
    "Secret": _secret,
    "ConfigMap": _scripts,
}
"""What is read of objects that are no pods."""
