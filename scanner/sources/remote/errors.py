"""What a store answers instead of bytes."""


class Again(Exception):  # noqa: N818 - it is a request, no error yet
    """The store may answer later: after so many seconds where it says so, else when we choose."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        """Keep why, and when to ask again."""
        super().__init__(reason)
        self.reason = reason
        self.after = after
