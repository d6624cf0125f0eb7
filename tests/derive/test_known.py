"""Chat templates against published ones."""

from collections import Counter

import pytest

from scanner.derive.template import known
from scanner.derive.template.known import Known, derive
from scanner.formats import chat_template
from tests.builders import templates as make
from tests.builders.reading import of, read_as

NAME = "m/chat_template.jinja"
REST = "".join(dict(make.clean())[host] for host in ("namespace", "tools", "thinking"))
"""Code of a published template behind the part that is told by its host: real ones have a hundred pieces."""


def summary(text):
    (fact,) = of(read_as(chat_template.FORMAT, text.encode(), NAME)[0], "TemplateSummary")
    return fact


def family(name, text):
    fact = summary(text)
    pieces = Counter(piece[: known.DIGITS] for piece in fact.pieces)
    return Known(name, fact.normal[: known.NORMAL_DIGITS], pieces, pieces.total())


@pytest.fixture(autouse=True)
def published(monkeypatch):
    """Our own hosts are what is published."""
    found = tuple(family(host, text + REST) for host, text in make.clean())
    monkeypatch.setattr(known, "families", lambda engine: found if engine == "jinja" else ())


def match(text):
    facts = list(derive([summary(text)]))
    return facts[0] if facts else None


@pytest.mark.parametrize("host", make.HOSTS)
def test_a_published_template_is_known_whatever_its_layout(host):
    found = match(dict(make.clean())[host] + REST + "{# copied #}")
    assert (found.how, found.family, found.added) == ("exact", host, ())


@pytest.mark.parametrize("planted", list(make.unconditional()), ids=lambda one: f"{one.host}-{one.construct}")
def test_a_sentence_added_to_a_published_template_is_shown(planted):
    found = match(planted.text + REST)
    assert (found.how, found.family, found.missing) == ("near", planted.host, 0)
    assert found.prose > 4
    assert any("Lindqvist" in piece or "method" in piece for piece in found.added)


def test_a_change_of_logic_adds_no_words():
    found = match(dict(make.clean())["chatml"].replace("message['content'] }}", "message.content | trim }}") + REST)
    assert (found.how, found.prose) == ("near", 0)


def test_what_is_told_to_the_host_is_not_said_to_the_model():
    refusal = "{{ raise_exception('Only one system message is allowed here') }}"
    assert match(dict(make.clean())["chatml"] + REST + refusal).prose == 0


def test_another_template_is_near_none():
    assert match("{% for m in messages %}{{ m.role }}{{ m.content }}{% endfor %}") is None


def test_the_bundled_table_reads_and_names_no_text(monkeypatch):
    monkeypatch.undo()
    found = known.families("jinja")
    assert len(found) > 300
    assert all(one.total and len(one.normal) == known.NORMAL_DIGITS for one in found)
    assert len({one.normal for one in found}) == len(found)
