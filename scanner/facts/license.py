"""Facts about licences: texts that stand in a scan, and what files say of their own licence.

A licence is named by its id in the knowledge base (`scanner.licenses`): an SPDX id, or `LicenseRef-` and the hub's
name of it. "" is a licence that is not known; it is never a guess.
`kind` is its kind as in `scanner.licenses.schema`: "permissive", "weak-copyleft", "copyleft", "share-alike",
"no-derivatives", "noncommercial", "research", "rail", "community", "source-available", "public-domain", "data",
"unknown"; "" where the licence is not known.
"""

from scanner.facts.core import Fact
from scanner.record import record


@record
class LicenseText(Fact):
    """One licence text; a file of several yields one fact for each, in their order, `where` with its line.

    `license`: the id, "" for a text that reads as a licence and is none that is known. `kind`: see above.
    `role`: "license" (a licence file, or another text that is one), "notice", "policy" (an acceptable use policy),
    "third-party" (one of several in a file that gathers the licences of others), "part" (inside another text).
    `title`: the line that names it, "" where there is none. `names`: the id that this title alone says, "" for none.
    `containment`: share of the known licence that is here; `coverage`: share of this text that is the known licence.
    Both are 0 where only a title names it, and where nothing does. `extra`: the longest passage of 15 words and more
    that the known licence does not have, cut; `extra_words` counts the words of all such passages.
    `alike`: other ids whose text is so near that title and version decided, sorted; of an unknown licence the one it
    was made from comes first.
    `version`: of which text of the licence, as the knowledge base tells them apart ("2024-04"), "" for the only one.
    """

    license: str
    kind: str
    role: str
    title: str
    names: str
    containment: float
    coverage: float
    extra: str
    extra_words: int
    alike: tuple[str, ...]
    version: str


@record
class LicenseDeclared(Fact):
    """What a file says of its own licence, in one of its lines.

    `source`: "spdx-line" (SPDX-License-Identifier), "header" (the notice that a licence asks source files to carry),
    "notice" (a sentence of a NOTICE or a text: "is licensed under ..."). `value`: as written, cut.
    `expression`: the same in SPDX ids, "" where it cannot be read. `licenses`: the ids in it, in order, those that are
    known; `unknown`: the words in it that are no id. `kinds`: of each of `licenses`.
    `relation`: "and", "or", or "" for a single one.
    `code`: the file is source code.
    """

    source: str
    value: str
    expression: str
    licenses: tuple[str, ...]
    kinds: tuple[str, ...]
    unknown: tuple[str, ...]
    relation: str
    code: bool


@record
class NoticeText(Fact):
    """A file of notices: NOTICE, or a text that names the licence of what it comes with.

    `statements`: phrases in it that some licence asks for ("Built with Llama"), as the knowledge base writes them,
    sorted. `words` are counted.
    """

    statements: tuple[str, ...]
    words: int
