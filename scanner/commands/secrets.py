"""Secrets that are given with their value: told by name and shape, never shown."""

from scanner.credentials import credentials
from scanner.pattern import pattern

_NAMED = pattern(
    r"(?i)(?:^|[_.-])(?:token|secret|passw(?:or)?d|passphrase|pwd|api_?key|access_?key(?:_id)?|secret_?key|"
    r"private_?key|"
    r"credentials?|auth_?key|encryption_?key|client_?secret|pat)$|(?:password|secret|apikey|accesstoken|authtoken)$"
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
    if not _NAMED.search(name) or _ABOUT.search(name) or _NO_VALUE.search(value.strip()):
        return None
    value = value.strip()
    mixed = any(one.isdigit() for one in value) and any(one.isalpha() for one in value)
    drawn = len(value) >= RANDOM and mixed and len(set(value)) >= _DISTINCT and not any(one.isspace() for one in value)
    # Words with a few figures, and addresses, are made by people.
    spelled = sum(map(len, _WORDS.findall(value.lower()))) * 2 >= len(value) or "://" in value
    return ("random", "") if drawn and not spelled else ("word", "")
