"""A template's output under probes, as facts; rendering ends at its bounds and says so."""

from collections.abc import Generator, Iterator

from jinja2 import nodes

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.template import TemplateExhausts, TemplateReacts
from scanner.formats.chat_template import probes
from scanner.formats.chat_template.branches import branches, rewrites
from scanner.formats.chat_template.budget import CPU_SECONDS, MEMORY_NBYTES, ExpiredError, NoClockError, bounded
from scanner.formats.chat_template.reactions import Plain, Reaction, clocks, plain, reactions, renderer
from scanner.formats.chat_template.sandbox import OUTPUT_CHARACTERS, OutputError
from scanner.formats.chat_template.taint import CLOCK, Flow

ENGINE = "jinja"
REACTIONS = 40
"""Reactions of one template that are stated."""


def react(artifact: Artifact, tree: nodes.Template, flow: Flow) -> Generator[Fact, None, str]:  # noqa: C901 - one except a bound
    """Yield how the output reacts; return the digest of what the plain conversations make, "" where none renders."""
    found: list[Reaction] = []
    base: list[Plain] = []
    bound = ""
    try:
        with bounded():
            for item in _all(tree, flow, base):
                found.append(item)
                if len(found) == REACTIONS:
                    break
    except ExpiredError:
        bound = "cpu"
    except (MemoryError, RecursionError):
        bound = "memory"
    except OutputError:
        bound = "output"
    except NoClockError:
        yield LimitReached(where=artifact.at(), limit="renderings", bound=0, unit="outside a main thread")
    for one in dict.fromkeys(found):
        yield TemplateReacts(
            where=artifact.at(),
            engine=ENGINE,
            kind=one.kind,
            probe=one.probe,
            says=one.says,
            structural=one.structural,
        )
    if bound:
        limit, unit = _BOUNDS[bound]
        yield TemplateExhausts(where=artifact.at(), engine=ENGINE, bound=bound, limit=limit, unit=unit)
    return base[0].digest if base and base[0].outputs else ""


_BOUNDS = {
    "cpu": (int(CPU_SECONDS), "seconds"),
    "memory": (MEMORY_NBYTES, "bytes"),
    "output": (OUTPUT_CHARACTERS, "characters"),
}


def _all(tree: nodes.Template, flow: Flow, base: list[Plain]) -> Iterator[Reaction]:
    render = renderer(tree)
    base.append(plain(render))
    if not base[0].outputs:
        return
    said = [found.literal for found in branches(flow)] + [found.old for found in rewrites(flow)]
    yield from reactions(render, base[0], probes.tried(flow, said))
    if any(CLOCK in flow.of(call) for call in flow.nodes if isinstance(call, nodes.Call)):
        yield from clocks(render, base[0], next(iter(base[0].outputs)))
