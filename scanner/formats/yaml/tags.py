"""Tags that a full loader resolves to Python, those of other languages, and those of loaders of their own."""

import re
from dataclasses import replace
from typing import Any

from scanner.artifact import Artifact, Location
from scanner.facts.config import ConfigTarget, YamlTag
from scanner.formats.pickle.names import cut, tails

TAGS = 1000

_PYTHON = "tag:yaml.org,2002:python/"
_KINDS = {"name": "name", "module": "module", "object": "object", "object/apply": "apply", "object/new": "new"}
_FOREIGN = ("!ruby/", "tag:ruby.yaml.org,2002:", "!java", "tag:yaml.org,2002:java", "tag:yaml.org,2002:javax", "!!java")
# HyperPyYAML (SpeechBrain) calls or imports the name behind the colon; lm-evaluation-harness the text of `!function`.
_LOADED = re.compile(r"(!(?:new|name|apply|applyref|module)):([^\W\d]\w*(?:\.[^\W\d]\w*)*)")
_FUNCTION = "!function"


class Tags:
    """The tags of a text, each once."""

    def __init__(self, artifact: Artifact) -> None:
        """Start with none."""
        self.found: dict[str, YamlTag | ConfigTarget] = {}
        self.full = False
        self._artifact = artifact

    def take(self, event: Any) -> None:  # noqa: ANN401 - PyYAML's events carry no types
        """Look at the tag of a node."""
        tag: str = event.tag
        kind, dotted = "", ""
        if tag.startswith(_PYTHON):
            word, _, dotted = tag.removeprefix(_PYTHON).rpartition(":")
            kind = _KINDS.get(word, "")
            # PyYAML takes the name from the suffix alone; `object/apply:os.system` has it after the colon.
        elif tag.startswith(_FOREIGN):
            kind, dotted = "foreign", tag
        if not kind:
            self._loaded(tag, event)
            return
        known = self.found.get(tag)
        if isinstance(known, YamlTag):
            self.found[tag] = replace(known, count=known.count + 1)
        elif len(self.found) < TAGS:
            self.found[tag] = _python(self._artifact, kind, dotted, event.start_mark.line + 1)
        else:
            self.full = True

    def _loaded(self, tag: str, event: Any) -> None:  # noqa: ANN401 - PyYAML's events carry no types
        """Take a tag of a loader of its own for the target that it is."""
        match = _LOADED.fullmatch(tag)
        key, dotted = match.groups() if match else (tag, getattr(event, "value", "") if tag == _FUNCTION else "")
        if not dotted or f"{key}:{dotted}" in self.found:
            return
        if len(self.found) >= TAGS:
            self.full = True
            return
        module, _, name = dotted.rpartition(".")
        if key == "!module" or not module:
            module, name = dotted, ""
        self.found[f"{key}:{dotted}"] = ConfigTarget(
            where=Location(path=self._artifact.path, line=event.start_mark.line + 1),
            format="yaml",
            key=key,
            target=cut(dotted),
            module=cut(module),
            package=cut(dotted.partition(".")[0]),
            tails=tails(module, name),
            written="",
            arguments="",
        )


def _python(artifact: Artifact, kind: str, dotted: str, line: int) -> YamlTag:
    plain = dotted if "." in dotted or kind in ("module", "foreign") else f"builtins.{dotted}"
    module, _, name = plain.rpartition(".")
    if kind in ("module", "foreign"):
        module, name = plain, ""
    return YamlTag(
        where=Location(path=artifact.path, line=line),
        kind=kind,
        target=cut(plain),
        module=cut(module),
        package=cut(plain.partition(".")[0]),
        tails=tails(module, name),
        count=1,
    )
