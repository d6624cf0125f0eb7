"""Calls into libraries that raise whatever the services behind them do, of classes that have nothing in common."""

from collections.abc import Iterator
from contextlib import contextmanager

from scanner.text import printable


class ForeignError(Exception):
    """What such a library raised; the message is one line. The cause is what it was."""


@contextmanager
def foreign(*known: type[Exception]) -> Iterator[None]:
    """Turn what is raised inside into a `ForeignError`; those that are `known` pass as they are."""
    try:
        yield
    except known:
        raise
    except Exception as error:
        said = getattr(error, "strerror", None) or str(error) or str(error.__cause__ or "") or type(error).__name__
        raise ForeignError(printable(" ".join(said.split()), 300)) from error
