"""Facts about configurations that loaders turn into objects.

`target` is the dotted name, `module` all before its last dot, `package` its first segment; `tails` are the dotted
suffixes of `target`, the longest first, as in the facts about pickles.
"""

from scanner.facts.core import Fact
from scanner.record import record


@record
class ConfigTarget(Fact):
    """A dotted name that Hydra and loaders like it import and call. One fact a place.

    `key`: "_target_" (Hydra), "target" and "cls" (older NeMo, latent diffusion), "class_path" (LightningCLI); "!new",
    "!name", "!apply", "!applyref", "!module" (tags of HyperPyYAML), "!function" (of lm-evaluation-harness).
    `written`: the value as it stands, where interpolation led to another `target`; "" otherwise.
    `arguments`: plain values beside it, as text, cut.
    """

    format: str
    key: str
    target: str
    module: str
    package: str
    tails: tuple[str, ...]
    written: str
    arguments: str


@record
class YamlTag(Fact):
    """A tag of YAML that a full loader resolves to a name of Python.

    `kind`: "name", "module", "object", "apply", "new" (PyYAML's own), or "foreign" for `!ruby/object` and its like.
    `count`: how often this tag occurs; the first place is given.
    """

    kind: str
    target: str
    module: str
    package: str
    tails: tuple[str, ...]
    count: int
