"""Write the compiled classes that no source shows, by import: `python -m tests.survey.write_compiled TABLES`."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.survey.table import barred, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """Modules to import, the classes among them that honest pickles call, and those left out."""

    packages: tuple[str, ...]
    called: str = r"(?!)"
    left_out: str = r"(?!)"


PACKAGES = {
    "pandas": Compiled(
        packages=("pandas._libs",),
        called=r"pandas\._libs\.(tslibs|interval|sparse|internals|arrays)",
        left_out=r".*(parsers|testing|hashtable|writers|json)\b",
    ),
    "sklearn": Compiled(
        packages=("sklearn",), called=r"sklearn\.(_loss|linear_model|neighbors|metrics|tree|utils|ensemble)\b"
    ),
    "scipy": Compiled(
        packages=("scipy.spatial", "scipy.interpolate", "scipy.stats", "scipy.special", "scipy._lib"),
        left_out=r".*(ccallback|uarray|messagestream)",
    ),
    "numpy": Compiled(packages=("numpy.random",), called=r"numpy\.random\."),
    "spacy": Compiled(packages=("spacy", "thinc", "preshed", "cymem", "murmurhash", "srsly")),
    "tokenizers": Compiled(packages=("tokenizers",)),
    "catboost": Compiled(packages=("_catboost",)),
    "hdbscan": Compiled(packages=("hdbscan",), called=r"hdbscan\.dist_metrics"),
    "pyarrow": Compiled(
        packages=("pyarrow.lib",),
        called=r"pyarrow\.lib\.(\w+Type|Schema|Field|\w+Array|\w+Scalar)$",
        left_out=r".*(File|Stream|Reader|Writer|Pool|Cache)",
    ),
    "gensim": Compiled(packages=("gensim.models", "gensim.similarities")),
    "shapely": Compiled(packages=("shapely",)),
    "polars": Compiled(
        packages=("polars.datatypes", "polars.series", "polars.dataframe"), called=r"polars\.datatypes\.classes\."
    ),
}
UNSAFE = re.compile(r".*(Reader|Writer|Parser|Loader|Thread|File|Stream|Error|Exception|Warning)$")


def main(tables: Path) -> None:
    """Write a table of classes and one of callables for each library."""
    for library, wanted in PACKAGES.items():
        classes: set[str] = set()
        calls: set[str] = set()
        for module in compiled(wanted.packages):
            for name, value in vars(module).items():
                full = f"{module.__name__}.{name}"
                if name.startswith("__pyx_unpickle_") or name == "newObj":
                    calls.add(full)
                elif (
                    inspect.isclass(value)
                    and value.__module__ == module.__name__
                    and not UNSAFE.match(full)
                    and not re.match(wanted.left_out, full)
                ):
                    (calls if re.match(wanted.called, full) else classes).add(full)
        how = "Compiled classes, by import of the installed version (CPython 3.11)."
        write(tables / "pickle_classes" / f"{library}_compiled.txt", classes - barred(tables), how)
        write(tables / "pickle_callables" / f"{library}_compiled.txt", calls - barred(tables), how)


def compiled(packages: tuple[str, ...]) -> Iterator[ModuleType]:
    """Import every module below the packages and yield those that are not Python source."""
    for package in packages:
        module = attempt(package)
        if module is None:
            continue
        yield module
        for found in pkgutil.walk_packages(getattr(module, "__path__", []), f"{package}."):
            if re.search(r"\.(tests?|cli|conftest|_build_utils|externals|displacy|__main__)\b", found.name):
                continue
            inner = attempt(found.name)
            if inner is not None and (not (inner.__file__ or "").endswith(".py") or package.startswith("polars")):
                yield inner


def attempt(name: str) -> ModuleType | None:
    """Import a module, or return nothing where it cannot be imported here."""
    try:
        return importlib.import_module(name)
    except Exception:  # noqa: BLE001 - optional modules fail in their own ways
        return None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
