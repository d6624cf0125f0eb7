"""TOML, parsed by the standard library."""

from scanner.format import MalformedError
from scanner.pattern import pattern

# Tables in tables cost the parser the square of their number where a key names each of them.
_DOTTED = pattern(rb"(?:[\w\"'-]{1,99}[ \t]*\.[ \t]*){100}")


def parsed(raw: bytes) -> object:
    """Parse a document. Raises `MalformedError`."""
    import tomllib

    if found := _DOTTED.search(raw):
        message = "TOML with a key of more than a hundred steps"
        raise MalformedError(message, found.start())
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        message = "no TOML: the text is not UTF-8"
        raise MalformedError(message, error.start) from error
    except (tomllib.TOMLDecodeError, ValueError) as error:
        message = f"no TOML: {error}"[:160]
        raise MalformedError(message, 0) from error
    except RecursionError as error:
        message = "TOML nests deeper than can be read"
        raise MalformedError(message, 0) from error
