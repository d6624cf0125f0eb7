"""References to container images: registry, name, tag, digest (OCI distribution specification, section 2)."""

from typing import NamedTuple

from scanner.pattern import pattern

_VARIABLE = pattern(r"\$|\{\{|<[a-zA-Z_-]+>|%[A-Z_]+%")
_VERSION = pattern(r"(?:^|[^\d.])v?(\d{1,4}(?:\.\d{1,4}){1,3})")
# What is in the image, so that its tag is the version of it.
PACKAGES = {
    "vllm/vllm-openai": "vllm",
    "lmsysorg/sglang": "sglang",
    "nvidia/tritonserver": "triton",
    "pytorch/torchserve": "torchserve",
    "pytorch/pytorch": "torch",
    "ollama/ollama": "ollama",
    "rayproject/ray": "ray",
    "rayproject/ray-ml": "ray",
    "mlflow/mlflow": "mlflow",
}


class Image(NamedTuple):
    """One reference; fields as in `ImageUsed`."""

    registry: str
    name: str
    tag: str
    digest: bool
    variable: bool


def image(reference: str) -> Image:
    """Take a reference apart."""
    name, at, digest = reference.strip().partition("@")
    head, slash, rest = name.partition("/")
    if slash and ("." in head or ":" in head or head == "localhost"):
        registry, name = head, rest
    else:
        registry = "docker.io"
    before, colon, tag = name.rpartition(":")
    if colon and "/" not in tag and "}" not in tag.partition("${")[0]:
        name = before
    else:
        tag = ""
    return Image(registry, name, tag, bool(at) and digest.startswith("sha"), _VARIABLE.search(reference) is not None)


def served(found: Image) -> tuple[str, str]:
    """Return package and version of the server in an image, empty where neither name nor tag tells them."""
    package = PACKAGES.get(found.name, "")
    version = _VERSION.search(found.tag) if package else None
    return (package, version[1]) if version else ("", "")
