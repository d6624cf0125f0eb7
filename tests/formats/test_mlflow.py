"""MLflow: paths that leave the model's folder, and modules that load it."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import mlflow as subject
from scanner.formats.yaml import tree
from scanner.limits import Limits
from tests.builders import checkpoints as make
from tests.builders.judged import judged
from tests.builders.reading import of, read_as, read_deep

FORMAT = subject.FORMAT
SMALLEST = make.mlmodel(pickled_model="model.pkl")
LEAVES = "mlflow-path-leaves-folder"
FOREIGN = "mlflow-imports-foreign-module"


def read(content, limits=None):
    return read_as(FORMAT, content, "m/MLmodel", limits or Limits())[0]


def test_a_model_is_stated_and_not_judged():
    facts = read(SMALLEST)
    (model,) = of(facts, "MlflowModel")
    assert (model.version, model.flavors) == ("2.9.2", ("python_function", "sklearn"))
    assert {(one.key, one.target, one.how) for one in of(facts, "MlflowPath")} == {
        ("pickled_model", "model.pkl", ""),
        ("model_path", "model.pkl", ""),
        ("conda", "conda.yaml", ""),
    }
    assert [(one.module, one.code) for one in of(facts, "MlflowLoader")] == [("mlflow.sklearn", False)]
    assert FORMAT.claims(SMALLEST, "renamed.txt")
    assert judged(SMALLEST, "m/MLmodel") == {}


@pytest.mark.parametrize("key", ["pickled_model", "data", "model_data", "code", "saved_model_dir"])
@pytest.mark.parametrize(
    ("path", "how"),
    [("../../tmp/x.pkl", "parent"), ("/tmp/x.pkl", "absolute"), ("s3://bucket/x.pkl", "url"), ("C:\\x.pkl", "drive")],
)
def test_a_path_that_leaves_the_folder_is_judged(key, path, how):
    content = make.mlmodel(**{key: path})
    assert how in [one.how for one in of(read(content), "MlflowPath")]
    assert judged(content, "m/MLmodel") == {LEAVES: "high"}


def test_paths_in_nested_mappings_and_lists_are_read():
    content = b"flavors:\n  f:\n    artifacts:\n      a: {path: ../x, uri: /home/me/x}\n    extra_files: [../y]\n"
    assert [one.target for one in of(read(content), "MlflowPath")] == ["../y", "../x"]


def test_a_path_behind_an_alias_or_a_merge_is_read():
    content = b"x: &x\n  pickled_model: ../x\nflavors:\n  sklearn: *x\n  other:\n    <<: *x\n"
    assert [one.target for one in of(read(content), "MlflowPath")] == ["../x", "../x"]


def test_where_an_artifact_came_from_is_no_path():
    content = (
        b"flavors:\n  python_function:\n    model_code_path: /Workspace/x.py\n    artifacts:\n      a: {uri: /home/x}\n"
    )
    assert not of(read(content), "MlflowPath")


@pytest.mark.parametrize("module", ["my_loader", "mlflowx.sklearn", "os"])
def test_a_loader_outside_mlflow_is_judged(module):
    content = make.mlmodel(loader=module)
    assert judged(content, "m/MLmodel") == {FOREIGN: "medium"}


def test_a_loader_with_a_code_folder_says_so():
    content = b"flavors:\n  python_function:\n    code: code\n    loader_module: mine\n"
    (loader,) = of(read(content), "MlflowLoader")
    assert (loader.package, loader.code) == ("mine", True)


def test_json_is_read_as_the_yaml_it_is():
    content = make.text({"flavors": {"sklearn": {"pickled_model": "../x"}}, "mlflow_version": "2"})
    assert judged(content, "m/MLmodel") == {LEAVES: "high"}


def test_other_text_is_not_claimed():
    assert not any(FORMAT.claims(head, "x.yaml") for head in (b"", b"flavors: [vanilla]", b"loader_module: x"))
    assert FORMAT.claims(b"", "m/MLmodel")


@pytest.mark.parametrize("content", [b"", b"[]", b"text", b"a: [", b"\xff\xfe\xff", b"a: *x: y"])
def test_what_is_no_mapping_is_malformed(content):
    with pytest.raises(MalformedError):
        read(content)


SOURCE = b'"""A model.\n\nflavors:\n  python_function:\n    loader_module: x\n"""\nimport os\n\nx = {1: [2,\n'


def test_a_source_that_shows_a_model_file_is_none():
    assert FORMAT.claims(SOURCE, "model.py")
    facts = read_deep(SOURCE, "model.py")
    assert [type(fact).__name__ for fact in facts] == ["Unrecognised", "PythonModule", "Examined"]
    assert of(facts, "Examined")[0].complete
    assert judged(SOURCE, "model.py") == {}


def test_a_model_file_by_name_is_malformed_where_it_breaks():
    assert judged(SOURCE, "m/MLmodel") == {"artifact-malformed": "medium"}


def test_too_many_nodes_are_told_of_any_name(monkeypatch):
    monkeypatch.setattr(tree, "NODES", 3)
    assert of(read_deep(SMALLEST, "renamed.txt"), "Malformed")


def test_a_file_cut_anywhere_leaves_only_malformed():
    for end in range(len(SMALLEST)):
        with contextlib.suppress(MalformedError):
            read(SMALLEST[:end])


def test_flavors_of_other_kinds_hold_nothing():
    for flavors in (b"3", b"[1]", b"{a: 3, b: [x]}"):
        assert not of(read(b"flavors: " + flavors), "MlflowPath")


def test_aliases_cost_no_more_than_their_text(monkeypatch):
    lines = [b"a0: &a0 {path: ../x}"]
    lines += [b"a%d: &a%d {%s}" % (n, n, b", ".join(b"k%d: *a%d" % (k, n - 1) for k in range(9))) for n in range(1, 12)]
    content = b"\n".join(lines) + b"\nflavors:\n  f: *a11\n"
    assert len(of(read(content), "MlflowPath")) <= 1
    monkeypatch.setattr(tree, "NODES", 50)
    with pytest.raises(MalformedError, match="nodes"):
        read(content)


def test_merges_count_as_nodes(monkeypatch):
    monkeypatch.setattr(tree, "NODES", 300)
    wide = b"x: &x {%s}\n" % b", ".join(b"k%d: v" % n for n in range(50))
    with pytest.raises(MalformedError, match="nodes"):
        read(wide + b"flavors: {%s}" % b", ".join(b"f%d: {<<: *x}" % n for n in range(20)))


def test_a_deep_nest_is_malformed_or_read():
    with contextlib.suppress(MalformedError):
        read(b"flavors: " + b"[" * 20_000)
    with contextlib.suppress(MalformedError):
        read(b"flavors: " + b"{a: " * 20_000)


def test_bounds_are_told():
    assert of(read(SMALLEST, Limits(text_nbytes=9)), "LimitReached")[0].limit == "document"
    many = b"flavors:\n" + b"".join(b"  f%d: {data: x}\n" % number for number in range(1001))
    assert of(read(many), "LimitReached")[0].limit == "paths"


@given(st.binary(max_size=60), st.integers(0, 200))
def test_only_malformed_leaves_the_reader(junk, at):
    with contextlib.suppress(MalformedError):
        read(SMALLEST[:at] + junk + SMALLEST[at + len(junk) :])
