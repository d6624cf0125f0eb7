"""Write the names of methods that listed classes call on themselves while they load: `… TABLES ROOT...`.

A state can put a function under such a name into the object's own `__dict__`, where it is found before the method:
`self._attach_methods()` in `__setstate__` then calls what the file chose. Likewise `self.data.copy()` where the state
makes `data` an object with such an attribute.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.survey.hazards import DEEPEST_CALL, RUN_BY_STATE, method_of
from tests.survey.lineage import Index
from tests.survey.sources import modules, name_of
from tests.survey.table import read, write
from tests.survey.write_classes import version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.survey.sources import Function

RUN = tuple(name for name in RUN_BY_STATE if name not in {"__new__", "__getstate__"})
HONEST = frozenset(
    ("_items", "_rc", "_to", "activation_post_process", "apply", "bounding_box", "coeffs", "end_time", "eval",
     "forward", "index", "indices", "locked", "logger", "max", "min", "modules", "prob", "split", "title", "train",
     "type", "values")
)  # fmt: skip
"""Names that honest states give to objects as well."""
LOOKED_UP = frozenset(
    ("__array__", "__array_wrap__", "__arrow_array__", "__arrow_c_array__", "__arrow_c_stream__", "__dataframe__",
     "__deepcopy__", "__dlpack__", "__dlpack_device__", "__torch_function__")
)  # fmt: skip
"""Special methods that numpy, torch, pyarrow and copy look up on the object, not on its class."""
HEAD = (
    "Methods that classes of honest pickles call on themselves, or on what their state holds, while they are loaded: "
    "in __setstate__, __setattr__, __setitem__, append and the like; and methods that constructors call on what they "
    "are given. A state that holds an object under such a name decides what is called."
)


def called(function: Function, index: Index, lineage: list[str], seen: set[int]) -> Iterator[str]:
    """Yield the last names of calls through the first argument, in a method and in those of the class that it calls."""
    if id(function) in seen or len(seen) > DEEPEST_CALL**2:
        return
    seen.add(id(function))
    arguments = [*function.args.posonlyargs, *function.args.args]
    for node in ast.walk(function):
        parts = name_of(node.func).split(".") if isinstance(node, ast.Call) else []
        if not arguments or len(parts) not in {2, 3} or parts[0] != arguments[0].arg:
            continue
        if not parts[-1].startswith("__"):
            yield parts[-1]
        for above in lineage if len(parts) == 2 else ():
            place = index.class_node(above)
            found = method_of(place[1], parts[1]) if place else None
            if place and found:
                yield from called(found, index, lineage, seen)
                break


def names(full: str, index: Index) -> Iterator[str]:
    """Yield the names that unpickling an instance of a class calls."""
    lineage = index.ancestors(full)
    for method in RUN:
        for above in lineage:
            place = index.class_node(above)
            found = method_of(place[1], method) if place else None
            if place and found:
                yield from called(found, index, lineage, set())
                break


def asked(full: str, index: Index) -> Iterator[str]:
    """Yield the names of methods that a constructor calls on its arguments."""
    place = index.owner(index.settle(full))
    functions = [place[0].functions[place[1]]] if place and place[1] in place[0].functions else []
    for above in index.ancestors(index.settle(full)) if not functions else ():
        found = index.class_node(above)
        made = (method_of(found[1], name) for name in ("__new__", "__init__")) if found else ()
        functions.extend(function for function in made if function)
    for function in functions:
        given = {argument.arg for argument in (*function.args.posonlyargs, *function.args.args)} - {"self", "cls"}
        for node in ast.walk(function):
            parts = name_of(node.func).split(".") if isinstance(node, ast.Call) else []
            if len(parts) == 2 and parts[0] in given and parts[1] != "__new__":
                yield parts[1]


def main(tables: Path, roots: list[Path]) -> None:
    """Write the table from every surveyed package in the roots of which a class is listed."""
    folders = [tables / f"pickle_{kind}" for kind in ("classes", "callables", "references")]
    listed = {name for folder in folders for name in read(folder)} | read(tables / "pickle_state_executors.txt")
    constructors = read(tables / "pickle_callables")
    found: set[str] = set(LOOKED_UP)
    versions: set[str] = set()
    for root in roots:
        for package in sorted(path.name for path in root.iterdir() if path.is_dir() and path.name.isidentifier()):
            mine = sorted(name for name in listed if name.startswith(f"{package}."))
            if mine:
                versions.add(version(root, package))
                index = Index(modules={module.name: module for module in modules(root, package)})
                found.update(name for full in mine for name in names(full, index))
                found.update(name for full in mine if full in constructors for name in asked(full, index))
    surveyed = f" By static survey of the sources of {', '.join(sorted(versions))}."
    write(tables / "pickle_called_methods.txt", found - HONEST, HEAD + surveyed)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(root) for root in sys.argv[2:]])
