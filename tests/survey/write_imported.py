"""Write the references that no source shows: built-in types, ufuncs, dtypes, storages: `… write_imported TABLES`."""
# ruff: noqa: SIM905 - lists of names as text

from __future__ import annotations

import importlib
import inspect
import sys
from pathlib import Path
from typing import Any

from tests.survey.table import write

BUILTIN_FUNCTIONS = """
abs all any ascii bin bool bytearray bytes callable chr complex dict divmod ellipsis enumerate float format
frozenset hash hex id int isinstance issubclass len list max min object oct ord pow print range repr reversed round
set slice sorted str sum tuple type zip long unicode basestring xrange unichr cmp Ellipsis NotImplemented NoneType
None True False memoryview property
""".split()
NUMPY_HOMES = (
    "numpy",
    "numpy.core.multiarray",
    "numpy._core.multiarray",
    "numpy.core.umath",
    "numpy._core.umath",
    "numpy.core._multiarray_umath",
    "numpy._core._multiarray_umath",
)
NUMPY_UNSAFE = frozenset(
    """
load save savez savez_compressed savetxt loadtxt genfromtxt fromfile fromregex memmap DataSource open_memmap
recfromcsv recfromtxt fromfunction vectorize frompyfunc apply_along_axis apply_over_axes piecewise source lookfor
who info test show_config show_runtime get_include deprecate safe_eval fromiter seterrcall seterr geterrcall
set_string_function set_printoptions setbufsize _vec_string add_docstring _add_newdoc_ufunc add_newdoc_ufunc
set_typeDict set_numeric_ops errstate _set_madvise_hugepage _load_from_filelike set_datetimeparse_function
from_dlpack nested_iters nditer ndenumerate printoptions disp bmat mat asmatrix DeprecationWarning get_printoptions
getbufsize broadcast_shapes_ flatiter busdaycalendar_ ufunc_ _reload_guard add_newdoc set_legacy_print_mode_
_monotonicity_
""".split()
)


def main(tables: Path) -> None:
    """Write one table for each library."""
    folder = tables / "pickle_references"
    how = "By introspection of CPython 3.11 and of the installed version; names of Python 2 by hand."
    errors = [
        name
        for name, value in vars(__import__("builtins")).items()
        if inspect.isclass(value) and issubclass(value, BaseException)
    ]
    write(folder / "builtins.txt", [f"builtins.{name}" for name in (*BUILTIN_FUNCTIONS, *errors)], how)
    write(folder / "stdlib_functions.txt", standard_functions(), how)
    write(folder / "numpy_compiled.txt", numpy_names(), how)
    write(folder / "scipy_special.txt", scipy_names(), how)
    write(folder / "torch_compiled.txt", torch_names(), how)


def standard_functions() -> set[str]:
    """Return functions of the standard library that compute and nothing else."""
    names: set[str] = set()
    for module in (
        "math",
        "cmath",
        "operator",
        "_operator",
        "statistics",
        "string",
        "time",
        "bisect",
        "heapq",
        "zlib",
        "binascii",
        "hashlib",
    ):
        values = vars(__import__(module))
        names |= {f"{module}.{name}" for name, value in values.items() if callable(value) and not name.startswith("__")}
    names = {name for name in names if not name.startswith(("operator.", "_operator.")) or inert(name)}
    names -= {
        "string.Formatter",
        "hashlib.file_digest",
        "time.sleep",
        "string.Template",
        "statistics.reduce",
        "statistics.attrgetter",
    }
    return {name for name in names if "_" not in name.partition(".")[2][:1]} | {
        "_codecs.encode",
        "_operator.itemgetter",
        "_operator.attrgetter",
        "collections.abc.Mapping",
        "collections.abc.Sequence",
        "numbers.Number",
        "numbers.Real",
        "numbers.Integral",
        "typing.Any",
        "typing.List",
        "typing.Dict",
        "typing.Tuple",
        "typing.Optional",
        "typing.Union",
        "typing.Callable",
        "typing.Sequence",
        "typing.Set",
        "typing.Type",
        "typing.Iterable",
        "typing.Literal",
        "typing.Generic",
        "typing.Mapping",
        "types.NoneType",
        "types.EllipsisType",
        "types.NotImplementedType",
        "types.GenericAlias",
        "types.UnionType",
        "types.MappingProxyType",
        "enum.Enum",
        "enum.IntEnum",
        "enum.Flag",
        "enum.IntFlag",
        "abc.ABCMeta",
        "random.random",
        "random.uniform",
        "random.randint",
        "random.gauss",
        "copy.deepcopy",
        "copy.copy",
        "re.IGNORECASE",
        "textwrap.dedent",
        "unicodedata.normalize",
        "json.dumps",
        "html.unescape",
        "dataclasses.MISSING",
        "datetime.timezone.utc",
        "uuid.uuid4",
        "collections.abc.Callable",
        "collections.abc.Iterable",
        "inspect._empty",
        "dataclasses._MISSING_TYPE",
        "difflib.SequenceMatcher",
        "string.punctuation",
        "datetime.datetime.fromtimestamp",
        "datetime.datetime.strptime",
    }


