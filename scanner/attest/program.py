"""The program's own digest, so that a statement says which code spoke."""

from pathlib import Path


def digest() -> str:
    """Digest every Python file of the package, by name and content: SHA-256, hex."""
    import hashlib

    package = Path(__file__).parent.parent
    total = hashlib.sha256()
    for file in sorted(package.rglob("*.py")):
        name = file.relative_to(package).as_posix()
        total.update(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {name}\n".encode())
    return total.hexdigest()
