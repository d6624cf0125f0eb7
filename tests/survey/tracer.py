"""Tracer: which names an honest pickle imports, and what it does with each: call, build without __init__, or refer."""
# ruff: noqa: C901, PLR0912 - one branch for each opcode

from __future__ import annotations

import _compat_pickle
import pickletools
from dataclasses import dataclass, field
from typing import Final

MARK: Final = object()
# Callables that build an instance of their first argument without running its __init__.
CONSTRUCTORS = frozenset({"copyreg._reconstructor", "copyreg.__newobj__", "copyreg.__newobj_ex__"})
RAW_ARRAY = frozenset(
    {"joblib.numpy_pickle.NumpyArrayWrapper", "sklearn.externals.joblib.numpy_pickle.NumpyArrayWrapper"}
)
PUSHES_NOTHING_READ = frozenset({"PROTO", "FRAME", "STOP"})


@dataclass(frozen=True)
class Name:
    """An imported name on the stack."""

    full: str


@dataclass
class Trace:
    """Names by use; a name may be in several sets."""

    called: set[str] = field(default_factory=set)
    built: set[str] = field(default_factory=set)
    referenced: set[str] = field(default_factory=set)
    nested: list[bytes] = field(default_factory=list)


def trace(data: bytes, into: Trace, start: int = 0) -> int:
    """Trace the one pickle stream that begins at `start`; return the offset behind its STOP."""
    stack: list[object] = []
    memo: dict[int, object] = {}
    imported: set[str] = set()
    used: set[str] = set()
    protocol = 0
    end = start
    for opcode, argument, position in pickletools.genops(data[start:]):
        name = opcode.name
        end = start + (position or 0) + 1
        if name == "PROTO":
            protocol = int(argument or 0)
        elif name in {"GLOBAL", "INST", "STACK_GLOBAL"}:
            if name == "STACK_GLOBAL":
                attribute, module = stack.pop(), stack.pop()
            else:
                module, _, attribute = str(argument).partition(" ")
            full = resolved(str(module), str(attribute), protocol)
            imported.add(full)
            if name == "INST":
                stack[last_mark(stack) :] = []
                into.called.add(full)
                used.add(full)
                stack.append(None)
            else:
                stack.append(Name(full))
        elif name in {"REDUCE", "NEWOBJ", "NEWOBJ_EX", "OBJ"}:
            apply(name, stack, into, used)
        elif name in {"PUT", "BINPUT", "LONG_BINPUT"}:
            memo[int(argument or 0)] = stack[-1]
        elif name == "MEMOIZE":
            memo[len(memo)] = stack[-1]
        elif name in {"GET", "BINGET", "LONG_BINGET"}:
            stack.append(memo[int(argument or 0)])
        elif name == "BUILD" and RAW_ARRAY & imported:
            # joblib writes the array's bytes here, in the middle of the stream.
            break
        elif name == "DUP":
            stack.append(stack[-1])
        else:
            shuffle(opcode, argument, stack)
    into.referenced |= imported - used
    return end


def resolved(module: str, attribute: str, protocol: int) -> str:
    """Return the full name as Python 3 resolves it; protocols below 3 use Python 2 names."""
    if protocol < 3:
        module, attribute = _compat_pickle.NAME_MAPPING.get((module, attribute), (module, attribute))
        module = _compat_pickle.IMPORT_MAPPING.get(module, module)
    return f"{module}.{attribute}"


def apply(name: str, stack: list[object], into: Trace, used: set[str]) -> None:
    """Run an opcode that calls or builds; its result is an unknown value."""
    if name == "OBJ":
        mark = last_mark(stack)
        function = stack[mark + 1]
        arguments: object = stack[mark + 2 :]
        del stack[mark:]
    else:
        if name == "NEWOBJ_EX":
            stack.pop()
        arguments, function = stack.pop(), stack.pop()
    if isinstance(function, Name):
        used.add(function.full)
        (into.called if name in {"REDUCE", "OBJ"} else into.built).add(function.full)
        if function.full in CONSTRUCTORS and isinstance(arguments, list):
            into.built |= {each.full for each in arguments[:1] if isinstance(each, Name)}
            used |= {each.full for each in arguments[:1] if isinstance(each, Name)}
        if function.full == "torch.storage._load_from_bytes" and isinstance(arguments, list):
            into.nested += [each for each in arguments if isinstance(each, bytes)]
    stack.append(None)


def shuffle(opcode: pickletools.OpcodeInfo, argument: object, stack: list[object]) -> None:
    """Run any other opcode: tuples are kept as lists of their items, other results are unknown values."""
    name = opcode.name
    if name == "MARK":
        stack.append(MARK)
    elif name in {"TUPLE", "LIST", "DICT", "FROZENSET"}:
        mark = last_mark(stack)
        stack[mark:] = [stack[mark + 1 :]]
    elif name in {"TUPLE1", "TUPLE2", "TUPLE3"}:
        stack[-int(name[-1]) :] = [stack[-int(name[-1]) :]]
    elif name in {"APPENDS", "SETITEMS", "ADDITEMS", "POP_MARK"}:
        del stack[last_mark(stack) :]
    elif name in {"APPEND", "BUILD", "POP"}:
        stack.pop()
    elif name == "SETITEM":
        del stack[-2:]
    elif name == "BINPERSID":
        stack[-1:] = [None]
    elif name not in PUSHES_NOTHING_READ:
        stack.append(argument if opcode.arg else None)


def last_mark(stack: list[object]) -> int:
    """Return the index of the topmost mark."""
    return max(index for index, each in enumerate(stack) if each is MARK)
