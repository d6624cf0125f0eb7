"""Bytes of older and smaller frameworks: Torch7, Caffe, Darknet, dlib, MXNet, CNTK, Paddle, fastText and ggml."""

import json
import struct

LUA_CODE = b"\x1bLuaQ\0\x01\x04\x08\x04\x08\0"
"""The header of Lua 5.1 bytecode on a machine of 64 bits; nothing behind it could run."""


def lua_words(*words: str) -> bytes:
    """Bytecode that holds these constants, and no instruction."""
    return LUA_CODE + b"".join(b"\x04" + struct.pack("<Q", len(word) + 1) + word.encode() + b"\0" for word in words)


class Torch7:
    """Values of Torch7 as `File:writeObject` writes them; each new object takes the next index."""

    def __init__(self, *, ascii_: bool = False, width: int = 8) -> None:
        self.ascii = ascii_
        self.width = width
        self.index = 0

    def integer(self, number: int) -> bytes:
        return b"%d\n" % number if self.ascii else struct.pack("<i", number)

    def long(self, *numbers: int) -> bytes:
        if self.ascii:
            return b" ".join(b"%d" % one for one in numbers) + b"\n" if numbers else b""
        return struct.pack(f"<{len(numbers)}{'q' if self.width == 8 else 'i'}", *numbers)

    def characters(self, content: bytes) -> bytes:
        return self.integer(len(content)) + content + (b"\n" if self.ascii and content else b"")

    def number(self, value: float) -> bytes:
        return self.integer(1) + (b"%g\n" % value if self.ascii else struct.pack("<d", value))

    def text(self, content: str) -> bytes:
        return self.integer(2) + self.characters(content.encode())

    def new(self, kind: int) -> bytes:
        self.index += 1
        return self.integer(kind) + self.integer(self.index)

    def again(self, kind: int, index: int) -> bytes:
        return self.integer(kind) + self.integer(index)

    def table(self, *pairs) -> bytes:
        """A table; a value is bytes, or a function that makes them when its turn comes."""
        start = self.new(3) + self.integer(len(pairs))
        return start + b"".join(self._made(key) + self._made(value) for key, value in pairs)

    def _made(self, value) -> bytes:
        if callable(value):
            return value()
        return value if isinstance(value, bytes) else self.text(value)

    def instance(self, name: str, *pairs) -> bytes:
        start = self.new(4) + self.characters(b"V 1") + self.characters(name.encode())
        return start + self.table(*pairs)

    def function(self, code: bytes, kind: int = 8) -> bytes:
        start = self.new(kind) if kind != 6 else self.integer(6)
        return start + self.characters(code) + self.table()

    def storage(self, count: int, kind: str = "Float", data: bytes | None = None) -> bytes:
        start = self.new(4) + self.characters(b"V 1") + self.characters(f"torch.{kind}Storage".encode())
        data = (b" ".join([b"0"] * count) + b"\n" if self.ascii else bytes(4 * count)) if data is None else data
        return start + self.long(count) + data

    def tensor(self, shape=(2, 2), strides=(2, 1), *, offset=1, count=4, data=None) -> bytes:
        start = self.new(4) + self.characters(b"V 1") + self.characters(b"torch.FloatTensor")
        place = self.integer(len(shape)) + self.long(*shape) + self.long(*strides) + self.long(offset)
        return start + place + self.storage(count, data=data)


def torch7_model(code: bytes | None = None, *, ascii_: bool = False, width: int = 8, count: int = 4) -> bytes:
    """A layer with a weight, and a function where code is given."""
    file = Torch7(ascii_=ascii_, width=width)
    pairs = [("train", file.integer(5) + file.integer(1)), ("weight", lambda: file.tensor(count=count))]
    if code is not None:
        pairs.append(("hook", lambda: file.function(code)))
    return file.instance("nn.Linear", *pairs)


def varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*out, number))


