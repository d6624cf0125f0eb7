"""A file or folder written anew beside its target, scanned, and only then put in its place."""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from scanner import pipeline
from scanner.artifact import Artifact
from scanner.facts import Excluded, Unreadable
from scanner.facts.provenance import SignatureFile
from scanner.finding import CONFIDENCES, SEVERITIES
from scanner.format import MalformedError
from scanner.limits import DEFAULT, HEAD_NBYTES, Limits
from scanner.sanitize import bits
from scanner.sanitize.plan import Plan, plan
from scanner.sanitize.write import Rewritten, WriteError, write
from scanner.usage import UsageError

if TYPE_CHECKING:
    from numpy.random import Generator

    from scanner.finding import Finding
    from scanner.report import Report

NUMPY: Final = "sanitising weights needs numpy: pip install 'modelassay[weights]'"

INDEX: Final = "pytorch_model.bin.index.json"
"""The list of shards of a checkpoint: written anew for the safetensors that take their place."""

_SHARD = re.compile(r"pytorch_model(-\d{5}-of-\d{5})?\.bin")


class RefusedError(Exception):
    """Why nothing was written, in one line."""


class Done(NamedTuple):
    """What became of one file. `how`: "written", "copied", "left out"; `why` for the last.

    `path` is below the model, `out` below what is written, `form` as in `Plan`. Sizes in bytes.
    """

    path: str
    out: str
    how: str
    form: str = ""
    nbytes: int = 0
    out_nbytes: int = 0
    tensors: tuple[Rewritten, ...] = ()
    why: str = ""


