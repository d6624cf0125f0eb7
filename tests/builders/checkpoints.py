"""Bytes of checkpoints that are folders: OCDBT, Orbax, Zarr, TensorStore, image layouts, MLflow, spaCy."""

import json
import struct

from backports import zstd

from scanner.crc32c import crc32c

DATA = "d/" + "0123456789abcdef" * 2
MANIFEST, VERSIONS, TREE = b"\x0c\xdb\x3a\x2a", b"\x0c\xdb\x12\x34", b"\x0c\xdb\x20\xde"


def text(document: object) -> bytes:
    return json.dumps(document).encode()


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes((value & 0x7F | 0x80,))
        value >>= 7
    return out + bytes((value,))


def varints(*values: int) -> bytes:
    return b"".join(map(varint, values))


def names(found: list[bytes], *, extra: bytes = b"") -> bytes:
    """Names that share prefixes: lengths shared, lengths of the rest, `extra`, the rest."""
    shared = [0] * len(found)
    for at in range(1, len(found)):
        while found[at][: shared[at] + 1] == found[at - 1][: shared[at] + 1] and shared[at] < len(found[at]):
            shared[at] += 1
    rest = [name[skip:] for name, skip in zip(found, shared, strict=True)]
    return varints(*shared[1:]) + varints(*map(len, rest)) + extra + b"".join(rest)


def record(magic: bytes, body: bytes, *, packed: bool = True, checksum: int | None = None) -> bytes:
    held = zstd.compress(body) if packed else body
    raw = magic + struct.pack("<Q", len(held) + 18) + bytes((0, packed)) + held
    return raw + struct.pack("<I", crc32c(raw) if checksum is None else checksum)


def table(files: list[bytes]) -> bytes:
    return varint(len(files)) + names(files, extra=bytes(len(files)))


def manifest(*files: bytes, end: int = 90, **how) -> bytes:
    """A manifest with one version a file, whose root ends at byte `end`."""
    count = len(files)
    config = bytes(16) + varints(0, 1024, 8 << 20) + b"\4" + varint(1) + bytes(4)
    versions = varint(count) + varints(*range(1, count + 1)) + bytes(count)
    versions += varints(*range(count)) + bytes(count) + varints(*[end] * count) + bytes(3 * count) + bytes(8 * count)
    return record(MANIFEST, config + table(list(files)) + versions + varint(0), **how)


def leaf(pairs: dict[bytes, bytes], files: tuple[bytes, ...] = (), far: int = 0, **how) -> bytes:
    """A tree's leaf with values inside, and one value of `far` bytes in each of `files`."""
    keys = [*pairs, *(b"zz%d" % number for number in range(len(files)))]
    sizes = [*map(len, pairs.values()), *[far] * len(files)]
    kinds = [0] * len(pairs) + [1] * len(files)
    body = b"\0" + table(list(files)) + varint(len(keys)) + names(keys) + varints(*sizes) + bytes(kinds)
    body += varints(*range(len(files))) + bytes(len(files)) + b"".join(pairs.values())
    return record(TREE, body, **how)


def branch(*files: bytes, **how) -> bytes:
    keys = [b"a%d" % number for number in range(len(files))]
    body = b"\1" + table(list(files)) + varint(len(keys)) + names(keys, extra=bytes(len(keys)))
    body += varints(*range(len(files))) + bytes(len(files)) + varints(*[7] * len(files)) + bytes(3 * len(files))
    return record(TREE, body, **how)


def older(*files: bytes, height: int = 0, **how) -> bytes:
    """A node of the version tree."""
    count = len(files)
    columns = varints(*range(count)) + bytes(count) + varints(*[7] * count)
    if height:
        body = varint(count) + varints(*range(1, count + 1)) + columns + bytes(count) + bytes(8 * count)
    else:
        body = varint(count) + varints(*range(1, count + 1)) + bytes(count) + columns + bytes(3 * count)
        body += bytes(8 * count)
    return record(VERSIONS, bytes((4, height)) + table(list(files)) + body, **how)


