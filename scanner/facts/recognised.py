"""Facts about files that are known by their first bytes and not read."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class RecognisedOnly(Fact):
    """A file of a known kind whose content is not read.

    `native`: what loads it runs code of the file on the machine's own processor or accelerator.
    """

    kind: str
    native: bool
