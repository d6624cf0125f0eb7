"""Facts about Python source, read as a syntax tree and never run: modules, notebooks, lines of `.pth` files."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class PythonModule(Fact):
    """One file of Python source, so that others can tell what a file is, defines and needs.

    `role`: what the file's name makes tools do with it: "setup" (setup.py), "init" (__init__.py), "main"
    (__main__.py), "conftest", "startup" (sitecustomize.py, usercustomize.py), "pth", "notebook", else "module".
    `read_as`: "tree" (parsed), "words" (nothing in it reaches out of it by any name we know, so it was not parsed),
    "lexical" (it does not parse, or is too large: names were looked for in its text).
    `imports`: modules that it imports anywhere, dotted, relative ones with their dots, sorted; `defines`: classes and
    functions of its top level. Of "words" only imports with a dot are known; the first 200 of each.
    """

    role: str
    read_as: str
    imports: tuple[str, ...]
    defines: tuple[str, ...]


@record
class PythonCall(Fact):
    """A call of something that reaches out of the module. `where.line` is the line of the call.

    `name`: what is called, dotted, after import aliases, variables, `getattr`, `__import__` and constants put together:
    "os.system", "builtins.exec", "subprocess.run", "torch.load". One name for one
    thing ("posix.system" is "os.system").
    `group`: "process" (starts a program), "evaluate" (runs text or code as Python), "import" (imports a module by
    name), "network", "native" (loads or compiles machine code), "unpickle" (a loader that may run code; calls that are
    told to take data alone are not stated), "remote-code" (`trust_remote_code=True`), "download" (fetches from a hub),
    "delete" (removes folders), "memory" (maps or writes memory).
    `at`: when it runs. "import": while the module is imported (top level, class bodies, decorators, defaults, and
    functions called from there); "main": under `if __name__ == "__main__"`, in cells of notebooks;
    "load": in a method that runs without being
    asked for (`__reduce__`, `__setstate__`, `__init_subclass__`, a module's `__getattr__` ...); "install": in a command
    of setup.py; "function": when somebody calls the function.
    `within`: the function or class around it, dotted, "" at top level. `through`: the function that is called at import
    and reaches this, "" where the call itself stands at top level.
    `how`: "plain" (as written or imported), "variable", "folded" (the name is put together), "handed" (not called but
    given to something that may call it), "lexical" (found in text that does not parse).
    `argument`: the first argument, folded as far as it is constant, else its source; at most 400 characters.
    `constant`: whether every argument is constant. `decoded`: whether an argument comes out of a decoder.
    `taken`: where arguments come from: "network", "file", "environment", "decoded", "input".
    `gates`: names that conditions around the call ask: "platform.system", "getpass.getuser", "sys.gettrace".
    `nested`: the call stands in source that the module holds as text and executes.
    """

    name: str
    group: str
    at: str
    role: str
    how: str
    within: str
    through: str
    argument: str
    constant: bool
    decoded: bool
    taken: tuple[str, ...]
    gates: tuple[str, ...]
    nested: bool


@record
class PythonDecodes(Fact):
    """Something decoded is executed, imported or unpickled: data that becomes code.

    `decoders`: what it passes, sorted: "base64.b64decode", "zlib.decompress", "chr", "reversed", "bytes.fromhex" ...
    `sink` and `group` as `name` and `group` of `PythonCall`, `at` and `role` too.
    `shown`: the start of what comes out, where it could be folded; `known`: whether it could.
    """

    decoders: tuple[str, ...]
    sink: str
    group: str
    at: str
    role: str
    shown: str
    known: bool
    nested: bool


@record
class PythonWrites(Fact):
    """The module changes something that outlives it, or how Python finds and runs code.

    `kind`: "startup" (folders and files that a system runs when it or a session starts), "shell-profile", "crontab",
    "service", "ssh", "site-packages", "pth", "git-hook", "registry", "import-machinery" (sys.meta_path, path_hooks),
    "import-path" (sys.path), "builtins" (a builtin is replaced), "module" (sys.modules), "loader" (a function of a
    deserialising library is replaced).
    `target`: the path or name; `at`, `within` and `role` as in `PythonCall`.
    """

    kind: str
    target: str
    at: str
    role: str
    within: str


@record
class PythonSecrets(Fact):
    """One module reads secrets of its machine and calls the network.

    `reads`: "ssh-keys", "cloud-credentials", "hub-token", "environment" (all of it), "browser", "wallet", "keyring",
    "passwords"; `calls`: names of the network calls; `at`: "import" if any of both runs at import, else "function".
    """

    reads: tuple[str, ...]
    calls: tuple[str, ...]
    at: str
    role: str


@record
class PythonHides(Fact):
    """Source that is written so that a reader or a scanner does not see what it does.

    `kind`: "bidi" (Trojan Source), "invisible" (characters without width), "tags" (characters
    that spell a second text without being seen), "look-alike" (an identifier that
    normalises to another), "encoding" (a codec that changes what the text means), "mixed-encoding" (bytes that the
    encoding does not have), "nul", "far-right" (code behind more blanks than a screen has), "long-line", "hex-names"
    (names that are numbers in disguise).
    `shown`: the place, escaped. `counted`: how often.
    """

    kind: str
    shown: str
    role: str
    counted: int


@record
class PythonUnparsed(Fact):
    """Source that does not parse as Python 3. `where.line` is where the parser gives up.

    `looks`: "python2", "newer" (syntax of a Python later than the one the scanner runs on), "template" (it has
    placeholders), "too-deep", "notebook" (magics), "other".
    """

    reason: str
    looks: str


@record
class PythonBuilder(Fact):
    """A class that `datasets` runs when a dataset is loaded from a script. `base`: the class it derives from."""

    name: str
    base: str
