"""What a user accepts: `Policy`, with its waivers; `decide` alone says pass, fail or incomplete."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, field, replace
from datetime import date
from typing import TYPE_CHECKING

from scanner.facts import Examined
from scanner.finding import CONFIDENCES, SEVERITIES, Confidence, Evidence, Finding, Severity
from scanner.glob import covers_below, matches
from scanner.nesting import file_of
from scanner.record import record
from scanner.report import Verdict

if TYPE_CHECKING:
    from scanner.facts.lineage import Use

BASELINE = "baseline"
"""What `Finding.waived` holds for a finding that a baseline records."""

NOT_INCLUDED = "not in include"
"""Stands for the pattern where a path is left out because no pattern of `include` covers it."""


@record
class Waiver:
    """A finding that a person accepts: of this rule, at paths that match `path`, through the day `until`.

    `path` is a pattern of `glob.py`; one that covers a file covers all that the file holds.
    Raises `ValueError` without a reason.
    """

    rule: str
    path: str
    reason: str
    until: date | None = None
    by: str = ""

    def __post_init__(self) -> None:
        """Refuse a waiver that nobody can judge later."""
        if not self.reason.strip():
            message = "a waiver needs a reason"
            raise ValueError(message)


@record
class Profile:
    """A use that licences are judged for. What is not said of it is unknown, and nothing is concluded from it.

    `regions`: codes of countries (ISO 3166, "EU" for all its members) where the model is used or handed on.
    `monthly_users` a month, `revenue` in USD a year, as the licences count them: with affiliates.
    `strict_data`: terms of data bind the models that were trained on it, which is unsettled.
    """

    commercial: bool | None = None
    redistribute: bool = False
    regions: tuple[str, ...] = ()
    monthly_users: int | None = None
    revenue: int | None = None
    strict_data: bool = False

    def __post_init__(self) -> None:
        """Refuse figures below zero: they would read as unknown."""
        if min(self.monthly_users or 0, self.revenue or 0) < 0:
            message = "monthly_users and revenue are numbers from 0"
            raise ValueError(message)


PROFILES: Mapping[str, Profile] = {
    "commercial": Profile(commercial=True, redistribute=True),
    "research": Profile(commercial=False),
    "redistribute": Profile(redistribute=True),
}
"""Profiles that every policy has; one of the same name in a file takes its place."""


@record
class RulePacks:
    """Rules of somebody else's that judge too: folders or zips, pinned by `lock`; paths start at the policy's folder.

    `unsigned` takes those that nobody signed, and the report says so.
    """

    packs: tuple[str, ...] = ()
    lock: str = "rules.lock"
    unsigned: bool = False


@record
class Policy:
    """What is scanned, how findings are graded, and which of them fail a scan.

    `severity` regrades a rule by its id. `include` (empty: everything) and `exclude`
    are patterns of `glob.py` over the files of the source. `baseline` maps the fingerprints of
    recorded findings to their severity then; a finding that has become more severe is new.
    `profile` names the one of `profiles`, or of `PROFILES`, that licences are judged for; "" is none.
    `name` is the file it comes from, and `folder` where that lies, if `rules` names packs.
    """

    fail_at: Severity = "high"
    min_confidence: Confidence = "medium"
    severity: Mapping[str, Severity] = field(default_factory=dict)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    baseline: Mapping[str, Severity] = field(default_factory=dict)
    profile: str = ""
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    rules: RulePacks = field(default_factory=RulePacks)
    name: str = "default"
    folder: str = ""

    def excludes(self, path: str) -> str | None:
        """Return the pattern that leaves out a file of the source, or None where it is to be scanned.

        A path that ends in "/" is a folder: it is left out only where no file below it could be wanted.
        """
        if path.endswith("/"):
            return next((pattern for pattern in self.exclude if covers_below(pattern, path)), None)
        if self.include and not any(matches(pattern, path) for pattern in self.include):
            return NOT_INCLUDED
        return next((pattern for pattern in self.exclude if matches(pattern, path)), None)

    @property
    def known_profiles(self) -> Mapping[str, Profile]:
        """The profiles that may be named: the bundled ones, and those of the file."""
        return {**PROFILES, **self.profiles}


DEFAULT = Policy()


def use_of(policy: Policy) -> "Use | None":
    """State the use that a policy declares, for joins to compare licences with; None where no profile is on.

    Raises `KeyError` for a profile that there is not.
    """
    if not policy.profile:
        return None
    from scanner.artifact import Location
    from scanner.facts.lineage import Use  # only where there is something to state

    profile = policy.known_profiles[policy.profile]
    return Use(
        where=Location(path=policy.name),
        name=policy.profile,
        commercial="" if profile.commercial is None else "yes" if profile.commercial else "no",
        redistributes=profile.redistribute,
        regions=profile.regions,
        users=-1 if profile.monthly_users is None else profile.monthly_users,
        revenue=-1 if profile.revenue is None else profile.revenue,
        strict_data=profile.strict_data,
    )


def digest(policy: Policy) -> str:
    """Digest what a policy says, whatever its file is called and looks like: SHA-256 over canonical JSON."""
    import hashlib  # OpenSSL is loaded only when something is digested

    said = asdict(replace(policy, name="", folder=""))
    content = json.dumps(said, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(content.encode()).hexdigest()


def decide(
    findings: Iterable[Finding], examined: Iterable[Examined], policy: Policy, today: date
) -> tuple[Verdict, tuple[Finding, ...]]:
    """Regrade and waive findings, then give the verdict.

    None is added or lost; they stay sorted by path, most severe first.
    """
    looked_at = tuple(examined)
    files = frozenset(one.where.path for one in looked_at)
    decided = tuple(_waive(_regrade(one, policy), files, policy, today) for one in findings)
    if any(fails(finding, policy) for finding in decided):
        return "fail", _sort(decided)
    return "pass" if all(one.complete for one in looked_at) else "incomplete", _sort(decided)


def fails(finding: Finding, policy: Policy) -> bool:
    """Say whether one finding is enough to fail a scan."""
    return (
        not finding.waived
        and SEVERITIES.index(finding.severity) >= SEVERITIES.index(policy.fail_at)
        and CONFIDENCES.index(finding.confidence) >= CONFIDENCES.index(policy.min_confidence)
    )


def _regrade(finding: Finding, policy: Policy) -> Finding:
    severity = policy.severity.get(finding.rule, finding.severity)
    return finding if severity == finding.severity else replace(finding, severity=severity)


def _waive(finding: Finding, files: frozenset[str], policy: Policy, today: date) -> Finding:
    expired: Waiver | None = None
    for waiver in policy.waivers:
        if waiver.rule == finding.rule and _reaches(waiver, finding.evidence[0].where.path, files):
            if waiver.until is None or today <= waiver.until:
                return replace(finding, waived=waiver.reason)
            expired = waiver
    recorded = policy.baseline.get(finding.fingerprint)
    if recorded is not None and SEVERITIES.index(finding.severity) <= SEVERITIES.index(recorded):
        return replace(finding, waived=BASELINE)
    return _reopen(finding, expired) if expired else finding


def _reaches(waiver: Waiver, path: str, files: frozenset[str]) -> bool:
    return matches(waiver.path, path) or matches(waiver.path, file_of(path, files))


def _reopen(finding: Finding, waiver: Waiver) -> Finding:
    """Say beside the finding that its waiver has ended, so that nobody wonders why it is back."""
    first, *others = finding.evidence
    says = f"its waiver ended on {waiver.until}: {waiver.reason}"
    return replace(finding, evidence=(first, Evidence(where=first.where, says=says), *others))


def _sort(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Keep the engine's order: by path, then most severe first."""
    return tuple(sorted(findings, key=lambda one: (one.evidence[0].where.path, -SEVERITIES.index(one.severity))))
