"""Which licence a statement means: its id, in which form it is said, and for what is no licence the nearest name."""

from functools import lru_cache

from scanner.licenses import knowledge, names

NAME_CHARACTERS = 300
"""Longest value that can be a name or a link of a licence; a longer one is a text."""

TAG_CHARACTERS = 50
"""Longest value that can be a mistaken tag."""

ALIKE = 0.75
"""Share of letters in common from which one name is like another (`difflib`)."""

Identified = tuple[str, str, str]
"""The id ("" for none), the form as in `LicenseStatement`, and the nearest name."""


@lru_cache(maxsize=1024)
def identify(source: str, value: str) -> Identified:
    """Read one statement. `source`: "link", "name" (free text), "tag" (of the hub, or an id).

    A list of tags is read one by one; what is no licence is never taken for the nearest one.
    """
    said = " ".join(value.split())
    if not said or said.lower() in names.SAYS_NOTHING:
        return "", "open", ""
    if len(said) > NAME_CHARACTERS:
        found = names.by_title(value[:2000])
    elif source == "link" or said.lower().startswith(("http://", "https://")):
        found = names.by_link(said)
    else:
        found = (names.by_tag(said) or names.by_name(said)) if source == "tag" else names.by_name(said)
    if found is not None:
        return found.id, "family" if found.judged_as else "known", ""
    return "", "unknown", _nearest(said) if source == "tag" else ""


def _nearest(said: str) -> str:
    if len(said) > TAG_CHARACTERS:
        return ""
    import difflib  # only a mistake needs it

    tags = [tag for one in knowledge.load().values() for tag in one.hf]
    return next(iter(difflib.get_close_matches(said.lower(), tags, n=1, cutoff=ALIKE)), "")
