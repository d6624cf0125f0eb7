"""A call to put before a loader: it raises unless what is to be loaded passes.

    checked = guard.check("models/mine", policy="policy.toml")
    with checked.copied() as model:
        AutoModel.from_pretrained(model)

A check speaks of the bytes that were there while it ran. Where others can write to the files, they may change before
the loader opens them; `Checked.read` and `Checked.copied` hand out bytes that are held against the digests of the
check once more, and nobody else can change afterwards. A loader that takes the original path trusts its folder.
Checks start processes: call it before a framework starts its threads or takes a GPU.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from scanner.record import record
from scanner.usage import UsageError

if TYPE_CHECKING:
    from scanner.attest.decision import Decision
    from scanner.policy import Policy
    from scanner.report import Report

CHUNK_NBYTES: Final = 1 << 20
VERSION_STORE: Final = ".git"
NAMED: Final = 3
"""Findings that a refusal names; the others are counted."""


class Refused(Exception):  # noqa: N818 - it is no error of the program: this was not to be loaded
    """What was asked for must not be loaded.

    `report` is that of the scan, None where there was none to make; `decision` is what the signatures came to, where
    any were asked for. The text is one line for a log.
    """

    def __init__(self, reason: str, report: "Report | None" = None, decision: "Decision | None" = None) -> None:
        """Take the reason and what it rests on."""
        super().__init__(reason)
        self.report = report
        self.decision = decision


@record
class Checked:
    """What passed. `digests` are SHA-256 in hexadecimal, of every file, by its path as it was found below `path`.

    `decision` says who signed it, where a trust policy asked for that.
    """

    path: Path
    report: "Report"
    digests: Mapping[str, str]
    decision: "Decision | None" = None

    def read(self, name: str | Path | None = None) -> bytes:
        """Return the checked bytes of a file below `path`, of the one file if that is what was checked.

        Raises `Refused` for bytes that are other ones now, and for a file that was not checked.
        """
        file = self.path if name is None else self.path / name
        return b"".join(self._chunks(file.as_posix()))

    @contextmanager
    def copied(self, folder: str | Path | None = None) -> Iterator[Path]:
        """Copy what was checked to a private folder, below `folder` if one is named, for as long as the context lasts.

        Links and whatever else is no file are left behind. Raises `Refused` for a file that has changed.
        """
        import tempfile

        with tempfile.TemporaryDirectory(prefix="assay-", dir=folder) as private:
            name = self.path.name
            root = Path(private, name if name.strip(".") else "model")
            for file in self.digests:
                target = root / Path(file).relative_to(self.path)
                target.parent.mkdir(parents=True, exist_ok=True)
                descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
                with os.fdopen(descriptor, "wb") as stream:
                    stream.writelines(self._chunks(file))
            yield root

    def _chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file; raise `Refused` at their end at the latest."""
        from scanner.sources.window import open_file

        wanted = self.digests.get(name)
        if wanted is None:
            message = f"{name}: was not checked"
            raise Refused(message, self.report)
        total = hashlib.sha256()
        try:
            real = os.path.realpath(name)  # a link that was checked leads into its own repository; bytes decide
            with open_file(real, os.stat(real).st_size) as stream:  # noqa: PTH116
                while chunk := stream.read(CHUNK_NBYTES):
                    total.update(chunk)
                    yield chunk
        except OSError as error:
            message = f"{name}: has changed since it was checked: {error.strerror or error}"
            raise Refused(message, self.report) from error
        if total.hexdigest() != wanted:
            message = f"{name}: has changed since it was checked"
            raise Refused(message, self.report)


def check(
    path: str | Path,
    *,
    policy: "Policy | str | Path | None" = None,
    trust: str | Path | None = None,
    weights: str = "auto",
    jobs: int | None = None,
) -> Checked:
    """Scan a file or folder of this machine, with digests of all files; return what passed.

    `policy` is a `Policy` or its file; nothing is looked for near the model, which does not choose its judge.
    `weights` is how far numbers inside tensors are looked at, as `scan` takes it.
    `trust` is the file of a trust policy: then it must also be what a signer that this names has signed.
    Raises `Refused` unless the verdict is "pass", and `UsageError` for what is not there or not understood.
    """
    from scanner import pipeline, sources
    from scanner.text import printable

    if not sources.local(str(path)):
        message = f"cannot check {path}: a guard stands before files of this machine; download it first"
        raise UsageError(message)
    judged_by, root = _policy(policy), Path(path)

    def scan(paths: tuple[str, ...]) -> "Report":
        return pipeline.scan(*paths, policy=judged_by, digest=True, weights=weights, jobs=jobs)

    if trust is None:
        report, decision = scan((str(root),)), None
    else:
        from scanner.attest import policed, trust_file

        decision, looked = policed.verify(root, trust_file.load(Path(trust)), scan=scan)
        if decision.verdict != "pass" or looked is None:
            message = f"{path}: {decision.verdict}: {decision.reason}"
            raise Refused(message, looked.report if looked else None, decision)
        report = looked.report
    if report.verdict != "pass":
        _refuse(path, report)
    digests = {one.where.path: one.sha256 for one in report.examined}
    for link in _unread(root, digests):
        message = f"{printable(link, 300)}: leads to what was not read; replace the link by the file"
        raise Refused(message, report, decision)
    return Checked(path=root, report=report, digests=digests, decision=decision)


def _unread(root: Path, digests: Iterable[str]) -> Iterator[str]:
    """Yield the links below a folder that a loader would follow to what no reader has seen."""
    read = {os.path.realpath(file) for file in digests}
    folders, links = set[str](), list[str]()
    for folder, inside, files in os.walk(root):
        if (Path(folder) / VERSION_STORE).is_dir():
            inside.remove(VERSION_STORE)
        folders.add(os.path.realpath(folder))
        links += [path for path in (f"{folder}/{name}" for name in (*inside, *files)) if os.path.islink(path)]  # noqa: PTH114
    return (link for link in links if os.path.exists(link) and os.path.realpath(link) not in read | folders)  # noqa: PTH110


def _policy(policy: "Policy | str | Path | None") -> "Policy":
    from scanner import pack, policy_file

    if policy is None or isinstance(policy, str | Path):
        loaded = policy_file.load(None if policy is None else Path(policy))
        if loaded.severity or loaded.waivers:
            policy_file.check_rules(loaded, pack.load().ids)
        return loaded
    return policy


def _refuse(path: str | Path, report: "Report") -> NoReturn:
    from scanner.finding import SEVERITIES
    from scanner.text import printable

    grave = sorted((one for one in report.findings if not one.waived), key=lambda one: -SEVERITIES.index(one.severity))
    shown = "; ".join(
        f"{one.title} ({one.rule}, {one.severity}, {printable(one.evidence[0].where.path)})" for one in grave[:NAMED]
    )
    more = f" and {len(grave) - NAMED} more" if len(grave) > NAMED else ""
    message = f"{printable(str(path), 200)}: {report.verdict}: {shown or 'not everything could be read'}{more}"
    raise Refused(message, report)
