"""Records are dataclasses to everybody who asks, and cannot be changed."""

import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, is_dataclass, replace

import pytest

from scanner.facts import Fact, vocabulary
from scanner.record import build, record


@record
class Place:
    """One with defaults of both kinds."""

    path: str
    offset: int = 0
    marks: list = field(default_factory=list)


@record
class Named(Place):
    """One more field."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain(Place):
    """A dataclass on top of a record."""

    size: int


@record
class Above(Plain):
    """A record on top of that."""

    depth: int = 3


@record
class Checked:
    """One that looks at its values."""

    size: int

    def __post_init__(self):
        if self.size < 0:
            raise ValueError("a size is natural")


def test_a_record_is_a_dataclass():
    one = Named(path="a", name="n")
    assert is_dataclass(one)
    assert [found.name for found in fields(one)] == ["path", "offset", "marks", "name"]
    assert asdict(one) == {"path": "a", "offset": 0, "marks": [], "name": "n"}
    assert replace(one, offset=7) == Named(path="a", offset=7, name="n")


def test_a_record_says_what_it_holds():
    assert repr(Named(path="a", name="n")) == "Named(path='a', offset=0, marks=[], name='n')"


def test_records_of_one_class_with_equal_values_are_equal():
    assert Place(path="a") == Place(path="a", offset=0)
    assert Place(path="a") != Place(path="b")
    assert Place(path="a") != Named(path="a", name="")
    assert hash(Checked(size=1)) == hash(Checked(size=1))


def test_defaults_are_made_anew():
    assert Place(path="a").marks is not Place(path="a").marks


@pytest.mark.parametrize(
    "one", [Place(path="a"), Named(path="a", name=""), Plain(path="a", size=1), Above(path="a", size=1)]
)
def test_a_record_cannot_be_changed(one):
    with pytest.raises(FrozenInstanceError):
        one.path = "b"
    with pytest.raises(FrozenInstanceError):
        del one.path
    with pytest.raises((AttributeError, TypeError)):
        one.other = 1
    assert not hasattr(one, "__dict__")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, "no path"),
        ({"offset": 1}, "no path"),
        ({"path": "a", "size": 1}, "an unknown size"),
        ({"path": "a", "offset": 1, "marks": [], "size": 1}, "an unknown size"),
        ({"path": "a", "offset": 1, "size": 1}, "an unknown size"),
    ],
)
def test_a_record_is_given_its_fields_and_no_other(values, reason):
    with pytest.raises(TypeError, match=f"Place is given {reason}"):
        Place(**values)


def test_a_record_takes_no_value_without_a_name():
    with pytest.raises(TypeError):
        Place("a")


def test_a_record_and_a_dataclass_may_stand_on_each_other():
    assert Plain(path="a", size=2).offset == 0
    assert (Above(path="a", size=2).depth, Above(path="a", size=2).size) == (3, 2)


def test_a_record_checks_itself():
    with pytest.raises(ValueError, match="natural"):
        Checked(size=-1)


def test_a_record_can_be_copied():
    one = Named(path="a", name="n", marks=[1])
    assert copy.copy(one) == copy.deepcopy(one) == one
    assert pickle.loads(pickle.dumps(Checked(size=3))) == Checked(size=3)  # noqa: S301 - our own


def test_a_row_of_values_becomes_a_record():
    assert build(Named, ("a", 1, [], "n")) == Named(path="a", offset=1, marks=[], name="n")
    assert build(Plain, ("a", 1, [], 5)) == Plain(path="a", offset=1, marks=[], size=5)
    with pytest.raises(ValueError, match="zip"):
        build(Named, ("a",))


def test_every_fact_is_a_record():
    assert [name for name, cls in vocabulary().items() if cls.__init__ is not Fact.__init__] == []
