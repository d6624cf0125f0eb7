"""Hazards: what a class does by itself while it is unpickled with a state that an attacker wrote."""
# ruff: noqa: SIM905, PLR0913, PLR0917 - lists of names as text; a walk carries its surroundings

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from tests.survey.sources import name_of

if TYPE_CHECKING:
    from tests.survey.lineage import Index
    from tests.survey.sources import Function, Module

# Unpickling runs these on an instance: the constructor without __init__, the state, list/dict/set items, hashing as
# a key, attribute look-up of __setstate__, and the end of the object's life.
RUN_BY_STATE = (
    "__new__",
    "__setstate__",
    "__setattr__",
    "__getattr__",
    "__getattribute__",
    "__setitem__",
    "append",
    "extend",
    "add",
    "__hash__",
    "__eq__",
    "__del__",
    "__getstate__",
)
RUN_BY_CALL = ("__init__", "__post_init__", "_missing_", "__attrs_post_init__", "model_post_init")

SINK_NAMES = frozenset(
    """
eval exec compile __import__ open execfile import_module system popen Popen check_output check_call spawn urlopen
urlretrieve CDLL LoadLibrary load_library dlopen rmtree unlink unpack_archive extractall from_pretrained
hf_hub_download snapshot_download download start_new_thread reload find_spec find_loader exec_module load_module
instantiate get_class locate sympify parse_expr lambdify read_pickle FunctionType CodeType import_string
create_connection loadtxt memmap fromfile from_file kill killpg terminate makedirs mkdir mkdtemp mkstemp
NamedTemporaryFile TemporaryDirectory load_state_dict_from_url get_file import_object resolve_name get_object
load_model save_model
""".split()
)
SINK_PATTERN = re.compile(
    r"^((os|posix|shutil|subprocess|socket|ctypes|importlib|runpy|urllib\.request|requests|multiprocessing|signal|atexit|"
    r"marshal|tempfile|threading)\.(?!path\.|environ|fspath|getpid|cpu_count|get_ident|local$|Lock|RLock|current_thread|"
    r"Event|Condition|getcwd|current_process|sep|urandom|c_\w+$|byref$|create_string_buffer$|Array$)\w+.*|"
    r"(pickle|cPickle|dill|cloudpickle|joblib|torch|numpy|yaml)\.(load|loads|unsafe_load)|"
    r"sys\.(modules|path)\.(append|insert|pop|update|setdefault|clear))$"
)
# What looks like a sink by its last name and is none.
HARMLESS = re.compile(
    r"^(re\.compile|.*regex\.compile|.*redos\.compile|platform\.system|.*_ffi\..*check_call|.*Embedding\.from_pretrained|"
    r"torch\.compile|sympy\.core\.sympify\._sympify|self\.(eval|compile|download|open|spawn)|\w+\.eval)$"
)
DEEPEST_CALL = 4


def hazards(full: str, index: Index, *, called: bool) -> list[str]:
    """List the ways in which unpickling an instance of the class reaches a sink; `called` adds its constructor."""
    found: list[str] = []
    lineage = index.ancestors(full)
    for method in RUN_BY_STATE + (RUN_BY_CALL if called else ()):
        for above in lineage:
            place = index.class_node(above)
            function = method_of(place[1], method) if place else None
            if place and function:
                path = reach(function, place[0], index, lineage, 0, set())
                if path:
                    found.append(f"{above}.{method}: {path}")
                break
    return found


def method_of(node: ast.ClassDef, name: str) -> Function | None:
    """Return the method of that name which the class body defines."""
    for statement in node.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) and statement.name == name:
            return statement
    return None


def reach(function: Function, module: Module, index: Index, lineage: list[str], depth: int, seen: set[int]) -> str:
    """Return the chain of calls from a function to a sink, or nothing."""
    if id(function) in seen or depth > DEEPEST_CALL:
        return ""
    seen.add(id(function))
    for node in (inner for statement in function.body for inner in ast.walk(statement)):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and name_of(node.value) == "sys.modules":
            return "sys.modules"
        if not isinstance(node, ast.Call):
            continue
        path = reach_call(node, module, index, lineage, depth, seen)
        if path:
            return path
    return ""


def reach_call(node: ast.Call, module: Module, index: Index, lineage: list[str], depth: int, seen: set[int]) -> str:
    """Return the chain from one call expression to a sink, or nothing."""
    name = name_of(node.func)
    tail = name.rpartition(".")[2] or (node.func.attr if isinstance(node.func, ast.Attribute) else "")
    full = index.resolve(name, module) if name else ""
    if not HARMLESS.match(full or tail) and not HARMLESS.match(name):
        imported = name.partition(".")[0] in module.aliases
        if tail in SINK_NAMES or (imported and SINK_PATTERN.match(full)):
            return full or tail
    head, _, method = name.partition(".")
    above_self = isinstance(node.func, ast.Attribute) and is_super(node.func.value)
    if above_self:
        head, method = "self", tail
    if head in {"self", "cls"} and method and "." not in method:
        for above in lineage[1:] if above_self else lineage:
            place = index.class_node(above)
            found = method_of(place[1], method) if place else None
            if place and found:
                path = reach(found, place[0], index, lineage, depth + 1, seen)
                return f"{method} -> {path}" if path else ""
        return ""
    place2 = index.owner(full) if full and not HARMLESS.match(full) else None
    if place2 and place2[1] in place2[0].functions:
        path = reach(place2[0].functions[place2[1]], place2[0], index, [], depth + 1, seen)
        return f"{full} -> {path}" if path else ""
    return ""


def is_super(node: ast.expr) -> bool:
    """Tell whether an expression is `super()`."""
    return isinstance(node, ast.Call) and name_of(node.func) == "super"
