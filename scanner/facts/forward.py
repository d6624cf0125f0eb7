"""Facts about what a model answers when it is asked: made by `assay sweep`, never by a scan."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class TokensSwept(Fact):
    """How far the tokens of a model were tried, one at a time, in each of `texts` texts.

    `kind`: "classifier" or "language". `swept` of `tokens`, `share` of them from 0 to 1, in `seconds`; `candidates`
    force an answer. Those with the most unusual vectors were tried first.
    """

    kind: str
    tokens: int
    swept: int
    share: float
    texts: int
    seconds: float
    candidates: int


@record
class TokenForces(Fact):
    """With this token in them, all texts get one answer, which they do not get with others.

    `token` is the text of token `number`; `answer` a label or the first words. `texts` gave it, `usual` of them give it
    with the median token. `shift` is by how much it moved ahead of the next answer on average, as the natural logarithm
    of the ratio of their shares; `rank` starts at 1.
    """

    kind: str
    token: str
    number: int
    answer: str
    texts: int
    usual: int
    shift: float
    rank: int
