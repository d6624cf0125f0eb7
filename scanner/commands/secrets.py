"""Secrets that are given with their value: told by name and shape, never shown."""

from scanner.credentials import credentials
from scanner.pattern import pattern

_NAMED = pattern(
    r"(?i)(?:^|[_.-])(?:tokens?|secrets?|passw(?:or)?d|passphrase|pwd|api[_-]?keys?|access[_-]?key(?:_id)?|"
    r"secret[_-]?key|private[_-]?key|credentials?|auth[_-]?key|encryption_?key|client_?secret|pat)$|"
    r"(?:password|secret|apikey|accesstoken|authtoken)$"
)
# Names of what may be a word of choice, or a secret where it looks like one.
_MAY_BE = pattern(r"(?i)(?:^|[_-])auth(?:orization)?(?:[_-](?:id|key))?$|(?:key|token|secret)[_-](?:id|key)$")
_SCHEME = pattern(r"(?i)^(?:bearer|basic|token|apikey)\s+")
# No issuer writes these into what is drawn at random.
_MADE = pattern(
    r"(?i)<[^>]*>|\[[^\]]*\]|your|change|replace|insert|dummy|xxx|\*\*\*|\.\.\.|…|here\b|_key\b|token_|_token|test|secret|"
    r"password|todo|env:|input:|vault|^\w+[_-](?:key|token)|sk-\.|abc123|12345|null|none|true|false|no-key|ollama|local"
)
# What says where a secret lies, how long it lives, or which one it is.
_ABOUT = pattern(
    r"(?i)(?:_file|_path|_name|_id|_url|_header|_ttl|_expir\w*|_length|_type|_env|_ref|_key_id)$|^(?:no|skip|"
    r"disable)_|max_?token|^pwd$|tokenizer|public_?key"
)
_NO_VALUE = pattern(
    r"(?i)^$|\$|\{\{|%[(A-Z]|^<.*>$|^\[.*\]$|^(?:none|null|nil|true|false|yes|no|empty|unset|undefined|n/?a|"
    r"\d{1,6}|secret|password|"
    r"token|test\w*|fake\w*|dummy\w*|foo|bar|xxx+|\*+|\.{3,})$|change[-_ ]?(?:me|it|this)|example|your[-_ ]|"
    r"placeholder|replace|"
    r"insert|0123456789|abcdefg|redacted|not[-_ ]?(?:a[-_ ]?)?(?:used|needed|real|secret)|todo|^/|^\.{1,2}/|^file:|"
    r"^vault:|^op://|^arn:|^ssm:|^sm://|valuefrom"
)
RANDOM = 20
"""Characters from which on a value can be one that was drawn at random."""

_DISTINCT = 10
_WORDS = pattern(r"[a-z]{6,}")


def shape(name: str, value: str) -> tuple[str, str] | None:
    """Say what a variable or key holds: shape and kind as in `SecretGiven`, None for no secret."""
    for kind, _ in credentials(value):
        return "token", kind
    value = _SCHEME.sub("", value.strip())
    if _NO_VALUE.search(value):
        return None
    named = _NAMED.search(name) is not None and _ABOUT.search(name) is None
    if _is_drawn(value) and (named or _MAY_BE.search(name)):
        return "random", ""
    return ("word", "") if named else None


def token_kind(name: str, value: str) -> str:
    """Return the kind of token that a value holds; "literal" where only its name and its looks say so; else ""."""
    held = shape(name, value)
    return {"token": held[1], "random": "literal"}.get(held[0], "") if held else ""


def _is_drawn(value: str) -> bool:
    """Say whether a value looks as if it was drawn at random."""
    mixed = any(one.isdigit() for one in value) and any(one.isalpha() for one in value)
    if len(value) < RANDOM or not mixed or len(set(value)) < _DISTINCT or any(one.isspace() for one in value):
        return False
    # Words with a few figures, addresses and paths are made by people.
    spelled = sum(map(len, _WORDS.findall(value.lower()))) * 2 >= len(value) or "://" in value
    return not (spelled or "/" in value.strip("/")[:8] or _MADE.search(value))
