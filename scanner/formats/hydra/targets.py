"""Dotted names under the keys that loaders instantiate, in documents of JSON and YAML alike."""

import re
from collections.abc import Callable, Mapping

from scanner.artifact import Location
from scanner.facts.config import ConfigTarget
from scanner.formats.pickle.names import cut, tails

KEYS = ("_target_", "target", "cls", "class_path")
"""Hydra; NeMo and latent diffusion before it; LightningCLI. A NeMo loader takes `cls` and `target` as well
(CVE-2025-23304; nemo/core/classes/common.py, `Serialization.from_config_dict`)."""

TARGETS = 5000
"""Targets kept of one document."""

ROUNDS = 8
"""Interpolations inside interpolations that are followed."""

_DOTTED = re.compile(r"[A-Za-z_]\w*(?:[.:][A-Za-z_]\w*)+")
_INTERPOLATION = re.compile(r"\$\{\s*([\w.\[\]-]{1,200})\s*\}")
_ENDINGS = re.compile(
    r"(?i)\.(?:ya?ml|json|txt|py|js|ts|tsx|css|html?|md|wav|png|jpe?g|csv|com|org|net|io|so|exe|bin|onnx|pt|local)"
)
_SHOWN = 60
_SIBLINGS = 8


def target(  # noqa: PLR0913, PLR0917 - what a target and its place are
    where: Location, form: str, key: str, value: str, beside: Mapping[str, str], look: Callable[[str], str | None]
) -> ConfigTarget | None:
    """State a value under one of `KEYS` where it is a dotted name; None where it is another word.

    `beside` holds the plain values of the same mapping. `look` finds the text at a dotted path of the document, for
    OmegaConf's `${path}`.
    """
    found = _resolve(value, look)
    plain = found.strip().replace(":", ".") if len(found) <= 2 * _SHOWN * ROUNDS else found.strip()
    if key == KEYS[0]:
        if not plain:
            return None
    elif not _DOTTED.fullmatch(plain) or _ENDINGS.fullmatch(f".{plain.rpartition('.')[2]}"):
        return None
    module, _, name = plain.rpartition(".")
    return ConfigTarget(
        where=where,
        format=form,
        key=key,
        target=cut(plain),
        module=cut(module),
        package=cut(plain.partition(".")[0]),
        tails=tails(module, name) if module else (cut(plain),),
        written=cut(value) if found != value else "",
        arguments=_arguments(beside, key),
    )


def _resolve(value: str, look: Callable[[str], str | None]) -> str:
    for _ in range(ROUNDS):
        if "${" not in value or len(value) > _SHOWN * ROUNDS:
            break
        replaced = _INTERPOLATION.sub(lambda match: _looked(match, look), value)
        if replaced == value:
            break
        value = replaced
    return value


def _looked(match: re.Match[str], look: Callable[[str], str | None]) -> str:
    found = look(match[1])
    return match[0] if found is None else found[: _SHOWN * ROUNDS]


def _arguments(beside: Mapping[str, str], key: str) -> str:
    shown = [f"{name[:_SHOWN]}={value[:_SHOWN]}" for name, value in beside.items() if name != key]
    return ", ".join(shown[:_SIBLINGS])
