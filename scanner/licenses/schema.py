"""One licence: what it allows, what it asks for, and how it follows what is made from the work.

Every word that an entry may use stands here, with its meaning.
"""

from collections.abc import Mapping
from typing import Any

from scanner.record import record

KINDS = (
    "permissive", "weak-copyleft", "copyleft", "share-alike", "no-derivatives", "noncommercial", "research", "rail",
    "community", "source-available", "public-domain", "data", "unknown",
)  # fmt: skip
ALLOWS = ("commercial", "modify", "redistribute", "relicense", "patent")
"""Rights. `relicense`: what is made from the work may carry other terms; "limited": if these are kept as well.

`patent`: a licence of patents is granted in so many words.
"""

ANSWERS = ("yes", "no", "limited", "unspoken", "unknown")
FIELDS = ("none", "aup", "restrictions", "noncommercial", "research", "unknown")
"""Fields of use that are closed: by a policy (aup), by a list in the licence (restrictions), or by purpose."""

OUTPUTS = ("free", "unspoken", "naming", "notice", "restrictions", "noncommercial", "no", "unknown")
"""Whether output may train other models: "naming": if their name or a display says so."""

RELATIONS = ("finetune", "adapter", "quantized", "merge", "bundled", "code", "outputs")
FLOWS = ("free", "notice", "same", "restrictions", "noncommercial", "duties", "no", "unspoken", "unknown")
"""How the licence follows a relation.

"free": not at all; "notice": other terms are fine if its notices are kept; "restrictions": if its restrictions of use
are passed on; "noncommercial": if it stays so; "duties": all its duties bind; "same": under the same licence only.
"""

DUTIES = (
    "licence-copy", "licence-link", "copyright-notice", "notice-file", "state-changes", "source-code", "network-source",
    "same-licence", "attribution", "no-endorsement", "advertising-acknowledgement", "rename-modified",
    "restrictions-passthrough", "aup-passthrough", "registration", "report-to-licensor", "keep-notices",
    "end-user-acknowledgement",
)  # fmt: skip
WORDED = ("notice-text", "display", "name-prefix", "name-part")
"""Duties with words of their own behind a colon: "display:Built with Llama", "name-prefix:Llama"."""

_KEYS = {
    "id", "name", "hf", "names", "links", "texts", "titles", "kind", "allows", "limits", "duties", "flows", "source",
    "judged_as", "note",
}  # fmt: skip
_LIMITS = {"mau_over", "revenue_over", "regions_excluded", "field_of_use", "outputs_train_others"}
_SOURCE = {"url", "clause", "checked"}


class LicenseError(Exception):
    """An entry is wrong; the message names the file."""

    def __init__(self, file: str, reason: str) -> None:
        """Say which file, and why."""
        super().__init__(f"{file}: {reason}")


@record
class Text:
    """One text of a licence that is known by its words. `fingerprint`: its key in the data it was made from."""

    fingerprint: str
    version: str


@record
class License:
    """What is known of one licence. Words as in this module; `mau_over` in users a month, `revenue_over` in USD a year.

    `hf`: the hub's tags for it; `names` and `titles` in lower case without punctuation; `links` without scheme and
    "www", with `*` for what varies. `judged_as`: the strictest member, where this is a family. `note`: what one must
    know beside the words. `url`, `clause` and `checked` say where the terms stand and when that was read.
    """

    id: str
    name: str
    kind: str
    hf: tuple[str, ...]
    names: tuple[str, ...]
    links: tuple[str, ...]
    titles: tuple[str, ...]
    texts: tuple[Text, ...]
    judged_as: str
    allows: Mapping[str, str]
    mau_over: int | None
    revenue_over: int | None
    regions_excluded: tuple[str, ...]
    field_of_use: str
    outputs_train_others: str
    duties: tuple[str, ...]
    flows: Mapping[str, str]
    note: str
    url: str
    clause: str
    checked: str

    def words_of(self, duty: str) -> tuple[str, ...]:
        """Return the words that a duty asks for: of "display" the texts to show, of "name-prefix" the prefix."""
        return tuple(one.partition(":")[2] for one in self.duties if one.startswith(f"{duty}:"))


