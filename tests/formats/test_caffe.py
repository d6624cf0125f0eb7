"""Caffe: Python layers, files that layers name, weights against their shapes, in both forms."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import caffe as subject
from scanner.formats.caffe.textual import DEPTH
from scanner.limits import Limits
from tests.builders import longtail2 as make
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
PYTHON = 'layer { name: "p" type: "Python" python_param { module: "%s" layer: "%s" param_str: "%s" } }'


def read(content, limits=None):
    return read_as(FORMAT, content, "deploy.prototxt", limits or Limits())[0]


def one(content, name):
    (fact,) = of(read(content), name)
    return fact


@pytest.mark.parametrize(
    ("content", "version", "kind"),
    [
        (make.caffe(), 2, "Convolution"),
        (make.caffe(make.caffe_v1_layer()), 1, "CONVOLUTION"),
        (make.prototxt(), 2, "Convolution"),
        (b'\xef\xbb\xbflayers {\n name: "a" type: CONVOLUTION }', 1, "CONVOLUTION"),
        (b'layers { layer { name: "a" type: "conv" } }', 0, "conv"),
    ],
)
def test_a_network_is_summed_up_and_not_judged(content, version, kind):
    assert FORMAT.claims(content, "x")
    summary, layer = one(content, "GraphSummary"), one(content, "CaffeLayer")
    assert (summary.format, summary.nodes, summary.version) == ("caffe", 1, version)
    assert (layer.type, layer.version, layer.nodes) == (kind, version, 1)
    assert judged(content, "x") == {}


def binary(module, layer, parameter=""):
    return make.caffe(make.caffe_layer("Python", "p", make.caffe_python(module, layer, parameter)))


def text(module, layer, parameter=""):
    return make.prototxt(PYTHON % (module, layer, parameter))


@pytest.mark.parametrize("form", [binary, text])
@pytest.mark.parametrize(
    ("module", "layer", "parameter", "severity"),
    [
        ("rpn.proposal_layer", "ProposalLayer", "{'feat_stride': 16}", "medium"),
        ("os", "system", "", "critical"),
        ("mine", "Layer", "__import__('os')", "high"),
    ],
)
def test_a_python_layer_is_judged_by_its_module(form, module, layer, parameter, severity):
    content = form(module, layer, parameter)
    fact = one(content, "CaffePython")
    assert (fact.module, fact.layer, fact.parameter, fact.name) == (module, layer, parameter, "p")
    assert judged(content, "x") == {"caffe-layer-imports-python": severity}


@pytest.mark.parametrize(
    "content",
    [
        make.caffe(make.caffe_layer("Python", "p", make.caffe_python("mine", "L") + make.caffe_python("os", "system"))),
        make.prototxt(PYTHON.replace('module: "%s"', 'module: "mi\\x6ee" module: "o" \'\\163\'') % ("system", "")),
    ],
)
def test_what_is_said_twice_counts_as_it_was_said_last(content):
    assert one(content, "CaffePython").module == "os"


@pytest.mark.parametrize("module", ["o\\x73", "\\157s", "\\u006fs", "\\U0000006fs", 'o" "s', "o\" 's' \""])
def test_escapes_and_parts_of_texts_hide_no_module(module):
    assert judged(text(module, "system"), "x") == {"caffe-layer-imports-python": "critical"}


PATHS = {
    "data_param.source": make.block(107, make.block(1, "/data/lmdb")),
    "transform_param.mean_file": make.block(100, make.block(4, "/data/mean")),
    "hdf5_output_param.file_name": make.block(113, make.block(1, "../../x")),
    "save_output_param.output_directory": make.block(204, make.block(5, make.block(1, "/out"))),
    "image_data_param.root_folder": make.block(115, make.block(12, "/images/")),
    "window_data_param.source": make.block(129, make.block(1, "/w")),
}


@pytest.mark.parametrize("key", PATHS)
def test_paths_of_binary_layers_are_judged(key):
    content = make.caffe(make.caffe_layer(rest=PATHS[key]))
    fact = one(content, "CaffePath")
    written = key.endswith(("file_name", "output_directory"))
    assert (fact.key, fact.written) == (key, written)
    assert judged(content, "x") == {"caffe-path-leaves-folder": "medium" if written else "low"}


def test_paths_of_the_oldest_layers_are_told():
    oldest = make.block(1, make.block(1, "d") + make.block(2, "data") + make.block(16, "/data/train"))
    content = make.caffe(make.caffe_v1_layer(5, oldest))
    assert {(fact.key, fact.how) for fact in of(read(content), "CaffePath")} == {("source", "absolute")}


def test_paths_of_text_and_solvers_are_told():
    content = make.prototxt('layer { name: "d" type: "Data" data_param { source: "../train" batch_size: 2 } }')
    assert [(fact.key, fact.how) for fact in of(read(content), "CaffePath")] == [("data_param.source", "parent")]
    solver = b'net: "train.prototxt"\nbase_lr: 0.01\nlr_policy: "step"\nsnapshot_prefix: "/home/me/net"\n'
    assert FORMAT.claims(solver, "x")
    assert judged(solver, "x") == {"caffe-path-leaves-folder": "medium"}
    nested = b'base_lr: 1 lr_policy: "x"\nmax_iter: 3\nnet_param { layer { name: "p" type: "Python" '
    nested += b'python_param { module: "os" layer: "system" } } }'
    assert one(nested, "CaffePython").module == "os"


def test_layers_of_forks_are_told():
    assert judged(make.caffe(make.caffe_layer("PriorBox")), "x") == {"caffe-needs-foreign-layer": "info"}
    assert judged(make.caffe(make.caffe_layer("Mine")), "x") == {"caffe-needs-foreign-layer": "low"}


@pytest.mark.parametrize("packed", [True, False])
def test_weights_are_compared_with_their_shape(packed):
    good = make.caffe(make.caffe_layer(blobs=(make.caffe_blob(packed=packed),)))
    assert (one(good, "TensorTable").parameters, of(read(good), "TensorMismatch")) == (6, [])
    bad = make.caffe(make.caffe_layer(blobs=(make.caffe_blob((1 << 40, 9), 6, packed=packed),)))
    fact = one(bad, "TensorMismatch")
    assert (fact.tensor, fact.how, fact.found) == ("conv1.0", "size", 24)
    assert judged(bad, "x") == {"tensor-size-differs-from-shape": "medium"}


def test_other_bytes_are_not_claimed():
    for head in (
        b"",
        b'name: "x"\nplatform: "onnxruntime_onnx"\ninput [ { name: "a" } ]',
        make.block(1, "word") + make.block(3, "other"),
        make.block(1, b"\x08\0") + make.block(2, b"\x08\1"),
        b"\nname\x12\x03abc",
        b"name: Build\non: push\njobs:\n  layer: {}\n"[:18],
    ):
        assert not FORMAT.claims(head, "x"), head


def test_a_network_cut_anywhere_is_malformed_or_ends_between_fields():
    content = make.caffe(make.caffe_layer("Python", "p", make.caffe_python("os", "system")))
    ends = {len(make.block(1, "net")), len(make.block(1, "net") + make.block(3, "data"))}
    for end in range(2, len(content)):
        if end not in ends:
            with pytest.raises(MalformedError):
                read(content[:end])


def test_a_text_cut_inside_a_layer_is_malformed():
    content = text("os", "system").rstrip()
    start = content.rindex(b"layer {") + 7
    for end in range(start, len(content)):
        with pytest.raises(MalformedError):
            read(content[:end])


@pytest.mark.parametrize("content", [b"layer { } }", b"layer { a: $ }", b'layer { a: "b }', b"layer {" * (DEPTH + 1)])
def test_a_text_that_breaks_the_form_is_malformed(content):
    with pytest.raises(MalformedError):
        read(content)


def test_a_lying_length_is_malformed():
    with pytest.raises(MalformedError):
        read(make.block(1, "net") + b"\xa2\x06\xff\xff\x7f\x0a")


def test_bounds_are_told():
    for content in (make.caffe(*[make.caffe_layer()] * 4), make.prototxt("layer { } layer { }")):
        assert of(read(content, Limits(entries=2)), "LimitReached")[0].limit == "entries"
    assert of(read(make.prototxt(), Limits(header_nbytes=9)), "LimitReached")[0].limit == "text form"


@given(st.data(), st.booleans())
def test_any_changed_byte_leaves_only_malformed(data, binary_):
    content = bytearray((binary if binary_ else text)("os", "system", "x"))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    FORMAT.claims(bytes(content), "x")
    with contextlib.suppress(MalformedError):
        read(bytes(content))


@given(st.binary(max_size=120))
def test_any_bytes_leave_only_malformed(raw):
    FORMAT.claims(raw, "x")
    with contextlib.suppress(MalformedError):
        read(raw)


@pytest.mark.parametrize("start", [b"net:", b"layer: layer"])
def test_white_space_that_fills_a_head_is_passed_once(start):
    clock = time.process_time()
    FORMAT.claims((start + b"\n" * 8192)[:8192], "x")
    assert time.process_time() - clock < 0.1


def test_a_text_of_escapes_behind_an_open_quote_is_malformed_at_once():
    clock = time.process_time()
    with pytest.raises(MalformedError):
        read(b'name: "net"\nlayer { name: "' + b'\\"' * 30_000)
    assert time.process_time() - clock < 0.5
