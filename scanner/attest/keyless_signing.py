"""Sign without a key of one's own: services vouch for an identity and log what it signs.

The `sigstore` library speaks with them (extra `sigstore`). What they make is verified before it is kept.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from scanner.attest import keyless
from scanner.foreign import ForeignError, foreign
from scanner.usage import UsageError

SECONDS: Final = 120
"""How long all services together may take."""


def signing(config: Path | None = None, token: str | None = None) -> Callable[[bytes], bytes]:
    """Return what signs a statement and gives its bundle. It speaks with the signing services when it is called.

    `config` is a client trust configuration instead of the public instance; `token` is an identity token, otherwise
    the one that the environment (a CI job) offers. Raises `UsageError`; so does what is returned.
    """
    try:
        from sigstore.models import ClientTrustConfig
    except ImportError as error:
        raise keyless.missing() from error
    logging.getLogger("sigstore").setLevel(logging.ERROR)  # what it warns of it raises as well, or it does no harm
    with _told():
        trust = ClientTrustConfig.from_json(config.read_text()) if config else None
        _identity(token)  # so that nothing is scanned for nobody

    def sign(payload: bytes) -> bytes:
        with _told():
            # Tokens live for minutes, and scans may take longer: another is asked for.
            return _within(lambda: _signed(trust or ClientTrustConfig.production(), _identity(token), payload))

    return sign


def _identity(token: str | None) -> Any:  # noqa: ANN401 - of a library that may not be there
    from sigstore.oidc import IdentityToken, detect_credential

    offered = token or detect_credential()
    if offered is None:
        message = "no identity: run in a CI job that offers a token, or give --identity-token FILE"
        raise UsageError(message)
    return IdentityToken(offered)


def _signed(services: Any, identity: Any, payload: bytes) -> bytes:  # noqa: ANN401 - of that library too
    from sigstore.dsse import Statement
    from sigstore.sign import SigningContext
    from sigstore.verify import Verifier, policy

    with SigningContext.from_trust_config(services).signer(identity) as signer:
        made = signer.sign_dsse(Statement(payload))
    verifier = Verifier(trusted_root=services.trusted_root)
    if verifier.verify_dsse(made, policy.UnsafeNoOp())[1] != payload:
        message = "keyless signing: the services signed another statement"
        raise UsageError(message)
    text: str = made.to_json()
    return text.encode() + b"\n"


def _within(act: Callable[[], bytes]) -> bytes:
    """Wait no longer than `SECONDS`: the library waits for services without end. Raises what `act` raises."""
    done: Future[bytes] = Future()

    def run() -> None:
        try:
            with foreign(UsageError):
                done.set_result(act())
        except (ForeignError, UsageError) as error:
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        return done.result(SECONDS)
    except TimeoutError as error:
        message = f"keyless signing: the services did not answer within {SECONDS} seconds"
        raise UsageError(message) from error


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the library and its clients of the services raise into one line."""
    try:
        with foreign(UsageError):
            yield
    except ForeignError as error:
        message = f"keyless signing: {error}"
        raise UsageError(message) from error
