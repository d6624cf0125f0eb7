"""The picture of a comparison: well-formed, bounded, readable without its colours."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from scanner import picture
from scanner.artifact import Location
from scanner.facts.delta import ModelDelta, TensorDelta

SVG = "{http://www.w3.org/2000/svg}"


def tensor(layer=0, kind="full", name="w"):
    return TensorDelta(
        where=Location(path="m"), base="b", tensor=name, kind=kind, role="q", layer=layer, dtype="float32",
        base_dtype="float32", shape="2x2",
    )  # fmt: skip


def model(path="m", base="b"):
    return ModelDelta(
        where=Location(path=path), base=base, tensors=1, base_tensors=1, paired=1, identical=0, formats=(), relation="",
        by="", alike=True,
    )  # fmt: skip


def drawn(*facts):
    return ET.fromstring(picture.delta(facts))  # noqa: S314 - our own text


def test_without_tensors_there_is_no_picture():
    assert picture.delta([model()]) == ""


def test_title_and_description_say_what_the_picture_shows():
    found = drawn(model(), tensor(0, "full"), tensor(1, "identical"), tensor(1, "identical"))
    assert found.find(f"{SVG}title").text == "What m changed against b"
    assert "2 identical, 1 full" in found.find(f"{SVG}desc").text
    assert found.get("role") == "img"


def test_every_cell_says_its_layer_and_its_numbers():
    found = drawn(tensor(-1, "identical"), tensor(2, "row-edit"), tensor(2, "identical"))
    titles = {one.text for one in found.iter(f"{SVG}title")}
    assert {"layer 2: 1 of 2 tensors row-edit", "outside the layers: 1 of 1 tensors identical"} <= titles


def test_names_of_a_model_cannot_leave_their_text():
    text = picture.delta([model('"><script>alert(1)</script>', "\x1b[31m\u202e"), tensor()])
    assert "<script" not in text
    assert "\x1b" not in text
    ET.fromstring(text)  # noqa: S314 - our own text


@given(st.lists(st.tuples(st.integers(-1, 99_999), st.sampled_from(["full", "identical", "unheard-of"])), min_size=1))
def test_any_layers_make_a_picture_of_bounded_width(cells):
    facts = [tensor(layer, kind) for layer, kind in cells]
    found = drawn(*facts)
    assert int(found.get("width")) <= picture.LEFT + (picture.COLUMNS + 1) * picture.CELL + 12
    assert picture.delta(facts) == picture.delta(list(reversed(facts)))
