"""Which files at the top of a model are signatures: each signer adds one, and none covers the others."""

from collections.abc import Iterator
from pathlib import Path

from scanner.attest import bundle
from scanner.attest.errors import AttestError
from scanner.attest.tree import Tree

DEFAULT = "model.sig"
"""The signature of a folder, within it."""

SUFFIXES = (".sig", ".sigstore", ".sigstore.json")


def beside(model: Path) -> Path:
    """Name the signature of a model where nobody names another: `model.sig` in a folder, `FILE.sig` beside a file."""
    return model / DEFAULT if model.is_dir() else model.with_name(f"{model.name}.sig")


def within(tree: Tree) -> tuple[str, ...]:
    """Name the files at the top that are signature bundles by name and content alike."""
    return () if tree.single else tuple(_within(tree))


def _within(tree: Tree) -> Iterator[str]:
    for name, file in tree.files.items():
        if "/" not in name and name.endswith(SUFFIXES):
            try:
                bundle.read(Path(file.path))
            except AttestError:
                continue
            yield name


def below(tree: Tree, file: Path) -> str | None:
    """Name a file as one of the model's; None where it lies elsewhere."""
    if tree.single:
        return None
    real = file.parent.resolve() / file.name
    root = Path(tree.root)
    return real.relative_to(root).as_posix() if real.is_relative_to(root) else None
