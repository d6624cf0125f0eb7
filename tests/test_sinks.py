"""The table of sinks: every row is well made, and one more row is one more sink."""

import pytest

from scanner import known
from scanner.derive.document.loads import derive
from scanner.settings import Document
from scanner.sinks import table
from scanner.sinks.values import READ
from tests.builders.settings import settings


@pytest.mark.parametrize("sink", table.sinks(), ids=lambda sink: f"{sink.via}-{sink.hint}")
def test_a_row_is_well_made(sink):
    kind = sink.reads.partition("-")[0]
    assert kind in {*READ, "consent", "model", "presence"}
    assert sink.loader
    assert sink.names
    assert sink.hint or sink.reads == "presence"


def test_one_line_is_one_sink(monkeypatch):
    document = settings("mine.json", {"a": {"plugin": "os.system"}})
    assert list(derive([document])) == []
    line = "a-plugin | mine.json | **/plugin | name | json | mine 2 | Mine"
    for cached in (table.sinks, table._documented):
        cached.cache_clear()
    monkeypatch.setattr(table, "rows", lambda name: (line,) if name == "sinks" else known.rows(name))
    monkeypatch.setattr(table._Names, "found", {})
    try:
        (one,) = derive([settings("mine.json", {"a": {"plugin": "os.system"}})])
    finally:
        for cached in (table.sinks, table._documented):
            cached.cache_clear()
    assert (one.via, one.origin, one.module, one.gated, one.loader) == ("a-plugin", "stdlib", "os", "mine 2", "Mine")


@pytest.mark.parametrize(
    ("key", "pointers", "found"),
    [
        ("**/a/**", ["/a", "/a/b/c", "/x/a", "/xa", "/ab"], ["/a", "/a/b/c", "/x/a"]),
        ("*/a", ["/x/a", "/a", "/x/y/a", "/0/a"], ["/x/a", "/0/a"]),
        ("**/_a*/**", ["/_a", "/_abc/d", "/x/_ab"], ["/_a", "/_abc/d", "/x/_ab"]),
        ("a/b", ["/a/b", "/x/a/b", "/a/b/c"], ["/a/b"]),
        ("**/*/a", ["/a", "/x/a", "/x/y/a"], ["/x/a", "/x/y/a"]),
    ],
)
def test_a_key_names_pointers(key, pointers, found):
    sink = table.row("a", "*.json", key)
    assert sink.pointers("\n".join(("", *pointers, ""))) == found


def test_a_document_without_the_word_of_a_row_is_not_asked():
    document = Document("config.json", (settings("config.json", {"hidden_size": 3}),))
    assert table.of(document) == ()
