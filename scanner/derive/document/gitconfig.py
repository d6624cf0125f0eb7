"""Settings of git and submodules: what makes git start a program, follow another address, write elsewhere."""

from collections.abc import Iterator, Sequence

from scanner.deployments.tree import Node, below, leaf, text, trees
from scanner.facts import Fact
from scanner.facts.workspace import GitSetting, GitSubmodule
from scanner.pattern import pattern
from scanner.settings import Document, Leaf, documents

# Keys whose value is a program or a shell's line (git-config(1)).
_RUNS = pattern(
    r"^(?:core\.(?:fsmonitor|hookspath|sshcommand|editor|pager|askpass|gitproxy|alternaterefscommand)|sequence\.editor|"
    r"diff\.external|diff\.[^.].*\.(?:command|textconv)|merge\.[^.].*\.driver|filter\.[^.].*\.(?:clean|smudge|process)|"
    r"gpg\.program|gpg\.[^.].*\.program|gpg\.ssh\.defaultkeycommand|pager\.[^.]+|interactive\.difffilter|"
    r"(?:merge|diff)tool\.[^.].*\.(?:cmd|path)|browser\.[^.].*\.(?:cmd|path)|man\.[^.].*\.(?:cmd|path)|"
    r"uploadpack\.packobjectshook|"
    r"credential\.helper|credential\..*\.helper|remote\.[^.].*\.(?:uploadpack|receivepack|vcs)|alias\.[^.]+|"
    r"sendemail\.(?:smtpserver|tocmd|cccmd|headercmd)|trailer\.[^.].*\.(?:command|cmd)|receive\.procreceiverefs|"
    r"hook\.[^.].*\.command|imap\.tunnel|http\.proxyauthmethod|submodule\.[^.].*\.update|init\.templatedir)$"
)
_UNCHECKED = frozenset({("http.sslverify", "false"), ("transfer.fsckobjects", "false"), ("safe.directory", "*")})
_LFS = {
    "filter.lfs.clean": ("git-lfs clean -- %f", "git lfs clean -- %f", "git-lfs clean %f"),
    "filter.lfs.smudge": (
        "git-lfs smudge -- %f",
        "git lfs smudge -- %f",
        "git-lfs smudge --skip -- %f",
        "git-lfs smudge %f",
    ),
    "filter.lfs.process": ("git-lfs filter-process", "git lfs filter-process", "git-lfs filter-process --skip"),
}
_PLAIN_PROGRAMS = frozenset(
    {"vim", "vi", "nvim", "nano", "emacs", "code --wait", "code -w", "less", "less -r", "cat", "more", "delta",
     "notepad", "subl -n -w", "gpg", "gpg2", "diff-so-fancy | less --tabs=4 -rfx", "ssh", "bat", "less -frx",
     "vimdiff", "meld"}
)  # fmt: skip
_PLAIN_HELPERS = frozenset(
    {"", "store", "cache", "osxkeychain", "manager", "manager-core", "wincred", "libsecret", "gnome-keyring",
     "gcloud.sh",
     "/usr/share/git/credential/gnome-keyring/git-credential-gnome-keyring", "oauth"}
)  # fmt: skip
_HELPERS = pattern(
    r"^(?:cache --timeout[ =]?\d+|!(?:\S*/)?gh auth git-credential|!(?:\S*/)?aws codecommit credential-helper \$@|"
    r"store --file[ =]\S+)$"
)
_USERINFO = pattern(r"//[^/@\s]*@")
_OWN = frozenset({"update", "branch", "path", "url", "ignore", "shallow", "fetchrecursesubmodules", "active"})


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """State the settings of every INI document that is git's: by sections that only git has."""
    for document in documents(facts):
        if document.format != "ini":
            continue
        outline = document.outline
        if "\n/submodule/" in outline and ("/url\n" in outline or "/path\n" in outline):
            for node in trees(document):
                yield from _submodules(node)
        if _is_git(document):
            for one in document.leaves:
                yield from _setting(one)


def _is_git(document: Document) -> bool:
    """A section in its place and form: `[core]`, `[alias]`, `[filter "x"]`; names of files decide nothing alone."""
    outline = document.outline
    if document.path.lower().replace("!", "/").endswith((".gitconfig", ".git/config", ".gitmodules", "/gitconfig")):
        return True
    lower = outline.lower()
    return any(
        sign in lower
        for sign in (
            "\n/core/repositoryformatversion",
            "\n/core/fsmonitor",
            "\n/core/hookspath",
            "\n/core/sshcommand",
            "\n/core/bare",
        )
    ) or ("\n/filter/" in lower and ("/clean\n" in lower or "/smudge\n" in lower))


