"""What tools say of themselves: listings of MCP servers, functions for a model's API, plugins, OpenAPI documents."""

from collections.abc import Iterator, Sequence

from scanner.agents.manifests import is_manifest, texts
from scanner.agents.texts import told
from scanner.facts import Fact
from scanner.settings import documents


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Yield what each text of each manifest hides and says."""
    for document in documents(facts):
        if is_manifest(document):
            for leaf, name in texts(document):
                yield from told(leaf, "tool", name)
