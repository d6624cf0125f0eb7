"""Ways round the judge of pickles that hide in a state, in an import, in a constant or among honest calls; and twins.

Payloads are inert; nothing here is ever loaded.
"""

import base64
import zlib

from tests.builders.evasions import CARRIED
from tests.builders.pickles import (
    PAYLOAD,
    STOP,
    call,
    data,
    proto,
    short,
    small,
    stacked,
    system,
    system4,
    tuple_of,
    unicode,
)


def _stream(body: bytes) -> bytes:
    return proto(4) + body + STOP


def _distribution(state: bytes) -> bytes:
    return _stream(stacked("scipy.stats._continuous_distns", "norm_gen") + b")\x81" + state + b"b")


def source_run_by_scipy() -> bytes:
    return _distribution(b"}" + short("_parse_arg_template") + short("print(1)") + b"s")


def source_run_by_scipy_in_an_ordered_dict() -> bytes:
    held = call(stacked("collections", "OrderedDict")) + short("_parse_arg_template") + short("print(1)") + b"s"
    return _distribution(held)


def source_run_by_scipy_under_a_computed_key() -> bytes:
    key = call(stacked("statistics", "mode"), b"](" + short("_parse_arg_template") + b"e")
    return _distribution(b"}" + key + short("print(1)") + b"s")


def source_run_by_scipy_among_many_keys() -> bytes:
    many = b"".join(short(f"k{number}") + b"N" for number in range(2100))
    return _distribution(b"}(" + many + short("_parse_arg_template") + short("print(1)") + b"u")


def honest_distribution() -> bytes:
    head = "\ndef _parse_args(self, a,  loc=0, scale=1):\n    return (a, ), loc, scale\n\n"
    middle = "def _parse_args_rvs(self, a,  loc=0, scale=1, size=None):\n"
    middle += "    return self._argcheck_rvs(a,  loc, scale, size=size)\n\n"
    tail = "def _parse_args_stats(self, a,  loc=0, scale=1, moments='mv'):\n    return (a, ), loc, scale, moments\n"
    return _distribution(b"}" + short("_parse_arg_template") + unicode(head + middle + tail) + b"s")


def call_hidden_among_many() -> bytes:
    """After 64 calls of a name further ones were folded unseen."""
    harmless = b"".join(call(stacked("builtins", "iter"), b"](" + small(number) + b"e") + b"0" for number in range(70))
    return _stream(harmless + call(stacked("builtins", "list"), call(stacked("builtins", "iter"), CARRIED, b"N")))


def file_removed_by_fsspec() -> bytes:
    remove = stacked("fsspec.implementations.local", "LocalFileSystem.rm")
    return _stream(call(stacked("fsspec.spec", "make_instance"), remove, tuple_of(b"N", short("x")), b"}"))


def module_that_acts() -> bytes:
    return _stream(call(stacked("cloudpickle.cloudpickle", "subimport"), short("antigravity")))


def command_line_that_acts() -> bytes:
    return _stream(stacked("pip.__main__", "main"))


def name_imported_by_dill() -> bytes:
    return _stream(call(stacked("dill._dill", "_import_module"), short("os.system")))


def capsule_of_any_address() -> bytes:
    return _stream(call(stacked("dill._dill", "_create_capsule"), small(1), data(b"x"), b"N", small(1)))


def text_evaluated_by_dill() -> bytes:
    parts = (stacked("builtins", "str"), short("x"), short("a'b'c'print(1)"))
    return _stream(call(stacked("dill._dill", "_getattr"), *parts))


def constant_from_a_base_16_number() -> bytes:
    return _stream(data(b"I0x10\n0" + system()))


def constant_without_header() -> bytes:
    return _stream(data(system4()[2:]))


def constant_from_a_byte() -> bytes:
    return _stream(data(b"Ka0" + system()))


def constant_of_an_extension() -> bytes:
    return _stream(data(b"\x82\xf0" + tuple_of(short(PAYLOAD)) + b"R."))


def constant_in_base64_twice() -> bytes:
    return _stream(short(base64.b64encode(base64.b64encode(system4())).decode()))


def constant_compressed_in_base64() -> bytes:
    return _stream(short(base64.b64encode(zlib.compress(system4())).decode()))


def constant_encoded_from_text() -> bytes:
    content = (b"Ka0" + system()).decode("latin-1")
    return proto(2) + call(stacked("_codecs", "encode"), unicode(content), unicode("latin1")) + STOP


def honest_modules() -> bytes:
    modules = (call(stacked("cloudpickle.cloudpickle", "subimport"), short(name)) for name in ("numpy", "os", "json"))
    return _stream(tuple_of(*modules, call(stacked("dill._dill", "_import_module"), short("math"))))


def honest_descriptor() -> bytes:
    parts = (stacked("builtins", "str"), short("__repr__"), short("<slot wrapper '__repr__' of 'str' objects>"))
    return _stream(call(stacked("dill._dill", "_getattr"), *parts))


def honest_keywords_of_new() -> bytes:
    """Protocols 2 and 3 spell `__getnewargs_ex__` as partial(C.__new__, C, …)()."""
    cls = stacked("sympy.core.numbers", "Float")
    made = call(stacked("functools", "partial"), call(stacked("builtins", "getattr"), cls, short("__new__")))
    state = tuple_of(call(stacked("builtins", "getattr"), cls, short("__new__")), tuple_of(cls, small(1)), b"}", b"N")
    return _stream(made + state + b"b)R")


def honest_frame_of_pandas_3() -> bytes:
    dtype = call(stacked("pandas", "StringDtype"), short("python"), b"G\x7f\xf8\0\0\0\0\0\0")
    return _stream(tuple_of(dtype, stacked("pandas", "DataFrame") + b")\x81}b"))


def honest_bytes() -> bytes:
    return _stream(tuple_of(data(b"a line\nand another\n"), data(bytes(range(256))), data(b"\x93" * 40)))


def method_of_an_argument() -> bytes:
    """Parameter() calls detach of what it is given; the object has it from its state, and calls what no rule knows."""
    bound = call(stacked("functools", "partial"), stacked("difflib", "get_close_matches"), short("x"), b"]")
    made = stacked("types", "SimpleNamespace") + b")\x81}" + short("detach") + bound + b"sb"
    return _stream(call(stacked("torch.nn.parameter", "Parameter"), made, b"\x89"))


def array_of_an_argument() -> bytes:
    """numpy looks up `__array__` on the object."""
    bound = call(stacked("functools", "partial"), stacked("difflib", "get_close_matches"), short("x"), b"]")
    made = stacked("types", "SimpleNamespace") + b")\x81}" + short("__array__") + bound + b"sb"
    return _stream(call(stacked("numpy", "float64"), made))


def stream_behind_a_mark_of_encoding() -> bytes:
    return b"\xef\xbb\xbf" + system()


def bytes_through_an_odd_encoding() -> bytes:
    return _stream(call(stacked("_codecs", "encode"), short("any text"), short("cp037")))


def text_evaluated_behind_many_numbers() -> bytes:
    items = [small(1)] * 300 + [short("print(1)")]
    return _stream(stacked("sympy.core.containers", "Tuple") + tuple_of(*items) + b"\x81")


def registry_filled_through_a_wrapper() -> bytes:
    made = stacked("collections", "UserDict") + b")\x81}" + short("data") + stacked("copyreg", "dispatch_table") + b"sb"
    return _stream(made + stacked("builtins", "set") + stacked("statistics", "mean") + b"s")
