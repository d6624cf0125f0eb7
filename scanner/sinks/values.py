"""What the text at a sink leads to: a module, a file of the repository, another repository, leave to run code."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from scanner.known import table
from scanner.settings import Document, Leaf
from scanner.sinks.places import Places
from scanner.sinks.table import Sink

SHOWN = 300
"""Characters of a value and its parts that are kept."""

STEPS = 10
"""Steps of a name that is written as a list."""

_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_ENTRY = re.compile(r"([\w./-]{1,300}?)(?:\.py)?:(\w{1,200})")
_REPOSITORY = re.compile(r"(?P<owner>[\w.-]+)/[\w.-]+")
_NUMBERS = re.compile(r"(?:[\s\d\[\](),+*.\-]|\b(?:True|False|None)\b)*")
_NO = ("false", "no", "none", "null", "off")
_MODEL = ("/model_type\n", "/architectures/", "/transformers_version\n", "/_class_name\n", "/auto_map/", "_config/")
_SPEECH = ("/remote_code\n", "/frontend_conf/", "/tokenizer_conf/", "/model_conf/")
_MARKS = {"config.json": _MODEL, "config.yaml": _SPEECH, "config.yml": _SPEECH}
"""What the configuration of a model has, and that of a program of the same name hardly."""


@dataclass(frozen=True)
class Reached:
    """What a value leads to; fields as in the fact."""

    origin: str
    module: str = ""
    attribute: str = ""
    repository: str = ""
    owner: str = ""
    code: str = ""
    allowed: bool = False
    missing: bool = False


@dataclass(frozen=True)
class Case:
    """One value at a sink: the row, the leaf, its document, and what lies around it."""

    sink: Sink
    leaf: Leaf
    document: Document
    places: Places

    @property
    def value(self) -> str:
        """The text of the leaf, without the blanks around it."""
        return self.leaf.value.strip()

    def find(self, *names: str) -> str:
        """Find a Python file of the repository; "" where there is none."""
        return self.places.find(self.leaf.path, *names)

    @property
    def alone(self) -> bool:
        """Whether nothing else of the folder was scanned, so that a file may be missing for that reason."""
        return not self.places.has_company(self.leaf.path)


def reached(case: Case) -> Reached | None:
    """Follow a value; None where it leads nowhere, as most words do."""
    kind = case.sink.reads.partition("-")[0]
    if kind in ("consent", "model"):
        return _consent(case)
    return READ[kind](case) if case.leaf.kind == "t" and case.value else None


def _consent(case: Case) -> Reached | None:
    """Read consent as Python would: any number but 0 and any text is true. A program's own text may say no."""
    kind, value = case.leaf.kind, case.value.lower()
    if kind not in "bnt" or value in ("", "0", "0.0") or (value in _NO and (kind != "t" or case.sink.via == "consent")):
        return None
    marks = _MARKS.get(case.document.name, ()) if case.sink.reads == "model-consent" else ()
    return Reached(origin="consent") if not marks or case.places.holds(case.document, marks) else None


def _reference(case: Case) -> Reached | None:
    """Read `[owner/name--]file.Class`: get_class_from_dynamic_module (transformers/dynamic_module_utils.py)."""
    before, between, after = case.value.rpartition("--")
    module, _, attribute = after.rpartition(".")
    if not module or not attribute:
        return None
    if _leads_out(module) or _leads_out(before):
        return Reached(origin="outside", module=module, attribute=attribute, repository=before)
    if between:
        named = _REPOSITORY.fullmatch(before)
        owner = named["owner"] if named else ""
        return Reached(origin="other-repo", module=module, attribute=attribute, repository=before, owner=owner)
    code = case.find(f"{module}.py", module.replace(".", "/") + ".py")
    missing = not code and not case.alone
    return Reached(origin="repo-file", module=module, attribute=attribute, code=code, missing=missing)


def _kernel(case: Case) -> Reached | None:
    """Read `owner/name[@revision][:function]`, which a wrapper may stand before: transformers hub_kernels.py."""
    name, _, attribute = case.value.rpartition("|")[2].partition(":")
    repository = name.partition("@")[0].strip()
    if "/" not in repository:
        return None
    owner, allowed = repository.partition("/")[0], case.sink.allows(repository)
    return Reached(
        origin="kernel-repo", attribute=attribute.strip(), repository=repository, owner=owner, allowed=allowed
    )


def _pipeline(case: Case) -> Reached | None:
    """Read `custom_pipeline`: a repository, a file of this one, or a name of the community's pipelines."""
    value = case.value
    module = value.removesuffix(".py")
    if _leads_out(value):
        return Reached(origin="outside", module=value)
    if code := case.find(f"{module}.py", f"{value}/pipeline.py"):
        return Reached(origin="repo-file", module=module, code=code)
    if value.endswith(".py"):
        return Reached(origin="repo-file", module=module, missing=not case.alone)
    if named := _REPOSITORY.fullmatch(value):
        return Reached(origin="other-repo", module="pipeline", repository=value, owner=named["owner"])
    return Reached(origin="library", module=value, repository="huggingface/diffusers", owner="huggingface")


