"""From the lines of a LightGBM model to facts, tree by tree."""

from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.facts.metadata import MetadataEntry
from scanner.facts.tree import TreeModel, TreeReference
from scanner.format import MalformedError
from scanner.limits import Limits
from scanner.marks import marks_of

SHOWN = 200
BROKEN = 1000
_DIGITS = 12


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:  # noqa: C901 - one loop over lines, flat
    """Yield the facts of a model; see `Format.read`."""
    if artifact.size > limits.header_nbytes:
        yield LimitReached(where=artifact.at(), limit="header", bound=limits.header_nbytes, unit="bytes")
        return
    with artifact.open() as stream:
        raw = stream.read(artifact.size)
    header: dict[str, str] = {}
    block, trees, nodes, told = header, 0, 0, 0
    features = -1
    ended = False
    for line, text in enumerate(raw.decode("utf-8", "backslashreplace").splitlines(), 1):
        key, equals, value = text.partition("=")
        if text.startswith("Tree=") or text.strip() == "end of trees":
            features = _number(header.get("max_feature_idx", "")) + 1 if block is header else features
            for what, index, count in _check(block, features) if block is not header else ():
                told += 1
                if told <= BROKEN:
                    yield _broken(Location(path=artifact.path, line=line), what, trees - 1, index, count)
            if text[:1] == "e":
                ended = True
                break
            trees, block = trees + 1, {}
        elif equals:
            block[key] = value
            nodes += max(0, _number(value)) if key == "num_leaves" and block is not header else 0
    yield from _texts(artifact, raw)
    sizes = header.get("tree_sizes")
    if sizes is not None and len(sizes.split()) != trees:
        yield _broken(artifact.at(), "trees", -1, trees, len(sizes.split()))
    yield TreeModel(
        where=artifact.at(), format="lightgbm", encoding="text", version=header.get("version", "")[:SHOWN],
        objective=header.get("objective", "")[:SHOWN], trees=trees, nodes=nodes, features=features,
    )  # fmt: skip
    if not ended:
        message = "the trees have no end"
        raise MalformedError(message, len(raw))


def _broken(where: Location, what: str, tree: int, index: int, count: int) -> TreeReference:
    return TreeReference(where=where, format="lightgbm", what=what, tree=tree, index=index, count=count)


def _check(tree: dict[str, str], features: int) -> Iterator[tuple[str, int, int]]:
    """Compare one tree's children with its inner nodes and leaves (~leaf), and its splits with the features."""
    leaves = _number(tree.get("num_leaves", ""))
    if leaves <= 1:
        return
    arrays = [tree.get(key, "").split() for key in ("split_feature", "threshold", "left_child", "right_child")]
    wrong = next((len(array) for array in arrays if len(array) != leaves - 1), None)
    if wrong is not None:
        yield "length", wrong, leaves - 1
    values = len(tree.get("leaf_value", "").split())
    if values != leaves:
        yield "length", values, leaves
    seen: set[int] = set()
    twice = None
    for child in (_signed(one) for one in (*arrays[2], *arrays[3])):
        if child is None or child >= leaves - 1 or ~child >= leaves:
            yield "child", 1 << 31 if child is None else child, leaves
            return
        twice = child if child == 0 or child in seen else twice
        seen.add(child)
    if twice is not None:
        yield "shape", twice, leaves
    wrong = next((one for one in map(_number, arrays[0]) if one < 0 or 0 < features <= one), None)
    if wrong is not None:
        yield "feature", wrong, features


def _texts(artifact: Artifact, raw: bytes) -> Iterator[MetadataEntry]:
    """Look at the lines outside of the trees: the header, then feature importances and parameters."""
    before, _, rest = raw.partition(b"\nTree=")
    after = rest.partition(b"\nend of trees")[2]
    for line in (before + b"\n" + after).decode("utf-8", "backslashreplace").splitlines():
        marks = marks_of(line)
        if marks:
            yield MetadataEntry(
                where=artifact.at(), format="lightgbm", place="metadata", key=line.partition("=")[0][:SHOWN],
                kind="text", value=line[:SHOWN], size=len(line), marks=marks,
            )  # fmt: skip


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else -1


def _signed(text: str) -> int | None:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS else None
