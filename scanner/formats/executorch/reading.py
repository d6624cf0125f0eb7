"""From a program of ExecuTorch to facts."""

from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.executorch import ExecutorchDelegate, ExecutorchProgram, ExecutorchReference
from scanner.facts.graph import GraphOperator, GraphSummary
from scanner.flatbuffer import Flat
from scanner.formats.executorch.program import FullError, Program, program_of, whole
from scanner.limits import Limits
from scanner.streams import window
from scanner.tensors import Span, bounded, loadable

NAME = "executorch"

SHOWN = 20
SHOWN_CHARACTERS = 200

_BUNDLE, _BUNDLED = b"BP", 2
"""Identifier of a program bundled with its tests, and the field of it that holds the program."""

_OWN = frozenset(("aten", "executorch_prim", "prim", "prims"))
"""Namespaces of PyTorch and of the runtime itself."""


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of a program, or the program that is bundled with its tests; see `Format.read`."""
    with artifact.open() as stream:
        flat = Flat(stream, artifact.size)
        root = flat.root()
        if flat.read(4, 2) == _BUNDLE:
            start, size = root.vector(_BUNDLED, 1)
            if size:
                yield Artifact(path=f"{artifact.path}!program", size=size, open=window(artifact.open, start, size))
            return
        try:
            program = program_of(root, limits.entries)
        except FullError:
            yield LimitReached(where=artifact.at(), limit="entries", bound=limits.entries, unit="entries")
            return
        yield from _references(artifact, program)
        yield from _operators(artifact, program)
        yield from _delegates(artifact, program)
        yield from _blocks(artifact, stream, program)


def _references(artifact: Artifact, program: Program) -> Iterator[ExecutorchReference]:
    """Yield the first wrong reference of each kind."""
    told: set[str] = set()
    for plan in (whole(program, artifact.size), *program.plans):
        for what, (index, count) in plan.wrong.items():
            if what not in told:
                told.add(what)
                yield ExecutorchReference(
                    where=artifact.at(), what=what, name=plan.name, index=bounded(index), count=bounded(count)
                )


def _operators(artifact: Artifact, program: Program) -> Iterator[Fact]:
    """State operators of other namespaces, which a library registers; then sum up the program."""
    uses: Counter[str] = Counter()
    for plan in program.plans:
        for name, count in zip(plan.operators, plan.uses, strict=True):
            uses[name] += count
    for name, count in sorted(uses.items()):
        domain, _, operator = name.rpartition("::")
        if domain not in _OWN:
            yield GraphOperator(
                where=artifact.at(), format=NAME, domain=domain[:SHOWN_CHARACTERS],
                operator=operator[:SHOWN_CHARACTERS], version=-1, nodes=count, defined=False,
            )  # fmt: skip
    yield GraphSummary(
        where=artifact.at(), format=NAME, producer="", version=program.version, graphs=len(program.plans),
        nodes=sum(plan.instructions for plan in program.plans), functions=0, inputs=(), outputs=(),
        operators=tuple(name for name, _ in uses.most_common(SHOWN)), training=False,
    )  # fmt: skip
    yield ExecutorchProgram(
        where=artifact.at(), version=program.version, methods=tuple(plan.name for plan in program.plans[:SHOWN]),
        segments=len(program.segments), external=sum(plan.external for plan in program.plans),
        named=tuple(key for key, _ in program.named[:SHOWN]),
    )  # fmt: skip


def _delegates(artifact: Artifact, program: Program) -> Iterator[ExecutorchDelegate]:
    parts: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for plan in program.plans:
        for backend, inline, index in plan.delegates:
            parts[backend] += 1
            blocks = program.inline if inline else program.segments
            if index < len(blocks):
                sizes[backend] += blocks[index].end - blocks[index].start
    for backend, count in parts.items():
        yield ExecutorchDelegate(
            where=artifact.at(), backend=backend[:SHOWN_CHARACTERS], parts=count, size=bounded(sizes[backend])
        )


def _blocks(artifact: Artifact, stream: BinaryIO, program: Program) -> Iterator[Fact | Artifact]:
    """Look at the first bytes of every block: a backend may keep a library in it."""
    keys = {index: key for key, index in program.named}
    spans = [Span(span.start, span.end, keys.get(number, span.name)) for number, span in enumerate(program.segments)]
    spans += program.inline + program.constants
    yield from loadable(artifact, stream, dict.fromkeys(span for span in spans if 0 < span.start < span.end))
