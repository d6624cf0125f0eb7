"""Which of the models whose fingerprints are known a model comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from statistics import median

from scanner.artifact import Location
from scanner.compare.delta import unread
from scanner.compare.kinds import bound
from scanner.compare.lock import Print, fingerprint, relative
from scanner.compare.models import Model
from scanner.compare.names import pairs
from scanner.facts import Fact
from scanner.facts.delta import BaseLikeness, DeltaUnread

TOLD = 5
"""Known models that are told, the nearest first."""


def facts(known: Mapping[str, Mapping[str, Print]], model: Model) -> Iterator[Fact]:
    """Yield the known models that have tensors near those of this one. `known` maps files to their fingerprints."""
    where = Location(path=model.root)
    yield from unread(where, "", "model", model)
    own: dict[str, Print] = {}
    for name in sorted(model.tensors):
        one = model.tensors[name]
        if one.start < 0:
            continue
        try:
            own[name] = fingerprint(one)
        except OSError:
            yield DeltaUnread(where=one.artifact.at(), base="", side="model", what="unreadable", name=name[:200])
    found = [likeness(where, file, prints, own) for file, prints in known.items()]
    nearest = sorted(found, key=lambda each: (-each.share, -each.identical, each.base))[:TOLD]
    yield from (replace(each, rank=rank) for rank, each in enumerate(nearest, 1) if each.share > 0)


def likeness(where: Location, name: str, prints: Mapping[str, Print], own: Mapping[str, Print]) -> BaseLikeness:
    """Count the tensors of a known model that are those of this one, or near them. `rank` is left 0."""
    paired = pairs(prints, own, by_place=True)
    identical, distances = 0, []
    for tensor, before in paired.items():
        one, now = prints[before], own[tensor]
        if (one.sha256, one.dtype) == (now.sha256, now.dtype):
            identical += 1
        elif one.shape == now.shape and len(one.sketch) and len(now.sketch):
            distances.append(relative(one, now))
    near = [one for one in distances if one <= bound("near")]
    tensors = max(len(prints), len(own))
    return BaseLikeness(
        where=where, base=name, rank=0, tensors=tensors, identical=identical, near=len(near),
        share=round((identical + len(near)) / tensors, 4) if tensors else 0.0,
        relative=float(f"{median(near):.2g}") if near else 0.0,
    )  # fmt: skip
