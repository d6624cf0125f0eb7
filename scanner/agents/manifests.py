"""Documents that describe tools to a model: listings of MCP servers, functions for an API, plugins, OpenAPI."""

from collections.abc import Iterator

from scanner.pattern import pattern
from scanner.settings import Document, Leaf

_SIGNS = pattern(
    r"/(?:inputSchema|input_schema|parameters|args_schema|outputSchema)/(?:type|properties|required)\b"
    r"|/description_for_model\n|/(?:tools|functions|skills)/[^/\n]{1,80}/(?:function/)?description\n"
    r"|/(?:get|post|put|patch|delete)/(?:description|summary|operationId)\n|/function/description\n"
)
_OWNER = pattern(r"^((?:.*?/)?(?:tools|functions|prompts|resources|paths|components)/[^/]{1,200})(?:/|$)")


def is_manifest(document: Document) -> bool:
    """Say whether a document describes tools."""
    outline = document.outline
    return "/description" in outline and _SIGNS.search(outline) is not None


def texts(document: Document) -> Iterator[tuple[Leaf, str]]:
    """Yield the texts of tools with the name of their tool: of a listing those in it, of a single tool all."""
    pairs = [(leaf, _OWNER.match(leaf.pointer)) for leaf in document.leaves if leaf.kind == "t"]
    listed = any(found for _, found in pairs)
    for leaf, found in pairs:
        if found or not listed:
            yield leaf, _name(document, found[1] if found else "")


def _name(document: Document, base: str) -> str:
    name = document.text(f"{base}/name") or document.text(f"{base}/function/name") or document.text("/name_for_model")
    return (name or base.rpartition("/")[2])[:100]
