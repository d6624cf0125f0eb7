"""XGBoost models: JSON, UBJSON, and the binary form of versions before 3.1."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

# Keys are sorted, so that `learner` comes first; after it, a learner's own keys.
_JSON = pattern(rb'\A\s*\{\s*"(?:learner|version|Config)"\s*:[\s{\[]')
_INNER = (b'"gradient_booster"', b'"learner_model_param"', b'"feature_names"', b'"attributes"')
_UBJSON = pattern(rb"\A\{(?:L.{7}|l.{3}|[iU])[\x07](?:learner|version)", re.DOTALL)
_NAME = pattern(rb"(?:learner|gradient_booster)")


def claims(head: bytes, path: str) -> bool:
    """A learner in JSON or UBJSON, or the magic of the binary form."""
    del path
    if head[:4] == b"binf":
        return True
    if head[:1] == b"{" and _UBJSON.match(head):
        return _NAME.search(head) is not None
    return _JSON.match(head) is not None and any(key in head for key in _INNER)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the ensemble, references that lead nowhere, and its texts."""
    from scanner.formats.xgboost.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="xgboost",
    spec="https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html",
    claims=claims,
    read=read,
    opens=b"b{\t\n\x0b\x0c\r ",
    reads="JSON and UBJSON whole: parents, children, features and categories of every tree, lengths against counts, "
    "texts; of the binary form the header",
    leaves="the trees of the binary form; linear boosters",
)
