"""What documents of settings ask an installer for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.derive.document.dependencies import ENTRIES, derive
from tests.builders.reading import of
from tests.builders.settings import settings


def found(value, form, name="x"):
    return list(derive([settings(name, value, form)]))


def names(facts):
    return [(one.name, one.kind, one.exact) for one in of(facts, "Requirement")]


def options(facts):
    return [(one.option, one.value) for one in of(facts, "RequirementOption")]


def test_a_conda_environment_is_read_with_pip_s_own_list():
    pip = [
        "torhc==1",
        "--extra-index-url https://example.com/s",
        "-e git+https://example.com/a",
        "-r more.txt",
        "./a  # b",
    ]
    value = {"channels": ["conda-forge"], "dependencies": ["python=3.8", "numpy>=1", "lab::tool==2", {"pip": pip}]}
    facts = found(value, "yaml")
    assert names(facts) == [
        ("python", "name", True), ("numpy", "name", False), ("tool", "name", True), ("torhc", "name", True),
        ("", "vcs", False), ("", "path", False),
    ]  # fmt: skip
    assert options(facts) == [
        ("channel", "conda-forge"), ("channel", "lab"), ("extra-index-url", "https://example.com/s"),
        ("requirement", "more.txt"),
    ]  # fmt: skip
    assert [one.near for one in of(facts, "Requirement")] == ["", "", "", "torch", "", ""]
    (summary,) = of(facts, "RequirementSummary")
    assert (summary.source, summary.requirements, summary.named, summary.loose) == ("conda", 6, 4, 1)


def test_a_python_environment_of_mlflow_names_its_list():
    assert options(found({"build_dependencies": ["pip==23"], "dependencies": ["-r requirements.txt"]}, "yaml")) == [
        ("requirement", "requirements.txt")
    ]


def test_a_pyproject_is_read_with_the_tables_of_its_tools():
    value = {
        "build-system": {"requires": ["setuptools>=61"], "build-backend": "backend", "backend-path": ["."]},
        "project": {"dependencies": ["nunpy"], "optional-dependencies": {"x": ["torch==2"]}},
        "dependency-groups": {"dev": ["pytest"]},
        "tool": {
            "poetry": {
                "dependencies": {"python": "^3", "pandsa": "^1", "one": {"git": "https://example.com/one"},
                                 "two": {"version": "1.0"}, "three": {"path": "../three"},
                                 "five": [{"version": "1"}, {"url": "https://example.com/five.whl"}]},
                "source": [{"name": "a", "url": "https://example.com/simple"}],
            },
            "uv": {"sources": {"four": {"url": "https://example.com/four.whl"}}},
        },
    }  # fmt: skip
    facts = found(value, "toml", "pyproject.toml")
    assert names(facts) == [
        ("setuptools", "name", False), ("nunpy", "name", False), ("torch", "name", True), ("pytest", "name", False),
        ("pandsa", "name", False), ("one", "vcs", False), ("two", "name", True), ("three", "path", False),
        ("five", "name", True), ("five", "url", False),
        ("four", "url", False),
    ]  # fmt: skip
    assert {one.near for one in of(facts, "Requirement")} == {"", "numpy", "pandas"}
    assert options(facts) == [("extra-index-url", "https://example.com/simple")]
    (hook,) = of(facts, "InstallHook")
    assert (hook.kind, hook.name, hook.command, hook.inside) == ("backend", "backend", ".", True)


def test_a_backend_of_the_index_lies_not_inside():
    (hook,) = of(found({"build-system": {"requires": [], "build-backend": "hatchling.build"}}, "toml"), "InstallHook")
    assert not hook.inside


def test_a_pipfile_is_read():
    value = {
        "source": [{"url": "https://example.com/simple"}],
        "packages": {"requests": "*", "a": {"git": "https://example.com/a"}},
    }
    facts = found(value, "toml", "Pipfile")
    assert names(facts) == [("requests", "name", False), ("a", "vcs", False)]
    assert options(facts) == [("extra-index-url", "https://example.com/simple")]


def test_a_setup_cfg_is_read_line_by_line():
    value = {"options": {"install_requires": "\nnumpy\n# a\ntorch==1\n", "python_requires": ">=3"},
             "options.extras_require": {"x": "a @ http://example.com/a.whl"}}  # fmt: skip
    assert names(found(value, "ini")) == [("numpy", "name", False), ("torch", "name", True), ("a", "url", False)]


def test_a_package_json_is_read_for_scripts_and_addresses():
    value = {"private": True, "scripts": {"postinstall": "node a.js", "test": "x"},
             "dependencies": {"a": "^1", "b": "git+https://example.com/b", "c": "https://example.com/c.tgz",
                              "d": "npm:e"}}  # fmt: skip
    facts = found(value, "json", "package.json")
    (hook,) = of(facts, "InstallHook")
    assert (hook.name, hook.command, hook.private) == ("postinstall", "node a.js", True)
    assert [(one.kind, one.target) for one in of(facts, "Requirement")] == [
        ("vcs", "git+https://example.com/b"), ("url", "https://example.com/c.tgz"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ({"dependencies": [{"name": "redis", "repository": "https://example.com"}]}, "yaml"),
        ({"a": 1}, "yaml"),
        ({"owner": {"name": "a"}}, "toml"),
        ({"a": {"b": "c"}}, "ini"),
        ({"scripts": {"test": "x"}, "name": "a"}, "json"),
        ({}, "jsonl"),
    ],
)
def test_other_documents_ask_for_nothing(value, form):
    assert found(value, form) == []


def test_a_long_list_is_cut():
    assert len(of(found({"dependencies": ["a"] * (ENTRIES + 9)}, "yaml"), "Requirement")) == ENTRIES


@given(
    st.sampled_from(["yaml", "toml", "ini", "json"]),
    st.dictionaries(
        st.sampled_from(["dependencies", "channels", "packages", "source", "scripts", "project", "options", "tool"]),
        st.recursive(st.text(max_size=9) | st.none() | st.integers(), lambda one: st.lists(one, max_size=3)
                     | st.dictionaries(st.sampled_from(["dependencies", "pip", "install", "url", "uv", "git"]), one)),
    ),
)  # fmt: skip
def test_any_document_is_read(form, value):
    for fact in found(value, form):
        assert fact.where.path == "x"
