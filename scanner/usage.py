"""What a user asked that cannot be done: one line that says what is wrong and what to do (exit code 2)."""


class UsageError(Exception):
    """A wrong option, path or policy; `str(error)` is the one line shown to the user."""
