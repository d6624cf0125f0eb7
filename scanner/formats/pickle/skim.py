"""A glance at bytes: do they run as a pickle stream? Depths and rough types only, nothing is resolved.

This module is imported at every start, by `claims`; it stays small and imports nothing heavy.
"""

from typing import Final

from scanner.formats.pickle import opcodes as op
from scanner.pattern import pattern

OPERATIONS: Final = 400
"""Opcodes looked at; text fails at the first few."""
_SURVIVED: Final = 24
"""Opcodes after which bytes without a header are a stream, whatever they do."""

_NAME: Final = pattern(rb"[^\W\d][\w.]*(?:-\w+)*")  # as bytes: ASCII letters; other names are too rare to claim
_NUMBER: Final = pattern(rb"[ \t]*[+-]?(?:0[xXoObB])?[0-9a-fA-F_]+L?|-?(?:inf|nan|[0-9.]+(?:[eE][+-]?[0-9]+)?)")
_LONGEST: Final = 1 << 40  # bytes of one constant
_TUPLE, _NAMED, _OTHER, _TEXT, _VALUE = range(5)

# What an opcode takes from the stack; -1: everything down to the mark.
_TAKES: Final = {
    op.POP: 1, op.DUP: 1, op.STOP: 1, op.REDUCE: 2, op.BUILD: 2, op.APPEND: 2, op.SETITEM: 3, op.NEWOBJ: 2,
    op.NEWOBJ_EX: 3, op.TUPLE1: 1, op.TUPLE2: 2, op.TUPLE3: 3, op.BINPERSID: 1, op.STACK_GLOBAL: 2, op.MEMOIZE: 1,
    op.PUT: 1, op.BINPUT: 1, op.LONG_BINPUT: 1, op.READONLY_BUFFER: 1,
}  # fmt: skip
_KEEPS: Final = frozenset((op.MEMOIZE, op.PUT, op.BINPUT, op.LONG_BINPUT, op.READONLY_BUFFER))
_NOTHING: Final = frozenset((op.PROTO, op.FRAME))
_TO_MARK: Final = frozenset(
    (op.TUPLE, op.LIST, op.DICT, op.FROZENSET, op.OBJ, op.INST, op.APPENDS, op.SETITEMS, op.ADDITEMS, op.POP_MARK)
)
_MAKES_TUPLE: Final = frozenset((op.TUPLE, op.TUPLE1, op.TUPLE2, op.TUPLE3, op.EMPTY_TUPLE))
_ACTS: Final = frozenset((op.REDUCE, op.NEWOBJ, op.NEWOBJ_EX, op.OBJ, op.INST))
_EXTENSIONS: Final = frozenset((op.EXT1, op.EXT2, op.EXT4))
_GETS: Final = frozenset((op.GET, op.BINGET, op.LONG_BINGET))
# Never a callable, never a tuple of arguments, never a name.
_VALUES: Final = frozenset(
    (op.NONE, op.NEWTRUE, op.NEWFALSE, op.INT, op.BININT, op.BININT1, op.BININT2, op.LONG, op.LONG1, op.LONG4, op.FLOAT,
     op.BINFLOAT, op.EMPTY_SET, op.EMPTY_DICT, op.EMPTY_LIST)
)  # fmt: skip
_TEXTS: Final = frozenset((op.SHORT_BINUNICODE, op.BINUNICODE, op.BINUNICODE8, op.UNICODE))


class Glance:
    """What a glance saw, up to `position`.

    `acts`: something imported is called, in a way that runs. `imports`: something is imported, `named`: by its name.
    `stopped`: STOP was reached, `ended`: the bytes ran out before a break.
    """

    __slots__ = ("acts", "count", "ended", "imports", "named", "position", "stopped")

    def __init__(self, position: int) -> None:
        """Begin at a position."""
        self.position = position
        self.acts = self.imports = self.named = self.stopped = self.ended = False
        self.count = 0


def glance(  # noqa: C901, PLR0911 - the loop is hot
    data: bytes, position: int = 0, operations: int = OPERATIONS
) -> Glance:
    """Run the bytes at `position` as a stream until STOP, a break, their end, or enough opcodes."""
    seen = Glance(position)
    stack: list[int] = []
    marks: list[int] = []
    memo = 0
    for seen.count in range(operations):
        position = seen.position
        if position >= len(data):
            seen.ended = True
            return seen
        opcode = data[position]
        after = _argument(data, position, opcode, seen)
        if after < 0:
            return seen
        if opcode == op.MARK:
            marks.append(len(stack))
        elif opcode in _TO_MARK or (opcode == op.POP and marks and marks[-1] == len(stack)):
            if not marks or not _unmark(opcode, stack, marks.pop(), seen):
                return seen
        elif opcode not in _NOTHING:
            if opcode in _GETS and not memo:
                return seen
            if not _plain(opcode, stack, marks[-1] if marks else 0, seen):
                return seen
            memo += opcode in _KEEPS
        seen.position = after
        if opcode == op.STOP:
            seen.stopped = True
            return seen
    return seen


