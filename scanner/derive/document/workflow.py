"""Workflows of GitHub, their composite actions, and pipelines of GitLab: whom they let in."""

from collections.abc import Iterator, Sequence

from scanner.artifact import Location
from scanner.commands.telling import commands_told, image_told, variable_told
from scanner.deployments.expressions import FORK, PUBLIC
from scanner.deployments.foreign import foreign_code
from scanner.deployments.tree import Node, below, leaf, leaves, place, text, texts, trees
from scanner.deployments.trust import EVERY_TOOL
from scanner.deployments.workflow import AGENTS, Job, Workflow, guarded, injections, workflow
from scanner.facts import Fact
from scanner.facts.deploy import SecretGiven, WorkflowTrait, WorkflowUses
from scanner.pattern import pattern
from scanner.settings import Document, Leaf, documents

_SHA = pattern(r"^[0-9a-f]{40}(?:[0-9a-f]{24})?$")
_BRANCHES = frozenset({"main", "master", "develop", "dev", "trunk", "head", "latest", "next", "stable"})
_OFFICIAL = frozenset({"actions", "github"})
_ALL_SECRETS = pattern(r"(?i)\$\{\{[^}]*tojson\s*\(\s*secrets\s*\)")
_SECRET = pattern(r"\$\{\{[^}]*\bsecrets\.(?!GITHUB_TOKEN\b)\w+")
_OLD = "ACTIONS_ALLOW_UNSECURE_COMMANDS"


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """State what every document that is a workflow does."""
    for document in documents(facts):
        kind = _kind(document)
        for node in trees(document) if kind else ():
            if kind == "gitlab":
                yield from _of_gitlab(node)
            elif below(node, "jobs") or below(node, "runs", "steps"):
                yield from _of_workflow(document, workflow(node), kind)


def _kind(document: Document) -> str:
    """Say whether a document is a "workflow", an "action" or a pipeline of "gitlab"."""
    outline = document.outline
    if "/jobs/" in outline and any(sign in outline for sign in ("/runs-on", "/steps/", "/uses\n")):
        return "workflow"
    if "/runs/using\n" in outline:
        return "action"
    scripts = "/script" in outline and document.format == "yaml"
    return "gitlab" if scripts and (".gitlab" in document.path or "\n/stages/" in outline) else ""


def _of_workflow(document: Document, found: Workflow, carrier: str) -> Iterator[Fact]:
    yield from injections(found)
    yield from foreign_code(found)
    yield from _uses(found)
    yield from _traits(document, found)
    yield from _variables(found.node, carrier)
    for job in found.jobs:
        yield from _of_job(job, carrier)


def _of_job(job: Job, carrier: str) -> Iterator[Fact]:
    yield from _variables(job.node, carrier)
    for inner in (below(job.node, "container"), *below(job.node, "services").values()):
        password = leaf(inner, "credentials", "password")
        if password is not None and "${{" not in password.value:
            yield SecretGiven(
                where=password.at(),
                carrier=carrier,
                name="credentials.password",
                place="literal",
                shape="word",
                kind="",
            )
        image = leaf(inner, "image")
        if image is not None:
            yield from image_told(image.value, image.at(), carrier)
    for step in job.steps:
        ran = leaf(step, "run")
        if ran is not None:
            yield from commands_told(ran.value, ran.at(), carrier, "ci")
        yield from _variables(step, carrier)


def _variables(node: Node, carrier: str, key: str = "env") -> Iterator[Fact]:
    for name, value in below(node, key).items():
        if isinstance(value, Leaf):
            yield from variable_told(name, value.value, value.at(), carrier, "env")


def _uses(found: Workflow) -> Iterator[WorkflowUses]:
    """State what is taken by a name, once for each kind."""
    met: dict[tuple[bool, str], tuple[Location, str, set[str]]] = {}
    used = [leaf(job.node, "uses") for job in found.jobs] + [
        leaf(step, "uses") for job in found.jobs for step in job.steps
    ]
    for value in used:
        if value is None or value.value.startswith((".", "$")):
            continue
        action, _, reference = value.value.strip().partition("@")
        if action.startswith("docker://"):
            how = "" if reference.startswith("sha256:") else "image"
        elif not reference:
            how = "none"
        elif _SHA.match(reference) or "${{" in reference:
            how = ""
        else:
            how = "branch" if reference.lower() in _BRANCHES else "tag"
        if how:
            official = action.partition("/")[0].lower() in _OFFICIAL
            met.setdefault((official, how), (value.at(), value.value[:120], set()))[2].add(value.value)
    for (official, how), (where, first, actions) in met.items():
        yield WorkflowUses(where=where, official=official, how=how, action=first, count=len(actions))


