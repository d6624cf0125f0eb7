"""From what the walk met to facts: calls, decoded code, lasting changes."""

import ast
from collections.abc import Callable, Iterator, Mapping

from scanner.artifact import Location
from scanner.facts import Fact
from scanner.facts.python import PythonCall, PythonDecodes, PythonWrites
from scanner.formats.python.names import GATES, canonical, group_of
from scanner.formats.python.places import kind_of_command, kind_of_path
from scanner.formats.python.tame import is_tame
from scanner.formats.python.values import UNKNOWN, Value, joined, plain
from scanner.formats.python.visiting import WRITING, Call, Visitor

ARGUMENT_CHARACTERS = 400
At = Callable[[int], Location]

_ORIGINS = frozenset(("network", "file", "environment", "input"))
_WRITERS = {
    "builtins.open": 0, "io.open": 0, "codecs.open": 0, "shutil.copy": 1, "shutil.copyfile": 1, "shutil.copy2": 1,
    "shutil.move": 1, "os.symlink": 1, "os.rename": 1, "os.replace": 1, "os.link": 1, "os.open": 0,
    "winreg.SetValueEx": 0, "winreg.CreateKey": 1, "winreg.OpenKey": 1, "winreg.CreateKeyEx": 1,
}  # fmt: skip
_MACHINERY = ("sys.meta_path", "sys.path_hooks", "sys.path", "sys.path_importer_cache")
_LOADERS = frozenset(("pickle.load", "pickle.loads", "pickle.Unpickler", "torch.load", "joblib.load", "numpy.load",
                      "pickle._Unpickler", "torch.serialization.load", "safetensors.torch.load_file", "marshal.loads",
                      "pickle.Unpickler.find_class"))  # fmt: skip


