"""GPT-2's printable bytes, in which vocabularies of bytes are written (encoder.py, `bytes_to_unicode`)."""

_PRINTED = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
_SHIFTED = [one for one in range(256) if one not in set(_PRINTED)]

ALPHABET = {**{one: chr(one) for one in _PRINTED}, **{one: chr(256 + n) for n, one in enumerate(_SHIFTED)}}
"""Each byte's character, printable bytes first."""


def byte_level(content: bytes) -> str:
    """Write bytes in the printable alphabet."""
    return "".join(map(ALPHABET.__getitem__, content))
