"""Trees as parallel arrays: every index compared with the length of what it points into."""

from collections.abc import Iterator, Sequence

Broken = tuple[str, int, int]
"""What is wrong, the index or length found, and how many there are."""

ROOT = 2_147_483_647
"""The parent of a root; so is -1."""

_ARRAYS = ("left_children", "right_children", "parents", "split_indices", "default_left")


def check(tree: dict[str, object], features: int) -> Iterator[Broken]:
    """Yield each kind of reference of one tree that leads nowhere, once. `features` is -1 where it is not said."""
    parameters = tree.get("tree_param")
    count = number(parameters.get("num_nodes")) if isinstance(parameters, dict) else -1
    arrays = {key: integers(tree.get(key)) for key in _ARRAYS}
    for array in arrays.values():
        if array is not None and len(array) != count:
            yield "length", len(array), count
            break
    left, right = arrays["left_children"] or (), arrays["right_children"] or ()
    yield from children(left, right, count)
    wrong = next((one for one in arrays["parents"] or () if not (-1 <= one < count or one == ROOT)), None)
    if wrong is not None:
        yield "parent", wrong, count
    inner = (feature for feature, child in zip(arrays["split_indices"] or (), left, strict=False) if child >= 0)
    wrong = next((one for one in inner if one < 0 or 0 <= features <= one), None)
    if wrong is not None:
        yield "feature", wrong, features
    yield from _categories(tree, count)


def children(left: Sequence[int], right: Sequence[int], count: int) -> Iterator[Broken]:
    """Look for children that are not there, and for nodes that two nodes call their child."""
    seen: set[int] = set()
    twice = None
    for child in (*left, *right):
        if child < 0:
            continue
        if child >= count:
            yield "child", child, count
            return
        if child == 0 or child in seen:
            twice = child
        seen.add(child)
    if twice is not None:
        yield "shape", twice, count


def _categories(tree: dict[str, object], count: int) -> Iterator[Broken]:
    held = tree.get("categories")
    room = len(held) if isinstance(held, list | tuple) else 0
    starts, sizes = integers(tree.get("categories_segments")) or (), integers(tree.get("categories_sizes")) or ()
    for start, size in zip(starts, sizes, strict=False):
        if start < 0 or size < 0 or start + size > room:
            yield "categories", start + size, room
            return
    wrong = next((one for one in integers(tree.get("categories_nodes")) or () if not 0 <= one < count), None)
    if wrong is not None or len(starts) != len(sizes):
        yield "categories", len(starts) if wrong is None else wrong, count


def integers(value: object) -> Sequence[int] | None:
    """Take a list of integers (or booleans); None for anything else."""
    if isinstance(value, list | tuple) and all(isinstance(one, int) for one in value):
        return value
    return None


def number(value: object) -> int:
    """Read a count that is written as a text or a number; -1 for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:  # noqa: PLR2004 - digits
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() < 64 else -1  # noqa: PLR2004
