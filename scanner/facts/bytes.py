"""Facts about byte patterns found in an artifact."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class BytePattern(Fact):
    """Bytes that a YARA rule of the bundled packs describes. `pattern` is the rule's name with dashes.

    `kind`: what the artifact looks like ("script", "python", "pickle", "elf", "pe", "text" ...). `count`: matches of
    all strings of the rule; `where` is the first, `shown` quotes it.
    """

    pattern: str
    kind: str
    count: int
    shown: str