def inert(name: str) -> bool:
    """Tell whether an operator neither calls, nor fetches, nor changes."""
    short = name.partition(".")[2]
    return short in {
        "add",
        "sub",
        "mul",
        "truediv",
        "floordiv",
        "mod",
        "pow",
        "neg",
        "pos",
        "abs",
        "eq",
        "ne",
        "lt",
        "le",
        "gt",
        "ge",
        "and_",
        "or_",
        "xor",
        "not_",
        "invert",
        "itemgetter",
        "attrgetter",
        "is_",
        "is_not",
        "matmul",
        "lshift",
        "rshift",
        "truth",
        "index",
    }


def numpy_names() -> set[str]:
    """Return scalar types, ufuncs, functions and dtype classes of numpy, under each module that old versions used."""
    import numpy as np

    names: set[str] = set()
    for name, value in vars(np).items():
        if callable(value) and not name.startswith("__") and name not in NUMPY_UNSAFE:
            names.add(f"numpy.{name}")
            if (
                isinstance(value, np.ufunc)
                or inspect.isbuiltin(value)
                or (inspect.isclass(value) and issubclass(value, np.generic))
            ):
                names |= {f"{home}.{name}" for home in NUMPY_HOMES}
    for old in """
bool8 int0 uint0 object0 object_ void0 str0 bytes0 unicode_ string_ float_ complex_ int_ cfloat cdouble
singlecomplex longfloat clongfloat float96 float128 complex192 complex256 longcomplex bool object int float complex
str unicode long product cumproduct alltrue sometrue round_ in1d trapz row_stack msort asfarray infty inf nan
newaxis pi e float16 nan_to_num
""".split():
        names.add(f"numpy.{old}")
    names |= {f"numpy.dtypes.{name}" for name in vars(np.dtypes) if name.endswith("DType")}
    for space in (np.random, np.linalg, np.fft, np.char, np.ma, np.polynomial):
        names |= {
            f"{space.__name__}.{name}"
            for name, value in vars(space).items()
            if callable(value) and not name.startswith("_") and name not in NUMPY_UNSAFE
        }
    names |= {
        f"numpy.random.mtrand.{name}"
        for name, value in vars(np.random).items()
        if callable(value) and not name.startswith("_")
    }
    return names


def scipy_names() -> set[str]:
    """Return the ufuncs and functions of scipy.special, distances and the names of distributions."""
    import scipy.spatial.distance
    import scipy.special
    import scipy.stats

    names: set[str] = set()
    for home, space in {
        "scipy.special": scipy.special,
        "scipy.special._ufuncs": scipy.special,
        "scipy.special._special_ufuncs": scipy.special,
        "scipy.spatial.distance": scipy.spatial.distance,
    }.items():
        names |= {
            f"{home}.{name}"
            for name, value in vars(space).items()
            if callable(value) and not name.startswith("_") and name != "test"
        }
    return names | {f"scipy.stats.{name}" for name, value in vars(scipy.stats).items() if inspect.isfunction(value)}


def torch_names() -> set[str]:
    """Return dtypes, storages, layouts and the compiled functions of torch."""
    import torch

    kinds: tuple[Any, ...] = (torch.dtype, torch.layout, torch.memory_format, torch.qscheme)
    names = {
        f"torch.{name}"
        for name, value in vars(torch).items()
        if isinstance(value, kinds) or name.endswith(("Storage", "Tensor"))
    }
    names |= {f"torch.cuda.{name.removeprefix('torch.')}" for name in names if name.endswith(("Storage", "Tensor"))}
    names |= {f"torch.sparse.{name.removeprefix('torch.')}" for name in names if name.endswith("Tensor")}
    for home in (
        "torch._C._nn",
        "torch._C._special",
        "torch._C._linalg",
        "torch._C._fft",
        "torch._C._sparse",
        "torch._C._nested",
    ):
        space = importlib.import_module("torch._C")
        for part in home.split(".")[2:]:
            space = getattr(space, part)
        names |= {
            f"{home}.{name}"
            for name in dir(space)
            if inspect.isbuiltin(getattr(space, name)) and not name.startswith("__")
        }
    return names | {
        "torch._C._VariableFunctionsClass",
        "torch._C._VariableFunctions",
        "torch.Tensor",
        "torch.nn.Parameter",
        "torch.Size",
        "torch.device",
        "torch.dtype",
        "torch.Generator",
        "torch.UntypedStorage",
        "torch.storage.UntypedStorage",
        "torch.storage.TypedStorage",
        "torch.storage._LegacyStorage",
        "torch._UntypedStorage",
        "torch._TypedStorage",
        "torch.nn.functional.relu",
        "torch.nn.functional.gelu",
        "torch.jagged",
        "torch.strided",
        "torch.preserve_format",
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