def parse(file: str, value: object) -> License:
    """Check one entry, strictly. Raises `LicenseError`."""
    entry = _Entry(file, value)
    entry.known(_KEYS)
    limits, source = entry.part("limits", _LIMITS), entry.part("source", _SOURCE)
    if entry.text("id") != file.removesuffix(".yaml"):
        raise LicenseError(file, f"is named {file!r} and has the id {entry.text('id')!r}")
    allows, flows = entry.part("allows", set(ALLOWS)), entry.part("flows", set(RELATIONS))
    return License(
        id=entry.text("id"), name=entry.text("name"), kind=entry.one_of("kind", KINDS), hf=entry.texts("hf"),
        names=entry.texts("names"), links=entry.texts("links"), titles=entry.texts("titles"),
        texts=tuple(map(entry.known_text, entry.list("texts"))), judged_as=entry.text("judged_as", ""),
        allows={key: allows.one_of(key, ANSWERS, "unknown") for key in ALLOWS},
        mau_over=limits.number("mau_over"), revenue_over=limits.number("revenue_over"),
        regions_excluded=limits.texts("regions_excluded"),
        field_of_use=limits.one_of("field_of_use", FIELDS, "unknown"),
        outputs_train_others=limits.one_of("outputs_train_others", OUTPUTS, "unknown"),
        duties=tuple(map(entry.duty, entry.texts("duties"))),
        flows={key: flows.one_of(key, FLOWS, "unknown") for key in RELATIONS},
        note=entry.text("note", ""), url=source.text("url", ""), clause=source.text("clause", ""),
        checked=source.text("checked", ""),
    )  # fmt: skip


class _Entry:
    """A mapping that is asked for what it holds, and says where it is wrong."""

    def __init__(self, file: str, value: object) -> None:
        self.file = file
        if not isinstance(value, dict):
            raise LicenseError(file, "is no mapping")
        self.value: dict[str, Any] = value

    def known(self, keys: set[str]) -> None:
        unknown = sorted(map(str, set(self.value) - keys))
        if unknown:
            raise LicenseError(self.file, f"unknown keys: {', '.join(unknown)}")

    def part(self, key: str, keys: set[str]) -> "_Entry":
        part = _Entry(f"{self.file}: {key}", self.value.get(key, {}))
        part.known(keys)
        return part

    def text(self, key: str, default: str | None = None) -> str:
        value = self.value.get(key, default)
        if isinstance(value, bool):  # YAML reads yes and no as such
            value = "yes" if value else "no"
        if not isinstance(value, str):
            raise LicenseError(self.file, f"{key} is no text")
        return value

    def one_of(self, key: str, words: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in words:
            raise LicenseError(self.file, f"{key} is {value!r}, none of {', '.join(words)}")
        return value

    def list(self, key: str) -> list[Any]:
        value = self.value.get(key, [])
        if not isinstance(value, list):
            raise LicenseError(self.file, f"{key} is no list")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.list(key)
        if not all(isinstance(one, str) for one in value) or len(set(value)) < len(value):
            raise LicenseError(self.file, f"{key} holds what is no text, or one twice")
        return tuple(value)

    def number(self, key: str) -> int | None:
        value = self.value.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value <= 0):
            raise LicenseError(self.file, f"{key} is no number above 0")
        return value

    def duty(self, value: str) -> str:
        code, colon, rest = value.partition(":")
        if (code in WORDED and rest) if colon else value in DUTIES:
            return value
        raise LicenseError(self.file, f"{value!r} is no duty")

    def known_text(self, value: object) -> Text:
        part = _Entry(f"{self.file}: texts", value)
        part.known({"fingerprint", "version"})
        return Text(fingerprint=part.text("fingerprint"), version=part.text("version", ""))
