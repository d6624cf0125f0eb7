"""A TorchScript type is compiled from its archive's sources, and imported where there are none."""

import pytest

from scanner.derive.pickle.script_types import derive
from tests.builders import archives as make
from tests.builders.reading import read_deep

PICKLE = b"\x80\x02c__torch__.nn\nNet\n)\x81."


def loose(content: bytes) -> list[tuple[str, str, str]]:
    return [(fact.where.path, fact.callable, fact.module) for fact in derive(read_deep(content, "m"))]


def archive(*names: str) -> bytes:
    members = [
        make.Member(name.encode(), PICKLE if name.endswith(".pkl") else b"_0 = torch.relu(x)\n") for name in names
    ]
    return make.zip_of(*members)


def test_a_type_in_an_archive_with_sources_is_no_import():
    assert loose(archive("m/data.pkl", "m/code/__torch__/nn.py")) == []


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (PICKLE, "m"),
        (archive("m/data.pkl"), "m!m/data.pkl"),
        (make.zip_of(make.Member(b"x.pkl", PICKLE), make.Member(b"n.pt", archive("m/data.pkl", "m/code/a.py"))),
         "m!x.pkl"),
    ],
    ids=["alone", "no sources", "beside an archive"],
)  # fmt: skip
def test_a_type_without_sources_is_an_import(content, path):
    assert loose(content) == [(path, "__torch__.nn.Net", "__torch__.nn")]


def test_other_classes_are_left_to_other_rules():
    assert loose(PICKLE.replace(b"__torch__", b"torch")) == []
