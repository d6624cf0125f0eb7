"""From the instructions of a Dockerfile to facts."""

import json
import re
from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.commands.addresses import address
from scanner.commands.shell import commands, joined
from scanner.commands.telling import commands_told, image_told, variable_told
from scanner.facts import Fact, LimitReached
from scanner.facts.deploy import ContainerGrant, ImageTakes, ImageTrait
from scanner.format import MalformedError
from scanner.formats.dockerfile.instructions import Instruction, flags, instructions
from scanner.limits import Limits
from scanner.pattern import pattern
from scanner.whole import decoded, whole

CARRIER = "dockerfile"
INSTRUCTIONS = 10_000
"""Instructions of one file that are read."""

VALUE = 4096
"""Characters of a reference after variables are filled in."""

_VARIABLE = pattern(r"\$(?:\{(\w+)(?::?[-+]([^}]*))?\}|(\w+))")
_KEYS = pattern(
    r"(?:^|/)(?:\.ssh|\.aws|\.kube|\.gnupg|\.netrc|\.git-credentials|\.npmrc|\.pypirc|\.docker/config\.json|"
    r"id_(?:rsa|dsa|ecdsa|ed25519)|"
    r"\.config/gcloud|credentials\.json|service[-_]account\w*\.json|\.huggingface/token)(?:/|$)|(?:^|"
    r"/)\.env(?:\.(?:prod|production|local))?$|"
    r"\.(?:pem|p12|pfx|key|keystore|jks)$"
)
_PUBLIC_KEY = pattern(
    r"(?i)\.pub$|pub(?:lic)?[-_.]?key|\bca\b|ca[-_.]?(?:cert|bundle)|cert(?:s|ificates?)?[/_.-]|gpg|keyring|apt|"
    r"signing|chain|\.crt"
)
_COMMIT = pattern(r"(?:^|[/#@=-])[0-9a-f]{40}(?:$|[^0-9a-f])")
_GIT = pattern(r"(?:\.git(?:#\S*)?$)|^git@|^git://")


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield all facts of a Dockerfile; see `Format.read`."""
    raw = whole(artifact, limits.text_nbytes, "dockerfile")
    if isinstance(raw, LimitReached):
        yield raw
        return
    yield from _File(artifact.path).facts(decoded(raw, "a Dockerfile"))


class _File:
    """What earlier instructions say about later ones."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.arguments: dict[str, str] = {}
        self.stages: set[str] = set()
        self.user: tuple[str, int] | None = None
        self.from_line = 0
        self.own_base = False

    def facts(self, text: str) -> Iterator[Fact]:
        count = 0
        for count, one in enumerate(instructions(text), 1):
            if count > INSTRUCTIONS:
                yield LimitReached(where=self._at(one), limit="instructions", bound=INSTRUCTIONS, unit="instructions")
                return
            yield from self._of(one, one.name)
        if count == 0:
            message = "a Dockerfile without an instruction"
            raise MalformedError(message, 0)
        if self.from_line and self.user is None and not self.own_base:
            yield ImageTrait(where=Location(path=self.path, line=self.from_line), trait="no-user", detail="")
        elif self.user is not None and self.user[0].partition(":")[0] in {"root", "0"}:
            yield ImageTrait(where=Location(path=self.path, line=self.user[1]), trait="root", detail=self.user[0])

    def _at(self, one: Instruction) -> Location:
        return Location(path=self.path, line=one.line)

    def _of(self, one: Instruction, name: str) -> Iterator[Fact]:
        if name in {"RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"}:
            yield from self._command(one, name)
        elif name in {"ENV", "ARG"}:
            yield from self._variables(one, name)
        elif name in {"ADD", "COPY"}:
            yield from self._takes(one, name)
        elif name == "FROM":
            yield from self._from(one)
        elif name == "USER":
            self.user = self._filled(one.value.strip()), one.line
        elif name == "VOLUME" and "docker.sock" in one.value:
            detail = one.value.strip()[:120]
            yield ContainerGrant(where=self._at(one), carrier=CARRIER, grant="container-socket", detail=detail)
        elif name == "ONBUILD":
            yield from self._trigger(one)

    def _trigger(self, one: Instruction) -> Iterator[Fact]:
        """Read what ONBUILD keeps for builds upon this image."""
        name, _, value = one.value.strip().partition(" ")
        name = name.upper()
        if name == "RUN":
            detail = " ".join(value.replace("\\\n", " ").split())[:160]
            yield ImageTrait(where=self._at(one), trait="trigger-runs", detail=detail)
        if name in {"RUN", "ADD", "COPY", "ENV", "ARG", "CMD", "ENTRYPOINT"}:
            yield from self._of(one._replace(name=name, value=value), name)

    def _from(self, one: Instruction) -> Iterator[Fact]:
        words = flags(one.value)[1].split()
        self.user, self.from_line = None, one.line
        if not words:
            return
        reference = self._filled(words[0])
        named = words[2].lower() if len(words) > 2 and words[1].lower() == "as" else ""  # noqa: PLR2004 - FROM x AS y
        self.own_base = reference.lower() in self.stages or reference == "scratch"
        if not self.own_base:
            yield from image_told(reference, self._at(one), CARRIER)
        if named:
            self.stages.add(named)

    def _command(self, one: Instruction, name: str) -> Iterator[Fact]:
        options, rest = flags(one.value)
        for option in options:
            if option == "--security=insecure":
                yield ImageTrait(where=self._at(one), trait="insecure-build", detail=option)
            elif option == "--network=host":
                yield ImageTrait(where=self._at(one), trait="host-network-build", detail=option)
        if name == "HEALTHCHECK":
            if not rest.upper().startswith("CMD"):
                return
            rest = rest[3:].lstrip()
        when = "build" if name == "RUN" else "start"
        words = _exec_form(rest)
        line = rest if words is None else (words[0] if len(words) == 1 else joined(words))
        yield from commands_told(line, self._at(one), CARRIER, when, lines=words is None)
        for heredoc in one.heredocs:
            yield from _heredoc_told(rest, heredoc.body, Location(path=self.path, line=heredoc.line), when)

    def _variables(self, one: Instruction, name: str) -> Iterator[Fact]:
        value = one.value.strip()
        pairs: list[tuple[str, str]] = []
        for command in commands(
            value.replace("&", "\\&").replace(";", "\\;").replace("(", "\\(").replace("|", "\\|").replace("<", "\\<")
        ):
            for word in command.words:
                key, equals, given = word.partition("=")
                if equals:
                    pairs.append((key, given))
        if name == "ENV" and not pairs:
            key, _, given = value.partition(" ")
            pairs.append((key, given.strip()))
        for key, given in pairs:
            if name == "ARG" or key not in self.arguments:
                self.arguments[key] = given
            if given:
                yield from variable_told(key, given, self._at(one), CARRIER, name.lower())

    def _takes(self, one: Instruction, name: str) -> Iterator[Fact]:
        options, rest = flags(one.value)
        if any(option.startswith("--from=") for option in options):
            return
        words = _exec_form(rest) or rest.replace("\\\n", " ").split()
        checked = any(option.startswith("--checksum=") for option in options)
        for word in words[:-1]:
            source = self._filled(word)
            if name == "ADD" and (source.startswith(("http://", "https://")) or _GIT.search(source)):
                found = address(source)
                pinned = checked or _COMMIT.search(source) is not None
                yield ImageTakes(
                    where=self._at(one),
                    kind="url",
                    source=(found.shown or source)[:160],
                    host=found.host,
                    checked=pinned,
                )
            elif _KEYS.search(source) and not _PUBLIC_KEY.search(source):
                yield ImageTakes(where=self._at(one), kind="keys", source=source[:160], host="", checked=False)
        if words and one.heredocs:
            for heredoc in one.heredocs:
                if words[-1].endswith(".sh") or heredoc.body.startswith("#!"):
                    where = Location(path=self.path, line=heredoc.line)
                    yield from commands_told(heredoc.body, where, CARRIER, "start", lines=True)

    def _filled(self, text: str) -> str:
        """Fill in arguments that have a default."""
        if "$" not in text:
            return text

        def value(found: re.Match[str]) -> str:
            name = found[1] or found[3]
            return self.arguments.get(name) or found[2] or found[0]

        return _VARIABLE.sub(value, text[:VALUE])[:VALUE]


def _exec_form(value: str) -> list[str] | None:
    """Return the words of a list in the JSON form, None for the shell form."""
    value = value.strip()
    if not value.startswith("["):
        return None
    try:
        words = json.loads(value.replace("\\\n", " "))
    except (ValueError, RecursionError):
        return None
    return words if isinstance(words, list) and words and all(isinstance(word, str) for word in words) else None


def _heredoc_told(command: str, body: str, where: Location, when: str) -> Iterator[Fact]:
    """Yield what a here-document runs: by itself, or as the input of a shell."""
    before = command.partition("<<")[0].split()
    shell = not before or before[0].rpartition("/")[2] in {"sh", "bash", "ash", "dash", "zsh"}
    if shell and not body.startswith(("#!/usr/bin/env python", "#!/usr/bin/python")):
        yield from commands_told(body, where, CARRIER, when, lines=True)
