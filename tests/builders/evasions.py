"""Gadgets that need no dangerous name in plain sight, and honest twins of each; one function a class.

Payloads are inert; nothing here is ever loaded.
"""

import base64
import marshal

from tests.builders.pickles import (
    PAYLOAD,
    STOP,
    call,
    code_object,
    data,
    proto,
    short,
    small,
    stacked,
    system4,
    torch_tensor,
    tuple_of,
)

CODE = base64.b64encode(marshal.dumps(compile("print('hi')", "x", "exec"))).decode()
CARRIED = code_object()[2:-1]
"""The opcodes that build a function of its own bytecode."""

LOADER = stacked("torch.utils.data.dataloader", "DataLoader") + b")\x81}" + short("collate_fn")
LOADER += stacked("statistics", "mean") + b"sb"
"""A library's object that calls what its state holds, once something iterates over it."""


def _stream(body: bytes) -> bytes:
    return proto(4) + body + STOP


def _partial(callee: bytes, *items: bytes) -> bytes:
    return call(stacked("functools", "partial"), callee, *items)


def _iterated(callee: bytes) -> bytes:
    """iter(callee, None) calls it until it returns None; list asks for every item."""
    return call(stacked("builtins", "list"), call(stacked("builtins", "iter"), callee, b"N"))


def carried_function_called() -> bytes:
    return _stream(call(CARRIED))


def carried_function_of_keras_called() -> bytes:
    return _stream(call(call(stacked("keras.src.utils.python_utils", "func_load"), short(CODE))))


def carried_function_by_iter() -> bytes:
    return _stream(_iterated(CARRIED))


def partial_by_iter() -> bytes:
    """The callee is an unlisted name that the stream only mentions."""
    return _stream(_iterated(_partial(stacked("colorsys", "rgb_to_hls"), small(1), small(1), small(1))))


def jax_partial_by_iter() -> bytes:
    return _stream(_iterated(call(stacked("jax._src.tree_util", "Partial"), stacked("hmac", "new"), small(1))))


def call_by_tensor_rebuild() -> bytes:
    """torch._tensor._rebuild_from_type_v2(f, type, args, state) is f(*args)."""
    parts = (stacked("imghdr", "what"), stacked("builtins", "int"), tuple_of(short(PAYLOAD)), b"N")
    return _stream(call(stacked("torch._tensor", "_rebuild_from_type_v2"), *parts))


def loader_by_tensor_rebuild() -> bytes:
    parts = (stacked("cloudpickle", "loads"), stacked("builtins", "int"), tuple_of(data(system4()[::-1])), b"N")
    return _stream(call(stacked("torch._tensor", "_rebuild_from_type_v2"), *parts))


def call_by_curry() -> bytes:
    """toolz imports a function from a text and hands it back."""
    parts = (stacked("toolz.functoolz", "curry"), short("os:system"), tuple_of(short(PAYLOAD)), b"}", b")", b"\x88")
    return _stream(call(stacked("toolz.functoolz", "_restore_curry"), *parts))


def call_by_curry_class() -> bytes:
    parts = (stacked("colorsys", "rgb_to_hls"), small(1), tuple_of(small(1), small(1)), b"}")
    return _stream(call(stacked("toolz.functoolz", "_restore_curry"), *parts))


def instance_walked(constructor: str = "list") -> bytes:
    return _stream(call(stacked("builtins", constructor), LOADER))


def instance_walked_by_newobj() -> bytes:
    return _stream(stacked("builtins", "tuple") + tuple_of(LOADER) + b"\x81")


def instance_walked_by_reconstructor() -> bytes:
    parts = (stacked("collections", "UserList"), stacked("builtins", "tuple"), LOADER)
    return _stream(call(stacked("copyreg", "_reconstructor"), *parts))


def instance_walked_by_zip() -> bytes:
    pair = call(stacked("builtins", "zip"), b"](" + small(1) + b"e", LOADER)
    return _stream(call(stacked("builtins", "list"), pair))


def mapping_that_calls_its_values() -> bytes:
    """dict() asks transformers' ClassInstantier for each item, and it calls what it holds."""
    held = b"}" + short("a") + tuple_of(stacked("statistics", "mean"), b"}") + b"s"
    mapping = call(stacked("transformers.activations", "ClassInstantier"), held)
    return _stream(call(stacked("builtins", "dict"), mapping))