def _setting(one: Leaf) -> Iterator[GitSetting]:
    keys = one.keys
    if len(keys) > 1:
        key = ".".join((keys[0].lower(), *keys[1:-1], keys[-1].lower()))
        value = " ".join(one.value.split())
        effect = _effect(keys[0].lower(), keys[-1].lower(), key, value)
        if effect:
            yield GitSetting(where=one.at(), key=key[:120], effect=effect, value=_USERINFO.sub("//", value)[:160])


def _effect(section: str, last: str, key: str, value: str) -> str:
    """Say what a setting does, as in `GitSetting`, "" for what everyone sets."""
    effect = ""
    if section in {"include", "includeif"} and last == "path":
        effect = "includes"
    elif section == "url" and last in {"insteadof", "pushinsteadof"}:
        effect = "" if _same_host(key, value) else "rewrites-address"
    elif (key, value.lower()) in _UNCHECKED:
        effect = "skips-check"
    elif section == "protocol" and last == "allow" and value == "always" and key != "protocol.https.allow":
        effect = "allows-protocol"
    elif _RUNS.match(key) and value.lower() not in {"", "true", "false", "0", "1"} and _is_program(key, value):
        effect = "runs"
    return effect


def _is_program(key: str, value: str) -> bool:
    """Say whether a value starts what is not everyone's own editor, pager or keyring."""
    program = True
    if key in _LFS:
        program = value not in _LFS[key]
    elif key.startswith("alias.") or key.endswith(".update"):
        program = value.lstrip().startswith("!")
    elif key.startswith("credential."):
        program = value not in _PLAIN_HELPERS and _HELPERS.match(value) is None
    elif key.startswith(("pager.", "core.editor", "core.pager", "sequence.", "gpg.")):
        program = value.lower() not in _PLAIN_PROGRAMS
    return program


def _same_host(key: str, value: str) -> bool:
    """Say whether an address is only given another form: https for ssh of one host, or a short word for it."""
    base = _USERINFO.sub("//", key[len("url.") :].rpartition(".")[0])
    base = base.partition("://")[2] or base.partition("@")[2]
    host = base.replace(":", "/").partition("/")[0].lower()
    asked = _USERINFO.sub("//", value)
    asked = (asked.partition("://")[2] or asked.partition("@")[2] or asked).replace(":", "/").partition("/")[0].lower()
    return bool(host) and ("." not in asked or host == asked or host in asked)


def _submodules(node: Node) -> Iterator[GitSubmodule]:
    for name, inner in below(node, "submodule").items():
        if isinstance(inner, Leaf):
            continue
        url, path, update = text(inner, "url"), text(inner, "path"), text(inner, "update")
        where = leaf(inner, "url") or leaf(inner, "path") or leaf(inner, "update")
        if where is not None:
            shown = _USERINFO.sub("//", url)[:160]
            yield GitSubmodule(where=where.at(), name=name[:80], url=shown, oddity=_oddity(name, url, path, update))


def _oddity(name: str, url: str, path: str, update: str) -> str:
    """Name what is odd about a submodule: CVE-2017-1000117, CVE-2018-11235, CVE-2018-17456, CVE-2024-32002."""
    low = url.lower()
    steps = {step.lower().rstrip(" .") for step in f"{name}/{path}".replace("\\", "/").split("/")}
    signs = (
        ("option", url.startswith("-") or path.startswith("-")),
        ("runs", low.startswith(("ext::", "fd::", "ssh://-")) or "proxycommand" in low),
        ("update-command", update.startswith("!")),
        ("line-break", any(one in f"{name}{url}{path}" for one in "\n\r\0") or "%0a" in low),
        ("parent", _leaves(name) or _leaves(path)),
        ("git-folder", bool(steps & {".git", "git~1", ".git::$index_allocation"})),
        ("file", low.startswith(("file:", "/"))),
        ("clear", low.startswith(("http://", "git://"))),
    )
    return next((oddity for oddity, is_so in signs if is_so), "")


def _leaves(name: str) -> bool:
    """Say whether a name or path leads out of its folder."""
    slashed = name.replace("\\", "/")
    return slashed.startswith("/") or slashed[1:3] == ":/" or ".." in slashed.split("/")
