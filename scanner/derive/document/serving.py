"""Configurations of servers for models: TorchServe, DJL, vLLM, Jupyter, clusters of Ray."""

from collections.abc import Iterator, Sequence

from scanner.commands.serving import Option, of_key
from scanner.commands.telling import commands_told, option_told
from scanner.facts import Fact
from scanner.settings import Document, Leaf, documents

CARRIER = "serving"
_VLLM = frozenset(
    {
        "served-model-name",
        "tensor-parallel-size",
        "gpu-memory-utilization",
        "max-model-len",
        "trust-remote-code",
        "max-num-seqs",
        "api-key",
    }
)
_RAY = (
    "/setup_commands/",
    "/head_start_ray_commands/",
    "/head_setup_commands/",
    "/worker_setup_commands/",
    "/initialization_commands/",
)
_JUPYTER = ("/ServerApp/", "/NotebookApp/", "/IdentityProvider/", "/PasswordIdentityProvider/")


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """State what every document that configures a server switches on."""
    for document in documents(facts):
        outline = document.outline
        if document.format == "ini" and document.name.endswith(".properties"):
            yield from _of_properties(document)
        elif document.format == "yaml" and "-" in outline and _is_vllm(document):
            for leaf in document.leaves:
                if leaf.pointer.count("/") == 1:
                    yield from _of_vllm(leaf)
        elif "_commands/" in outline:
            yield from _of_cluster(document)
        elif any(key in outline for key in _JUPYTER):
            yield from _of_jupyter(document)


def _of_properties(document: Document) -> Iterator[Fact]:
    for leaf in document.leaves:
        for found in of_key(leaf.key, leaf.value):
            yield option_told(found, leaf.at(), CARRIER, "start")


def _of_cluster(document: Document) -> Iterator[Fact]:
    for leaf in document.leaves:
        if leaf.kind == "t" and leaf.pointer.startswith(_RAY):
            yield from commands_told(leaf.value, leaf.at(), CARRIER, "start")


def _is_vllm(document: Document) -> bool:
    keys = {line[1:] for line in document.outline.split("\n") if line.count("/") == 1}
    return bool(keys & _VLLM) and ("model" in keys or len(keys & _VLLM) > 1)


def _of_vllm(leaf: Leaf) -> Iterator[Fact]:
    key = leaf.key.replace("-", "_")
    found = list(of_key(key, leaf.value))
    if key == "allowed_local_media_path" and leaf.value == "/":
        found.append(Option("reads-host-files", f"{leaf.key}: /"))
    elif key == "enable_custom_logit_processor" and leaf.value == "true":
        found.append(Option("runs-sent-code", f"{leaf.key}: true"))
    for one in found:
        yield option_told(one, leaf.at(), CARRIER, "start")


def _of_jupyter(document: Document) -> Iterator[Fact]:
    values = {leaf.pointer: leaf for leaf in document.leaves if leaf.pointer.startswith(_JUPYTER)}
    token = next(
        (leaf for leaf in values.values() if leaf.key == "token" and leaf.kind == "t" and not leaf.value), None
    )
    password = any(leaf.key in {"password", "hashed_password"} and leaf.value for leaf in values.values())
    if token is not None and not password:
        yield option_told(Option("no-authentication", f"{token.keys[0]}.token = ''"), token.at(), CARRIER, "start")