def _traits(document: Document, found: Workflow) -> Iterator[WorkflowTrait]:
    whole = leaf(found.node, "permissions")
    if whole is not None and whole.value == "write-all":
        yield _trait(found, "write-all", whole.at(), "permissions: write-all")
    values = list(leaves(found.node))
    secrets = next((one for one in values if "secrets" in one.value and _ALL_SECRETS.search(one.value)), None)
    if secrets is not None:
        yield _trait(found, "all-secrets", secrets.at(), secrets.pointer)
    old = next((one for one in values if one.key == _OLD and one.value.lower() in {"true", "1"}), None)
    if old is not None:
        yield _trait(found, "old-commands", old.at(), old.key)
    for job in found.jobs:
        yield from _job_traits(document, found, job)
        yield from _step_traits(found, job)


def _job_traits(document: Document, found: Workflow, job: Job) -> Iterator[WorkflowTrait]:
    own = leaf(job.node, "permissions")
    if own is not None and own.value == "write-all":
        yield _trait(found, "write-all", own.at(), f"jobs.{job.name}.permissions: write-all")
    inherited = leaf(job.node, "secrets")
    called = text(job.node, "uses")
    if inherited is not None and inherited.value == "inherit" and called and not called.startswith("."):
        yield _trait(found, "inherits-secrets", inherited.at(), called)
    runner = texts(job.node, "runs-on") + texts(job.node, "runs-on", "labels")
    if any(one.lower() == "self-hosted" for one in runner) and found.triggers & (PUBLIC | FORK):
        yield _trait(found, "own-runner", place(document.path, job.node.get("runs-on")), "self-hosted", job.condition)


def _trait(found: Workflow, name: str, where: Location, detail: str, *conditions: str) -> WorkflowTrait:
    triggers = tuple(sorted(found.triggers))
    return WorkflowTrait(where=where, trait=name, triggers=triggers, detail=detail[:120], guarded=guarded(*conditions))


def _step_traits(found: Workflow, job: Job) -> Iterator[WorkflowTrait]:
    public = bool(found.triggers & PUBLIC)
    for step in job.steps:
        used = leaf(step, "uses")
        if used is None:
            continue
        action, _, reference = used.value.partition("@")
        inputs = below(step, "with")
        if AGENTS.match(action.lower()):
            anyone = leaf(inputs, "allowed_non_write_users") or leaf(inputs, "allow-users")
            if anyone is not None and anyone.value.strip() == "*" and public:
                yield _trait(
                    found, "agent-any-user", anyone.at(), f"{action}: {anyone.key}", job.condition, text(step, "if")
                )
            tools = [one for one in leaves(inputs) if EVERY_TOOL.search(one.value)]
            asks = (
                action.lower().startswith(("anthropics/claude-code-action", "openai/codex-action")) and anyone is None
            )
            if tools and public and not asks:
                yield _trait(
                    found, "agent-open", tools[0].at(), f"{action}: {tools[0].key}", job.condition, text(step, "if")
                )
        owner = action.partition("/")[0].lower()
        if owner not in _OFFICIAL and not action.startswith((".", "docker://")) and not _SHA.match(reference):
            secret = next((one for one in leaves(step) if _SECRET.search(one.value)), None)
            if secret is not None:
                yield _trait(found, "secret-to-stranger", secret.at(), used.value)


def _of_gitlab(node: Node) -> Iterator[Fact]:
    for name, job in node.items():
        if name == "include":
            yield from _includes(job)
        elif isinstance(job, Leaf):
            if name == "image":
                yield from image_told(job.value, job.at(), "gitlab")
        elif name == "variables":
            yield from _variables(node, "gitlab", name)
        elif name in {"before_script", "after_script"}:
            yield from _script(job)
        else:
            yield from _of_gitlab_job(job)


def _of_gitlab_job(job: Node) -> Iterator[Fact]:
    yield from _variables(job, "gitlab", "variables")
    image = leaf(job, "image") or leaf(job, "image", "name")
    if image is not None:
        yield from image_told(image.value, image.at(), "gitlab")
    for key in ("script", "before_script", "after_script"):
        yield from _script(job.get(key))


def _script(block: Node | Leaf | None) -> Iterator[Fact]:
    lines = list(leaves(block))
    if lines:
        yield from commands_told("\n".join(one.value for one in lines), lines[0].at(), "gitlab", "ci")


def _includes(node: Node | Leaf) -> Iterator[WorkflowTrait]:
    for one in leaves(node):
        if one.value.startswith(("http://", "https://")):
            yield WorkflowTrait(
                where=one.at(), trait="remote-include", triggers=(), detail=one.value[:120], guarded=False
            )
