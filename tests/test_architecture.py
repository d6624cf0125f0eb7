"""The laws of the house, as code."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "scanner"
MODULES = sorted(PACKAGE.rglob("*.py"))

NOUNS = {"artifact", "facts", "finding", "limits", "text", "usage", "version"}
RULES = {"rule", "predicate", "pack", "fields", "document", "known"}
# What readers share: each knows bytes, none knows a format or a rule.
BYTES = {
    "chunks", "codec", "compressed", "crc32c", "credentials", "cursor", "flatbuffer", "inside", "json_object",
    "json_text",
    "links", "magic", "marks", "marshalled", "members", "pattern", "protobuf", "record", "sketch", "streams", "tensors",
    "unpack", "unrecognised", "whole", "xml_text",
}  # fmt: skip
MAY_IMPORT: dict[str, set[str]] = {
    # What each room may import; itself is always allowed. Imports run downwards only.
    "record": set(),
    "artifact": {"record"},
    "version": set(),
    "usage": set(),
    "limits": {"record"},
    "glob": set(),
    "nesting": set(),
    "known": set(),
    "credentials": {"pattern"},
    "text": {"limits"},
    "facts": {"artifact", "record"},
    "finding": {"artifact", "record"},
    "format": {"artifact", "facts", "limits", "record"},
    "choices": {"artifact", "facts"},
    "codec": {"record"},
    "crc32c": set(),
    "chunks": {"crc32c", "streams"},
    "cursor": {"format"},
    "links": set(),
    "pattern": set(),
    "magic": {"pattern"},
    "streams": set(),
    "marshalled": set(),
    "flatbuffer": {"format"},
    "protobuf": {"format"},
    "xml_text": {"artifact", "format"},
    "json_object": {"format"},
    "json_text": {"format", "json_object"},
    "inside": {"magic", "pattern"},
    "marks": {"magic", "pattern"},
    "members": {"artifact", "facts", "pattern", "text"},
    "unpack": {"codec", "format", "limits", "streams"},
    "sketch": {"artifact", "facts", "streams"},
    "tensors": {"artifact", "facts", "inside", "magic", "streams", "text"},
    "compressed": {"artifact", "chunks", "codec", "facts", "limits", "magic", "members", "streams", "unpack"},
    "order": set(),
    "unrecognised": {"artifact", "facts", "limits"},
    "whole": {"artifact", "facts", "format"},
    "vocabulary": {"artifact", "facts", "marks", "order", "pattern"},
    "formats": {
        "artifact", "cards", "choices", "commands", "facts", "format", "known", "licenses", "limits", "order", "prose",
        "requirements", "text", "vocabulary", *BYTES,
    },
    "weights": {"facts", "nesting", "pattern"},
    "measures": {
        "artifact", "codec", "facts", "format", "formats", "inside", "limits", "members", "nesting", "pattern",
        "protobuf", "sketch", "streams", "tensors", "text", "unpack", "usage", "weights",
    },
    "rowsums": set(),
    "tokenizers": {"facts", "nesting"},
    "settings": {"artifact", "facts", "record"},
    "sinks": {"facts", "known", "nesting", "settings"},
    "prose": {"known", "pattern"},
    "cards": {"facts", "known", "likeness", "pattern", "settings"},
    "licenses": {"document", "known", "limits", "record"},
    "lineage": {"artifact", "facts", "known", "licenses", "nesting", "record", "settings"},
    "agents": {"commands", "credentials", "facts", "pattern", "prose", "settings"},
    "commands": {"artifact", "credentials", "facts", "known", "pattern"},
    "deployments": {"artifact", "commands", "facts", "pattern", "settings"},
    "likeness": {"known", "pattern"},
    "requirements": {"artifact", "credentials", "facts", "likeness", "pattern"},
    "derive": {
        "agents", "artifact", "cards", "commands", "deployments", "facts", "known", "likeness", "limits", "lineage",
        "links", "marks", "nesting", "pattern", "prose", "requirements", "rowsums", "settings", "sinks",
        "text", "tokenizers", "weights",
    },
    "wire": {"artifact", "facts", "limits", "record"},
    "reader": {"artifact", "facts", "format", "limits", "unrecognised"},
    "isolate": {"artifact", "facts", "forking", "limits", "wire"},
    "foreign": {"text"},
    "forking": set(),
    "sources": {"artifact", "facts", "foreign", "forking", "limits", "members", "text", "usage", "version"},
    "document": {"limits"},
    "rule": {"finding", "record", "usage"},
    "predicate": {"facts"},
    "pack": {"document", "known", "limits", "record", "rule"},
    "fields": {"artifact", "facts"},
    "engine": {"artifact", "facts", "finding", "record", "rule", "predicate", "text"},
    "examples": {*NOUNS, *RULES, "engine", "derive", "formats", "reader"},
    "lint": {*NOUNS, *RULES, "engine", "examples"},
    "mutation": {*NOUNS, *RULES, "engine", "examples"},
    "skeleton": {*NOUNS, *RULES},
    "packs": {*NOUNS, *RULES, "lint", "record"},
    "details": {"record"},
    "report": {"details", "facts", "finding", "record"},
    "policy": {"artifact", "facts", "finding", "glob", "nesting", "record", "report"},
    "policy_file": {"policy", "text", "usage"},
    "baseline": {"finding", "policy", "text", "usage"},
    "writers": {"artifact", "details", "facts", "finding", "limits", "nesting", "report", "text"},
    "schema": {"report"},
    "cache": {"artifact", "facts", "limits", "record", "report", "text", "usage", "version", "wire"},
    "explain": {"artifact", "facts", "format", "formats", "isolate", "limits", "text"},
    "contents": {"artifact", "facts", "format", "formats", "isolate", "limits", "tensors", "text"},
    "closeups": {
        "artifact", "contents", "credentials", "details", "facts", "finding", "format", "formats", "isolate", "limits",
        "nesting", "pattern", "picture", "report",
    },
    "compare": {
        "artifact", "choices", "facts", "format", "formats", "json_object", "json_text", "known", "limits", "measures",
        "pattern", "reader", "sketch", "streams", "tensors", "text",
    },
    "picture": {"facts", "text"},
    "against": {
        "artifact", "compare", "facts", "isolate", "judgement", "limits", "pack", "policy", "report", "sources",
        "usage",
    },
    "judgement": {*NOUNS, *RULES, "engine", "policy", "report"},
    "pipeline": {
        *NOUNS, *RULES, "against", "cache", "closeups", "derive", "formats", "isolate", "judgement", "measures",
        "packs", "policy", "reader", "record", "report", "sources",
    },
    "forward": {"artifact", "facts", "isolate", "limits", "text", "usage", "wire"},
    "sanitize": {
        "artifact", "facts", "finding", "format", "formats", "isolate", "json_object", "limits", "pipeline", "report",
        "sources", "streams", "tensors", "usage",
    },
    "attest": {
        "artifact", "facts", "finding", "foreign", "glob", "known", "licenses", "limits", "nesting", "record",
        "report", "settings", "sources", "text", "usage",
    },
    "cli": {
        *NOUNS, *RULES, "against", "attest", "baseline", "compare", "contents", "explain", "facts", "format", "formats",
        "forward", "judgement", "lineage", "lint", "packs", "picture", "pipeline", "policy", "policy_file", "record",
        "report", "sanitize", "schema", "skeleton", "sources", "writers",
    },
    "guard": {
        "attest", "finding", "pack", "pipeline", "policy", "policy_file", "record", "report", "sources", "text",
        "usage",
    },
    "__init__": {"artifact", "facts", "finding", "guard", "limits", "pipeline", "policy", "report", "usage", "version"},
    "__main__": {"cli"},
}  # fmt: skip


def _room(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imports(module: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "scanner":
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("scanner."):
            found.add(str(node.module).split(".")[1])
        elif isinstance(node, ast.Import):
            found.update(alias.name.split(".")[1] for alias in node.names if alias.name.startswith("scanner."))
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(PACKAGE)))
def test_a_module_imports_only_what_the_table_allows(module):
    room = _room(module)
    assert room in MAY_IMPORT, f"{room} has no line in MAY_IMPORT: say what it may import"
    assert _imports(module) - MAY_IMPORT[room] - {room} == set()


def test_imports_have_no_cycles():
    done: set[str] = set()
    pending = {room: set(allowed) - {room} for room, allowed in MAY_IMPORT.items()}
    while pending:
        free = {room for room, needs in pending.items() if needs <= done}
        assert free, f"a cycle among {sorted(pending)}"
        done |= free
        pending = {room: needs for room, needs in pending.items() if room not in free}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(PACKAGE)))
def test_a_module_fits_in_300_lines_and_says_what_it_is(module):
    text = module.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    assert ast.get_docstring(ast.parse(text)), "a module docstring says what the module is"


def test_two_broad_excepts_in_the_whole_package():
    broad = [
        f"{module.relative_to(PACKAGE)}:{node.lineno}"
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in {"Exception", "BaseException"})
    ]
    assert [place.partition(":")[0] for place in broad] == ["foreign.py", "reader.py"], broad


@pytest.mark.parametrize(
    "module",
    [module for module in MODULES if _room(module) in {"formats", "facts", "derive"}],
    ids=lambda module: str(module.relative_to(PACKAGE)),
)
def test_facts_do_not_judge(module):
    text = module.read_text(encoding="utf-8").lower()
    assert [word for word in ("dangerous", "malicious", "suspicious", "severity") if word in text] == []


def test_readers_never_run_what_they_read():
    banned = {"eval", "exec", "compile", "__import__"}
    found = [
        f"{module.relative_to(PACKAGE)}:{node.lineno}"
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in banned)
        or (isinstance(node, ast.Import) and {"pickle", "marshal", "shelve", "dill"} & {a.name for a in node.names})
        or (isinstance(node, ast.ImportFrom) and node.module in {"pickle", "marshal", "shelve", "dill"})
    ]
    assert found == []


def test_every_format_has_a_test():
    formats = {path.name.removesuffix(".py") for path in (PACKAGE / "formats").iterdir()} - {"__init__", "__pycache__"}
    tests = {path.stem.removeprefix("test_") for path in (ROOT / "tests" / "formats").glob("test_*.py")}
    assert formats - tests == set()


def test_every_join_has_a_test():
    joins = {path.stem for path in (PACKAGE / "derive").glob("*/*.py")} - {"__init__"}
    tests = {path.stem.removeprefix("test_") for path in (ROOT / "tests" / "derive").glob("test_*.py")}
    assert joins - tests == set()


def test_rules_are_data_only():
    assert {path.suffix for path in (ROOT / "rules").rglob("*") if path.is_file()} <= {".yaml", ".txt", ".yar"}


HEAVY = {"pydantic", "numpy", "huggingface_hub", "cryptography", "fickling", "re2", "rich", "typing_extensions"}


def _modules_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(result.stdout.split())


def test_importing_the_package_imports_nothing_heavy():
    loaded = _modules_after("import scanner")
    assert loaded & {*HEAVY, "yaml", "typer"} == set()
    assert "scanner.pipeline" not in loaded


def test_a_scan_of_a_clean_file_imports_nothing_heavy(tmp_path):
    clean = tmp_path / "clean.pkl"
    clean.write_bytes(b"\x80\x04]\x94.")
    loaded = _modules_after(f"from scanner import scan\nassert scan({str(clean)!r}).verdict == 'pass'")
    assert loaded & HEAVY == set()
