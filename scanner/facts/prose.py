"""Facts about texts that people and agents read: what does not show, what speaks to a machine, what it leads to.

`audience`: "agent" where a file's name, folder or front matter makes an agent take it as instructions, else "people".
`carrier`: "text" (a text file), "tool" (what a tool says of itself), "prompt" (what a configuration tells a model).
`hidden` says how a place is kept from readers: "comment" (HTML), "element" (a style or attribute that does not show),
"attribute" (alternative text, title), "reference" (a link reference used as a comment), "folded" (`<details>`), "" for
what shows. `quoted`: inside a fence of code, a quotation or quotation marks.
"""

from scanner.facts.core import Fact
from scanner.record import record


@record
class ProseSummary(Fact):
    """One text as a whole. `kind`: "skill", "command", "rules", "prompt", "index" (llms.txt) or "text".

    `words` are counted; `front` tells whether it has front matter, which is a document of its own.
    """

    audience: str
    kind: str
    words: int
    front: bool


@record
class UnseenCharacters(Fact):
    """Characters that do not show, of one `kind` as in `scanner.prose.unseen`.

    `count` of them, `run` in the longest row; `reads` is what they spell, `words` stand around them.
    """

    audience: str
    carrier: str
    kind: str
    count: int
    run: int
    reads: str
    words: str


@record
class Passage(Fact):
    """A passage that speaks to a machine or lures a person; `idioms` are kinds of `rules/known/idioms.txt`, sorted.

    `name` is the tool or key that says it, "" in a text file.
    """

    audience: str
    carrier: str
    name: str
    hidden: str
    quoted: bool
    idioms: tuple[str, ...]
    text: str


@record
class CommandLine(Fact):
    """A command line that fetches and runs, hides what it runs, or sends; `act` as in `CommandActs`.

    Or "bundled-script" (a script that lies beside is run). `source` as there: what it speaks to, "" where none is
    written out.
    """

    audience: str
    carrier: str
    hidden: str
    act: str
    source: str
    text: str


@record
class OddAddress(Fact):
    """A link or image with something odd about it; `kind` as in `scanner.prose.addresses`."""

    audience: str
    hidden: str
    quoted: bool
    kind: str
    host: str
    shown: str
    address: str


@record
class TokenInText(Fact):
    """A token of access written out in a text. `kind` as in `scanner.credentials`; never the token itself."""

    audience: str
    kind: str
