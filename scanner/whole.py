"""A file that is read whole: held in memory if it is no larger than a bound, decoded if it is to be a text."""

from scanner.artifact import Artifact
from scanner.facts import LimitReached
from scanner.format import MalformedError


def whole(artifact: Artifact, nbytes: int, limit: str) -> bytes | LimitReached:
    """Return all bytes; or, of an artifact beyond `nbytes`, the fact that it was not read. `limit` names what it is."""
    if artifact.size > nbytes:
        return LimitReached(where=artifact.at(), limit=limit, bound=nbytes, unit="bytes")
    with artifact.open() as stream:
        return stream.read(artifact.size)


def decoded(content: bytes, what: str) -> str:
    """Decode UTF-8, a byte order mark left out. Raises `MalformedError` where bytes are none; `what` names the text."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{what} that is not UTF-8"
        raise MalformedError(message, error.start) from error