class Teller:
    """Says what one module does. `reached` maps functions that run at import to those through which they do."""

    def __init__(self, visitor: Visitor, at: At, role: str, *, nested: bool, placed: str = "") -> None:
        """Keep what is common to all facts; `placed`: when source that is executed as text runs."""
        self._visitor = visitor
        self._at = at
        self._role = role
        self._nested = nested
        self._placed = placed
        self.reached: Mapping[str, str] = {}
        self.sources: list[tuple[str | bytes, int, str]] = []

    def when(self, call_at: str, within: str) -> tuple[str, str]:
        """Say when something runs, and through which function if only a call leads there."""
        at, through = call_at, ""
        if at == "function" and within in self.reached:
            at, through = "import", self.reached[within]
        if self._placed and at == "import":
            at = self._placed
        return at, through

    def call(self, call: Call) -> Iterator[Fact]:
        """Yield what one call is."""
        name = canonical(call.value.name.replace("()", ""))
        if not call.handed and isinstance(call.node, ast.Call):
            yield from self._writes(call, name)
            yield from self._trusts(call, name)
        group = group_of(name)
        if not group or (
            isinstance(call.node, ast.Call) and not call.handed and is_tame(self._visitor.evaluator, call, name)
        ):
            return
        arguments, shown = self._arguments(call)
        tags = joined(arguments) | call.value.tags
        decoders = tuple(sorted(one[8:] for one in tags if one.startswith("decoder:")))
        at, through = self.when(call.place.at, call.place.within)
        if group == "evaluate" and arguments:
            self._keep(arguments[0], call, at)
        yield PythonCall(
            where=self._at(call.node.lineno),
            name=name,
            group=group,
            at=at,
            role=self._role,
            how="handed" if call.handed else call.value.how,
            within=call.place.within,
            through=through,
            argument=shown,
            constant=bool(arguments) and all(one.known for one in arguments),
            decoded=bool(decoders),
            taken=tuple(sorted(tags & _ORIGINS)),
            gates=self._gates(call),
            nested=self._nested,
        )
        if decoders and not call.handed:
            first = plain(arguments[0]) if arguments else UNKNOWN
            yield PythonDecodes(
                where=self._at(call.node.lineno),
                decoders=decoders,
                sink=name,
                group=group,
                at=at,
                role=self._role,
                shown=_shown(first) if first is not UNKNOWN else "",
                known=first is not UNKNOWN,
                nested=self._nested,
            )

    def _arguments(self, call: Call) -> tuple[list[Value], str]:
        node = call.node
        if not isinstance(node, ast.Call) or call.handed:
            return [], ""
        evaluator, scope = self._visitor.evaluator, call.place.scope
        values = [evaluator.value(one, scope) for one in (*node.args, *(key.value for key in node.keywords))][:20]
        if not node.args and not node.keywords:
            return [], ""
        first = plain(values[0])
        if first is not UNKNOWN:
            return values, _shown(first)
        return values, _source(node.args[0] if node.args else node.keywords[0].value)

    def _keep(self, value: Value, call: Call, at: str) -> None:
        const = plain(value)
        if isinstance(const, str | bytes) and const.strip():
            self.sources.append((const, call.node.lineno, at))

    def _gates(self, call: Call) -> tuple[str, ...]:
        found: set[str] = set()
        for test in call.place.tests[-4:]:
            for node in ast.walk(test):
                if isinstance(node, ast.Call | ast.Attribute):
                    some = node.func if isinstance(node, ast.Call) else node
                    name = self._visitor.evaluator.value(some, call.place.scope).name
                    if name in GATES or name in ("os.environ.get", "os.getenv", "sys.platform", "os.name"):
                        found.add(name)
        return tuple(sorted(found))

    def _trusts(self, call: Call, name: str) -> Iterator[Fact]:
        for one in call.node.keywords if isinstance(call.node, ast.Call) else ():
            if one.arg == "trust_remote_code" and isinstance(one.value, ast.Constant) and one.value.value is True:
                at, through = self.when(call.place.at, call.place.within)
                _, shown = self._arguments(call)
                yield PythonCall(
                    where=self._at(call.node.lineno), name=name, group="remote-code", at=at, role=self._role,
                    how=call.value.how, within=call.place.within, through=through, argument=shown, constant=False,
                    decoded=False, taken=(), gates=(), nested=self._nested,
                )  # fmt: skip

    def _writes(self, call: Call, name: str) -> Iterator[Fact]:
        node = call.node
        if not isinstance(node, ast.Call):
            return
        base, _, last = name.rpartition(".")
        if isinstance(node.func, ast.Attribute):
            last = node.func.attr
        kind, target = "", ""
        if base in _MACHINERY and last in ("insert", "append", "extend", "clear", "remove"):
            kind, target = ("import-path" if base == "sys.path" else "import-machinery"), self._arguments(call)[1]
        elif name in ("builtins.setattr", "builtins.delattr") and len(node.args) > 1:
            kind, target = self._replaced(
                canonical(f"{self._name(node.args[0], call)}.{self._text(node.args[1], call)}")
            )
        elif name in _WRITERS or last in WRITING:
            kind, target = self._file(call, name, last)
        elif group_of(name) == "process" and node.args:
            target = self._text(node.args[0], call)
            kind = kind_of_command(target)
        if kind:
            yield self._change(call.place.at, call.place.within, node.lineno, kind, target)

    def _file(self, call: Call, name: str, last: str) -> tuple[str, str]:
        """Say what kind of place is written to."""
        node = call.node
        if not isinstance(node, ast.Call):
            return "", ""
        if name in _WRITERS:
            index = _WRITERS[name]
            if len(node.args) <= index or (name.endswith(".open") and not self._for_writing(call)):
                return "", ""
            target = self._text(node.args[index], call)
        else:
            if not isinstance(node.func, ast.Attribute):
                return "", ""
            target = self._text(node.func.value, call)
        if name.startswith("winreg."):
            return ("registry", target) if "currentversion\\run" in target.lower() else ("", "")
        del last
        return kind_of_path(target), target

    def _for_writing(self, call: Call) -> bool:
        node = call.node
        if not isinstance(node, ast.Call):
            return False
        modes = [node.args[1]] if len(node.args) > 1 else [one.value for one in node.keywords if one.arg == "mode"]
        mode = plain(self._visitor.evaluator.value(modes[0], call.place.scope)) if modes else "r"
        return not isinstance(mode, str) or not set("wax+").isdisjoint(mode)

    def assigned(self, target: ast.expr, place_at: str, within: str, scope: object) -> Iterator[Fact]:
        """Yield what an assignment changes outside of the module."""
        evaluator = self._visitor.evaluator
        if isinstance(target, ast.Attribute):
            name = evaluator.value(target, scope).name  # type: ignore[arg-type]
            if name.startswith("self.") or not name:
                return
            kind, shown = self._replaced(name)
        elif isinstance(target, ast.Subscript):
            base = evaluator.value(target.value, scope).name  # type: ignore[arg-type]
            key = plain(evaluator.value(target.slice, scope))  # type: ignore[arg-type]
            kind, shown = "", str(key)
            if base == "sys.modules" and isinstance(key, str):
                kind = "module"
            elif base in ("builtins", "builtins.__dict__", "globals:") and base != "globals:" and isinstance(key, str):
                kind = "builtins"
        else:
            return
        if kind:
            yield self._change(place_at, within, target.lineno, kind, shown)

    def _replaced(self, name: str) -> tuple[str, str]:
        if name in _LOADERS:
            return "loader", name
        if name.startswith("builtins.") and name.count(".") == 1 and "(" not in name and "[" not in name:
            return "builtins", name[9:]
        if name in _MACHINERY:
            return ("import-path" if name == "sys.path" else "import-machinery"), name
        return "", ""

    def _change(self, at: str, within: str, line: int, kind: str, target: str) -> PythonWrites:
        when, _ = self.when(at, within)
        return PythonWrites(
            where=self._at(line),
            kind=kind,
            target=target[:ARGUMENT_CHARACTERS],
            at=when,
            role=self._role,
            within=within,
        )

    def _name(self, node: ast.expr, call: Call) -> str:
        return self._visitor.evaluator.value(node, call.place.scope).name

    def _text(self, node: ast.expr, call: Call) -> str:
        """Return a text as far as it is constant: what is folded, else all its constants in a row."""
        evaluator, scope = self._visitor.evaluator, call.place.scope
        whole = plain(evaluator.value(node, scope))
        if isinstance(whole, str):
            return whole[:4000]
        if isinstance(whole, list | tuple):
            return " ".join(str(one) for one in whole)[:4000]
        found: list[str] = []
        for one in ast.walk(node):
            if isinstance(one, ast.Constant | ast.Name):
                const = plain(evaluator.value(one, scope))
                if isinstance(const, str):
                    found.append(const)
            if len(found) > 30:  # noqa: PLR2004 - parts of one path or command
                break
        return "/".join(found)[:4000]


def _shown(const: object) -> str:
    text = const if isinstance(const, str) else repr(const) if not isinstance(const, bytes) else const.decode("latin-1")
    return text[:ARGUMENT_CHARACTERS]


def _source(node: ast.expr) -> str:
    try:
        return ast.unparse(node)[:ARGUMENT_CHARACTERS] if _small(node) else ""
    except (RecursionError, ValueError):
        return ""


def _small(node: ast.AST) -> bool:
    """Bound what is written out: the tree's lines tell its size."""
    return (getattr(node, "end_lineno", 0) or 0) - getattr(node, "lineno", 0) < 30  # noqa: PLR2004 - lines
