"""Signed against found: which files are the signed ones, and every reason why the model as a whole is not. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from scanner import glob
from scanner.attest.decision import Problem
from scanner.attest.errors import Code
from scanner.attest.manifest import IGNORED, Manifest, Resource
from scanner.record import record
from scanner.text import printable

NAMED = 3
"""Files that a reason names; the others are counted."""


@record
class Asked:
    """What the caller of a verification allows. Names and prefixes are of files below the model.

    `subset`: signed files may be missing, except those that `required` has a glob for.
    `unsigned`: files may be there that nobody signed.
    `ignored`: files and folders that the comparison leaves out, beside those that the signature and OMS leave out.
    `legacy`: departures of `oms.LEGACY` that are accepted.
    """

    subset: bool = False
    unsigned: bool = False
    ignored: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    legacy: tuple[str, ...] = ()


@record
class Found:
    """A model as it is, bytes aside: the size of each file by name, and what is no file."""

    sizes: Mapping[str, int]
    linked: tuple[str, ...] = ()
    special: tuple[str, ...] = ()


@record
class Plan:
    """Signed and found side by side before anything is digested.

    `wanted` has the signed resources of each file that is there; of them `misfits` have another size than was signed.
    """

    wanted: Mapping[str, tuple[Resource, ...]]
    misfits: tuple[str, ...]
    missing: tuple[str, ...]
    unsigned: tuple[str, ...]
    empty: tuple[str, ...]
    ignored: tuple[str, ...]
    linked: tuple[str, ...]
    special: tuple[str, ...]


def plan(manifest: Manifest, found: Found, asked: Asked) -> Plan:
    """Lay a manifest beside what was found. A file that is signed is compared, even where it would be ignored."""
    signed: dict[str, list[Resource]] = {}
    for one in _renamed(manifest, found):
        signed.setdefault(one.name, []).append(one)
    leave = frozenset((*IGNORED, *manifest.ignored, *asked.ignored))
    rest = [name for name in found.sizes if name not in signed]
    ignored = {name for name in (*rest, *found.linked, *found.special) if name not in signed and covered(name, leave)}
    present = {name: tuple(parts) for name, parts in signed.items() if name in found.sizes}
    unsigned = [name for name in rest if name not in ignored]
    empty = [name for name in unsigned if manifest.shard_nbytes and not found.sizes[name]]
    return Plan(
        wanted=present,
        misfits=tuple(name for name, parts in present.items() if not _fits(parts, found.sizes[name])),
        missing=tuple(name for name in signed if name not in found.sizes),
        unsigned=tuple(name for name in unsigned if name not in empty),
        empty=tuple(empty),
        ignored=tuple(sorted(ignored)),
        linked=tuple(name for name in found.linked if name not in ignored),
        special=tuple(name for name in found.special if name not in ignored),
    )


def covered(name: str, leave: Iterable[str]) -> bool:
    """Say whether a name is one of these, or lies below one of them."""
    known = leave if isinstance(leave, frozenset) else frozenset(leave)
    parts = name.split("/")
    return any("/".join(parts[:count]) in known for count in range(1, len(parts) + 1))


def changed(plan: Plan, digests: Mapping[str, Sequence[bytes]]) -> tuple[str, ...]:
    """Name the files whose bytes are not the signed ones; `digests` has one for each wanted resource of a file."""
    return tuple(
        name
        for name, parts in plan.wanted.items()
        if name in plan.misfits or [one.digest for one in parts] != list(digests.get(name, ()))
    )


def problems(plan: Plan, differing: Sequence[str], asked: Asked) -> Iterator[Problem]:
    """Yield every reason against the model, the gravest first."""
    yield from _problem(Code.FILE_CHANGED, differing, "other bytes than were signed")
    yield from _problem(Code.FILE_LINKED, plan.linked, "a link, which is never followed")
    yield from _problem(Code.FILE_SPECIAL, plan.special, "neither a file nor a folder")
    lacking = [name for name in plan.missing if not asked.subset or _any(asked.required, name)]
    yield from _problem(Code.FILE_MISSING, lacking, "signed but not there")
    signed = (*plan.wanted, *plan.missing)
    unknown = [one for one in asked.required if not any(glob.matches(one, name) for name in signed)]
    yield from _problem(Code.FILE_MISSING, unknown, "required but not signed")
    if not asked.unsigned:
        yield from _problem(Code.FILE_UNSIGNED, plan.unsigned, "there but not signed")
    if not plan.wanted:
        yield Problem(code=Code.NOTHING_VERIFIED, reason="no signed file is there")


def _any(globs: Iterable[str], name: str) -> bool:
    return any(glob.matches(one, name) for one in globs)


def _problem(code: Code, names: Sequence[str], what: str) -> Iterator[Problem]:
    if names:
        shown = ", ".join(printable(name) for name in names[:NAMED])
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        yield Problem(code=code, reason=f"{shown}{more}: {what}")


def _renamed(manifest: Manifest, found: Found) -> Iterable[Resource]:
    """Give the one file of a single-file model its name, where the signature calls it "."."""
    only = manifest.resources[0]
    if only.name != ".":
        return manifest.resources
    name = next(iter(found.sizes)) if len(found.sizes) == 1 else "."
    return (Resource(name=name, digest=only.digest),)


def _fits(parts: Sequence[Resource], size: int) -> bool:
    last = max((part.end for part in parts if part.end is not None), default=None)
    return last is None or last == size


def ignoring(asked: Asked, names: Iterable[str]) -> Asked:
    """Leave out more names, such as the signature's own."""
    return replace(asked, ignored=(*asked.ignored, *names))
