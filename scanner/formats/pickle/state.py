"""The state of one pickle machine: stack, marks and memo, with the underflow rules of the C `_pickle`."""

from array import array
from typing import Final, NoReturn

from scanner.formats.pickle import values
from scanner.formats.pickle.given import Arguments
from scanner.formats.pickle.ledger import Ledger
from scanner.formats.pickle.source import Source
from scanner.formats.pickle.values import Heap

HOLE: Final = -(1 << 62)


class BreakError(Exception):
    """The unpickler raises here. `reason` is one sentence without full stop."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.reason = reason


def breaks(reason: str) -> NoReturn:
    """Raise BreakError."""
    raise BreakError(reason)


class Body:
    """A class that the stream makes: what it is derived from, and its attributes.

    `open`: it has attributes that are not known. `metaclass` is 0 where that is `type`.
    """

    __slots__ = ("attributes", "bases", "metaclass", "open")

    def __init__(self, bases: list[int], metaclass: int) -> None:
        """Begin without attributes."""
        self.bases = bases
        self.metaclass = metaclass
        self.attributes: dict[str, int] = {}
        self.open = False

    def fork(self) -> "Body":
        """Copy what is known."""
        twin = Body(self.bases, self.metaclass)
        twin.attributes, twin.open = dict(self.attributes), self.open
        return twin


class State:
    """Everything that opcodes change.

    `fence` is the stack height that pops cannot pass: the topmost mark.
    `made` maps an object to the state set on it, where that is needed later.
    `halted` ends a run: at STOP (`done`), or where an array follows inline.
    `nested` holds (offset, encoding) of content to be read as an artifact, `carried` all offsets ever queued there.
    `last` is the offset of the last opcode; `frame` and `frame_ends` say where the frame is announced and ends.
    `split` is the first frame that ends inside an opcode: its offset, the read that crosses its end, that end.
    `plain` marks the twin that reads a joblib array's bytes as opcodes, as pickle.load would.
    `classes` holds the classes that the stream makes, by the value of each, and `tracked` those with an id; `alive` are
    those with instances. `due` are calls that the opcode at hand leads to, with their arguments; `inner` counts them.
    `shadows` are attributes of objects under which the unpickler looks for a method.
    `inline` is the joblib array wrapper whose bytes follow in the stream, while `joblib` is set.
    """

    __slots__ = (
        "alive",
        "carried",
        "classes",
        "depth",
        "done",
        "due",
        "fence",
        "frame",
        "frame_ends",
        "globals",
        "halted",
        "heap",
        "inline",
        "inner",
        "joblib",
        "known",
        "last",
        "ledger",
        "lying_frame",
        "made",
        "marks",
        "memo",
        "nested",
        "opcodes",
        "persistent",
        "plain",
        "position",
        "protocol",
        "registered",
        "result",
        "shadows",
        "shared",
        "source",
        "sparse",
        "split",
        "stack",
        "start",
        "steps",
        "tracked",
    )

    def __init__(self, source: Source, start: int, ledger: Ledger) -> None:
        """Begin a stream at offset `start`."""
        self.source = source
        self.ledger = ledger
        self.heap = Heap()
        self.start = self.position = start
        self.stack = array("q")
        self.marks: list[int] = []
        self.fence = 0
        self.memo = array("q")
        self.sparse: dict[int, int] = {}
        self.persistent = array("q")
        self.protocol = 0
        self.opcodes = 0
        self.shared = 0
        self.steps = 0
        self.depth = self.inner = 0
        self.classes: dict[int, Body] = {}
        self.tracked: dict[str, int] = {}
        self.alive: dict[int, None] = {}
        self.due: list[tuple[int, int]] = []
        self.shadows: dict[int, dict[str, int]] = {}
        self.done = self.halted = False
        self.joblib = self.plain = False
        self.inline = HOLE
        self.lying_frame = self.frame = self.last = -1
        self.frame_ends = 0
        self.split: tuple[int, int, int] | None = None
        self.known: dict[tuple[int, int], int] = {}
        self.globals: dict[tuple[str, str, bool], int] = {}
        self.made: dict[int, int] = {}
        self.carried: set[int] = set()
        self.nested: list[tuple[int, str]] = []
        self.registered: dict[int, tuple[str, str]] = {}
        self.result = HOLE

    def fork(self, ledger: Ledger) -> "State":
        """Copy the machine, so that the bytes that follow can be read in two ways."""
        twin = State(self.source, self.start, ledger)
        twin.heap = self.heap.fork()
        twin.position = self.position
        twin.stack = self.stack[:]
        twin.marks = self.marks[:]
        twin.fence = self.fence
        twin.memo = self.memo[:]
        twin.sparse = dict(self.sparse)
        twin.protocol = self.protocol
        twin.opcodes = self.opcodes
        twin.frame, twin.frame_ends = self.frame, self.frame_ends
        twin.known = dict(self.known)
        twin.globals = dict(self.globals)
        twin.made = dict(self.made)
        twin.classes = {value: body.fork() for value, body in self.classes.items()}
        twin.tracked, twin.alive = dict(self.tracked), dict(self.alive)
        twin.shadows = {value: dict(found) for value, found in self.shadows.items()}
        twin.carried = set(self.carried)
        twin.registered = dict(self.registered)
        twin.plain = True
        return twin

    def pop(self) -> int:
        """Take the top of the stack. Raises BreakError at a mark or an empty stack."""
        if len(self.stack) <= self.fence:
            breaks(self.underflow())
        return self.stack.pop()

    def top(self) -> int:
        """Look at the top of the stack. Raises BreakError at a mark or an empty stack."""
        if len(self.stack) <= self.fence:
            breaks(self.underflow())
        return self.stack[-1]

    def underflow(self) -> str:
        """Say what a pop below the fence runs into."""
        return "unexpected MARK on the stack" if self.marks else "stack underflow"

    def unmark(self) -> int:
        """Take the topmost mark and return its stack height. Raises BreakError."""
        if not self.marks:
            breaks("no MARK on the stack")
        height = self.marks.pop()
        self.fence = self.marks[-1] if self.marks else 0
        return height

    def operands(self, args: int, limit: int = 64) -> list[int]:
        """List the first items of a tuple; nothing for what is none."""
        return self.heap.items(args, limit) if self.heap.kind(args) == values.TUPLE else []

    def given(self, args: int, named: int = 0) -> Arguments:
        """Return arguments as the ledger takes them."""
        return Arguments(self.source, self.heap, args, named)

    def unknown(self) -> int:
        """Make a value of which nothing is known."""
        return self.heap.add(values.OPAQUE, 0, 0)

    def slice(self, height: int) -> "array[int]":
        """Take everything above `height` from the stack."""
        items = self.stack[height:]
        del self.stack[height:]
        return items

    def remember(self, key: int, value: int) -> None:
        """Put a value into the memo: dense from 0, sparse where keys leave holes."""
        memo = self.memo
        if key < len(memo):
            memo[key] = value
        elif key == len(memo):
            memo.append(value)
            while self.sparse and len(memo) in self.sparse:
                memo.append(self.sparse.pop(len(memo)))
        else:
            self.sparse[key] = value

    def recall(self, key: int) -> int:
        """Get a value from the memo. Raises BreakError."""
        if 0 <= key < len(self.memo):
            return self.memo[key]
        value = self.sparse.get(key, HOLE)
        if value == HOLE:
            breaks(f"memo key {key} is not set")
        return value

    def memoized(self) -> int:
        """Count the keys of the memo: MEMOIZE puts at this key."""
        return len(self.memo) + len(self.sparse)
