"""What went wrong with the Hub, as one line that says what to do."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from scanner.sources.hub.address import Address
from scanner.sources.remote.errors import words
from scanner.text import printable
from scanner.usage import UsageError

LOGIN = "log in with `hf auth login`, or set HF_TOKEN"


@contextmanager
def told(address: Address) -> Iterator[None]:
    """Turn what the client raises into a `UsageError`; what it says besides is not shown."""
    from huggingface_hub import errors

    try:
        with _quiet():
            yield
    except errors.IncompleteSnapshotError as error:
        raise _usage(address, "the cache holds only a part of it; let it be downloaded again, with --full") from error
    except errors.LocalEntryNotFoundError as error:
        raise _usage(address, _offline(error)) from error
    except errors.OfflineModeIsEnabled as error:
        raise _usage(address, "offline mode is on, and the cache does not hold it; unset HF_HUB_OFFLINE") from error
    except errors.HfHubHTTPError as error:
        raise _usage(address, _answered(address, error)) from error
    except errors.HFValidationError as error:
        raise _usage(address, "no name of a repository; hf://NAMESPACE/NAME[@REVISION][/PATH]") from error
    except (errors.HTTPError, OSError) as error:  # type: ignore[attr-defined] # of httpx, whichever the client uses
        reason = getattr(error, "strerror", None) or words(error)
        raise _usage(address, f"{reason}; check the network, or scan the cache with HF_HUB_OFFLINE=1") from error
    except (KeyError, TypeError, ValueError) as error:
        # The client builds its classes from what the server sends.
        raise _usage(address, f"the Hub's answer makes no sense ({type(error).__name__}); check HF_ENDPOINT") from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the client's warnings to itself: each is said once, in our line."""
    logger = logging.getLogger("huggingface_hub")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _usage(address: Address, reason: str) -> UsageError:
    return UsageError(f"{printable(address.shown, 200)}: {printable(reason, 300)}")


def _offline(error: Exception) -> str:
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return "offline mode is on, and the cache does not hold it; unset HF_HUB_OFFLINE"
    cause = error.__cause__
    return f"not downloaded to the end ({type(cause).__name__ if cause else 'no answer'}); try again: it goes on there"


def _answered(address: Address, error: Exception) -> str:
    from huggingface_hub import errors, get_token

    token = bool(get_token())
    known: dict[type[Exception], str] = {  # a class stands before those that it derives from
        errors.GatedRepoError: "the repository is gated; ask for access on its page"
        + ("" if token else f" and {LOGIN}"),
        errors.DisabledRepoError: "the Hub has disabled the repository; nothing of it can be read",
        errors.RevisionNotFoundError: f"there is no revision {address.revision}; name a branch, a tag or a commit",
        errors.EntryNotFoundError: f"there is no {address.path or 'file'} in it; check the path",
        errors.RepositoryNotFoundError: "there is no such repository, or it is private; check the name"
        + (", and what the token may read" if token else f", or {LOGIN}"),
    }
    status = getattr(getattr(error, "response", None), "status_code", 0)
    statuses = {
        401: f"the Hub does not know the token; {LOGIN}",
        429: "the Hub asks for patience (429); try again later, or with a token, for which its bound is higher",
    }
    said = next((text for kind, text in known.items() if isinstance(error, kind)), "")
    return said or statuses.get(status, f"the Hub answered {status}; try again later")
