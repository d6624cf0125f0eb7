"""What licences ask for, in a few lines of a text report."""

from collections.abc import Iterator, Sequence

from scanner.report import Due
from scanner.text import printable
from scanner.writers._page import plural

SHOWN = 12
"""Licences of one report that are shown; the others are counted."""

NO_ADVICE = "This is no legal advice: the clauses named are what binds."


def duties(dues: Sequence[Due], *, verbose: bool) -> Iterator[tuple[str, str]]:
    """Yield a row for each licence of each place: what is missing, then what is met and by which file.

    What files cannot show is counted unless `verbose`.
    """
    groups: dict[tuple[str, str, str], list[Due]] = {}
    for due in dues:
        groups.setdefault((due.path, due.license, due.parent), []).append(due)
    for at, (key, some) in enumerate(groups.items()):
        if at == SHOWN and not verbose:
            yield "", f"and {plural(len(groups) - at, 'more licence')}"
            break
        yield "" if at else "owed", _row(*key, some, verbose=verbose)
    if groups:
        yield "", NO_ADVICE


def _row(path: str, license_: str, parent: str, some: Sequence[Due], *, verbose: bool) -> str:
    first = some[0]
    of = f" of {parent}" if parent else ""
    parts = [
        f"missing: {', '.join(duty(one) for one in some if one.state == 'missing')}",
        f"met: {', '.join(f'{duty(one)} ({one.satisfied_by})' for one in some if one.state == 'met')}",
    ]
    parts = [part for part in parts if not part.endswith(": ")]
    unseen = [duty(one) for one in some if one.state == "open"]
    if unseen:
        parts.append(f"not seen from files: {', '.join(unseen)}" if verbose else f"{len(unseen)} not seen from files")
    return printable(f"{path}: {license_}{of} ({first.clause or first.source}): {'; '.join(parts)}", 1000)


def duty(due: Due) -> str:
    """Name a duty, with the words it asks for: `display "Built with Llama"`."""
    return f'{due.duty} "{due.words}"' if due.words else due.duty
