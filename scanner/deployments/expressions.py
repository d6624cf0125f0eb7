"""Expressions of workflows: which of them give a stranger's words.

After "Script injections" and "Contexts" of GitHub's documentation: fields of the event that end with body, title,
message, name, email, label, ref, head_ref, page_name, default_branch.
"""

import re
from collections.abc import Iterator, Mapping

from scanner.pattern import pattern

EXPRESSION = pattern(r"\$\{\{(.{1,2000}?)\}\}", re.DOTALL)

# What a stranger writes, and the events that hold it.
_FIELDS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (pattern(r"^github\.event\.issue\.(?:title|body)$|^github\.event\.issue$"), frozenset({"issues", "issue_comment"})),
    (
        pattern(
            r"^github\.head_ref$|^github\.event\.pull_request\.(?:title|body|head\.(?:ref|label|repo\.default_branch|"
            r"repo\.description|"
            r"repo\.homepage|user\.(?:email|name))|milestone\.title)$|^github\.event\.pull_request(?:\.head)?$"
        ),
        frozenset({"pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment"}),
    ),
    (
        pattern(r"^github\.event\.comment\.body$|^github\.event\.comment$"),
        frozenset({"issue_comment", "commit_comment", "discussion_comment", "pull_request_review_comment"}),
    ),
    (pattern(r"^github\.event\.review\.body$|^github\.event\.review$"), frozenset({"pull_request_review"})),
    (
        pattern(r"^github\.event\.discussion\.(?:title|body)$|^github\.event\.discussion$"),
        frozenset({"discussion", "discussion_comment"}),
    ),
    (
        pattern(
            r"^github\.event\.workflow_run\.(?:head_branch|display_title|head_commit(?:\.message|\.author\.(?:name|"
            r"email))?|"
            r"head_repository\.description|pull_requests\.\S*head\.ref)$"
        ),
        frozenset({"workflow_run"}),
    ),
    (pattern(r"^github\.event\.pages\.\S*page_name$"), frozenset({"gollum"})),
    (
        pattern(r"^github\.event\.(?:head_commit|commits\S*)\.(?:message|author\.(?:name|email))$|^github\.event\.head_commit$"),
        frozenset({"push"}),
    ),
    (
        pattern(r"^github\.event$|^github$"),
        frozenset({"issues", "issue_comment", "pull_request_target", "discussion", "discussion_comment", "workflow_run",
                   "pull_request"}),
    ),
)  # fmt: skip
PUBLIC = frozenset(
    {
        "issues",
        "issue_comment",
        "pull_request_target",
        "discussion",
        "discussion_comment",
        "workflow_run",
        "commit_comment",
    }
)
"""Events that a stranger causes and whose workflow has the repository's secrets or rights."""

FORK = frozenset({"pull_request", "pull_request_review", "pull_request_review_comment"})
"""Events that a stranger causes and whose workflow has neither, where the change comes from a fork."""

_CONTEXT = pattern(r"(?i)(?<![\w.])(?:github|env|steps|needs)(?:\.[\w*-]+|\[[^\]]{1,60}\])*")
_INDEX = pattern(r"\[\s*['\"]([\w-]+)['\"]\s*\]")
_NUMBER = pattern(r"\[[^\]]*\]")
_YES_OR_NO = pattern(
    r"(?i)^\s*!|[!=]=|[<>]|^\s*\(*\s*(?:contains|startswith|endswith|hashfiles|always|success|failure|cancelled)\s*\("
)
_PARTS = pattern(r"(&&|\|\|)")
_TO_JSON = pattern(r"(?i)^\s*tojson\s*\(")
# Steps whose outputs are a stranger's words (CVE-2023-51664 and its like).
OUTPUTS: Mapping[str, str] = {
    "tj-actions/changed-files": "all_changed_files all_modified_files added_files modified_files other_changed_files "
    "renamed_files all_changed_and_modified_files",
    "tj-actions/branch-names": "current_branch head_ref_branch ref_branch",
    "xt0rted/pull-request-comment-branch": "head_ref",
    "dawidd6/action-get-tag": "",
    "trilom/file-changes-action": "files files_added files_modified",
    "jitterbit/get-changed-files": "all added modified added_modified renamed",
    "lots0logs/gh-action-get-changed-files": "all added modified",
}


def given(expression: str, *, plain: bool) -> Iterator[str]:
    """Yield the contexts whose text an expression gives. `plain`: JSON of a value is harmless where it is pasted."""
    parts = _PARTS.split(expression)
    for at in range(0, len(parts), 2):
        part = parts[at]
        followed = parts[at + 1] if at + 1 < len(parts) else ""
        if followed == "&&" or _YES_OR_NO.search(part) or (plain and _TO_JSON.search(part)):
            continue
        for found in _CONTEXT.finditer(part):
            yield _NUMBER.sub(".*", _INDEX.sub(r".\1", found[0])).lower() if "[" in found[0] else found[0].lower()


def events(context: str) -> frozenset[str]:
    """Return the events in which a context is a stranger's text; none of it is."""
    for shape, some in _FIELDS:
        if shape.search(context):
            return some
    return frozenset()


def reach(some: frozenset[str], triggers: frozenset[str]) -> str:
    """Say who causes it, as in `WorkflowInjects`, "" where no trigger of the workflow holds it."""
    met = some & triggers
    if met & PUBLIC:
        return "public"
    if met & FORK:
        return "fork"
    if met:
        return "own"
    return "called" if triggers & {"workflow_call", ""} else ""
