"""What a configuration tells a model before anyone speaks: system prompts, instructions, roles."""

from collections.abc import Iterator, Sequence

from scanner.agents.manifests import is_manifest
from scanner.agents.texts import told
from scanner.facts import Fact
from scanner.pattern import pattern
from scanner.settings import documents

_SIGNS = ("prompt", "instruction", "message", "preamble", "persona", "roledefinition", "role_definition")
_KEY = pattern(
    r"(?i)/(?:[\w.-]{0,40}?(?:system|initial|pre|default|agent|base|custom|developer)[_.-]?(?:prompt|message|instructions?)s?"
    r"|prompts?|instructions?|preamble|persona|role_?definition|context_prompt|append_system_prompt)(?:/[^/]{1,80}){0,2}$"
)


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Yield what prompts hide and say. Manifests of tools are read whole elsewhere."""
    for document in documents(facts):
        lower = document.outline.lower()
        if not any(sign in lower for sign in _SIGNS) or is_manifest(document):
            continue
        for leaf in document.leaves:
            if leaf.kind == "t" and _KEY.search(leaf.pointer):
                yield from told(leaf, "prompt", leaf.key[:100])