def _pair(case: Case) -> Reached | None:
    """Read `[library, Class]` of a component: a file COMPONENT/LIBRARY.py comes first, else the library is imported."""
    before, _, index = case.leaf.pointer.rpartition("/")
    follower = case.document.get(f"{before}/{int(index) + 1}")
    if follower is None or follower.kind not in "t0":
        return None
    component, library = case.leaf.keys[0], case.value
    file = f"{library}.py" if component == "_class_name" else f"{component}/{library}.py"
    if code := case.find(file):  # even of a library's name: it comes first
        return Reached(origin="repo-file", module=library, attribute=follower.value, code=code)
    return replace(_located(case, library, ()), attribute=follower.value)


def _list(case: Case) -> Reached | None:
    """Read the path of an object as LangChain writes it: {"lc": 1, "type": "constructor", "id": [...]}."""
    above, document = case.leaf.pointer.removesuffix("/id/0"), case.document
    if document.get(f"{above}/lc") is None or document.text(f"{above}/type") != "constructor":
        return None
    steps = [case.value]
    while len(steps) < STEPS and (step := document.text(f"{above}/id/{len(steps)}")):
        steps.append(step)
    return _imported(case.sink, ".".join(steps[:-1]), steps[-1])


def _entry(case: Case) -> Reached | None:
    if case.value.endswith(".py"):
        return _file(case)
    named = _ENTRY.fullmatch(case.value)
    if named is None:
        return None
    path = named[1].removeprefix("./")
    if _leads_out(path):
        return Reached(origin="outside", module=path, attribute=named[2])
    module = path.replace("/", ".")
    if code := case.find(f"{path}.py", path.replace(".", "/") + ".py"):
        return Reached(origin="repo-file", module=module, attribute=named[2], code=code)
    return _imported(case.sink, module, named[2])


def _file(case: Case) -> Reached | None:
    path = case.value.removeprefix("file://").removeprefix("python:").partition(":")[0].removeprefix("./")
    if not path.endswith(".py"):
        return None
    if _leads_out(path):
        return Reached(origin="outside", module=path)
    return Reached(origin="repo-file", module=path.removesuffix(".py").replace("/", "."), code=case.find(path))


def _native(case: Case) -> Reached:
    outside = _leads_out(case.value)
    return Reached(origin="outside" if outside else "native", module=case.value)


def _expression(case: Case) -> Reached | None:
    return None if _NUMBERS.fullmatch(case.value) else Reached(origin="expression")


def _dotted(case: Case) -> Reached | None:
    """Read a module, or a name in a module; see `known/sinks.txt` for the kinds."""
    kind, _, where = case.sink.reads.partition("-")
    plain = case.value.replace(":", ".", 1)
    if not _DOTTED.fullmatch(plain) or (kind == "name" and "." not in plain):
        return None
    module, attribute = (plain, "") if kind == "module" else (plain.rpartition(".")[0], plain.rpartition(".")[2])
    path = module.replace(".", "/")
    found = _located(case, module, (f"{path}.py", f"{path}/__init__.py") if where else ())
    return None if where == "own" and not found.code else replace(found, attribute=attribute)


READ: dict[str, Callable[[Case], Reached | None]] = {
    "reference": _reference,
    "kernel": _kernel,
    "pipeline": _pipeline,
    "pair": _pair,
    "list": _list,
    "entry": _entry,
    "file": _file,
    "expression": _expression,
    "native": _native,
    "module": _dotted,
    "name": _dotted,
}
"""How a value is read, by the word of the row up to its hyphen."""


def _located(case: Case, module: str, files: tuple[str, ...]) -> Reached:
    """Say where a module comes from: of the repository if it has the file and the loader looks there first."""
    if _leads_out(module):
        return Reached(origin="outside", module=module)
    if files and not case.sink.allows(module) and (code := case.find(*files)):
        return Reached(origin="repo-file", module=module, code=code)
    found = _imported(case.sink, module, "")
    if found.origin == "unknown":  # a program that is started in the folder finds its files as well
        code = case.find(f"{module.replace('.', '/')}.py")
        return replace(found, origin="repo-file", code=code) if code else found
    return found


def _imported(sink: Sink, module: str, attribute: str) -> Reached:
    origin, allowed = "unknown", sink.allows(module)
    if allowed:
        origin = "library"
    elif module.partition(".")[0] in table("stdlib_modules"):
        origin = "stdlib"
    return Reached(origin=origin, module=module, attribute=attribute, allowed=allowed)


def _leads_out(path: str) -> bool:
    return path.startswith(("/", "~", "\\")) or path[1:3] in (":/", ":\\") or ".." in re.split(r"[/\\]", path)
