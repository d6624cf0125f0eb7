"""Documents of settings that parsers choke on, and the leaves of plain values as anybody would list them."""

import json


def flat(value: object, at: str = "") -> list[tuple[str, str, str]]:
    """List the leaves of a value of JSON: pointer, kind, text."""
    if isinstance(value, dict) and value:
        return [leaf for key, inner in value.items() for leaf in flat(inner, f"{at}/{escaped(key)}")]
    if isinstance(value, list) and len(value) > 1 and all(type(one) in (int, float) for one in value):
        return [(at, "s", " ".join(map(str, value)))]
    if isinstance(value, list) and value:
        return [leaf for index, inner in enumerate(value) for leaf in flat(inner, f"{at}/{index}")]
    return [(at, *_plain(value))]


def escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _plain(value: object) -> tuple[str, str]:
    if value is None:
        return "0", ""
    if isinstance(value, bool):
        return "b", "true" if value else "false"
    if isinstance(value, str):
        return "t", value
    if isinstance(value, dict | list):
        return ("o" if isinstance(value, dict) else "l"), ""
    return "n", str(value)


def nest(levels: int, inner: object = 1) -> bytes:
    """Lists in lists."""
    return b"[" * levels + json.dumps(inner).encode() + b"]" * levels


def laughs(levels: int, width: int = 9) -> bytes:
    """Aliases of aliases."""
    rows = ["a0: &a0 [x, y]"]
    rows += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]" for level in range(1, levels)]
    return "\n".join(rows).encode()