def _plain(opcode: int, stack: list[int], fence: int, seen: Glance) -> bool:  # noqa: C901 - the loop is hot
    taken = _TAKES.get(opcode, 0)
    if len(stack) - fence < taken:
        return False
    if opcode in _KEEPS:
        return True
    if opcode == op.STACK_GLOBAL:
        if _TUPLE in stack[-2:] or _NAMED in stack[-2:] or _VALUE in stack[-2:]:
            return False
        seen.imports = seen.named = True
    seen.imports = seen.imports or opcode in _EXTENSIONS
    if opcode in _ACTS:
        args = stack[-1] if opcode != op.NEWOBJ_EX else stack[-2]
        callee = stack[-taken]
        if args in (_NAMED, _TEXT, _VALUE) or callee in (_TUPLE, _TEXT, _VALUE):
            return False
        seen.acts = seen.acts or seen.imports
    top = stack[-1] if stack else _OTHER
    if opcode in (op.BUILD, op.APPEND, op.SETITEM):
        del stack[len(stack) - taken + 1 :]
        return True
    if taken and opcode != op.DUP:
        del stack[-taken:]
    if opcode not in (op.POP, op.STOP):
        stack.append(top if opcode == op.DUP else _type_of(opcode))
    return True


def _type_of(opcode: int) -> int:
    if opcode in _MAKES_TUPLE:
        return _TUPLE
    if opcode in (op.GLOBAL, op.STACK_GLOBAL):
        return _NAMED
    if opcode in _VALUES:
        return _VALUE
    return _TEXT if opcode in _TEXTS else _OTHER


def _unmark(opcode: int, stack: list[int], height: int, seen: Glance) -> bool:
    if opcode in (op.APPENDS, op.SETITEMS, op.ADDITEMS):
        if not height:
            return False
        del stack[height:]
        return True
    if opcode == op.OBJ and len(stack) <= height:
        return False
    if opcode in (op.OBJ, op.INST):
        seen.imports = seen.acts = seen.acts or seen.imports or opcode == op.INST
    del stack[height:]
    if opcode not in (op.POP, op.POP_MARK):
        stack.append(_TUPLE if opcode == op.TUPLE else _OTHER)
    return True


def _argument(data: bytes, position: int, opcode: int, seen: Glance) -> int:
    """Return the position behind the argument, -1 where it does not decode; the end of data is a position."""
    shape = op.SHAPE[opcode]
    if shape <= 8:  # noqa: PLR2004 - the widest fixed argument
        if opcode == op.PROTO and data[position + 1 : position + 2] > bytes([op.HIGHEST_PROTOCOL]):
            return -1
        return position + 1 + shape
    if shape == op.INVALID:
        return -1
    if shape in (op.LINE, op.TWO_LINES):
        return _lines(data, position, opcode, seen)
    width = shape - 20
    nbytes = int.from_bytes(data[position + 1 : position + 1 + width], "little")
    if nbytes > _LONGEST or (shape == op.SIZED4 and _is_text(data[position + 1 : position + 5])):
        return -1
    return position + 1 + width + nbytes


def _is_text(length: bytes) -> bool:
    """Four letters or blanks as a length would mean more than 500 MB: it is text."""
    return len(length) == length.isascii() * 4 and all(byte >= 0x20 or byte in b"\t\n\r" for byte in length)  # noqa: PLR2004


def _lines(data: bytes, position: int, opcode: int, seen: Glance) -> int:
    end = data.find(b"\n", position + 1)
    line = data[position + 1 : end if end >= 0 else len(data)]
    if opcode in (op.GLOBAL, op.INST):
        second = data.find(b"\n", end + 1) if end >= 0 else -1
        if second < 0 or not _NAME.fullmatch(line) or not _NAME.fullmatch(data[end + 1 : second]):
            return -1
        seen.imports = seen.named = True
        return second + 1
    if opcode == op.STRING:
        fits = line[:1] in (b"'", b'"') and (end < 0 or (len(line) > 1 and line[-1:] == line[:1]))
    elif opcode == op.PERSID:  # ASCII, by the C unpickler's own rule
        fits = line.isascii() and line.decode("ascii").isprintable()
    elif opcode == op.UNICODE:
        fits = True
    else:
        fits = end >= 0 and _NUMBER.fullmatch(line) is not None
    return (end + 1 if end >= 0 else len(data)) if fits else -1


def carries(head: bytes, *, whole: bool) -> bool:
    """Say whether bytes are a pickle that does something: it imports, or it is one from header to STOP."""
    seen = glance(head)
    if head[:1] == b"\x80" and len(head) > 1 and head[1] <= op.HIGHEST_PROTOCOL:
        return seen.acts or seen.imports or seen.stopped or (not whole and seen.count > 2)  # noqa: PLR2004
    # Four bytes of anything can be a number of the registry and STOP; that alone calls nothing.
    return seen.acts or (seen.named and seen.stopped)


def recognise(head: bytes, *, whole: bool, promised: bool) -> bool:
    """Say whether a file that begins with `head` is a pickle. `promised`: its name says so."""
    if len(head) < 2:  # noqa: PLR2004 - the shortest stream is one constant and STOP
        return False
    if head[0] == op.PROTO and head[1] <= op.HIGHEST_PROTOCOL:
        return promised or _goes_on(glance(head, operations=_SURVIVED + 1))
    position = 0
    for _ in range(64):  # streams before the one that acts
        seen = glance(head, position)
        if seen.acts or seen.count >= _SURVIVED or (promised and (seen.stopped or seen.imports)):
            return True
        if not seen.stopped:
            return seen.ended and not whole and seen.count > 0 and position == 0 and _long(head)
        position = seen.position
        rest = head[position:]
        if not rest.strip(b"\0") or seen.imports:
            return whole and position > 2  # noqa: PLR2004 - `N.` and the like are text
    return False


def _goes_on(seen: Glance) -> bool:
    return seen.imports or seen.stopped or seen.count >= _SURVIVED or (seen.ended and seen.count > 1)


def _long(head: bytes) -> bool:
    """A first constant that is longer than the head: only with a binary length, text is never so."""
    return op.SHAPE[head[0]] in (op.SIZED4, op.SIZED8)
