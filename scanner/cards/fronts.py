"""Front matters of the scan: the documents that cards open with, and whose card each is."""

from collections.abc import Iterator, Sequence

from scanner.facts import Fact
from scanner.settings import Document, documents

END = "!front-matter.yaml"
"""What the reader of texts appends to the path of a text for its front matter."""

KEYS = (
    "license", "pipeline_tag", "library_name", "base_model", "model-index", "datasets", "tags", "language", "metrics",
    "task_categories", "dataset_info", "size_categories", "configs", "source_datasets", "annotations_creators",
    "new_version", "model_name", "widget", "inference", "co2_eq_emissions", "base_model_relation", "license_name",
    "license_link", "pretty_name", "task_ids", "sdk", "thumbnail",
)  # fmt: skip
"""Keys that the hub reads (https://huggingface.co/docs/hub/model-cards#model-card-metadata)."""


def fronts(facts: Sequence[Fact]) -> Iterator[tuple[str, Document]]:
    """Yield the path of each card with its front matter, where that has a key that the hub reads."""
    for document in documents(facts):
        if document.path.endswith(END) and is_card(document):
            yield document.path.removesuffix(END), document


def is_card(document: Document) -> bool:
    """Say whether front matter has keys of a card; those of pages and of skills have others."""
    outline = document.outline
    return "\n/extra_gated_" in outline or any(f"\n/{key}\n" in outline or f"\n/{key}/" in outline for key in KEYS)


def texts(document: Document, pointer: str) -> list[str]:
    """List the texts at and below a pointer: a key that takes one or several."""
    return [leaf.value for leaf in document.under(pointer) if leaf.kind == "t" and leaf.value.strip()]
