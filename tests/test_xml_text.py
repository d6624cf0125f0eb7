"""XML as a run of events, without expansion, without the network."""

import pytest

from scanner.format import MalformedError
from scanner.xml_text import Declared, End, Start, events
from tests.builders.reading import artifact_of


def run(text):
    return list(events(artifact_of(text.encode())))


def test_elements_come_in_order_with_their_text():
    found = run("<a x='1'><b>t</b>u</a>")
    assert [(type(one), one.name) for one in found] == [(Start, "a"), (Start, "b"), (End, "b"), (End, "a")]
    assert (found[2].text, found[3].text, found[0].attributes) == ("t", "u", {"x": "1"})


def test_reading_ends_at_the_first_entity_and_expands_nothing():
    found = run('<!DOCTYPE a [<!ENTITY e "x"><!ENTITY f "y">]><a>&e;</a>')
    assert [one.kind for one in found if isinstance(one, Declared)] == ["doctype", "entity"]
    assert not [one for one in found if isinstance(one, Start)]


def test_a_parameter_entity_is_one_too():
    assert [one.kind for one in run('<!DOCTYPE a [<!ENTITY % p SYSTEM "http://a.example/">%p;]><a/>')][-1] == "entity"


@pytest.mark.parametrize("text", ["", "<a>", "<a></b>", "x", "<a/><b/>", "<a>&undefined;</a>"])
def test_what_is_not_well_formed_is_malformed(text):
    with pytest.raises(MalformedError):
        run(text)