def shard(*chunks: bytes) -> bytes:
    """A shard of Zarr: chunks, then the index of their places with its checksum."""
    index, at = b"", 0
    for chunk in chunks:
        index += struct.pack("<QQ", at, len(chunk)) if chunk else b"\xff" * 16
        at += len(chunk)
    return b"".join(chunks) + index + struct.pack("<I", crc32c(index))


def zarray(dtype: object = "<f4", filters: object = None, compressor: str = "zstd", **more) -> bytes:
    codec = {"id": compressor, "level": 1} if compressor else None
    return text(
        {"zarr_format": 2, "shape": [2, 3], "chunks": [2, 3], "dtype": dtype, "order": "C", "fill_value": None,
         "filters": filters, "compressor": codec, **more}
    )  # fmt: skip


def zarr3(*codecs: object, **more) -> bytes:
    document = {"zarr_format": 3, "node_type": "array", "shape": [4], "data_type": "float32", "codecs": list(codecs)}
    return text({**document, **more})


PICKLED = zarray("|O", [{"id": "pickle", "protocol": 5}], "blosc")


def orbax(*paths: tuple[str, ...]) -> bytes:
    """`_METADATA`: the paths of arrays in the tree."""
    tree = {
        str(path): {"key_metadata": [{"key": part, "key_type": 2} for part in path], "value_metadata": {}}
        for path in paths
    }
    return text({"tree_metadata": tree, "use_ocdbt": True, "use_zarr3": False})


def spec(path: str = "w", driver: str = "file", **more) -> bytes:
    return text({"driver": "zarr", "kvstore": {"driver": driver, "path": path, **more}, "metadata": {"shape": [2]}})


def saved_image(*layers: str) -> bytes:
    """The manifest.json of `docker save`."""
    return text([{"Config": "blobs/sha256/" + "c" * 64, "RepoTags": ["x:latest"], "Layers": list(layers)}])


def image_config(**run) -> bytes:
    rootfs = {"type": "layers", "diff_ids": ["sha256:" + "d" * 64]}
    return text({"architecture": "amd64", "os": "linux", "config": run, "rootfs": rootfs})


def mlmodel(flavor: str = "sklearn", loader: str = "mlflow.sklearn", **keys: str) -> bytes:
    """An MLmodel file with one flavor and the one that every model has."""
    own = "".join(f"    {key}: {value}\n" for key, value in keys.items())
    return (
        f"artifact_path: model\nflavors:\n  python_function:\n    env:\n      conda: conda.yaml\n"
        f"    loader_module: {loader}\n    model_path: model.pkl\n  {flavor}:\n{own}    serialization_format: pickle\n"
        f"mlflow_version: 2.9.2\nrun_id: 0123\n"
    ).encode()


def spacy_config(*lines: str, component: str = "") -> bytes:
    """config.cfg of a pipeline with one component; `lines` follow as they are."""
    return "\n".join((
        "[paths]", 'x = "/data/x"', "", "[nlp]", 'lang = "en"', 'pipeline = ["ner"]', "# a comment", "",
        "[nlp.tokenizer]", '@tokenizers = "spacy.Tokenizer.v1"', "", "[components.ner]", 'factory = "ner"', component,
        "", "[components.ner.model]", '@architectures = "spacy.TransitionBasedParser.v2"', "  state_type = x",
        "", "[training.optimizer]", '@optimizers = "Adam.v1"', *lines, "",
    )).encode()  # fmt: skip


def word(value: str) -> bytes:
    """A text of MessagePack."""
    return bytes((0xD9, len(value))) + value.encode()


def blob(value: bytes) -> bytes:
    return b"\xc5" + struct.pack(">H", len(value)) + value


def thinc(*shims: bytes) -> bytes:
    """A model of Thinc: its nodes, attributes, parameters, and what its layers save themselves."""
    held = b"\xdc" + struct.pack(">H", len(shims)) + b"".join(map(blob, shims))
    return b"\x84\xa5nodes\x91\x81\xa4name\xa1x\xa5attrs\x91\x80\xa6params\x91\x80\xa5shims\x91" + held


def shim(state: bytes) -> bytes:
    """What a wrapped PyTorch layer saves: its configuration and a checkpoint."""
    return b"\x82\xa6config\x80\xa5state" + blob(state)
