"""Leaves of a document by the object that they stand in: one pass, however many objects are asked for."""

from collections.abc import Collection

from scanner.settings import Document, Leaf


def grouped(document: Document, bases: Collection[str]) -> dict[str, list[Leaf]]:
    """Return the leaves at and below each of some pointers, in order; of pointers in each other, of the outer one."""
    found: dict[str, list[Leaf]] = {base: [] for base in bases}
    for leaf in document.leaves:
        pointer = leaf.pointer
        at = pointer.find("/", 1)
        while at >= 0:
            if pointer[:at] in found:
                found[pointer[:at]].append(leaf)
                break
            at = pointer.find("/", at + 1)
        else:
            if pointer in found:
                found[pointer].append(leaf)
    return found
