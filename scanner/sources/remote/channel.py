"""The block protocol between a worker and the broker, over one socket pair: one question, one answer.

A question is an operation, a file's number and a range; an answer is a status, a length and so many bytes. A worker
may die in the middle of an answer, and the next one inherits the socket: it greets with a number that nobody knows, and
passes over all that comes before its echo.
"""

import json
import os
from dataclasses import asdict
from struct import Struct
from typing import Protocol

from scanner.artifact import Delivery

QUESTION = Struct("=BQQQ")
ANSWER = Struct("=BQ")
READ, DELIVERED, GREET, ADVISE = range(4)
FINE, FAILED, GREETING = range(3)

ENDED = "the process that fetches has ended"
CHUNK_NBYTES = 1 << 20


class Channel:
    """The worker's end."""

    def __init__(self, descriptor: int) -> None:
        """Ask over a connected socket."""
        self.descriptors: tuple[int, ...] = (descriptor,)
        self._socket = descriptor
        self._greeted = 0

    def read(self, index: int, start: int, end: int) -> bytes:
        """Return a range. Raises `OSError`."""
        return self._ask(READ, index, start, end)

    def advise(self, index: int, start: int, end: int) -> None:
        """Say what will be read; there is no answer."""
        self._say(ADVISE, index, start, end)

    def delivered(self, index: int) -> Delivery:
        """Say what came of a file; where the broker is gone, that is the fault."""
        try:
            return Delivery(**json.loads(self._ask(DELIVERED, index, 0, 0)))
        except OSError as error:
            return Delivery(nbytes=0, fault=error.strerror or str(error))

    def _ask(self, operation: int, index: int, start: int, end: int) -> bytes:
        self._say(operation, index, start, end)
        status, length = ANSWER.unpack(_exactly(self._socket, ANSWER.size))
        content = _exactly(self._socket, length)
        if status != FINE:
            raise OSError(0, content.decode("utf-8", "replace"))
        return content

    def _say(self, operation: int, index: int, start: int, end: int) -> None:
        if self._greeted != os.getpid():
            self._greet()
        self._put(operation, index, start, end)

    def _put(self, *question: int) -> None:
        try:
            write(self._socket, QUESTION.pack(*question))
        except BrokenPipeError as error:
            raise OSError(0, ENDED) from error

    def _greet(self) -> None:
        number = int.from_bytes(os.urandom(8), "little")
        self._put(GREET, number, 0, 0)
        echo, seen = ANSWER.pack(GREETING, number), b""
        while not seen.endswith(echo):  # nothing follows it: no other question is open
            seen = seen[-len(echo) :] + _some(self._socket, CHUNK_NBYTES)
        self._greeted = os.getpid()


class Answering(Protocol):
    """Who answers."""

    def read(self, index: int, start: int, end: int) -> bytes:
        """Return a range. Raises `OSError`."""

    def advise(self, index: int, start: int, end: int) -> None:
        """Get a range early."""

    def delivered(self, index: int) -> Delivery:
        """Say what came of a file."""


def serve(descriptor: int, by: Answering) -> None:
    """Answer until all who could ask are gone."""
    while question := os.read(descriptor, QUESTION.size):
        while len(question) < QUESTION.size:
            question += _some(descriptor, QUESTION.size - len(question))
        operation, index, start, end = QUESTION.unpack(question)
        if operation == GREET:
            write(descriptor, ANSWER.pack(GREETING, index))
            continue
        if operation == ADVISE:
            by.advise(index, start, end)
            continue
        status = FINE
        try:
            content = _content(by, operation, index, start, end)
        except OSError as error:
            status, content = FAILED, (error.strerror or str(error)).encode()
        write(descriptor, ANSWER.pack(status, len(content)) + content)


def _content(by: Answering, operation: int, index: int, start: int, end: int) -> bytes:
    return by.read(index, start, end) if operation == READ else json.dumps(asdict(by.delivered(index))).encode()


def write(descriptor: int, content: bytes) -> None:
    """Write all of it."""
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def _exactly(descriptor: int, size: int) -> bytes:
    parts = []
    while size:
        parts.append(_some(descriptor, min(size, CHUNK_NBYTES)))
        size -= len(parts[-1])
    return b"".join(parts)


def _some(descriptor: int, most: int) -> bytes:
    part = os.read(descriptor, most)
    if not part:
        raise OSError(0, ENDED)
    return part
