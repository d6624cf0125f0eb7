"""One workflow or composite action: its triggers, jobs and steps, and what of it is a stranger's."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.deployments.expressions import EXPRESSION, FORK, OUTPUTS, PUBLIC, events, given, reach
from scanner.deployments.tree import Node, below, leaf, text, texts
from scanner.facts.deploy import WorkflowInjects
from scanner.pattern import pattern
from scanner.settings import Leaf

_GUARD = pattern(
    r"(?i)author_association|github\.actor|triggering_actor|event\.sender|\.user\.login|user\.type|\.labels?\b|"
    r"label\.name|"
    r"head\.repo\.full_name|head\.repo\.fork|\.fork\b|head_repository\.(?:full_name|owner|fork)|permission|"
    r"workflow_run\.event\s*[!=]=|is_member|allowed|trusted|authori[sz]ed|safe.to"
)
AGENTS = pattern(
    r"^(?:anthropics/claude-code-(?:base-)?action|google-github-actions/run-gemini-cli|"
    r"google-gemini/gemini-cli-action|openai/codex-action|"
    r"sourcegraph/amp-action|augmentcode/augment-agent|opencode-ai/opencode|sst/opencode/github|cursor/agent|"
    r"block/goose-action|"
    r"actions/ai-inference)(?:/[\w-]+)*$"
)
_PROMPTS = frozenset(
    {
        "prompt",
        "direct_prompt",
        "override_prompt",
        "custom_instructions",
        "system_prompt",
        "append_system_prompt",
        "claude_args",
        "prompt-file",
        "system-prompt",
        "instruction",
    }
)
_SCRIPTS = frozenset(
    {
        "script",
        "inlinescript",
        "run",
        "cmd",
        "command",
        "commands",
        "inline-script",
        "azcliversion_script",
        "entrypoint",
    }
)
_AGENT_COMMAND = pattern(
    r"(?m)(?:^|[\s;&|(])(?:claude|gemini|codex\s+exec|amp|aider|goose\s+run|cursor-agent|opencode\s+run|"
    r"q\s+chat)\s+[^\n]*(?:-p\b|--print|--message|-m\b|--prompt|-x\b|exec|run|chat)"
)


@dataclass
class Job:
    """A job, or the steps of an action. `outer` is what its conditions and permissions stand in."""

    name: str
    node: Node
    condition: str
    steps: list[Node] = field(default_factory=list)


@dataclass
class Workflow:
    """What is asked of a workflow more than once."""

    node: Node
    triggers: frozenset[str]
    jobs: list[Job]
    tainted: dict[str, frozenset[str]]
    """Contexts such as "env.title" that hold a stranger's text, with the events in which they do."""


def workflow(node: Node) -> Workflow:
    """Look at the tree of a workflow or an action."""
    steps = below(node, "runs", "steps")
    if steps:
        jobs = [Job("", node, "", _nodes(steps))]
        triggers = frozenset({""})
    else:
        jobs = [
            Job(name, job, text(job, "if"), _nodes(below(job, "steps")))
            for name, job in below(node, "jobs").items()
            if not isinstance(job, Leaf)
        ]
        triggers = frozenset(triggers_of(node))
    found = Workflow(node, triggers, jobs, {})
    _taint(found)
    return found


def triggers_of(node: Node) -> list[str]:
    """Return the events that start a workflow. YAML 1.1 reads the key `on` as true."""
    for key in ("on", "true", "True", "On", "ON"):
        value = node.get(key)
        if isinstance(value, Leaf):
            return [value.value]
        if value is not None:
            inner = list(value.values())
            plain = all(isinstance(one, Leaf) for one in inner) and all(one.isdigit() for one in value)
            return texts(value) if plain else list(value)
    return []


def _nodes(node: Node) -> list[Node]:
    return [one for one in node.values() if not isinstance(one, Leaf)]


def _taint(found: Workflow) -> None:
    """Follow a stranger's text through variables and outputs of steps, once."""
    holders = [found.node, *(job.node for job in found.jobs), *(step for job in found.jobs for step in job.steps)]
    variables = [(name, value) for holder in holders for name, value in below(holder, "env").items()]
    for _ in range(2):
        for name, value in variables:
            if isinstance(value, Leaf) and "${{" in value.value:
                some = frozenset().union(*(one for _, one in given_by(found, value.value)))
                if some:
                    found.tainted[f"env.{name.lower()}"] = some
    for step in (step for job in found.jobs for step in job.steps):
        outputs = OUTPUTS.get(text(step, "uses").partition("@")[0].lower(), "") if text(step, "id") else ""
        for output in outputs.split():
            found.tainted[f"steps.{text(step, 'id').lower()}.outputs.{output}"] = PUBLIC | FORK


def given_by(found: Workflow, value: str, *, plain: bool = False) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the contexts with a stranger's text that a value is made of, and their events."""
    for expression in EXPRESSION.finditer(value):
        for context in given(expression[1], plain=plain):
            some = found.tainted.get(context) or events(context)
            if some:
                yield context, some


def guarded(*conditions: str) -> bool:
    """Say whether a condition asks who caused the run."""
    return any(_GUARD.search(condition) for condition in conditions if condition)


def injections(found: Workflow) -> Iterator[WorkflowInjects]:
    """Yield where a stranger's text becomes code or the words of an agent's task."""
    seen: set[tuple[str, str, str]] = set()
    for job in found.jobs:
        protected = guarded(job.condition) or approved(job)
        for step in job.steps:
            for where, value, into in _sinks(step):
                for context, some in given_by(found, value, plain=into == "script"):
                    how = reach(some, found.triggers)
                    if not how or (context, into, how) in seen:
                        continue
                    seen.add((context, into, how))
                    yield WorkflowInjects(
                        where=where.at(),
                        expression=context[:120],
                        into=into,
                        reach=how,
                        triggers=tuple(sorted(found.triggers)),
                        guarded=protected or guarded(text(step, "if")) or (into == "prompt" and _asks_itself(step)),
                    )


def approved(job: Job) -> bool:
    """Say whether someone must approve: a named environment."""
    return bool(text(job.node, "environment") or text(job.node, "environment", "name"))


def _asks_itself(step: Node) -> bool:
    """Say whether the action checks by itself that who speaks may write: Claude's and Codex's do by default."""
    uses = text(step, "uses")
    inputs = below(step, "with")
    if uses.startswith("anthropics/claude-code-action"):
        return text(inputs, "allowed_non_write_users") != "*" and text(inputs, "allowed_bots") != "*"
    return uses.startswith("openai/codex-action") and text(inputs, "allow-users") != "*"


def _sinks(step: Node) -> Iterator[tuple[Leaf, str, str]]:
    """Yield what of a step is run: the value, its text, and as what."""
    ran = leaf(step, "run")
    if ran is not None:
        yield ran, ran.value, "prompt" if _AGENT_COMMAND.search(ran.value) and not _before_agent(ran.value) else "run"
    uses = text(step, "uses").partition("@")[0].lower()
    agent = AGENTS.match(uses) is not None
    for key, value in below(step, "with").items():
        if not isinstance(value, Leaf) or "${{" not in value.value:
            continue
        if agent and key.lower() in _PROMPTS:
            yield value, value.value, "prompt"
        elif uses == "actions/github-script" and key == "script":
            yield value, value.value, "script"
        elif not agent and key.lower() in _SCRIPTS:
            yield value, value.value, "run"


def _before_agent(value: str) -> bool:
    """Say whether an expression stands in another command than that of the agent: then it is a shell's."""
    return "${{" in value.partition("claude")[0] if "claude" in value else False
