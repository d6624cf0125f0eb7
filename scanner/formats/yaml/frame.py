"""One open collection of a YAML document."""


class Frame:
    """What is known of a collection while its nodes come."""

    __slots__ = (
        "anchor", "index", "key", "line", "mapping", "merges", "merging", "numbers", "plain", "pointer", "start",
        "starts", "twice", "unlisted",
    )  # fmt: skip

    def __init__(  # noqa: PLR0913 - what a node says of itself
        self, pointer: str, start: int, anchor: str | None, *, mapping: bool, merging: bool, line: int
    ) -> None:
        """Open it at a pointer, where its first leaf will be number `start`."""
        self.mapping = mapping
        self.pointer = pointer
        self.start = start
        self.anchor = anchor
        self.line = line
        self.index = 0
        self.numbers = 0
        """Keys or items so far, and how many values are plain numbers."""
        self.key: str | None = None
        """The key that waits for its value."""
        self.starts: dict[str, int] = {}
        """The first leaf of each key."""
        self.merging = merging
        """It is the value of a merge key, or an item of it."""
        self.merges: list[str] = []
        """Anchors of the mappings that are merged."""
        self.twice: list[tuple[str, int, int]] = []
        """Keys given twice, with the first leaf of either value."""
        self.plain: dict[str, tuple[str, int]] | None = None
        """Plain values by key, with their lines."""
        self.unlisted = 0
        """What `Aliases.unlisted` was when it was opened."""

    def merges_next(self) -> bool:
        """Say whether the next node is what a merge key asks for."""
        return self.key == "<<" if self.mapping else self.merging
