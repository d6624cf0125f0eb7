"""Darknet: a network in sections of settings (.cfg), and its weights, which are numbers behind a short header."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_NET = pattern(rb"(?:\xef\xbb\xbf)?(?:\s|[#;][^\n]*\n)*+\[(?:net|network)\]\s*\n")
_SETTING = pattern(rb"(?m)^[ \t]*+(?:batch|subdivisions|width|height|channels|inputs|learning_rate|max_batches)\s*=")
# src/parser.c, save_weights: major, minor and revision; 0.2.5 is what all current ones write.
_WEIGHTS = pattern(rb"\0\0\0\0(?:\x02\0\0\0[\0-\x0a]\0\0\0|\x01\0\0\0[\0-\x05]\0\0\0)")
_SUFFIXES = (".weights", ".backup")
_PATHS = frozenset(("tree", "map", "labels", "names", "backup", "train", "valid", "file", "weights"))

SHOWN = 20
SHOWN_CHARACTERS = 200
PLACES = 2000


def claims(head: bytes, path: str) -> bool:
    """A first section of the network; a header of weights by the name, since its numbers could be anything."""
    if head[:4] == bytes(4):
        return path.lower().endswith(_SUFFIXES) and _WEIGHTS.match(head) is not None
    return _NET.match(head) is not None and b"\0" not in head and _SETTING.search(head) is not None


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the summary of a network and the files it names, or the header of weights."""
    with artifact.open() as stream:
        head = stream.read(12)
    if head[:4] == bytes(4):
        yield from _weights(artifact)
    else:
        yield from _network(artifact, limits)


def _weights(artifact: Artifact) -> Iterator[Fact | Artifact]:
    """Versions before 0.2 counted images in 4 bytes, later ones in 8."""
    from scanner.cursor import Cursor
    from scanner.facts.darknet import DarknetWeights
    from scanner.tensors import Span, loadable

    with artifact.open() as stream:
        cursor = Cursor(stream, artifact.size)
        version = [cursor.number("i") for _ in range(3)]
        seen = cursor.number("Q" if version[0] * 10 + version[1] >= 2 else "I")  # noqa: PLR2004 - parser.c
        yield DarknetWeights(
            where=artifact.at(), version=".".join(map(str, version)), seen=seen, numbers=cursor.left // 4,
            rest=cursor.left % 4,
        )  # fmt: skip
        yield from loadable(artifact, stream, [Span(cursor.at, artifact.size, "weights")])


def _network(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Read sections and settings; a line that is neither is passed over, as Darknet does."""
    from scanner.facts.darknet import DarknetPath
    from scanner.facts.graph import GraphSummary
    from scanner.members import leads

    if artifact.size > limits.text_nbytes:
        yield LimitReached(where=artifact.at(), limit="text", bound=limits.text_nbytes, unit="bytes")
        return
    with artifact.open() as stream:
        text = stream.read(artifact.size).decode("utf-8-sig", "backslashreplace")
    uses: Counter[str] = Counter()
    section, found = "", []
    for line in text.splitlines():
        setting = line.strip()
        if setting.startswith("["):
            section = setting.strip("[]").strip()[:SHOWN_CHARACTERS]
            uses[section] += 1
        elif setting[:1] not in "#;":
            key, _, value = (part.strip() for part in setting.partition("="))
            if key in _PATHS and value:
                found.append((section, key, value))
    yield GraphSummary(
        where=artifact.at(), format="darknet", producer="", version=-1, graphs=1, nodes=max(0, uses.total() - 1),
        functions=0, inputs=(), outputs=(), operators=tuple(name for name, _ in uses.most_common(SHOWN)),
        training=False,
    )  # fmt: skip
    for section, key, value in islice(dict.fromkeys(found), PLACES):
        how = "url" if "://" in value[:32] else leads(value)
        yield DarknetPath(where=artifact.at(), section=section, key=key, value=value[:SHOWN_CHARACTERS], how=how)


FORMAT = Format(
    name="darknet",
    spec="https://github.com/pjreddie/darknet/blob/master/src/parser.c",
    claims=claims,
    read=read,
    opens=b"\0[#;\xef\t\n\x0b\x0c\r ",
    reads="sections of a network and the files its layers name; the header of weights",
    leaves="settings that name no file; whether the weights fit the network",
)
