"""Tokens of access among variables and headers of a configuration: their kind, never themselves."""

from scanner.credentials import credentials
from scanner.pattern import pattern

_NAMED = pattern(
    r"(?i)(?:^|[_-])(?:api[_-]?key|apikey|secret|token|password|passwd|pat|access[_-]?key|private[_-]?key|authorization|auth)s?(?:$|[_-](?:id|key)$)|^(?:authorization|x-api-key)$"
)
_BLANK = pattern(
    r"(?i)\$|\{\{|%\w+%|<[^>]*>|\[[^\]]*\]|your|example|change|replace|insert|placeholder|dummy|xxx|\*\*\*|\.\.\.|…|here\b|_key\b|"
    r"token_|_token|test|secret|password|todo|env:|input:|op://|vault|^\w+[_-](?:key|token)|sk-\.|abc123|12345|null|none|true|false|not-needed|no-key|ollama|local"
)
_SCHEME = pattern(r"(?i)^(?:bearer|basic|token|apikey)\s+")
_LONG = 20
_DISTINCT = 10


def secret_kind(name: str, value: str) -> str:
    """Return the kind of token that a value holds; "literal" where only its name and its looks say so; else ""."""
    for kind, _ in credentials(value):
        return kind
    bare = _SCHEME.sub("", value.strip())
    if not _NAMED.search(name) or len(bare) < _LONG or _BLANK.search(bare) or " " in bare or "/" in bare.strip("/")[:8]:
        return ""
    mixed = any(map(str.isdigit, bare)) and any(map(str.isalpha, bare))
    return "literal" if mixed and len(set(bare)) >= _DISTINCT else ""
