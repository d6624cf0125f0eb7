"""Who judges beside the bundled rules: the packs that a policy or a line names."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.record import record
from scanner.usage import UsageError

if TYPE_CHECKING:
    from scanner.packs.foreign import Foreign
    from scanner.policy import Policy


@record
class Named:
    """What a line says of rule packs: their places, the lock, and whether unsigned ones are taken."""

    packs: tuple[str, ...] = ()
    lock: str | None = None
    unsigned: bool = False


NOBODY = Named()


def chosen(policy: "Policy", named: Named, inside: Callable[[Path], bool]) -> "tuple[Foreign, ...]":
    """Load the packs that a policy and a line name, and check that the policy speaks of rules that there are.

    `inside` says whether a file lies in what is scanned: from there nobody chooses a judge. Raises `UsageError`.
    """
    packs = _load(policy, named, inside)
    if policy.severity or policy.waivers:
        from scanner import pack, policy_file

        policy_file.check_rules(policy, {*pack.load().ids, *(rule.id for one in packs for rule in one.rules)})
    return packs


def _load(policy: "Policy", named: Named, inside: Callable[[Path], bool]) -> "tuple[Foreign, ...]":
    folder = Path(policy.folder)
    places = [*(folder / one for one in policy.rules.packs), *map(Path, named.packs)]
    if not places:
        return ()
    from scanner.packs import lock, trusted

    lies = folder / policy.rules.lock if policy.rules.packs else Path(lock.FILE)
    file = Path(named.lock) if named.lock else lies
    for one in (*places, file):
        if inside(one):
            message = f"{one} lies inside what is scanned: what is judged does not choose the judge; move it"
            raise UsageError(message)
    return trusted.load(places, lock.read(file), unsigned=named.unsigned or policy.rules.unsigned)
