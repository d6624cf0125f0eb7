"""One module of Python source, from text to facts: of a file, a cell of a notebook, a startup line."""

import ast
import gc
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from scanner.artifact import Location
from scanner.facts import Fact, LimitReached
from scanner.facts.python import PythonBuilder, PythonCall, PythonModule, PythonSecrets, PythonUnparsed
from scanner.formats.python import lexical
from scanner.formats.python.folding import Evaluator
from scanner.formats.python.names import group_of
from scanner.formats.python.places import MAY_LEAD, secrets_of
from scanner.formats.python.reaching import reached
from scanner.formats.python.scopes import DEFINITIONS, imported
from scanner.formats.python.telling import Teller
from scanner.formats.python.values import Value
from scanner.formats.python.visiting import Visitor, bound_names
from scanner.pattern import pattern

NESTED = 4
"""Sources inside sources: text that is executed, which executes text."""

LISTED = 200
BLOB_NBYTES = 16
_PYTHON2 = pattern(
    r"(?m)^\s*(?:print\s+[^\s(=.,:\[]|print\s*$|exec\s+['\"\w]|raise\s+[\w.]+\s*,)|except\s+[\w.()]+(?:\s*,\s*[\w.]+)*\s*,\s*\w+\s*:"
    r"|\bur['\"]|<>|\b0[0-7]{2,}\b|\d+[lL]\b|^\s*print\s*>>|`[^`\n]+`"
)
_NEWER = pattern(
    r"(?m)^\s*type\s+\w+|^\s*(?:async\s+)?def\s+\w+\[|^\s*class\s+\w+\[|\bf['\"]|except\s+[\w.]+\s*,|\bt['\"]|^\s*lazy\s"
)
_TEMPLATE = pattern(r"\{\{|\{%|<%|\$\{|@@\w+@@|%\(\w+\)s|\[\[ ?\w|^<<<<<<<|<\w+>")
_MAGIC = pattern(r"(?m)^\s*(?:[%!]{1,2}[\w.]+|\w+\?{1,2}\s*$)")
_BUILDERS = ("GeneratorBasedBuilder", "ArrowBasedBuilder", "BeamBasedBuilder", "DatasetBuilder", "BuilderConfig")


class Place(NamedTuple):
    """Where source stands: `at` makes a location of a line; `role` as in `PythonModule`; `when` nested source runs."""

    at: Callable[[int], Location]
    role: str
    depth: int = 0
    when: str = ""


Blob = tuple[bytes, int]


_BESIDE = pattern(r"(?m)^[ \t]*from[ \t]+(\.[\w.]*)[ \t]+import\b[ \t]*(\w*)")


def _beside(words: str) -> tuple[str, ...]:
    """List the modules beside it that source imports with a dot, where it was not worth parsing."""
    if "from ." not in words:
        return ()
    found = {name if name.strip(".") else name + first for name, first in _BESIDE.findall(words)}
    return tuple(sorted(found))[:200]


def module(text: str, words: str, place: Place, blobs: list[Blob] | None = None) -> Iterator[Fact]:
    """Yield the facts of one module. Decoded bytes that are no source go to `blobs`, with their line.

    `words` is `text` with names as Python normalises them; it is what words are looked for in.
    """
    if not lexical.matters(words):
        if not place.depth:
            yield PythonModule(where=place.at(1), role=place.role, read_as="words", imports=_beside(words), defines=())
        return
    tree = parsed(text)
    if not isinstance(tree, ast.Module):
        if not place.depth:
            yield from unparsed(text, tree, place)
        return
    yield from _told(tree, text, words, place, blobs)


