"""Facts about files of Torch7, the Lua framework: what `torch.load` of Lua makes objects and functions of."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class Torch7File(Fact):
    """A file. `encoding`: "binary" or "ascii"; `long_nbytes`: bytes of a long number, 0 in ascii.

    `objects` counts tables, functions and objects of a class; `classes` are the most used, most frequent first.
    """

    encoding: str
    long_nbytes: int
    objects: int
    functions: int
    classes: tuple[str, ...]


@record
class Torch7Function(Fact):
    """A Lua function that loading makes from the file.

    `form`: "lua-5.1" and its like, "luajit-2" and its like, "text" (Lua source), or "other".
    `owner`: keys that lead to it, with dots between. `names`: identifiers in its constants and debug information.
    `complete`: all of them are given. `size` in bytes.
    """

    form: str
    owner: str
    names: tuple[str, ...]
    complete: bool
    size: int
