"""What a store answers instead of bytes."""

import re


class Again(Exception):  # noqa: N818 - it is a request, no error yet
    """The store may answer later: after so many seconds where it says so, else when we choose."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        """Keep why, and when to ask again."""
        super().__init__(reason)
        self.reason = reason
        self.after = after


def words(error: object) -> str:
    """Say an error without the number that the system gives it."""
    return re.sub(r"^\[Errno -?\d+\] ", "", str(error)) or type(error).__name__
