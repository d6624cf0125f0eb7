"""Assay: inspect model files before anyone loads them. The public face; names load when first used (PEP 562)."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanner import guard, version
    from scanner.artifact import Artifact, Location
    from scanner.facts import Examined, Fact
    from scanner.finding import Evidence, Finding
    from scanner.limits import Limits
    from scanner.pipeline import scan
    from scanner.policy import Policy, Profile, Waiver
    from scanner.report import Report
    from scanner.usage import UsageError

    __version__ = version.VERSION

__all__ = [
    "Artifact",
    "Evidence",
    "Examined",
    "Fact",
    "Finding",
    "Limits",
    "Location",
    "Policy",
    "Profile",
    "Report",
    "UsageError",
    "Waiver",
    "__version__",
    "guard",
    "scan",
]

_HOMES = {
    "Artifact": "artifact",
    "Evidence": "finding",
    "Examined": "facts",
    "Fact": "facts",
    "Finding": "finding",
    "Limits": "limits",
    "Location": "artifact",
    "Policy": "policy",
    "Profile": "policy",
    "Report": "report",
    "UsageError": "usage",
    "Waiver": "policy",
    "scan": "pipeline",
}


def __getattr__(name: str) -> object:
    """Import a public name from its home on first use."""
    if name == "__version__":
        from scanner.version import VERSION

        return VERSION
    if name == "guard":
        return import_module("scanner.guard")
    home = _HOMES.get(name)
    if home is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
