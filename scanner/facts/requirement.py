"""Facts about what a project asks an installer for, and what installers run for it.

`source` is the kind of file: "requirements" (requirements.txt, constraints.txt), "conda" (environment.yml, conda.yaml),
"pyproject", "setup.cfg", "pipfile", "package.json", "pip.conf", ".npmrc", "uv" (uv.toml).
"""

from scanner.facts.core import Fact
from scanner.record import record


@record
class Requirement(Fact):
    """One package that is asked for. `name` is written as the index compares names, "" where only an address is given.

    `version`: the versions allowed, as written. `kind`: "name" (from an index), "vcs", "url" (an archive over the
    network), "archive", "path" (of this machine). `target` is that address or path, cut; `host` and `scheme` are its.
    `leads`: how a path leaves all that is scanned: "absolute", "home", "drive", "parent", or "".
    `exact`: one version, commit or digest is named. `hashed`: a digest is. `editable`: installed by reference.
    `near`: the well-known package that the name resembles and is not, by `how`: "edit" (one letter), "swap" (two
    letters exchanged), "separator" (a hyphen), "glyph" (signs that look like letters); "" for none.
    """

    source: str
    name: str
    version: str
    kind: str
    target: str
    host: str
    scheme: str
    leads: str
    exact: bool
    hashed: bool
    editable: bool
    near: str
    how: str


@record
class RequirementOption(Fact):
    """A setting of an installer: where it looks for packages, whom it trusts, which files it reads as well.

    `option`: "index-url", "extra-index-url", "find-links", "trusted-host", "requirement", "constraint", "pre",
    "no-index", "channel", "registry" or another long name as written. `value` is cut; `host`, `scheme` and `leads` as
    in `Requirement`. `secret`: the address carries a name and password, which `value` then leaves out.
    """

    source: str
    option: str
    value: str
    host: str
    scheme: str
    leads: str
    secret: bool


@record
class RequirementSummary(Fact):
    """What a file asks for in all.

    `named`: from an index; of these `exact`: in one version, `loose`: in any of several, `hashed`: with a digest.
    """

    source: str
    requirements: int
    named: int
    exact: int
    hashed: int
    loose: int


@record
class InstallHook(Fact):
    """Code that an installer or builder runs before anything is used.

    `kind`: "script" (of npm: `name` is "preinstall", "install", "postinstall", "prepare" ...), "backend" (PEP 517),
    "command" (of setuptools: `name` is what it replaces), "builder" (a script of poetry, hatch or pdm).
    `command` is what is run, cut. `inside`: it lies in the project itself: a path, or a backend with `backend-path`.
    `private`: the package is marked as one that is not published.
    """

    source: str
    kind: str
    name: str
    command: str
    inside: bool
    private: bool