def scalar(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def block(field: int, content: bytes | str) -> bytes:
    raw = content if isinstance(content, bytes) else content.encode()
    return varint(field << 3 | 2) + varint(len(raw)) + raw


def caffe_blob(shape=(2, 3), values=6, *, packed: bool = True) -> bytes:
    dims = block(7, block(1, b"".join(varint(size) for size in shape)))
    data = block(5, bytes(4 * values)) if packed else (varint(5 << 3 | 5) + bytes(4)) * values
    return dims + data


def caffe_layer(kind: str = "Convolution", name: str = "conv1", rest: bytes = b"", blobs=()) -> bytes:
    named = block(1, name) + block(2, kind) + block(3, "data") + block(4, name)
    return block(100, named + b"".join(block(7, blob) for blob in blobs) + rest)


def caffe_v1_layer(kind: int = 4, rest: bytes = b"") -> bytes:
    blob = scalar(1, 1) + scalar(2, 1) + scalar(3, 2) + scalar(4, 3) + block(5, bytes(24))
    return block(2, block(2, "data") + block(3, "conv1") + block(4, "conv1") + scalar(5, kind) + block(6, blob) + rest)


def caffe_python(module: str, layer: str, parameter: str = "") -> bytes:
    return block(130, block(1, module) + block(2, layer) + (block(3, parameter) if parameter else b""))


def caffe(*layers: bytes, name: str = "net") -> bytes:
    return block(1, name) + block(3, "data") + b"".join(layers or (caffe_layer(blobs=(caffe_blob(),)),))


PROTOTXT = """\
# a network
name: "net"
input: "data" input_dim: 1
layer {
  name: 'conv1' type: "Convolution" bottom: "data"
  top: "conv1"
  param { lr_mult: 1 } param: < lr_mult: 2; >
  convolution_param { num_output: 4 kernel_size: [3, 3], bias_term: false }
}
%s
"""


def prototxt(rest: str = "") -> bytes:
    return (PROTOTXT % rest).encode()


def mxnet_node(operator: str, key: str = "", value: str = "", *, place: str = "attrs", subgraphs=()) -> dict:
    node = {"op": operator, "name": f"{operator}0", "inputs": [[0, 0, 0]]}
    if key:
        node[place] = {key: value}
    if subgraphs:
        node["subgraphs"] = list(subgraphs)
    return node


def mxnet_graph(*nodes: dict) -> dict:
    return {
        "nodes": [{"op": "null", "name": "data", "inputs": []}, *nodes],
        "arg_nodes": [0],
        "heads": [[len(nodes), 0, 0]],
    }


def mxnet_symbol(*nodes: dict) -> bytes:
    graph = mxnet_graph(*(nodes or (mxnet_node("Activation", "act_type", "relu"),)))
    return json.dumps(graph | {"attrs": {"mxnet_version": ["int", 10901]}}, indent=2).encode()


def mxnet_array(shape=(2, 3), code: int = 0, width: int = 4, version: int = 2, data: bytes | None = None) -> bytes:
    """A dense array as `NDArray::Save` writes it; version 0 has neither a storage type nor long dimensions."""
    size = width
    for dimension in shape:
        size *= dimension
    data = bytes(max(0, size)) if data is None else data
    if version == 0:
        start = struct.pack(f"<I{len(shape)}I", len(shape), *shape)
    else:
        start = struct.pack("<I", 0xF993FAC7 + version) + (struct.pack("<i", 0) if version > 1 else b"")
        start += struct.pack(f"<i{len(shape)}q", len(shape), *shape)
    return start + struct.pack("<iii", 1, 0, code) + data


def mxnet_sparse(parts: int = 1) -> bytes:
    """A matrix of 3 rows, one of them stored; compressed rows have two lists of indices."""
    beside = [(6, (1,)), (6, (1,))] if parts == 2 else [(6, (1,))]
    out = struct.pack("<Ii", 0xF993FAC9, parts) + struct.pack("<iqq", 2, 1, 4) + struct.pack("<iqq", 2, 3, 4)
    out += struct.pack("<iii", 1, 0, 0) + b"".join(struct.pack("<iiq", code, 1, *shape) for code, shape in beside)
    return out + bytes(16) + bytes(8) * parts


def mxnet_params(*arrays: bytes, names=("arg:w",), count: int | None = None) -> bytes:
    arrays = arrays or (mxnet_array(),)
    head = b"\x12\x01" + bytes(14) + struct.pack("<Q", len(arrays) if count is None else count) + b"".join(arrays)
    return head + struct.pack("<Q", len(names)) + b"".join(struct.pack("<Q", len(one)) + one.encode() for one in names)


def cntk_value(content) -> bytes:
    """A DictionaryValue: a text, a number, a truth value, a list, or the content of a dictionary."""
    kinds = {str: (6, 8), int: (3, 5), bool: (1, 3), list: (9, 11), bytes: (10, 12)}
    code, field = kinds[type(content)]
    if isinstance(content, int):
        held = scalar(field, int(content))
    elif isinstance(content, list):
        held = block(field, b"".join(block(1, cntk_value(one)) for one in content))
    else:
        held = block(field, content)
    return scalar(1, 1) + scalar(2, code) + held


def cntk_dictionary(**entries) -> bytes:
    return scalar(1, 1) + b"".join(block(2, block(1, key) + block(2, cntk_value(one))) for key, one in entries.items())


def cntk(*functions: bytes) -> bytes:
    """A model of one sum and further functions."""
    plus = cntk_dictionary(version=7, uid="Plus12", type="PrimitiveFunction", op=19, inputs=["Input1", "Parameter2"])
    listed = [plus, *functions]
    return cntk_dictionary(version=3, uid="CompositeFunction9", type="CompositeFunction", primitive_functions=listed)


def cntk_python(module: str, name: str) -> bytes:
    state = cntk_dictionary(**{"class": name, "module": module, "op_name": "mine", "state": cntk_dictionary()})
    return cntk_dictionary(type="UserDefinedFunction", uid="U1", native=False, user_defined_state=state)


def cntk_native(library: str, method: str) -> bytes:
    state = cntk_dictionary(module=library, deserialize_method=method, op="mine", type="NativeUserDefinedFunction")
    return cntk_dictionary(type="UserDefinedFunction", uid="U1", native=True, user_defined_state=state)


def paddle_operator(kind: str, path: str = "", key: str = "file_path") -> bytes:
    """The content of an OpDesc."""
    held = block(4, block(1, key) + scalar(2, 2) + block(5, path)) if path else b""
    return block(3, kind) + held


def paddle_program(*operators: bytes) -> bytes:
    first = scalar(1, 0) + scalar(2, -1) + b"".join(block(4, one) for one in operators)
    return block(1, first) + block(4, scalar(1, 3))


def paddle_node(name: str = "1.relu", *, path: str = "", regions=()) -> dict:
    attributes = [{"N": "file_path", "AT": {"#": "0.a_str", "D": path}}] if path else []
    return {"#": name, "I": [], "O": [], "A": attributes} | ({"regions": list(regions)} if regions else {})


def paddle_region(*nodes: dict) -> dict:
    return {"#": "region_0", "blocks": [{"#": "block_0", "args": [], "ops": list(nodes)}]}


def paddle_json(*nodes: dict) -> bytes:
    base = {"magic": "pir", "trainable": True, "version": 4}
    return json.dumps(
        {"base_code": base, "program": {"regions": [paddle_region(*(nodes or (paddle_node(),)))]}}
    ).encode()


def paddle_tensor(shape=(2, 3), code: int = 5, data: bytes | None = None, levels=()) -> bytes:
    description = scalar(1, code) + b"".join(scalar(2, size) for size in shape)
    start = struct.pack("<IQ", 0, len(levels)) + b"".join(struct.pack("<Q", len(one)) + one for one in levels)
    size = 4
    for dimension in shape:
        size *= max(0, dimension)
    return start + struct.pack("<Ii", 0, len(description)) + description + (bytes(size) if data is None else data)


def fasttext_matrix(rows: int, columns: int, data: bytes | None = None) -> bytes:
    return struct.pack("<qq", rows, columns) + (bytes(4 * rows * columns) if data is None else data)


def fasttext_codes(rows: int, columns: int, *, norms: bool = False) -> bytes:
    """A quantised matrix whose vectors are split in parts of 2."""

    def quantizer(dim):
        return struct.pack("<4i", dim, dim // 2, 2, 2) + bytes(4 * dim * 256)

    codes = rows * (columns // 2)
    start = bytes((norms,)) + struct.pack("<qqi", rows, columns, codes) + bytes(codes) + quantizer(columns)
    return start + (bytes(rows) + quantizer(2) if norms else b"")


def fasttext(  # noqa: PLR0913 - its parts
    words=(b"the", b"a"), labels=(b"__label__x",), *, dim=4, buckets=3, kind=3, version=12, matrices=None, counts=None,
    pruned=-1,
) -> bytes:  # fmt: skip
    arguments = struct.pack("<12id", dim, 5, 5, 1, 5, 1, 3, kind, buckets, 0, 0, 100, 0.0001)
    sizes = counts or (len(words) + len(labels), len(words), len(labels))
    listed = b"".join(one + b"\0" + struct.pack("<q", 7) + b"\0" for one in words)
    listed += b"".join(one + b"\0" + struct.pack("<q", 7) + b"\1" for one in labels)
    head = b"\xba\x16\x4f\x2f" + struct.pack("<i", version) + arguments + struct.pack("<3iqq", *sizes, 99, pruned)
    rows = len(words) + (buckets if pruned < 0 else pruned)
    source, target = matrices or (
        b"\0" + fasttext_matrix(rows, dim),
        b"\0" + fasttext_matrix(len(labels) if kind == 3 else len(words), dim),
    )
    return head + listed + bytes(8 * max(0, pruned)) + source + target


def ggml_tensor(name: bytes = b"w", shape=(32,), code: int = 0, nbytes: int = 128, at: int | None = None) -> bytes:
    """A tensor; `at` is where it starts in a file whose data is aligned."""
    head = struct.pack(f"<iii{len(shape)}i", len(shape), len(name), code, *shape) + name
    return head + (b"" if at is None else bytes(-(at + len(head)) % 32)) + bytes(nbytes)


def ggml_llama(magic: bytes = b"tjgg", version: int = 3, tensors=None) -> bytes:
    scored = magic != b"lmgg"
    head = magic + (struct.pack("<i", version) if scored else b"") + struct.pack("<7i", 2, 32, 256, 4, 1, 8, 0)
    head += b"".join(struct.pack("<I", len(one)) + one + bytes(4 * scored) for one in (b"<s>", b"the"))
    if tensors is None:
        tensors = ggml_tensor(at=len(head) if magic == b"tjgg" else None)
    return head + tensors


def ggml_whisper(tensors=None, mels: int = 2) -> bytes:
    head = b"lmgg" + struct.pack("<11i", 2, 1500, 32, 4, 1, 448, 32, 4, 1, 2, 1)
    head += struct.pack("<ii", mels, 3) + bytes(4 * 6) + struct.pack("<iI1sI1s", 2, 1, b"a", 1, b"b")
    return head + (ggml_tensor() if tensors is None else tensors)


def ggml_adapter() -> bytes:
    head = b"algg" + struct.pack("<iii", 1, 8, 16)
    return head + ggml_tensor(at=len(head))


def dlib_text(content: bytes) -> bytes:
    return bytes((1, len(content))) + content


DLIB_NETWORK = b"\x01\x01" + dlib_text(b"loss_metric_2") + b"\x01\x02" + dlib_text(b"fc_2") + b"\x01\x80\x01\x07"
DLIB_SHAPE = b"\x01\x01\x81\x0a\x81\x01\x03\x6e\xb8\xc6\x81\x18\x03\x0a\xea\xb0\x81\x19"

DARKNET = b"""\
# a comment
[net]
batch=1
width = 416

[convolutional]
filters=16

[region]
classes=2
tree=data/9k.tree
"""


def darknet_weights(major: int = 0, minor: int = 2, revision: int = 5, data: bytes = bytes(40)) -> bytes:
    seen = struct.pack("<Q" if major * 10 + minor >= 2 else "<I", 32013312)
    return struct.pack("<iii", major, minor, revision) + seen + data
