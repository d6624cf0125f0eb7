"""`assay init`: a policy to start from, and a hook that looks at each commit."""

import shlex
from pathlib import Path
from typing import Annotated, Final

import typer

from scanner.cli import terminal
from scanner.usage import UsageError
from scanner.version import VERSION

HELP = """Write a policy and the configuration of a commit hook.

They are assay.toml and .pre-commit-config.yaml. Nothing is asked, and nothing that is there is changed: what to add to
it is printed. The hook reads what is staged, with pre-commit or prek.

\b
  assay init
  assay init path/to/repository
"""

HOOKS: Final = ".pre-commit-config.yaml"
HOOK: Final = "assay-scan"

POLICY: Final = """\
# What fails a scan of this repository: `assay scan . --policy assay.toml`. These are the defaults.
fail_at = "high"                # info low medium high critical
min_confidence = "medium"       # low medium high
exclude = []                    # "fixtures/**": left out, and shown in every report

# Another severity for a rule; `assay rules list` names them all.
# [severity]
# python-loads-pickles = "info"

# A finding that somebody has looked at and accepts, until a day.
# [[waivers]]
# rule = "pickle-carries-code"
# path = "models/schedule.pkl"
# reason = "our own schedule, reviewed"
# until = 2027-06-30
# by = "somebody"
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("init", help=HELP)(init)


def init(
    folder: Annotated[str, typer.Argument(metavar="[FOLDER]", help="A folder of the repository.")] = ".",
) -> int:
    """Write what is not there, and say what was written, what to add and what to do next."""
    start = Path(folder)
    if not start.is_dir():
        message = f"{folder}: no such folder"
        raise UsageError(message)
    top = next((one for one in (start.resolve(), *start.resolve().parents) if (one / ".git").exists()), None)
    root = top or start
    policy = _policy(root)
    where = "" if root.resolve() == Path.cwd() else f"cd {shlex.quote(str(root))} && "
    following = [f"{where}assay scan . --policy {policy}"]
    if top is None:
        terminal.say(f"no {HOOKS}: {root} is in no git repository")
    else:
        _hook(root, policy)
        following.append(f"{where}pre-commit install    # or: prek install")
    terminal.say("next:\n" + "\n".join(f"  {line}" for line in following))
    return 0


def _policy(root: Path) -> str:
    """Write a policy unless there is one; return its name."""
    from scanner import policy_file

    found = policy_file.find(root)
    if found is not None and found.parent == root.resolve():
        terminal.say(f"kept  {found.name}: the policy that is there")
        return found.name
    _write(root / policy_file.OWN, POLICY)
    terminal.say(f"wrote {policy_file.OWN}: what fails a scan")
    return policy_file.OWN


def _hook(root: Path, policy: str) -> None:
    file = root / HOOKS
    entry = _entry(policy)
    try:
        there = file.read_text(encoding="utf-8") if file.is_symlink() or file.exists() else None
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file}: cannot be read: {getattr(error, 'strerror', None) or 'no UTF-8'}"
        raise UsageError(message) from error
    if there is None:
        _write(file, f"repos:\n{entry}")
        terminal.say(f"wrote {HOOKS}: the hook {HOOK}, which looks at what is staged")
    elif HOOK in there:
        terminal.say(f"kept  {HOOKS}: it has the hook {HOOK}")
    else:
        terminal.say(f"kept  {HOOKS}: add this below its `repos:`\n\n{entry}")


def _entry(policy: str) -> str:
    """Make the hook's own lines; it is installed from the registry in the version that wrote it."""
    return f"""\
  - repo: local
    hooks:
      - id: {HOOK}
        name: assay scan
        entry: assay scan --staged
        args: [--policy, {policy}, --]    # "--" last: names of files follow
        language: python
        additional_dependencies: [modelassay=={VERSION}]
        types: []
        types_or: [file, symlink]
        require_serial: true
        stages: [pre-commit, pre-merge-commit, manual]
"""


def _write(file: Path, text: str) -> None:
    """Write a new file; never over one, nor through a link."""
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        message = f"{file}: cannot be written: {error.strerror}"
        raise UsageError(message) from error
