"""Lines of an artifact in readable form: made for `assay explain`, never by a scan."""

from dataclasses import dataclass

from scanner.facts.core import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Fact):
    """One line of a program as it stands at this place, or, decompiled, without an offset."""

    text: str
