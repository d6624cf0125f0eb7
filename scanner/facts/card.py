"""Facts about model cards, and about the files that a repository of a model holds beside them.

A card is a README or a text named as a card. Its front matter is a document of its own (`Settings`).
"""

from scanner.facts.core import Fact
from scanner.record import record


@record
class CardText(Fact):
    """One card as a whole. `kind`: "model", "dataset", "space", or "" for a README that says nothing of either.

    `title` is its first heading. `topics` (as in `known/card_topics.txt`), the `lines` where each is first met and
    what is `shown` there belong together. `official`: a sentence calls what it describes official.
    """

    kind: str
    title: str
    topics: tuple[str, ...]
    lines: tuple[int, ...]
    shown: tuple[str, ...]
    official: bool


@record
class CardReference(Fact):
    """A repository of the hub that a card names: `owner`/`name`. `kind`: "model", "dataset" or "space".

    `how`: "load" (code of the card loads it), "link", "moved" (a sentence says that the card's subject moved there).
    """

    kind: str
    owner: str
    name: str
    how: str


@record
class CardCall(Fact):
    """Code in a card that asks for leave to run code: `call` is "trust_remote_code", "unpickle" or "allow_pickle".

    `repository` is what it loads, "" where none is written out.
    """

    call: str
    repository: str
    text: str


@record
class CardFrontUnread(Fact):
    """Front matter that the hub does not read. `how`: "unclosed" (no second line of dashes), "late" (text before it).

    `keys` counts the lines that look like its keys.
    """

    how: str
    keys: int


@record
class LookAlikeHost(Fact):
    """A host that looks like a well-known one. `near` is the well-known one.

    `how`: "glyph" (signs that look alike), "edit" (a letter more, less or another), "two-edits", "swap" (two letters
    exchanged), "separator", "ending" (another top-level domain), "prefix" (the known host stands before another one).
    """

    host: str
    near: str
    how: str
    address: str


@record
class NearOwner(Fact):
    """A publisher on the hub whose name looks like a well-known one. `subject` says where it is named.

    "repository" (the scanned one, by its folder in a cache of the hub), "base_model", "datasets", "new_version",
    "load" or "link" (in the text). `how` as in `LookAlikeHost`, or "affix" (a word like "official" added).
    `official`: the card calls itself official.
    """

    subject: str
    repository: str
    owner: str
    near: str
    how: str
    official: bool


@record
class CopiedCard(Fact):
    """A card whose code loads only repositories of one other, well-known owner, and whose front matter names no base.

    `repository` is the scanned one, `loads` the first that is loaded.
    """

    repository: str
    loads: str
    owner: str


@record
class NeedlessConsent(Fact):
    """A card asks for leave to run code that nothing in the scan has use for. `call` as in `CardCall`.

    `weights` is a file of weights beside the card, which needs none.
    """

    call: str
    repository: str
    weights: str


@record
class FrontMatterOddity(Fact):
    """A value of front matter in a shape that the hub refuses or drops. `expected`: "text", "list", "mapping".

    `kind` is what stands there: "text", "number", "boolean", "nothing", "list" or "mapping".
    """

    key: str
    kind: str
    expected: str
    value: str


@record
class CardElement(Fact):
    """One element of documentation. `profile`: "model-card", "eu-gpai" or "g7".

    `found` is a pointer of the front matter, a heading or passage of the card, or a file; "" where it is missing.
    """

    profile: str
    element: str
    found: str


@record
class CardProfile(Fact):
    """How many elements of a profile a card, or the files beside it, have: `found` of `elements`; those `missing`.

    `card`: "model", "dataset", or "none" where weights lie without any card (`elements` is then 1).
    """

    profile: str
    card: str
    elements: int
    found: int
    missing: tuple[str, ...]


@record
class BaseClaim(Fact):
    """The base that a card names against the base that a file names.

    `source`: "gguf", "config" (`_name_or_path`), "type" (`model_type`) or "vocabulary" (a family of tokenizers).
    `claimed` is what the card says, `named` what the file says, `file` its path. `agrees`: both may mean one family.
    """

    source: str
    claimed: tuple[str, ...]
    named: str
    file: str
    agrees: bool


@record
class CardLineage(Fact):
    """What a card says its model or data comes from. `pinned` counts those of them with a revision."""

    bases: tuple[str, ...]
    datasets: tuple[str, ...]
    pinned: int


@record
class MetricOddity(Fact):
    """A result in `model-index` that can hardly be. `metric` and `dataset` as the card writes them.

    `kind`: "above-whole" (a share above 1 that is no percentage, or above 100), "perfect", "negative",
    "unverified" (called verified, without a token), "on-training-split", "many" (`value` is the count).
    """

    kind: str
    metric: str
    dataset: str
    value: str


@record
class HandOver(Fact):
    """A card that hands its readers on to `target`. `how`: "new_version" or "moved".

    `owner` is the target's, `own` that of the scanned repository or of what the card loads, "" where neither is known.
    """

    how: str
    target: str
    owner: str
    own: str


@record
class GatedAsk(Fact):
    """A field or text of the form that one fills in before a download.

    `asks`: "password", "token", "payment", "identity" (number of a passport), "wallet", or "address" (a link that leads
    elsewhere than the hub and the publisher's own pages).
    """

    field: str
    asks: str
    text: str


@record
class DatasetCard(Fact):
    """What a card of data says of its licence and sources. `license` is "" where none is named.

    `sources`: what it is made from, "original" left out.
    """

    license: str
    sources: tuple[str, ...]


@record
class DataFilePattern(Fact):
    """A pattern of data files in a card that leads out of its repository.

    `how`: "parent", "absolute", "home", "drive", "address" (of another host) or "repository" (another one of the hub).
    """

    pattern: str
    how: str


@record
class TreeOddity(Fact):
    """Something odd about the names of files.

    `how`: "case" or "unicode" (`other` is the same name to some systems),
    "direction" (characters that change the direction), "control", "invisible", "trailing" (a dot or blank at the end),
    "reserved" (a device of Windows), "double-extension" (a program behind the ending of a document or of weights),
    "many" (`count` of files in one folder).
    """

    how: str
    name: str
    other: str
    count: int


@record
class StoragePointer(Fact):
    """A pointer of Git LFS or Xet in place of a file. `size` is what it promises in bytes, -1 where it does not say.

    `suffix` of the file's name; `weights`: the name is one of weights. `complete`: it has all keys of a pointer and
    nothing else.
    """

    suffix: str
    weights: bool
    size: int
    complete: bool


@record
class OtherThanNamed(Fact):
    """A file whose name promises one format and that reads as an archive. `formats` are those that read it, sorted."""

    suffix: str
    formats: tuple[str, ...]


@record
class CardClaim(Fact):
    """What a card says of the files beside it, against what they are.

    `claim`: "format" (`library_name` or a tag names a format of weights) or "size" (parameters, by the title).
    `claimed` and `found` say both in words; `agrees` as far as both can be compared.
    """

    claim: str
    claimed: str
    found: str
    agrees: bool
