"""What there is to say of rules that somebody else wrote."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class RulePack(Fact):
    """Rules of somebody else's that judge this scan. `sha256` is of its `pack.yaml`; `key` names who signed it."""

    name: str
    version: str
    sha256: str
    key: str
    signed: bool
    expired: bool
    expires: str
