"""Texts of ours through a tokenizer and back, in the confined worker.

The library is what later loads the file, so it is run on it only here, where it can reach nothing.
"""

from collections.abc import Iterator
from importlib.util import find_spec

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.facts.tokenizer import TokenizerProbe
from scanner.limits import Limits

FILE_NBYTES = 64 << 20
"""Largest file that the library is given: it needs ten times as much memory."""

PROBES = {
    "prose": "The quick brown fox jumps over the lazy dog, and nobody minds.",
    "refusal": "No, you must not delete this file. I cannot allow it; please do not ask again.",
    "address": "See https://api.example.com/v1/users?id=42&name=anna#top or mail root@example.org.",
    "code": "def f(x):\n    return [i ** 2 for i in range(x) if i % 2 == 0]\n",
    "shell": "sudo rm -rf /tmp/build && curl -sSL http://10.0.0.1/x.sh | sh",
    "numbers": "1234567890 3.14159 -42 0x7fff 1e-9 50% $19.99",
    # A sentence on not changing what users say.
    "chinese": "\u6a21\u578b\u4e0d\u5e94\u8be5\u4fee\u6539\u7528\u6237\u7684\u8bdd\u3002",
    "russian": "\u041c\u043e\u0434\u0435\u043b\u044c \u043d\u0435 \u043c\u0435\u043d\u044f\u0435\u0442.",
    "emoji": "ok \U0001f600 \U0001f680!",
}
"""Texts in normal form C, of kinds that an attacker would change."""

SAMPLE = (
    "A tokenizer cuts a text into pieces and gives each of them a number. The numbers are all that a model sees of the "
    "text, so the pieces decide how much of it fits into the window and what every request costs. Common words are one "
    "piece, rare ones are several, and a tokenizer whose merges are gone falls back to single letters: the same page "
    "then needs three times as many numbers. Nothing else looks broken. The text still comes back as it was, the "
    "answers only get slower, dearer and worse. That is why the number of pieces for a plain page of English is worth "
    "a look."
)
"""A page of plain English; families with 30,000 tokens and more need a fifth to a quarter as many as it has bytes."""


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:  # noqa: ARG001 - the bound is the library's
    """Yield what the probes show; nothing where the library is not installed, or refuses the file."""
    if artifact.size > FILE_NBYTES or find_spec("tokenizers") is None:
        return
    with artifact.open() as stream:
        raw = stream.read(artifact.size)
    if b'"ByteLevel"' not in raw:  # Others lower-case, and strip what they do not know.
        return
    yield from _probed(artifact, raw)


class _Refusal:
    """Ends a block where the library does not take the file: it raises exceptions of no class of their own then.

    Its reader judges what is wrong with such a file; nothing else is let through here.
    """

    def __enter__(self) -> None:
        """Start the block."""

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> bool:
        """Swallow what is exactly `Exception`, text that is not UTF-8, and a panic, which is no `Exception` at all."""
        return kind in {Exception, UnicodeDecodeError} or getattr(kind, "__name__", "") == "PanicException"


def _probed(artifact: Artifact, raw: bytes) -> Iterator[Fact]:
    import os

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from tokenizers import Tokenizer

    with _Refusal():
        tokenizer = Tokenizer.from_str(raw.decode("utf-8"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        for name, text in PROBES.items():
            found = tokenizer.decode(tokenizer.encode(text, add_special_tokens=False).ids, skip_special_tokens=False)
            if found.strip() != text.strip():
                yield TokenizerProbe(
                    where=artifact.at(), probe=name, how="changed", given=text, got=found[:400], tokens=-1
                )
        per = round(1000 * len(tokenizer.encode(SAMPLE, add_special_tokens=False).ids) / len(SAMPLE))
        yield TokenizerProbe(where=artifact.at(), probe="page", how="tokens", given="", got="", tokens=per)
