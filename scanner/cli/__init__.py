"""The command line: one module a verb. What a verb needs is imported when it runs."""

import gc
import os
import sys
from collections.abc import Sequence

from scanner.cli import plain, terminal
from scanner.usage import UsageError
from scanner.version import VERSION

COLLECT = (50_000, 20, 20)
"""Thresholds of the garbage collector: a start makes many objects and hardly a cycle, so looking often is 3 ms lost."""

COMPLETING = "_ASSAY_COMPLETE"
"""Set by a shell that asks what a line may go on with (`assay --install-completion`)."""

USAGE_ERROR = 2
INTERRUPTED = 130
"""What shells report for a program that SIGINT ends; 141 likewise for SIGPIPE."""
NOBODY_READS = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit code. What the user can mend is one line on standard error."""
    gc.set_threshold(*COLLECT)
    try:
        code = _run(sys.argv[1:] if arguments is None else list(arguments))
        terminal.flush()
    except UsageError as error:
        return refuse(str(error))
    except terminal.ClosedError:
        return NOBODY_READS
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _run(given: list[str]) -> int:
    if given in ([], ["--help"], ["-h"]) and COMPLETING not in os.environ:
        from scanner.cli import overview

        terminal.say(overview.write())
        return 0 if given else USAGE_ERROR
    if given == ["--version"]:
        terminal.say(f"assay {VERSION}")
        return 0
    asked = plain.understood(given)
    if asked is not None:
        from scanner.cli import scanning

        return scanning.scan(**asked)
    if given[:1] == ["verify"]:
        from scanner.cli import plain_verify

        named = plain_verify.understood(given)
        if named is not None:
            from scanner.cli import verifying

            return verifying.run(**named)  # type: ignore[arg-type]
    from scanner.cli import application

    return application.run(given)


def refuse(reason: str) -> int:
    """Say in one line what was wrong."""
    terminal.note(" ".join(reason.split()))
    return USAGE_ERROR
