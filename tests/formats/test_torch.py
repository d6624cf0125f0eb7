"""Layouts of PyTorch archives, their storages and their sources."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.formats import torch as subject
from tests.builders import archives as make
from tests.builders import programs, tars
from tests.builders.reading import of, read_as, read_deep

FORMAT = subject.FORMAT


def checkpoint(content: bytes):
    return of(read_as(FORMAT, content)[0], "TorchCheckpoint")


def test_what_torch_save_writes_is_a_zip_checkpoint():
    facts, members = read_as(FORMAT, make.torch_zip(storages={"0": bytes(8), "1": bytes(4)}))
    found = of(facts, "TorchCheckpoint")[0]
    assert (found.layout, found.storages, found.byteorder, found.version) == ("zip", 2, "little", "3")
    assert [(fact.storage, fact.folder, fact.nbytes) for fact in of(facts, "TorchStorage")] == [
        ("0", "archive/data", 8),
        ("1", "archive/data", 4),
    ]
    assert members == []


@pytest.mark.parametrize(
    ("names", "layout"),
    [
        ((b"m/data.pkl", b"m/constants.pkl", b"m/code/__torch__.py"), "torchscript"),
        ((b"m/code/a.py", b"m/data.pkl"), "torchscript"),
        ((b"m/model.pkl", b"m/.data/extern_modules"), "package"),
        ((b"m/archive_format", b"m/models/model.json"), "export"),
        ((b"serialized_exported_program.json",), "export"),
        ((b"handler.py", b"MAR-INF/MANIFEST.json"), "mar"),
        ((b"readme.txt", b"m/data.pkl"), "zip"),
    ],
)
def test_the_layout_is_told_by_the_names(names, layout):
    assert [found.layout for found in checkpoint(make.zip_of(*(make.Member(name, b"1") for name in names)))] == [layout]


def test_another_archive_is_none_of_torchs():
    assert read_as(FORMAT, make.zip_plain()) == ([], [])


def test_the_tar_of_old_times_is_a_checkpoint():
    content = tars.tar_of(("sys_info", b"x"), ("pickle", make.BENIGN), ("storages", b""), ("tensors", b""))
    assert FORMAT.claims(content[:8192], "x")
    assert [found.layout for found in checkpoint(content)] == ["tar"]


def test_another_tar_is_not_claimed():
    assert not FORMAT.claims(tars.tar_of(("a.txt", b"x")), "x.tar")


def test_operators_of_sources_are_stated_with_their_lines():
    source = b"def forward(self):\n  import torch\n  _0 = torch.save(x, ops.prim.name(y))\n  _1 = torch.save(z)\n"
    facts, _ = read_as(FORMAT, make.torch_zip(constants_pkl=b"", code__a_py=source))
    assert of(facts, "ScriptOperator") == []
    content = make.zip_of(make.Member(b"m/data.pkl", b"1"), make.Member(b"m/code/a.py", source, method=8))
    facts, _ = read_as(FORMAT, content)
    assert [(fact.name, fact.where.line) for fact in of(facts, "ScriptOperator")] == [
        ("import torch", 2),
        ("torch.save", 3),
        ("ops.prim.name", 3),
    ]


def test_a_program_among_the_members_is_stated_whatever_its_name():
    facts, _ = read_as(FORMAT, make.torch_zip(storages={"0": programs.elf()}))
    assert [(fact.kind, fact.place) for fact in of(facts, "EmbeddedFile")] == [("elf", "checkpoint")]


def test_a_package_may_hold_libraries():
    content = make.zip_of(make.Member(b"m/.data/extern_modules", b""), make.Member(b"m/lib.so", programs.elf()))
    assert of(read_as(FORMAT, content)[0], "EmbeddedFile") == []


def test_a_checkpoint_in_a_second_directory_is_found():
    assert read_deep(make.zip_with_two_central_directories(), "m.pt")


@pytest.mark.parametrize("end", range(4, len(make.torch_zip()), 3))
def test_a_cut_archive_never_fails(end):
    read_as(FORMAT, make.torch_zip()[:end])


@given(st.data())
def test_nothing_leaves_the_reader(data):
    content = bytearray(make.torch_zip(storages={"0": b"1234"}))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    read_as(FORMAT, bytes(content))
