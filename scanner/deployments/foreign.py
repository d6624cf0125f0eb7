"""Code of strangers in workflows that have secrets or rights: where it is fetched, and whether it is run."""

import re
from collections.abc import Iterator

from scanner.deployments.tree import Node, leaf, text, texts
from scanner.deployments.workflow import Job, Workflow, approved, guarded
from scanner.facts.deploy import WorkflowForeignCode
from scanner.pattern import pattern
from scanner.settings import Leaf

_FOREIGN_REF = pattern(
    r"(?i)github\.event\.pull_request\.(?:head|merge_commit_sha)|github\.head_ref|"
    r"github\.event\.workflow_run\.(?:head_|pull_req)|refs/pull/|"
    r"\.(?:head_sha|head_ref|pr_head\w*|head-sha|head-ref)\b|github\.event\.issue\.number|"
    r"github\.event\.client_payload\.pull_request"
)
_FOREIGN_COMMAND = pattern(
    r"(?i)gh\s+pr\s+checkout|git\s+(?:fetch|pull)\s[^\n]{0,120}(?:refs/)?pull/|git\s+(?:checkout|fetch|clone|reset|"
    r"pull)\b[^\n]{0,200}"
    r"\$\{\{[^}]*(?:pull_request\.head|head_ref|workflow_run\.head_)"
)
_RUNS = pattern(
    r"(?m)(?:^|[\s;&|(])(?:(?:npm|pnpm|yarn|bun)\s+(?:ci|i\b|install|run|test|build|exec|publish|pack|\w*$)|"
    r"npx\s+(?!-y)|pip3?\s+install\s+(?:-e\s|\.|-r\s|--editable|[\"']\.)|"
    r"python3?\s+(?:-m\s+(?:build|pytest|unittest|tox|nox|pip\s+install\s+(?:-e|\.|-r))|[\w./-]+\.py)|(?:make|cmake|"
    r"ninja|pytest|tox|nox|gradle|mvn|cargo|bazel|rake|"
    r"bundle|composer|invoke|just|meson|hatch|poetry|pdm|uv\s+(?:run|sync|pip|build)|pre-commit|docker\s+(?:build|"
    r"compose)|docker-compose|"
    r"go\s+(?:test|build|run|generate|install)|dotnet\s+(?:build|test|run)|sbt|mix|swift\s+(?:build|test))\b|"
    r"\./[\w./-]+|(?:ba|z)?sh\s+[\w./-]+\.sh|source\s+[\w./]+)"
)


def foreign_code(found: Workflow) -> Iterator[WorkflowForeignCode]:
    """Yield each job that fetches a stranger's code where secrets or rights are."""
    some = found.triggers & {"pull_request_target", "workflow_run", "issue_comment"}
    if not some:
        return
    for job in found.jobs:
        for at, step in enumerate(job.steps):
            via, where, ref = _fetches(step)
            trigger = next((one for one in sorted(some, reverse=True) if _fits(one, ref, job, step)), "")
            if not via or where is None or not trigger:
                continue
            yield WorkflowForeignCode(
                where=where.at(),
                trigger=trigger,
                ref=" ".join(ref.split())[:120],
                via=via,
                runs=_runs(step, job.steps[at + 1 :], via),
                guarded=guarded(job.condition, text(step, "if")) or approved(job) or _needs_guard(found, job),
            )
            break


def _fits(trigger: str, ref: str, job: Job, step: Node) -> bool:
    """Say whether a reference is filled in an event, and the conditions let that event through."""
    asked = f"{job.condition} {text(step, 'if')}"
    named = re.findall(r"github\.event_name\s*==\s*['\"](\w+)['\"]", asked)
    if named and trigger not in named:
        return False
    if re.search(rf"github\.event_name\s*!=\s*['\"]{trigger}['\"]", asked):
        return False
    if trigger == "workflow_run":
        return "workflow_run" in ref or "steps." in ref
    if trigger == "issue_comment":
        return "pull" in ref or "issue" in ref or "steps." in ref or "pr checkout" in ref
    return "workflow_run" not in ref


def _needs_guard(found: Workflow, job: Job) -> bool:
    """Say whether the job waits for one whose conditions or steps ask who caused the run."""
    needed = set(texts(job.node, "needs"))
    for other in found.jobs:
        if other.name in needed and (
            guarded(other.condition, other.name)
            or approved(other)
            or any(
                guarded(text(step, "uses"), text(step, "if"), text(step, "name"), text(step, "run"))
                for step in other.steps
            )
        ):
            return True
    return False


def _fetches(step: Node) -> tuple[str, Leaf | None, str]:
    uses = text(step, "uses")
    if uses.startswith("actions/checkout@"):
        for key in ("ref", "repository"):
            value = leaf(step, "with", key)
            if value is not None and _FOREIGN_REF.search(value.value):
                return "checkout", value, value.value
    ran = leaf(step, "run")
    if ran is not None:
        match = _FOREIGN_COMMAND.search(ran.value)
        if match:
            return "command", ran, match[0]
    return "", None, ""


def _runs(step: Node, rest: list[Node], via: str) -> str:
    """Say what of later steps runs files that were fetched."""
    texts_after = [text(one, "run") for one in rest]
    if via == "command":
        ran = text(step, "run")
        match = _FOREIGN_COMMAND.search(ran)
        texts_after.insert(0, ran[match.end() :] if match else "")
    folder = text(step, "with", "path").strip("./")
    for ran in texts_after:
        match = _RUNS.search(ran)
        if match and (not folder or folder in ran):
            return "build"
    for one in rest:
        uses = text(one, "uses")
        if uses.startswith("./"):
            return "action"
        if folder and folder in text(one, "working-directory") and text(one, "run"):
            return "build"
        if uses.startswith(
            ("pre-commit/action", "docker/build-push-action", "gradle/", "borales/actions-yarn", "bahmutov/npm-install")
        ):
            return "build"
    return ""
