"""Facts about spaCy pipelines: their configuration, and the parts saved beside it."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class SpacyPipeline(Fact):
    """What a pipeline says of itself, in config.cfg or meta.json. `spacy`: the versions it asks for."""

    language: str
    name: str
    version: str
    spacy: str
    pipeline: tuple[str, ...]


@record
class SpacyFunction(Fact):
    """A function that spaCy looks up in a registry when it builds the pipeline. One fact a name and registry.

    `registry`: "architectures", "tokenizers", "factory", …. `package`: what stands before the first dot of a name
    with three parts ("spacy.Tok2Vec.v2"), "" otherwise.
    """

    section: str
    registry: str
    name: str
    package: str


@record
class SpacyPath(Fact):
    """A path, `target`, that building the pipeline opens: the `source` or a `path` of a component or of the tokenizer.

    `how` says how it leads out: "absolute", "parent", "drive", "backslash", "control" or "url".
    """

    section: str
    key: str
    target: str
    how: str


@record
class SpacyPart(Fact):
    """A part of a pipeline in MessagePack. `part` is its first key ("nodes" for a model), `items` what it holds.

    `nbytes` adds up byte strings: mostly the numbers of arrays.
    """

    part: str
    items: int
    nbytes: int
