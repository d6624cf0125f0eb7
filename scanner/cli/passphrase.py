"""Passphrases: from the environment or a prompt, never from the command line, where other users can read them."""

import os
import sys

from scanner.usage import UsageError

VARIABLE = "ASSAY_PASSPHRASE"


def ask(what: str, *, twice: bool = False, called: str = "passphrase") -> bytes:
    """Return the secret `called` so for `what`; `twice` asks again. Raises `UsageError` where nobody can be asked."""
    given = os.environ.get(VARIABLE)
    if given:
        return given.encode()
    if sys.stdin is None or not sys.stdin.isatty():
        message = f"{what} wants a {called}; set {VARIABLE}, or run this at a terminal"
        raise UsageError(message)
    from getpass import getpass

    answer = getpass(f"{called[:1].upper()}{called[1:]} for {what}: ")
    if twice and getpass("Again: ") != answer:
        message = "the two passphrases differ; nothing is written"
        raise UsageError(message)
    if not answer:
        message = f"an empty passphrase protects nothing; `assay keygen --no-passphrase` says so openly ({what})"
        raise UsageError(message)
    return answer.encode()