def parsed(text: str) -> ast.Module | Exception:
    """Parse as Python 3, or return what the parser says. Collecting garbage meanwhile takes three times as long."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        return error
    finally:
        if enabled:
            gc.enable()


def _told(tree: ast.Module, text: str, words: str, place: Place, blobs: list[Blob] | None) -> Iterator[Fact]:
    evaluator = Evaluator(len(text))
    visitor = Visitor(tree, lexical.hit_lines(words, bound_names(tree)), evaluator, walrus=":=" in text)
    _follow_aliases(visitor, words, tree)
    visitor.walk()
    teller = Teller(visitor, place.at, place.role, nested=place.depth > 0, placed=place.when)
    if any(call.place.at == "function" for call in visitor.calls):
        teller.reached = reached(visitor, tree)
    if not place.depth:
        yield _module(tree, place)
    calls: list[PythonCall] = []
    for call in visitor.calls:
        for fact in teller.call(call):
            if isinstance(fact, PythonCall):
                calls.append(fact)
            yield fact
    for target, _, here in visitor.assigned:
        yield from teller.assigned(target, here.at, here.within, here.scope)
    yield from _builders(visitor, place)
    yield from _secrets(tree, text, visitor, calls, place)
    if evaluator.exhausted:
        yield LimitReached(where=place.at(1), limit="python expressions", bound=evaluator.bound, unit="expressions")
    yield from _inside(teller, place, blobs)


def _follow_aliases(visitor: Visitor, words: str, tree: ast.Module) -> None:
    """Take variables that stand for something outside into the words: `run = os.system`, then `run(...)`."""
    names: set[str] = set()
    for name, bindings in visitor.module.bindings.items():
        if any(one.kind in ("value", "part") for one in bindings):
            value = visitor.evaluator.named(name, visitor.module)
            const = value.const
            some = (
                list(const.values())
                if isinstance(const, dict)
                else const
                if isinstance(const, list | tuple)
                else [value]
            )
            if any(isinstance(one, Value) and one.name and not one.name.startswith("local:") for one in some):
                names.add(name)
    if names:
        visitor.lines = lexical.hit_lines(words, bound_names(tree) | frozenset(names))


def _inside(teller: Teller, place: Place, blobs: list[Blob] | None) -> Iterator[Fact]:
    """Read what the module executes as text; bytes of another kind are handed on."""
    seen: set[str | bytes] = set()
    for source, line, at in teller.sources:
        if source in seen:
            continue
        seen.add(source)
        if place.depth >= NESTED:
            yield LimitReached(where=place.at(line), limit="python source in source", bound=NESTED, unit="levels")
            return
        text = source if isinstance(source, str) else source.decode("utf-8", "replace")
        if isinstance(source, bytes) and "\ufffd" in text and len(source) >= BLOB_NBYTES:
            if blobs is not None:
                blobs.append((source, line))
            continue
        inside = Place(partial(_same, place.at, line), place.role, place.depth + 1, at)
        yield from module(text, text, inside, blobs)


def _same(at: Callable[[int], Location], line: int, _: int) -> Location:
    """Locate what stands in executed text at the line that executes it."""
    return at(line)


def _module(tree: ast.Module, place: Place) -> PythonModule:
    imports: set[str] = set()
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            imports.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            imports.add(imported(node))
            if not node.module:
                imports.update(f"{imported(node)}{alias.name}" for alias in node.names)
    defines = tuple(one.name for one in tree.body if isinstance(one, DEFINITIONS))
    return PythonModule(
        where=place.at(1),
        role=place.role,
        read_as="tree",
        imports=tuple(sorted(imports))[:LISTED],
        defines=defines[:LISTED],
    )


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield every statement, those of functions included."""
    pending: list[ast.stmt] = list(tree.body)
    while pending:
        node = pending.pop()
        yield node
        for field in ("body", "orelse", "finalbody"):
            pending.extend(getattr(node, field, ()))
        for handler in getattr(node, "handlers", ()):
            pending.extend(handler.body)
        for case in getattr(node, "cases", ()):
            pending.extend(case.body)


def _builders(visitor: Visitor, place: Place) -> Iterator[PythonBuilder]:
    for node, here in visitor.classes:
        for base in node.bases:
            name = visitor.evaluator.value(base, here.scope).name
            last = base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""
            if last in _BUILDERS and name.startswith(("datasets.", "tensorflow_datasets.")):
                yield PythonBuilder(where=place.at(node.lineno), name=node.name, base=name)


def _secrets(
    tree: ast.Module, text: str, visitor: Visitor, calls: list[PythonCall], place: Place
) -> Iterator[PythonSecrets]:
    network = [one for one in calls if one.group == "network"]
    if not network or MAY_LEAD.search(text) is None:
        return
    reads: set[str] = set()
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            reads |= secrets_of(node.value[:1000])
    for call in visitor.calls:
        if call.value.name.startswith(("keyring.get_", "win32crypt.CryptUnprotect", "browser_cookie3.")):
            reads.add("keyring")
        if (
            group_of(call.value.name.replace("()", "")) == "network"
            or ".send" in call.value.name
            or ".post" in call.value.name
        ):
            reads |= _whole_environment(visitor, call.node, call.place.scope)
    if reads:
        yield PythonSecrets(
            where=place.at(network[0].where.line or 1),
            reads=tuple(sorted(reads)),
            calls=tuple(sorted({one.name for one in network})),
            at="import" if any(one.at == "import" for one in network) else "function",
            role=place.role,
        )


def _whole_environment(visitor: Visitor, node: ast.expr, scope: object) -> set[str]:
    """Say whether all of the environment goes into a call."""
    if not isinstance(node, ast.Call):
        return set()
    for one in (*node.args, *(key.value for key in node.keywords)):
        value = visitor.evaluator.value(one, scope)  # type: ignore[arg-type]
        if "environ" in value.tags or value.name in ("os.environ", "os.environ.copy()"):
            return {"environment"}
    return set()


def unparsed(text: str, error: Exception, place: Place) -> Iterator[Fact]:
    """Say where and why source does not parse, and what its words tell."""
    line = error.lineno if isinstance(error, SyntaxError) and error.lineno else 1
    reason = error.msg if isinstance(error, SyntaxError) else str(error) or type(error).__name__
    yield PythonModule(where=place.at(1), role=place.role, read_as="lexical", imports=(), defines=())
    yield PythonUnparsed(where=place.at(line), reason=reason[:200], looks=_looks(text, error))
    yield from spoken(text, place)


def spoken(text: str, place: Place) -> Iterator[Fact]:
    """Yield the calls that words alone tell."""
    for one in lexical.mentions(text):
        yield PythonCall(
            where=place.at(one.line), name=one.name, group=one.group, at="import" if one.top else "function",
            role=place.role, how="lexical", within="", through="", argument=one.argument, constant=False, decoded=False,
            taken=(), gates=(), nested=False,
        )  # fmt: skip


def _looks(text: str, error: Exception) -> str:
    if isinstance(error, RecursionError | MemoryError):
        return "too-deep"
    for kind, form in (("python2", _PYTHON2), ("notebook", _MAGIC), ("template", _TEMPLATE), ("newer", _NEWER)):
        if form.search(text):
            return kind
    return "other"
