"""Facts about objects that dlib serialised."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class DlibModel(Fact):
    """An object. `kind`: "network" or "shape predictor".

    `loss` names the loss layer of a network with its version, `layers` counts names of layers found in it.
    `parts`: points of a shape predictor.
    """

    kind: str
    loss: str
    layers: int
    parts: int