def graph_that_computes() -> bytes:
    task = b"}" + short("x") + tuple_of(stacked("statistics", "mean"), b"]") + b"s"
    return _stream(call(stacked("builtins", "int"), call(stacked("dask.array.core", "Array"), task, short("x"))))


def representation_evaluated() -> bytes:
    return _stream(call(stacked("dill._dill", "_eval_repr"), short("print(1)")))


def file_opened_by_dill() -> bytes:
    parts = (short("inert.txt"), short("w"), small(0), b"\x89", b"\x89", small(0), short("x"))
    return _stream(call(stacked("dill._dill", "_create_filehandle"), *parts))


def source_run_by_fx() -> bytes:
    body = b"}" + short("_code") + short("def forward(self): pass") + b"s"
    return _stream(call(stacked("torch.fx.graph_module", "reduce_graph_module"), body, short("import torch")))


def source_run_by_lambdify() -> bytes:
    return _stream(call(stacked("sympy.utilities.lambdify", "lambdify"), b")", short("1")))


def import_path_extended() -> bytes:
    return _stream(stacked("sys", "path") + short("x") + b"a")


def dispatch_replaced() -> bytes:
    entry = stacked("builtins", "set") + stacked("statistics", "mean") + b"s"
    return _stream(stacked("copyreg", "dispatch_table") + entry)


def registry_filled_by_items() -> bytes:
    entry = tuple_of(short("os"), short("system")) + small(240) + b"s0"
    return _stream(stacked("copyreg", "_extension_registry") + entry + b"N")


def honest_iterators() -> bytes:
    listed = call(stacked("builtins", "iter"), b"](" + small(1) + small(2) + b"e")
    return _stream(tuple_of(listed, call(stacked("builtins", "zip"), listed)))


def honest_constructors() -> bytes:
    text = call(stacked("_codecs", "encode"), short("x"), short("latin1"))
    made = call(stacked("collections", "Counter"), call(stacked("collections", "OrderedDict")))
    return _stream(tuple_of(call(stacked("builtins", "bytearray"), text), made, LOADER))


def honest_tensor_subclass() -> bytes:
    """A subclass of Tensor as torch.save writes it."""
    name, parts = torch_tensor("0", 2)[:-1].split(b"(", 1)
    made = stacked("torch", "Tensor")
    head = stacked("torch._tensor", "_rebuild_from_type_v2")
    return proto(2) + head + tuple_of(name, made, b"(" + parts, b"}") + b"R."


def honest_curry() -> bytes:
    parts = (stacked("toolz.functoolz", "curry"), short("dask.array.wrap:_broadcast_trick_inner"), b")", b"}", b")")
    return _stream(call(stacked("toolz.functoolz", "_restore_curry"), *parts))


def honest_function() -> bytes:
    """cloudpickle of a function that is not called."""
    return _stream(CARRIED.replace(short("os") + short("system"), short("abs") + short("min")))


def honest_enum_by_value() -> bytes:
    """cloudpickle calls the enum class it has built to get a member."""
    bases, items = tuple_of(stacked("enum", "Enum")), b"}" + short("RED") + small(1) + b"s"
    made = call(
        stacked("cloudpickle.cloudpickle", "_make_skeleton_enum"), bases, short("Color"), short("Color"), items,
        short("__main__"), short("f00d"), b"N",
    )  # fmt: skip
    return _stream(call(made, small(1)))


def honest_enum_of_a_script() -> bytes:
    return _stream(call(stacked("__main__", "Color"), small(1)))


def honest_class_by_value() -> bytes:
    """cloudpickle wraps the methods of a class that it carries; nothing is called."""
    body = CARRIED.replace(short("os") + short("system"), short("abs") + short("min"))
    wrapped = (call(stacked("builtins", kind), body) for kind in ("staticmethod", "classmethod", "property"))
    return _stream(tuple_of(*wrapped, call(stacked("_collections", "_tuplegetter"), small(0), short("x"))))


def honest_closure_of_dill() -> bytes:
    """dill fills the cell that it has made."""
    cell = call(stacked("dill._dill", "_create_cell"), b"N")
    return _stream(call(stacked("dill._dill", "_setattr"), cell, short("cell_contents"), small(5)))


def attribute_set_by_dill() -> bytes:
    return _stream(call(stacked("dill._dill", "_setattr"), stacked("numpy", "random"), short("x"), small(5)))
