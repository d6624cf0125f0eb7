"""How many signers there are: two signatures of one key, or of one identity, are of one signer."""

from collections.abc import Iterable

from scanner.attest.signer import Signer

Marks = frozenset[tuple[str, ...]]


def distinct(signers: Iterable[Signer]) -> int:
    """Count distinct signers. What shares a mark with one and another with a second makes both the same."""
    groups: list[Marks] = []
    for one in signers:
        mine = marks(one)
        joined = [group for group in groups if group & mine]
        groups = [group for group in groups if not group & mine]
        groups.append(mine.union(*joined))
    return len(groups)


def marks(signer: Signer) -> Marks:
    """List what tells a signer from others: the key, the name that an authority gave, the identity of a login.

    Keys of keyless signatures are made for one use; there the identity tells alone.
    """
    if signer.method == "sigstore":
        return frozenset({("identity", signer.oidc_issuer, signer.identity)})
    named = {("subject", signer.issuer, signer.subject)} if signer.method == "certificate" else set()
    return frozenset({("key", signer.key_id), *named})
