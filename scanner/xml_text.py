"""One XML document from a stranger, as a flat run of elements: no entity is expanded, nothing outside is fetched."""

from collections.abc import Iterator
from typing import NamedTuple

from scanner.artifact import Artifact
from scanner.format import MalformedError

CHUNK_NBYTES = 1 << 16
DEPTH = 500
"""Deepest nest of elements."""

TEXT_CHARACTERS = 1 << 16
"""Text kept of one element."""


class Start(NamedTuple):
    """An element opens. `name` is without its prefix; `line` is 1-based; `depth` counts the elements around it."""

    name: str
    attributes: dict[str, str]
    line: int
    depth: int


class End(NamedTuple):
    """An element closes; `text` is what stands in it outside of other elements, cut."""

    name: str
    text: str
    line: int


class Declared(NamedTuple):
    """A declaration: "doctype" or "entity". `value` is the text of an internal entity."""

    kind: str
    name: str
    system: str
    value: str
    line: int


Event = Start | End | Declared


class _EntityError(Exception):
    """An entity is declared: parsing stops before anything can refer to it."""


def events(artifact: Artifact) -> Iterator[Event]:
    """Yield the events of a document in order; the run ends after the first entity that is declared.

    Raises `MalformedError` for text that is not well-formed, nests too deep, or ends early.
    """
    from xml.parsers import expat

    reading = _Reading()
    # A parser without an encoding of ours takes it from the document, as those of the loaders do.
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.StartDoctypeDeclHandler = reading.doctype
    parser.EntityDeclHandler = reading.entity
    reading.parser = parser
    with artifact.open() as stream:
        remains = artifact.size
        while True:
            chunk = stream.read(min(CHUNK_NBYTES, remains))
            remains -= len(chunk)
            failure: MalformedError | None = None
            stopped = False
            try:
                parser.Parse(chunk, not chunk)
            except expat.ExpatError as error:
                message = f"no XML: {expat.ErrorString(error.code)} at line {error.lineno}"
                failure = MalformedError(message, max(0, parser.ErrorByteIndex))
            except MalformedError as error:
                failure = error
            except (ValueError, LookupError):  # an encoding that Python does not know, or maps to several bytes
                failure = MalformedError("no XML: its encoding cannot be read", 0)
            except _EntityError:
                stopped = True
            yield from reading.taken()
            if failure is not None:
                raise failure
            if stopped or not chunk:
                return


class _Reading:
    """What the handlers gather between two chunks."""

    def __init__(self) -> None:
        self.parser: object = None
        self._events: list[Event] = []
        self._texts: list[list[str]] = []
        self._sizes: list[int] = []

    def taken(self) -> list[Event]:
        """Hand over what was gathered."""
        found, self._events = self._events, []
        return found

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._texts) >= DEPTH:
            message = f"elements nest deeper than {DEPTH}"
            raise MalformedError(message, getattr(self.parser, "CurrentByteIndex", 0))
        self._events.append(Start(name.rpartition(":")[2], attributes, self._line(), len(self._texts)))
        self._texts.append([])
        self._sizes.append(0)

    def end(self, name: str) -> None:
        self._sizes.pop()
        self._events.append(End(name.rpartition(":")[2], "".join(self._texts.pop()), self._line()))

    def text(self, data: str) -> None:
        room = TEXT_CHARACTERS - self._sizes[-1]
        if room > 0:
            self._texts[-1].append(data[:room])
            self._sizes[-1] += len(data)

    def doctype(self, name: str, system: str | None, public: str | None, internal: int) -> None:
        del public, internal
        self._events.append(Declared("doctype", name, system or "", "", self._line()))

    def entity(
        self, name: str, parameter: int, value: str | None, base: str | None, system: str | None, *_: str | None
    ) -> None:
        del parameter, base
        self._events.append(Declared("entity", name, system or "", value or "", self._line()))
        raise _EntityError

    def _line(self) -> int:
        return int(getattr(self.parser, "CurrentLineNumber", 1))
