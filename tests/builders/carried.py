"""Code that a pickle carries without a name that tells, and the ways in which loading runs it; honest twins of each.

The functions do nothing, and nothing here is ever loaded.
"""

from tests.builders.evasions import CARRIED
from tests.builders.pickles import STOP, call, proto, short, small, stacked, tuple_of

QUIET = CARRIED.replace(short("os") + short("system"), short("a") + short("b"))
"""A function that the stream carries; its bytecode names nothing of interest."""
NONE = b"N"


def _stream(body: bytes) -> bytes:
    return proto(4) + body + STOP


def cloudpickle(name: str) -> bytes:
    return stacked("cloudpickle.cloudpickle", name)


def dill(name: str) -> bytes:
    return stacked("dill._dill", name)


def entries(*pairs: tuple[str, bytes]) -> bytes:
    """A dict."""
    return b"}(" + b"".join(short(key) + value for key, value in pairs) + b"u"


def skeleton(metaclass: bytes = b"", bases: bytes = b"", identity: str = "an id") -> bytes:
    """A class as cloudpickle makes it, without its attributes."""
    parts = (metaclass or stacked("builtins", "type"), short("C"), bases or tuple_of(stacked("builtins", "object")))
    return call(cloudpickle("_make_skeleton_class"), *parts, b"}", short(identity), NONE)


def carried_class(*attributes: tuple[str, bytes]) -> bytes:
    """A class with its attributes."""
    made = skeleton() + b"r\x63\0\0\0"
    return made + call(cloudpickle("_class_setstate"), b"j\x63\0\0\0", tuple_of(entries(*attributes), b"}")) + b"0"


def instance(*attributes: tuple[str, bytes]) -> bytes:
    return carried_class(*attributes) + b")\x81"


def wrapped(kind: str) -> bytes:
    return call(stacked("builtins", kind), QUIET)


def state_of_its_own() -> bytes:
    return _stream(instance(("__setstate__", QUIET)) + b"}b")


def attribute_asked_for_state() -> bytes:
    return _stream(instance(("__getattr__", QUIET)) + b"}b")


def new_of_its_own() -> bytes:
    return _stream(carried_class(("__new__", wrapped("staticmethod"))) + b")\x81")


def new_through_copyreg() -> bytes:
    made = carried_class(("__new__", QUIET))
    return _stream(call(stacked("copyreg", "_reconstructor"), made, stacked("builtins", "object"), NONE))


def finalizer() -> bytes:
    return _stream(instance(("__del__", QUIET)) + b"0N")


def constructor() -> bytes:
    return _stream(carried_class(("__init__", QUIET)) + b")R")


def metaclass() -> bytes:
    return _stream(skeleton(metaclass=QUIET))


def metaclass_of_a_library() -> bytes:
    return _stream(skeleton(metaclass=stacked("difflib", "get_close_matches")))


def hook_of_a_base() -> bytes:
    base = carried_class(("__init_subclass__", wrapped("classmethod")))
    return _stream(skeleton(bases=tuple_of(base)))


def method_of_a_base() -> bytes:
    derived = skeleton(bases=tuple_of(carried_class(("__setstate__", QUIET))), identity="another")
    return _stream(derived + b")\x81}b")


def class_found_by_its_id() -> bytes:
    """cloudpickle returns the class that it has made under the same id before."""
    return _stream(carried_class(("__setstate__", QUIET)) + b"0" + skeleton() + b")\x81}b")


def append_of_its_own() -> bytes:
    return _stream(instance(("append", QUIET)) + small(1) + b"a")


def item_set_by_its_own() -> bytes:
    return _stream(instance(("__setitem__", QUIET)) + small(1) + small(2) + b"s")


def hash_of_a_key() -> bytes:
    return _stream(b"}" + instance(("__hash__", QUIET)) + NONE + b"s")


def index_of_its_own() -> bytes:
    return _stream(call(stacked("datetime", "date"), instance(("__index__", QUIET)), small(1), small(1)))


def function_handed_to_a_generator() -> bytes:
    return _stream(call(stacked("numpy.random._pickle", "__generator_ctor"), short("x"), QUIET))


def class_handed_to_a_generator() -> bytes:
    return _stream(call(stacked("numpy.random._pickle", "__bit_generator_ctor"), carried_class(("__init__", QUIET))))


def class_handed_to_an_array() -> bytes:
    parts = (carried_class(("__array_finalize__", QUIET)), tuple_of(small(0)), short("b"))
    return _stream(call(stacked("numpy._core.multiarray", "_reconstruct"), *parts))


def class_handed_to_a_tensor() -> bytes:
    parts = (stacked("torch._utils", "_rebuild_tensor"), carried_class(("__setstate__", QUIET)), b")", b"}")
    return _stream(call(stacked("torch._tensor", "_rebuild_from_type_v2"), *parts))


def any_call_by_create_type() -> bytes:
    """dill._dill._create_type(f, *args) is f(*args)."""
    return _stream(call(dill("_create_type"), stacked("difflib", "get_close_matches"), short("x"), b"]"))


def carried_by_create_type() -> bytes:
    return _stream(call(dill("_create_type"), QUIET))


def carried_by_create_ftype() -> bytes:
    return _stream(call(dill("_create_ftype"), QUIET, NONE, b")", NONE))


def carried_by_create_array() -> bytes:
    return _stream(call(dill("_create_array"), QUIET, b")", NONE))


