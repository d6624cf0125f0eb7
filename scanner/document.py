"""One YAML document from a stranger: bounded in size and depth, without anchors, without repeated keys."""

import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scanner.limits import YAML_DEPTH


class DocumentError(Exception):
    """A text is not a document that is read here; the message is one line."""


def read(file: Path, *, bound: int) -> str:
    """Read a regular file of at most `bound` bytes as UTF-8. Raises `DocumentError`."""
    try:
        found = file.lstat()
        if not stat.S_ISREG(found.st_mode):
            message = "not a regular file"
            raise DocumentError(message)
        with file.open("rb") as stream:
            content = stream.read(min(bound, found.st_size) + 1)
        text = content.decode("utf-8")
    except FileNotFoundError as error:
        message = "not a regular file"
        raise DocumentError(message) from error
    except OSError as error:
        raise DocumentError(error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        message = f"not UTF-8 at offset {error.start}"
        raise DocumentError(message) from error
    if len(content) > bound:
        message = f"larger than {bound} bytes"
        raise DocumentError(message)
    return text


def parse(text: str) -> object:
    """Parse one YAML document to plain values, with the C parser where PyYAML has it. Raises `DocumentError`."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _check_events(yaml.parse(text, Loader=loader))
        parser = loader(text)
        try:
            node = parser.get_single_node()
            _check_keys(node)
            return parser.construct_document(node) if node is not None else None
        finally:
            parser.dispose()
    except yaml.YAMLError as error:
        message = f"no YAML: {' '.join(str(error).split())}"
        raise DocumentError(message) from error
    except ValueError as error:  # an integer of thousands of digits, a thirteenth month
        message = f"no YAML value: {error}"
        raise DocumentError(message) from error


def _check_events(events: Iterable[Any]) -> None:
    """Refuse depth and aliases before anything is built: the C composer recurses, and aliases multiply."""
    depth = 0
    for event in events:
        kind = type(event).__name__
        if kind == "AliasEvent" or getattr(event, "anchor", None) is not None:
            message = f"anchors and aliases are not read (line {event.start_mark.line + 1})"
            raise DocumentError(message)
        depth += kind.endswith(("SequenceStartEvent", "MappingStartEvent"))
        depth -= kind.endswith(("SequenceEndEvent", "MappingEndEvent"))
        if depth > YAML_DEPTH:
            message = f"nested deeper than {YAML_DEPTH} (line {event.start_mark.line + 1})"
            raise DocumentError(message)


def _check_keys(node: Any) -> None:  # noqa: ANN401 - PyYAML's nodes carry no types
    """Refuse a key given twice: YAML keeps the last one and says nothing."""
    if getattr(node, "id", "") == "mapping":
        seen = set()
        for key, value in node.value:
            if str(key.value) in seen:
                message = f"key {key.value!r} is given twice (line {key.start_mark.line + 1})"
                raise DocumentError(message)
            seen.add(str(key.value))
            _check_keys(value)
    elif getattr(node, "id", "") == "sequence":
        for item in node.value:
            _check_keys(item)