def sanitize(
    model: str, out: str, *, low: int = bits.DEFAULT, seed: int | None = None, limits: Limits = DEFAULT
) -> list[Done]:
    """Write `model`, a file or folder, anew to `out`, which must not be there; return what became of each file.

    `low` counts the low bits of a 32-bit number that are drawn anew, others in proportion. Without a `seed` the system
    gives one. Raises `UsageError`, and `RefusedError` for what fails a scan or cannot be written; then nothing is left.
    """
    try:
        from numpy.random import default_rng
    except ImportError as error:
        raise UsageError(NUMPY) from error
    target = Path(out)
    alone = Path(model).is_file()
    artifacts, left = _artifacts(model)
    _check(target, model)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        draft.mkdir()
        try:
            done = [*left, *_all(artifacts, draft, target.name if alone else "", low, default_rng(seed), limits, model)]
            if not any(one.how == "written" for one in done):
                message = f"{model}: there are no tensors in it that could be written"
                raise RefusedError(message)
            _passes(pipeline.scan(draft, limits=limits, weights="full"), str(draft), out)
            _place(draft / target.name if alone else draft, target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        message = f"{out}: cannot be written: {error.strerror}"
        raise RefusedError(message) from error
    return done


def _artifacts(model: str) -> tuple[list[Artifact], list[Done]]:
    """List the files of a model, and what is none and is left out. Raises `UsageError`, `RefusedError`."""
    from scanner.sources import folder

    artifacts, left = [], []
    for item in folder.walk([model], keep=lambda _: None):
        if isinstance(item, Artifact):
            artifacts.append(item)
        elif isinstance(item, Unreadable):
            message = f"{item.where.path}: {item.reason}"
            raise RefusedError(message)
        else:
            why = "a version store" if isinstance(item, Excluded) else "a link or no file"
            left.append(Done(_below(item.where.path, model), "", "left out", why=why))
    if not artifacts:
        message = f"{model}: there is no file in it"
        raise UsageError(message)
    return artifacts, left


def _check(target: Path, model: str) -> None:
    """Refuse a target that is there, or cannot be, before any work. Raises `UsageError`."""
    source, place = Path(model).resolve(), target.absolute().parent.resolve() / target.name
    if os.path.lexists(target):
        message = f"{target}: is there already; name a path that is not"
    elif not target.name or not target.parent.is_dir() or not os.access(target.parent, os.W_OK):
        message = f"{target}: its folder is not there, or cannot be written to"
    elif source in place.parents and source.is_dir():
        message = f"{target}: lies in the model; name a path outside"
    else:
        return
    raise UsageError(message)


def _below(path: str, model: str) -> str:
    return path.removeprefix(model.rstrip("/")).lstrip("/") or Path(path).name


def _all(  # noqa: PLR0913, PLR0917 - what each file is written with
    artifacts: Sequence[Artifact],
    draft: Path,
    alone: str,
    low: int,
    random: "Generator",
    limits: Limits,
    model: str,
) -> Iterator[Done]:
    """Write each file: weights anew, others as they are. Checkpoints become safetensors where none has their name."""
    shards: list[Done] = []
    names = {_below(one.path, model) for one in artifacts}
    for one in artifacts:
        path = _below(one.path, model)
        planned = plan(one, limits)
        name = alone or (_renamed(path) if planned.form == "torch" else path)
        if Path(path).name == INDEX and not alone:
            yield Done(path, "", "left out", why="the list of other files")
        elif planned.form == "torch" and name != path and name in names:
            yield Done(path, "", "left out", planned.form, one.size, why=f"{name} is there")
        elif planned.form:
            made = _written(one, planned, path, draft / name, low, random)
            shards.extend([made] if planned.form == "torch" else [])
            yield made._replace(out=name)
        elif alone:
            message = f"{one.path}: {planned.refused or 'no safetensors, GGUF or PyTorch archive'}"
            raise RefusedError(message)
        elif _is_signature(one, limits):
            yield Done(path, "", "left out", "", one.size, why="a signature of what was there; sign what is written")
        else:
            _copy(one, draft / name)
            yield Done(path, name, "copied", "", one.size, one.size)
    for folder in {Path(one.path).parent for one in shards if _SHARD.fullmatch(Path(one.path).name)}:
        yield from _index(folder, [one for one in shards if Path(one.path).parent == folder], draft)


def _is_signature(one: Artifact, limits: Limits) -> bool:
    """Say whether a file signs others or states something of them: what is written has other digests."""
    from scanner.formats import signature

    with one.open() as stream:
        head = stream.read(HEAD_NBYTES)
    if not signature.claims(head, one.path):
        return False
    try:
        return any(isinstance(fact, SignatureFile) for fact in signature.read(one, limits))
    except MalformedError:
        return False  # copied, and the scan of what is written says so


def _renamed(path: str) -> str:
    """Name what a checkpoint becomes, as the libraries that load it look for it."""
    folder, slash, name = path.rpartition("/")
    name = name.replace("pytorch_model", "model", 1) if _SHARD.fullmatch(name) else name
    return f"{folder}{slash}{Path(name).stem}.safetensors"


def _written(  # noqa: PLR0913, PLR0917 - as `_all`
    one: Artifact, planned: Plan, path: str, to: Path, low: int, random: "Generator"
) -> Done:
    if planned.refused:
        message = f"{one.path}: {planned.refused}"
        raise RefusedError(message)
    if planned.form == "torch":
        _passes(pipeline.scan(one.path), "", "")
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        with to.open("xb") as stream:
            tensors = tuple(write(one, planned, stream, low, random))
    except WriteError as error:
        message = f"{one.path}: {error}"
        raise RefusedError(message) from error
    return Done(path, "", "written", planned.form, one.size, to.stat().st_size, tensors)


def _copy(one: Artifact, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    with one.open() as source, to.open("xb") as stream:
        shutil.copyfileobj(source, stream, 1 << 20)


def _index(folder: Path, shards: Sequence[Done], draft: Path) -> Iterator[Done]:
    """List the shards that several files became, as their libraries ask for it."""
    import json

    if len(shards) < 2:  # noqa: PLR2004 - one file needs no list
        return
    where = {tensor.name: Path(_renamed(one.path)).name for one in shards for tensor in one.tensors}
    total = sum(tensor.nbytes for one in shards for tensor in one.tensors)
    name = (folder / "model.safetensors.index.json").as_posix()
    document = {"metadata": {"total_size": total}, "weight_map": dict(sorted(where.items()))}
    (draft / name).write_text(json.dumps(document, indent=2), encoding="utf-8")
    yield Done("", name, "written", "index", 0, (draft / name).stat().st_size)


def _passes(report: "Report", prefix: str, shown: str) -> None:
    """Raise `RefusedError` unless a scan passes."""
    if report.verdict == "pass":
        return
    first = next(iter(sorted(report.findings, key=_gravity)), None) if report.verdict == "fail" else None
    why = f"{first.rule} ({first.severity})" if first else "it was not read to its end"
    path = first.evidence[0].where.path if first else report.examined[0].where.path
    if prefix:
        path = path.replace(prefix, shown, 1)
    message = f"{path}: the scan says {report.verdict}: {why}; nothing is written"
    raise RefusedError(message)


def _gravity(one: "Finding") -> tuple[bool, int, int]:
    """Order findings: those that reach the gate first, the gravest of them first."""
    doubtful = one.confidence == "low" or bool(one.waived)
    return doubtful, -SEVERITIES.index(one.severity), -CONFIDENCES.index(one.confidence)


def _place(draft: Path, target: Path) -> None:
    """Put what was written in its place. A file never takes the place of another that came meanwhile."""
    if draft.is_file():
        try:
            os.link(draft, target)
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            draft.rename(target)
    else:
        draft.rename(target)