def carried_by_create_weakref() -> bytes:
    return _stream(call(dill("_create_weakref"), NONE, QUIET))


def carried_by_instance() -> bytes:
    return _stream(call(cloudpickle("instance"), QUIET))


def carried_by_rebuild() -> bytes:
    made = carried_class(("_rebuild", wrapped("classmethod")))
    return _stream(call(stacked("numba.core.serialize", "_rebuild_reduction"), made))


def carried_in_a_namespace() -> bytes:
    """APPEND looks for `append` in the object's own attributes."""
    return _stream(stacked("types", "SimpleNamespace") + b")\x81" + entries(("append", QUIET)) + b"b" + small(1) + b"a")


def carried_in_a_cell() -> bytes:
    cell = call(cloudpickle("_make_cell"), QUIET)
    return _stream(call(call(stacked("builtins", "getattr"), cell, short("cell_contents"))))


def carried_as_a_method() -> bytes:
    """rv_generic.__setstate__ calls self._attach_methods()."""
    made = stacked("scipy.stats._continuous_distns", "norm_gen") + b")\x81"
    return _stream(made + entries(("_attach_methods", QUIET)) + b"b")


def library_changed_by_class_setstate() -> bytes:
    state = tuple_of(entries(("update", QUIET)), b"}")
    return _stream(call(cloudpickle("_class_setstate"), stacked("collections", "OrderedDict"), state))


def library_changed_by_function_setstate() -> bytes:
    state = tuple_of(b"}", entries(("__globals__", entries(("_sys", QUIET)))))
    return _stream(call(cloudpickle("_function_setstate"), stacked("collections", "namedtuple"), state))


def module_changed_by_dill() -> bytes:
    module = call(dill("_import_module"), short("numpy.random"))
    return _stream(call(dill("_setattr"), module, short("seed"), QUIET))


def module_changed_through_a_cell() -> bytes:
    cell = call(dill("_create_cell"), stacked("numpy", "random"))
    fetched = call(stacked("builtins", "getattr"), cell, short("cell_contents"))
    return _stream(call(dill("_setattr"), fetched, short("seed"), QUIET))


def logger_changed() -> bytes:
    return _stream(call(stacked("logging", "getLogger")) + entries(("makeRecord", QUIET)) + b"b")


def default_of_getattr() -> bytes:
    """The name that is asked for does not exist: the default is what is called."""
    asked = (stacked("torch", "_utils"), short("_rebuild_npu_tensor"), stacked("difflib", "get_close_matches"))
    return _stream(call(call(stacked("builtins", "getattr"), *asked), short("x"), b"]"))


def honest_class_called() -> bytes:
    """An error class of a script: its constructor is that of its base."""
    made = carried_class(("__module__", short("__main__")), ("__doc__", NONE), ("describe", QUIET))
    return _stream(made + tuple_of(short("x")) + b"R")


def honest_object() -> bytes:
    made = instance(("__module__", short("__main__")), ("__init__", QUIET), ("predict", QUIET), ("__hash__", NONE))
    return _stream(made + entries(("x", small(1))) + b"b")


def honest_abstract_class() -> bytes:
    return _stream(
        skeleton(metaclass=stacked("abc", "ABCMeta"), bases=tuple_of(carried_class(("f", QUIET))), identity="x")
    )


def honest_class_by_dill() -> bytes:
    kind = call(dill("_load_type"), short("type"))
    base = tuple_of(call(dill("_load_type"), short("object")))
    made = call(dill("_create_type"), kind, short("C"), base, entries(("__init__", QUIET))) + b"\x94"
    return _stream(made + call(stacked("builtins", "setattr"), b"h\0", short("__qualname__"), short("C")) + b"0)\x81}b")


def honest_slotted_dataclass() -> bytes:
    setter = stacked("dataclasses", "_dataclass_setstate")
    return _stream(instance(("__setstate__", setter)) + b"](" + small(1) + b"eb")


def honest_generator() -> bytes:
    maker, kind = stacked("numpy.random._pickle", "__bit_generator_ctor"), stacked("numpy.random._pcg64", "PCG64")
    return _stream(call(stacked("numpy.random._pickle", "__generator_ctor"), call(maker, kind)))


def honest_function_held() -> bytes:
    held = call(stacked("functools", "partial"), QUIET, small(1))
    return _stream(tuple_of(held, call(stacked("collections", "defaultdict"), QUIET), wrapped("property")))


def property_fetched() -> bytes:
    return _stream(call(stacked("builtins", "getattr"), instance(("p", wrapped("property"))), short("p")))


def item_of_a_class() -> bytes:
    made = carried_class(("__class_getitem__", wrapped("classmethod")))
    return _stream(call(stacked("_operator", "getitem"), made, short("x")))


def method_set_on_a_named_tuple() -> bytes:
    made = call(stacked("collections", "namedtuple"), short("C"), b"]") + b"\x94"
    changed = call(stacked("builtins", "setattr"), b"h\0", short("__setstate__"), QUIET) + b"0"
    return _stream(made + changed + b"h\0)\x81}b")


def honest_named_tuple() -> bytes:
    made = call(stacked("collections", "namedtuple"), short("C"), b"](" + short("a") + b"e") + b"\x94"
    return _stream(made + b"0h\0" + tuple_of(small(1)) + b"\x81")
