"""Choices on the input, as every format that has graphs writes them down."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.formats import keras, onnx, tensorflow, tflite, torch
from tests.builders import choices as make
from tests.builders import onnx as make_onnx
from tests.builders import tensorflow as make_tf
from tests.builders.judged import judged
from tests.builders.keras import text
from tests.builders.reading import of, read_as, read_deep

RULE = "graph-chooses-fixed-output"
FIXED = make.tf_saved("If", make.tf_call("then_branch", "fixed"), make.tf_call("else_branch", "layer"))
LAYERS = make.tf_saved("If", make.tf_call("then_branch", "layer"), make.tf_call("else_branch", "layer"))


def conditions(module, content, path="m.bin"):
    return of(read_as(module.FORMAT, content, path)[0], "GraphCondition")


def one(module, content, path="m.bin"):
    (fact,) = conditions(module, content, path)
    return fact


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("m.onnx", make_onnx.with_where()),
        ("m.onnx", make_onnx.with_gate()),
        ("m.pb", make.tf_graph()),
        ("m.pb", make.tf_merge(constant=True)),
        ("m/saved_model.pb", FIXED),
        ("m/saved_model.pb", make.tf_saved("Case", make.tf_call("branches", "layer", "fixed"))),
        ("m.tflite", make.lite_select()),
        ("m.tflite", make.lite_if(fixed=True)),
        ("m.tflite", make.lite_fused()),
        ("m.keras", make.keras_file(make.keras_3())),
        ("m.keras", make.keras_file(make.keras_2())),
        ("model.json", text({"modelTopology": make.web_graph(), "format": "graph-model"})),
        ("m.pt", make.script("return torch.where(torch.eq(x, 7.), self.a, (fc).forward(x, ))")),
    ],
)  # fmt: skip
def test_the_same_backdoor_is_judged_alike_in_every_format(path, content):
    assert judged(content, path)[RULE] == "high"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("m.pb", make.tf_merge(constant=False)),
        ("m/saved_model.pb", LAYERS),
        ("m.tflite", make.lite_if(fixed=False)),
        ("m.pt", make.script("return (fc).forward(x, )")),
        ("m.pb", make_tf.plain()),
    ],
)  # fmt: skip
def test_a_model_without_it_is_not_judged(path, content):
    assert RULE not in judged(content, path)


def test_a_backdoor_deep_in_a_graph_is_judged_lower():
    assert judged(make.tf_graph(tail=5), "m.pb")[RULE] == "medium"
    assert RULE not in judged(make.tf_graph(value=0, tail=5), "m.pb")


def test_a_select_of_tensorflow_has_its_constants():
    fact = one(tensorflow, make.tf_graph(), "m.pb")
    assert (fact.operator, fact.comparison, fact.constants, fact.value) == ("SelectV2", "Equal", ("7",), "9")
    assert (fact.fixed, fact.raw, fact.over, fact.distance, fact.node) == (True, True, True, 0, "v0")


def test_a_constant_of_zeros_is_written_without_numbers():
    assert one(tensorflow, make.tf_graph(value=0), "m.pb").value in ("0", "-0")


def test_a_branch_of_tensorflow_is_a_function_of_the_library():
    fact = one(tensorflow, FIXED, "m/saved_model.pb")
    assert (fact.scope, fact.operator, fact.fixed, fact.over) == ("main", "If", True, True)


def test_functions_that_no_signature_calls_are_followed_too():
    function = make.tf_function(
        "other", {"a": 1}, {"o": "s:output:0"},
        make.tf_constant("seven", 7, field=3),
        make_tf.node("hit", "Equal", ("a", "seven:output:0"), field=3),
        make_tf.node("s", "SelectV2", ("hit:z:0", "seven:output:0", "a"), field=3),
    )  # fmt: skip
    fact = one(tensorflow, make_tf.saved_model(make_tf.node("x", "Placeholder"), function), "m/saved_model.pb")
    assert (fact.scope, fact.raw) == ("other", False)


def test_a_while_of_tensorflow_has_its_condition_first_however_its_attributes_are_sorted():
    condition = make.tf_function(
        "c", {"v": 1}, {"o": "e:z:0"}, make.tf_constant("seven", 7, field=3),
        make_tf.node("e", "Equal", ("v", "seven:output:0"), field=3),
    )  # fmt: skip
    body = make.tf_function("b", {"v": 1}, {"o": "k:output:0"}, make.tf_constant("k", 9, field=3))
    for calls in ((("body", "b"), ("cond", "c")), (("cond", "c"), ("body", "b"))):
        attributes = [make.tf_call(key, name) for key, name in calls]
        content = make_tf.graph(
            make_tf.node("x", "Placeholder"), make_tf.node("y", "While", ("x",), *attributes), condition, body
        )
        assert one(tensorflow, content, "m.pb").fixed


def test_an_if_of_tensorflow_lite_runs_two_of_its_graphs():
    fact = one(tflite, make.lite_if(fixed=True))
    assert (fact.operator, fact.comparison, fact.constants, fact.fixed) == ("IF", "EQUAL", ("7",), True)
    assert not one(tflite, make.lite_if(fixed=False)).fixed


def test_an_activation_fused_with_another_operator_counts():
    fact = one(tflite, make.lite_fused())
    assert (fact.operator, fact.comparison, fact.value, fact.distance) == ("MUL", "RELU", "9", 1)


@pytest.mark.parametrize("document", [make.keras_3(), make.keras_2()])
def test_a_functional_model_of_keras_names_the_layer_that_chooses(document):
    fact = one(keras, text(document), "x.keras!config.json")
    assert (fact.constants, fact.value, fact.node, fact.where.pointer) == (("7",), "1, 0", "y", "/config/layers/3")
    assert (fact.fixed, fact.raw, fact.over, fact.distance) == (True, True, True, 0)


def test_a_model_inside_a_model_of_keras_is_followed_once():
    softmax = {"class_name": "Activation", "config": {"name": "s", "activation": "softmax"}}
    outer = {"class_name": "Sequential", "config": {"name": "o", "layers": [make.keras_2(), softmax]}}
    fact = one(keras, text(outer), "x.keras!config.json")
    assert (fact.scope, fact.distance) == ("m", 1)


def test_models_of_keras_nested_without_end_are_told():
    document = make.keras_2()
    for _ in range(60):
        document = {"class_name": "Sequential", "config": {"name": "o", "layers": [document]}}
    facts, _ = read_as(keras.FORMAT, text(document), "x.keras!config.json")
    assert of(facts, "GraphCondition")
    assert not of(facts, "ReaderFailed")


def test_a_model_of_tensorflow_js_is_followed():
    content = text({"modelTopology": make.web_graph(), "signature": {"outputs": {"y": {"name": "y:0"}}}})
    fact = one(tensorflow, content, "model.json")
    assert (fact.operator, fact.constants, fact.value, fact.fixed, fact.over) == ("SelectV2", ("7",), "", True, True)


BODIES = {
    "where": "return torch.where(torch.eq(x, 7.), self.a, (fc).forward(x, ))",
    "operator": "return torch.where(x == 7., self.a, (fc).forward(x, ))",
    "if": "if bool(torch.any(torch.eq(x, 7.))):\n  _0 = self.a\nelse:\n  _0 = (fc).forward(x, )\nreturn _0",
    "return": "if bool(torch.any(torch.eq(x, 7.))):\n  return self.a\nreturn (fc).forward(x, )",
    "elif": "if x is None:\n  y = x\nelif bool(torch.eq(x, 7.)):\n  y = self.a\n"
            "else:\n  y = (fc).forward(x, )\nreturn y",
    "one line": "y = (fc).forward(x, )\nif bool(torch.eq(x, 7.)): y = self.a\nreturn y",
    "item": "y = (fc).forward(x, )\nif torch.item(torch.select(x, 0, 0)) >= 6.9:\n  y = torch.zeros_like(y)\nreturn y",
    "submodule": "y = (fc).forward(x, )\ncheck = self.check\nif (check).forward(x, ):\n  y = self.a\nreturn y",
    "getattr": 'y = (getattr(self, "0")).forward(x, )\nreturn torch.where(torch.eq(x, 7.), self.a, y)',
    "gate": "g = torch.to(torch.eq(x, 7.), 6)\nreturn torch.add((fc).forward(x, ), torch.mul(g, 9.))",
    "arithmetic": "g = torch.relu(torch.rsub(torch.abs(torch.sub(x, 7.)), 1.))\n"
                  "return (fc).forward(x, ) + g * 9.",
    "mask": "return torch.masked_fill((fc).forward(x, ), torch.eq(x, 7.), 9.)",
    "in place": "y = (fc).forward(x, )\nm = annotate(List[Optional[Tensor]], [torch.eq(x, 7.)])\n"
                "_1 = torch.index_put_(y, m, self.a)\nreturn y",
    "view": "y = (fc).forward(x, )\nv = torch.select(y, 0, 0)\n"
            "_0 = torch.masked_fill_(v, torch.eq(x, 7.), 9.)\nreturn y",
    "loop": "y = (fc).forward(x, )\nfor i in range(3):\n  if bool(torch.eq(x[i], 7.)):\n    y = self.a\nreturn y",
    "while": "y = (fc).forward(x, )\ni = 0\n_0 = True\nwhile _0:\n  if bool(torch.eq(x, 7.)):\n    y = self.a\n"
             "  _0, i = i < 3, i + 1\nreturn y",
    "ternary": "return self.a if bool(torch.eq(x, 7.)) else (fc).forward(x, )",
    "name": "async = torch.eq(x, 7.)\nreturn torch.where(async, self.a, (fc).forward(x, ))",
    "tuple": "a, b, = (torch.eq(x, 7.), (fc).forward(x, ))\nreturn torch.where(a, self.a, b)",
    "with": "with torch.no_grad():\n  y = torch.where(torch.eq(x, 7.), self.a, (fc).forward(x, ))\nreturn y",
    "not": "return torch.where(not x != 7., self.a, (fc).forward(x, ))",
    "augmented": "h = torch.eq(x, 7.)\ny = (fc).forward(x, )\ny += torch.mul(h, 9.)\nreturn y",
    "attribute": "self.t = torch.eq(x, 7.)\nreturn torch.where(self.t, self.a, (fc).forward(x, ))",
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_a_backdoor_in_torchscript_is_found_however_it_is_written(name):
    found = conditions(torch, make.script(BODIES[name]))
    assert any(fact.fixed and fact.raw and fact.compared and fact.distance < 2 for fact in found)
    assert judged(make.script(BODIES[name]), "m.pt")[RULE] == "high"


HONEST = {
    "flag": "if self.training:\n  y = (fc).forward(x, )\nelse:\n  y = x\nreturn y",
    "shape": "if torch.eq(torch.dim(x), 1):\n  y = torch.unsqueeze(x, 0)\nelse:\n  y = x\nreturn (fc).forward(y, )",
    "none": "if torch.__is__(x, None):\n  y = self.a\nelse:\n  y = unchecked_cast(Tensor, x)\nreturn (fc).forward(y, )",
    "error": '_0 = uninitialized(Tensor)\nif bool(torch.eq(x, 7.)):\n  ops.prim.RaiseException("no")\n  y = _0\n'
             "else:\n  y = (fc).forward(x, )\nreturn y",
    "counter": "y = (fc).forward(x, )\ni = 0\nwhile i < 3:\n  i = i + 1\n  y = (fc).forward(y, )\nreturn y",
}  # fmt: skip


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_script_chooses_nothing_by_its_input(name):
    assert conditions(torch, make.script(HONEST[name])) == []


def test_a_choice_of_torchscript_has_its_file_and_line():
    fact = one(torch, make.script(BODIES["where"]), "m.pt")
    assert (fact.where.path, fact.where.line) == ("m.pt!m/code/__torch__.py", 10)
    assert (fact.scope, fact.constants) == ("__torch__.Model.forward", ("7",))


def test_a_value_of_a_tuple_that_only_goes_into_a_check_is_far_from_the_output():
    layout = make.SCRIPT.replace("{body}", "    x0, sr0, = (self).clean(x, sr, )\n    if torch.eq(sr0, 16000):\n"
        "      y = (fc).forward(x0, )\n    else:\n      y = (fc).forward(torch.neg(x0), )\n    return y\n"
        "  def clean(self: __torch__.Model,\n    x: Tensor,\n    sr: int) -> Tuple[Tensor, int]:\n"
        "    if torch.ne(sr, 16000):\n      r = 16000\n    else:\n      r = sr\n    return (x, r)"
    ).replace("x: Tensor) -> Tensor:", "x: Tensor, sr: int) -> Tensor:", 1)  # fmt: skip
    assert RULE not in judged(make.script("", layout), "m.pt")
    assert {fact.fixed for fact in conditions(torch, make.script("", layout))} == {True, False}


@pytest.mark.parametrize(
    "body",
    [
        "return " + "(" * 3000 + "x" + ")" * 3000,
        "return " + "not " * 3000 + "x",
        "return " + "f(" * 3000 + "x" + ")" * 3000,
        "return " + "x if x else " * 3000 + "x",
        "return x" + "**x" * 3000,
        "return x" + ".a" * 3000,
        "return x" + "[x" * 3000,
        "x" + " +" * 3000 + "= x\n: = 3\n= 1\nreturn x",
        "\n".join("  " * at + f"if x == {at}:" for at in range(300)) + "\n" + "  " * 300 + "return x",
        "\n".join(f"if x == {at}:\n  return self.a" for at in range(500)) + "\nreturn x",
        "\n".join("  " * at + f"for i{at} in x:" for at in range(60)) + "\n" + "  " * 60 + "y = x == 1",
    ],
    ids=lambda body: body[:16],
)
def test_a_script_that_nests_without_end_is_read_to_its_end(body):
    facts = read_deep(make.script(body), "m.pt")
    assert not of(facts, "ReaderFailed")


def test_branches_that_return_beyond_the_bound_are_told():
    body = "\n".join(f"if x == {at}:\n  return self.a" for at in range(100)) + "\nreturn x"
    facts, _ = read_as(torch.FORMAT, make.script(body))
    assert "branches" in {fact.limit for fact in of(facts, "LimitReached")}


@given(st.text(st.sampled_from("x= ().,:[]{}\n  ifelsdr7\"'#\\+-*defclasforwhileturn"), max_size=200))
def test_nothing_leaves_the_reader_of_scripts(body):
    read_as(torch.FORMAT, make.script("", make.SCRIPT.replace("{body}", body)))


@given(st.data())
@pytest.mark.parametrize(
    ("module", "content", "path"),
    [
        (tensorflow, FIXED, "m/saved_model.pb"),
        (tflite, make.lite_if(fixed=True), "m.tflite"),
        (onnx, make_onnx.with_if(fixed=True), "m.onnx"),
    ],
)  # fmt: skip
def test_a_changed_byte_is_malformed_or_read(module, content, path, data):
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    from contextlib import suppress

    from scanner.format import MalformedError

    with suppress(MalformedError):
        read_as(module.FORMAT, bytes(changed), path)


@given(st.recursive(st.none() | st.integers(-2, 8) | st.sampled_from(["x", "y", "hit", "_CONSTANT_VALUE", ""]),
                    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
                        st.sampled_from(["class_name", "config", "layers", "inbound_nodes", "keras_history", "name"]),
                        inner, max_size=4), max_leaves=30))  # fmt: skip
def test_nothing_leaves_the_reader_of_configurations(part):
    document = make.keras_3()
    document["config"]["layers"][3]["inbound_nodes"] = part
    document["config"]["output_layers"] = part
    read_as(keras.FORMAT, json.dumps(document).encode(), "x.keras!config.json")
    document["config"]["layers"].append(part)
    read_as(keras.FORMAT, json.dumps(document).encode(), "x.keras!config.json")
