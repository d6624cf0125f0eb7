"""The configuration of an image: what it runs, as whom, with which variables (image-spec, config.md)."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts.layer import ImageConfig
from scanner.json_object import JsonObject
from scanner.marks import marks_of

WORDS = 100
WORD_CHARACTERS = 300


def config(artifact: Artifact, document: JsonObject) -> Iterator[ImageConfig]:
    """Yield one fact for a configuration with the fields of one; Ollama's say of the layers alone."""
    rootfs = document.get("rootfs")
    layers = rootfs.get("diff_ids") if isinstance(rootfs, JsonObject) else None
    held = document.get("config")
    run = held if isinstance(held, JsonObject) else JsonObject()
    command = (*_words(run.get("Entrypoint")), *_words(run.get("Cmd")))
    triggers = _words(run.get("OnBuild"))
    yield ImageConfig(
        where=artifact.at(0),
        system=_text(document.get("os")),
        architecture=_text(document.get("architecture")),
        layers=len(layers) if isinstance(layers, list) else 0,
        user=_text(run.get("User")),
        command=command,
        environment=tuple(word.partition("=")[0] for word in _words(run.get("Env"))),
        triggers=triggers,
        marks=tuple(marks_of(" ".join((*command, *triggers)))),
    )


def _words(value: object) -> tuple[str, ...]:
    words = value if isinstance(value, list) else [value]
    return tuple(word[:WORD_CHARACTERS] for word in words[:WORDS] if isinstance(word, str))


def _text(value: object) -> str:
    return value[:WORD_CHARACTERS] if isinstance(value, str) else ""
