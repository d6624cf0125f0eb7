"""The door through which a policy comes in: `assay.toml`, or `[tool.assay]` in `pyproject.toml`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from scanner.policy import DEFAULT, Policy, Profile, RulePacks, Waiver
from scanner.text import printable
from scanner.usage import UsageError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

OWN = "assay.toml"
SHARED = "pyproject.toml"

NOT_IN_A_FILE = ("name", "folder", "baseline")
"""Fields of `Policy` that the command line sets."""

_LINE_CHARACTERS = 500
"""Longest error line, in characters."""

_WANTED = {
    "tuple_type": "a list, [...]",
    "string_type": 'a text, "..."',
    "dict_type": "a table",
    "dataclass_type": "a table, [[waivers]]",
}
"""What pydantic's types of error ask for, in words of TOML."""


def find(start: Path) -> Path | None:
    """Look for a policy in a folder and those above it, as far as the top of its repository.

    `assay.toml` goes before `pyproject.toml` in the same folder; one without `[tool.assay]` is passed by.
    Returns None where there is none. Raises `UsageError` for a `pyproject.toml` that cannot be read.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        own, shared = folder / OWN, folder / SHARED
        if own.is_file():
            return own
        if shared.is_file() and _section(_read(shared), shared) is not None:
            return shared
        if (folder / ".git").exists():
            return None
    return None


def load(file: Path | None) -> Policy:
    """Read and check a policy file; None is the default policy.

    Raises `UsageError`: one line with the file, the key and what to do.
    """
    if file is None:
        return DEFAULT
    document = _section(_read(file), file)
    if document is None:
        raise _refused(file, "no [tool.assay] table; add one, or name another file")
    _check_keys(document, file)
    policy = _validate(document, file)
    if policy.profile and policy.profile not in policy.known_profiles:
        raise _refused(file, f"profile: {unknown_profile(policy.profile, policy)}")
    return replace(policy, name=file.name, folder=str(file.parent) if policy.rules.packs else "")


def unknown_profile(name: str, policy: Policy) -> str:
    """Say in one line that a policy has no such profile, and which it has."""
    known = policy.known_profiles
    return f"no profile is called {name!r}{_nearest(name, known)}; known: {', '.join(sorted(known))}"


def check_rules(policy: Policy, known: Collection[str]) -> None:
    """Refuse a policy that speaks of a rule that does not exist: it would be silent where its author expects a word.

    Raises `UsageError`.
    """
    named = [(f"severity.{rule}", rule) for rule in policy.severity]
    named += [(f"waivers[{at}].rule", waiver.rule) for at, waiver in enumerate(policy.waivers)]
    for key, rule in named:
        if rule not in known:
            wanted = f"no rule is called {rule!r}{_nearest(rule, known)}; see `assay rules list`"
            raise _refused(Path(policy.name), f"{key}: {wanted}")


def _read(file: Path) -> Mapping[str, object]:
    import tomllib

    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise _refused(file, f"cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _refused(file, f"no TOML: {' '.join(str(error).split())}") from error


def _section(document: Mapping[str, object], file: Path) -> Mapping[str, object] | None:
    """Take the whole of a file, or of a `pyproject.toml` its `[tool.assay]`."""
    if file.name != SHARED:
        return document
    tool = document.get("tool", {})
    section = tool.get("assay") if isinstance(tool, Mapping) else None
    if section is not None and not isinstance(section, Mapping):
        raise _refused(file, "tool.assay: write it as a table, [tool.assay]")
    return section


def _check_keys(document: Mapping[str, object], file: Path) -> None:
    _check(document, [one.name for one in fields(Policy) if one.name not in NOT_IN_A_FILE], "", file)
    waivers = document.get("waivers", [])
    for at, waiver in enumerate(waivers if isinstance(waivers, list) else []):
        if isinstance(waiver, Mapping):
            _check(waiver, [one.name for one in fields(Waiver)], f"waivers[{at}].", file)
    packs = document.get("rules", {})
    if isinstance(packs, Mapping):
        _check(packs, [one.name for one in fields(RulePacks)], "rules.", file)
    profiles = document.get("profiles", {})
    for name, profile in profiles.items() if isinstance(profiles, Mapping) else ():
        if isinstance(profile, Mapping):
            _check(profile, [one.name for one in fields(Profile)], f"profiles.{name}.", file)


def _check(table: Iterable[str], known: Sequence[str], prefix: str, file: Path) -> None:
    for key in table:
        if key not in known:
            raise _refused(file, f"{prefix}{key}: unknown key{_nearest(key, known)}; known: {', '.join(known)}")


def _nearest(name: str, known: Collection[str]) -> str:
    import difflib  # only a mistake needs it

    close = difflib.get_close_matches(name, known, n=1)
    return f" (did you mean {close[0]}?)" if close else ""


def _validate(document: Mapping[str, object], file: Path) -> Policy:
    from pydantic import TypeAdapter, ValidationError  # 70 ms, only where there is a policy

    try:
        return TypeAdapter(Policy).validate_python(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        raise _refused(file, f"{_key(first['loc'])}: {_wanted(first)}") from error


def _key(where: tuple[int | str, ...]) -> str:
    """Spell a place as TOML users do: "waivers[0].until"."""
    key = ""
    for part in where:
        key += f"[{part}]" if isinstance(part, int) else f".{part}"
    return key.removeprefix(".")


def _wanted(error: "ErrorDetails") -> str:
    """Say in this tool's words what the value is to be."""
    given = cast("object", error["input"])
    kind = error["type"]
    if kind == "missing":
        return "is missing; add it"
    if kind == "value_error":
        return error["msg"].removeprefix("Value error, ")
    wanted = "a day such as 2030-12-31" if kind.startswith("date_") else _WANTED.get(kind)
    return f"write {wanted or error['msg'].removeprefix('Input should be ')}, not {given!r:.60}"


def _refused(file: Path, reason: str) -> UsageError:
    """Make the one line; a policy of a stranger cannot break it."""
    return UsageError(printable(f"{file}: {reason}", _LINE_CHARACTERS))
