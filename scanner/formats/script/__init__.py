"""Scripts and files of commands: shells, Procfile, Makefile, Jenkinsfile, direnv, vim, Jupyter's configuration."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_SHEBANG = pattern(
    rb"\A(?:\xef\xbb\xbf)?#![ \t]*(?:/[\w./-]*/)?(?:env[ \t]+(?:-S[ \t]*)?(?:\w+=\S*[ \t]+)*)?(?:ba|z|da|k|a|fi)?sh\b"
)
_JUPYTER = pattern(r"jupyter\w*_config\.py$|ipython\w*_config\.py$")
# Names that a program reads as commands, whatever they hold, with what carries them.
NAMES = {
    ".envrc": "envrc",
    "procfile": "procfile",
    "makefile": "makefile",
    "gnumakefile": "makefile",
    "jenkinsfile": "jenkins",
    ".vimrc": "vim",
    ".exrc": "vim",
    ".nvimrc": "vim",
    ".gvimrc": "vim",
    ".lvimrc": "vim",
    ".bashrc": "script",
    ".profile": "script",
    ".bash_profile": "script",
    ".zshrc": "script",
    "onstart.sh": "script",
}
_SUFFIXES = (".sh", ".bash", ".zsh", ".ps1", ".bat", ".cmd", ".mk", ".command")


def carrier_of(head: bytes, path: str) -> str:
    """Return what carries the commands, as in `scanner.facts.deploy`, "" for no script."""
    plain = path.lower().replace("!", "/")
    name = plain.rpartition("/")[2]
    if name in NAMES:
        return NAMES[name]
    if "/.husky/" in f"/{plain}" and "/_/" not in plain and "." not in name:
        return "husky"
    if _JUPYTER.search(name):
        return "jupyter"
    if name.endswith(".mk"):
        return "makefile"
    return "script" if name.endswith(_SUFFIXES) or _SHEBANG.match(head) else ""


def claims(head: bytes, path: str) -> bool:
    """Claim text that opens as a shell's script, and what a program takes for commands by its name."""
    return bool(head.strip()) and b"\0" not in head and carrier_of(head, path) != ""


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield what the commands do and switch on."""
    from scanner.formats.script.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="script",
    spec="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html",
    claims=claims,
    read=read,
    holds=(b"#!",),
    named=(*sorted(NAMES), ".husky/", *_SUFFIXES, "_config.py"),
    reads="commands of shells, Makefiles, Procfiles, Jenkinsfiles, direnv and vim: what they fetch and run, decode and "
    "run, send away, which options of servers they switch on",
    leaves="what variables hold, functions of other files, the languages of here-documents",
)
