"""Ask a store again, politely: as late as it wishes, and all lanes wait together when it says that we are too many."""

import random
import threading
import time
from collections.abc import Callable

from scanner.sources.remote.errors import Again

ATTEMPTS = 6
GIVEN_UP = 3
"""After so many ranges in a row that did not come, each is asked for once only."""

FIRST_SECONDS = 0.5
"""Wait before the second attempt; it doubles from there."""

LONGEST_SECONDS = 90.0
"""A store that asks for more is not waited for."""


class Patience:
    """A `fetch` that asks again."""

    def __init__(
        self,
        fetch: Callable[[int, int, int], bytes],
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Ask by `fetch`."""
        self._fetch = fetch
        self._sleep = sleep
        self._clock = clock
        self._lock = threading.Lock()
        self._given_up = 0
        self._until = 0.0
        """When the store wants to hear of us again."""

    def __call__(self, index: int, start: int, end: int) -> bytes:
        """Get a range. Raises `OSError` for what does not come."""
        attempts = ATTEMPTS if self._given_up < GIVEN_UP else 1
        for attempt in range(attempts):
            self._sleep(max(0.0, self._until - self._clock()))
            try:
                content = self._fetch(index, start, end)
                if len(content) == end - start:
                    self._given_up = 0
                    return content
                again = Again(f"{len(content)} of {end - start} bytes came")
            except Again as error:
                again = error
            if again.after is not None and again.after > LONGEST_SECONDS:
                raise OSError(0, f"{again.reason}; it asks to wait {again.after:.0f} s: try again then")
            if attempt < attempts - 1:
                self._wait(again, attempt)
        self._given_up += 1
        raise OSError(0, again.reason if attempts == 1 else f"{again.reason}, {attempts} times")

    def _wait(self, again: Again, attempt: int) -> None:
        if again.after is None:
            self._sleep(FIRST_SECONDS * 2**attempt * random.uniform(0.75, 1.25))  # noqa: S311 - lanes shall not march
            return
        with self._lock:
            self._until = max(self._until, self._clock() + again.after)
