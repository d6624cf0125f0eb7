"""How installers are set up, and the code of a project that a build runs."""

import pytest

from scanner.derive.document.installers import derive
from tests.builders.reading import of
from tests.builders.settings import settings


def found(value, form):
    return list(derive([settings("x", value, form)]))


def options(value, form):
    return [(one.source, one.option, one.value) for one in of(found(value, form), "RequirementOption")]


def hooks(value, form):
    return [(one.kind, one.name, one.command) for one in of(found(value, form), "InstallHook")]


def test_the_configuration_of_pip_is_read_line_by_line():
    value = {
        "global": {"index-url": "https://example.com/a", "trusted-host": "example.com\nexample.net", "timeout": "6"}
    }
    assert options(value, "ini") == [
        ("pip.conf", "index-url", "https://example.com/a"), ("pip.conf", "trusted-host", "example.com"),
        ("pip.conf", "trusted-host", "example.net"),
    ]  # fmt: skip


def test_registries_of_npm_are_read():
    value = {"registry": "https://example.com/npm", "@a:registry": "https://example.net", "ignore-scripts": "false"}
    assert options(value, "ini") == [
        (".npmrc", "registry", "https://example.com/npm"), (".npmrc", "registry", "https://example.net"),
    ]  # fmt: skip


def test_indexes_of_uv_are_read():
    value = {
        "index-url": "https://example.com/a",
        "index": [{"url": "https://example.com/b"}],
        "find-links": ["./wheels"],
    }
    assert options(value, "toml") == [
        ("uv", "extra-index-url", "https://example.com/a"), ("uv", "extra-index-url", "https://example.com/b"),
        ("uv", "find-links", "./wheels"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "form", "wanted"),
    [
        ({"tool": {"setuptools": {"cmdclass": {"install": "a.B"}}}}, "toml", ("command", "install", "a.B")),
        ({"options": {"cmdclass": "\ninstall = a.B"}}, "ini", ("command", "install", "a.B")),
        ({"options.cmdclass": {"install": "a.B"}}, "ini", ("command", "install", "a.B")),
        ({"tool": {"poetry": {"build": "build.py"}}}, "toml", ("builder", "poetry", "build.py")),
        ({"tool": {"poetry": {"build": {"script": "build.py"}}}}, "toml", ("builder", "poetry", "build.py")),
        ({"tool": {"hatch": {"build": {"hooks": {"custom": {}}}}}}, "toml", ("builder", "hatch", "")),
        ({"tool": {"hatch": {"build": {"hooks": {"custom": {"path": "h.py"}}}}}}, "toml", ("builder", "hatch", "h.py")),
    ],
)
def test_code_that_a_build_runs_is_told(value, form, wanted):
    assert hooks(value, form) == [wanted]


@pytest.mark.parametrize("form", ["ini", "toml", "json", "yaml"])
def test_other_documents_set_nothing_up(form):
    value = {
        "build": {"index-url": "x"},
        "tool": {"poetry": {"name": "a"}},
        "registry": "none",
        "ports": {"a-host": "b"},
    }
    assert found(value, form) == []
