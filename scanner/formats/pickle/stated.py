"""The facts of one stream, from what its ledger folded."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.pickle import (
    PickleAttribute,
    PickleCall,
    PickleCode,
    PickleExtension,
    PickleFile,
    PickleImport,
    PicklePersistentId,
    PickleState,
    PickleStateText,
)
from scanner.formats.pickle import opcodes as op
from scanner.formats.pickle.ledger import Ledger
from scanner.formats.pickle.names import cut, describe, tails

KEYS = 64
"""State keys in one fact; more keys make more facts."""


def facts(ledger: Ledger, artifact: Artifact, registered: "dict[int, tuple[str, str]]") -> list[Fact]:
    """State everything, in the order of first offsets. `registered` names extension codes."""
    if ledger.empty:
        return []
    found: list[Fact] = [*_imports(ledger, artifact), *_calls(ledger, artifact), *_states(ledger, artifact)]
    for (origin, segment, via), entry in ledger.attributes.items():
        package = origin.partition(".")[0]
        where = artifact.at(entry.offset)
        found.append(PickleAttribute(where=where, callable=origin, segment=segment, package=package, via=via))
    for kind, entry in ledger.persistent.items():
        found.append(PicklePersistentId(where=artifact.at(entry.offset), kind=kind, count=entry.count))
    for code, entry in ledger.extensions.items():
        where, name = artifact.at(entry.offset), cut(".".join(registered.get(code, ())))
        called = entry.called or any(one.called for key, one in ledger.imports.items() if key.dotted == name)
        found.append(PickleExtension(where=where, code=code, name=name, called=called))
    found.extend(_contents(ledger, artifact))
    if ledger.full >= 0:
        found.append(LimitReached(where=artifact.at(ledger.full), limit="facts", bound=ledger.bound, unit="facts"))
    return sorted(found, key=lambda fact: fact.where.offset or 0)


def _contents(ledger: Ledger, artifact: Artifact) -> Iterator[Fact]:
    for (builder, function, names, strings), offset in ledger.codes.items():
        where = artifact.at(offset)
        yield PickleCode(where=where, builder=builder, function=function, names=names, strings=strings)
    for (origin, filename), offset in ledger.files.items():
        yield PickleFile(where=artifact.at(offset), callable=origin, filename=filename)
    for (origin, key, text), offset in ledger.texts.items():
        yield PickleStateText(where=artifact.at(offset), callable=origin, key=key, text=text)


def _imports(ledger: Ledger, artifact: Artifact) -> Iterator[Fact]:
    for name, entry in ledger.imports.items():
        yield PickleImport(
            where=artifact.at(entry.offset),
            **describe(name.module, name.name),
            tails=tails(name.module, name.name),
            opcode=op.NAMES[entry.opcode],
            called=entry.called,
            assembled=name.assembled,
            count=entry.count,
        )


def _calls(ledger: Ledger, artifact: Artifact) -> Iterator[Fact]:
    for (name, how), calls in ledger.calls.items():
        for (args, handed, texts), entry in calls.renderings.items():
            yield PickleCall(
                where=artifact.at(entry.offset),
                **describe(name.module, name.name),
                tails=tails(name.module, name.name),
                opcode=op.NAMES[entry.opcode],
                how=how,
                args=args,
                handed=handed,
                texts=texts,
                count=entry.count,
            )


def _states(ledger: Ledger, artifact: Artifact) -> Iterator[Fact]:
    for (name, target), states in ledger.states.items():
        keys = tuple(states.keys)
        for first in range(0, max(1, len(keys)), KEYS):
            some = keys[first : first + KEYS]
            yield PickleState(
                where=artifact.at(states.entry.offset),
                **describe(name.module, name.name),
                tails=tails(name.module, name.name),
                target=target,
                keys=some,
                objects=tuple(key for key in some if states.keys[key]),
                count=states.entry.count,
            )
