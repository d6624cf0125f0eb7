"""The page, as a parser of HTML reads it. What a browser makes of it is `test_html_browser`."""

import base64
import hashlib
import re
import time
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.writers.html import PARTS, write
from tests.builders import detailed, reports

VOID = {"meta", "link", "input", "img"}

EVERY = [reports.failing, reports.clean, reports.incomplete, reports.hostile, detailed.detailed]


class Page(HTMLParser):
    """Elements with their attributes, and the text of each kind; every element that opens must close."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs)
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append((self.open[-1] if self.open else "", data))

    def every(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def text(self):
        return "".join(text for tag, text in self.texts if tag not in {"style", "script"})


@pytest.mark.parametrize("report", EVERY)
def test_every_element_closes_and_every_link_leads_somewhere(report):
    page = Page(write(report()))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for link in page.every("a"):
        assert link["href"].startswith("https://") or link["href"][1:] in ids


@pytest.mark.parametrize("report", EVERY)
def test_the_same_report_gives_the_same_ascii(report):
    text = write(report())
    assert text == write(report())
    assert text.isascii()
    assert text.endswith("</html>\n")


@pytest.mark.parametrize("report", EVERY)
def test_nothing_is_fetched_and_nothing_but_the_own_script_and_style_is_allowed(report):
    text = write(report())
    page = Page(text)
    (policy,) = [one["content"] for one in page.every("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    for tag, kind in (("script", "script-src"), ("style", "style-src")):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}';" in policy
    for _, attributes in page.elements:
        assert attributes.pop("src", "data:image/svg+xml;base64,").startswith("data:image/svg+xml;base64,")
        assert not {"style", "srcset", "action", "data", "xlink:href"} & set(attributes)
        assert not [name for name in attributes if name.startswith("on")]


def test_the_verdict_comes_first_then_coverage_then_findings():
    page = Page(write(detailed.detailed()))
    headings = [one["id"] for one in page.every("h2")]
    assert headings == [
        "coverage",
        "first",
        "stages",
        "findings",
        "obligations",
        "origin",
        "weights",
        "changed",
        "files",
    ]
    assert page.text().index("Verdict: Fail") < page.text().index("Coverage")


def test_a_page_names_what_was_not_read_before_what_was():
    text = Page(write(reports.incomplete())).text()
    assert "1 of 3 files read to the end" in text
    files = text[text.index("Every file that was examined") :]
    assert files.index("data/corpus.7z") < files.index("scaler.joblib")


@pytest.mark.parametrize("verdict", ["pass", "fail", "incomplete"])
def test_the_verdict_is_a_word_and_says_what_it_means(verdict):
    text = Page(write(reports.report(verdict, (), (reports.examined("a"),)))).text()
    assert f"Verdict: {verdict.capitalize()}" in text
    assert ("This is no pass." in text) == (verdict == "incomplete")


def test_the_bytes_of_a_finding_are_marked_in_hexadecimal_or_in_text():
    text = write(detailed.detailed())
    assert "<mark>00 01</mark>" in text
    assert "<mark>cfancy_layers.build\nBlock\n</mark>" in text
    assert "0000001c" in text


def test_a_byte_that_is_held_back_is_shown_as_one():
    quoted = replace(detailed.excerpt("config.p", 211, b"abcd"), shown="6162--64")
    report = replace(reports.failing(), details=detailed.details(excerpts=(quoted,)))
    assert "ab\u2022d" in Page(write(report)).text()
    binary = replace(quoted, shown="0001--03")
    report = replace(reports.failing(), details=detailed.details(excerpts=(binary,)))
    assert "00 01 -- 03" in Page(write(report)).text()


def test_a_map_says_what_each_range_is_and_where_findings_lie():
    page = Page(write(detailed.detailed()))
    (drawn,) = [one for one in page.every("svg") if one.get("class") == "map"]
    assert drawn["role"] == "img"
    assert "member, in no record, headers" in drawn["aria-label"]
    assert [one["class"] for one in page.every("rect")].count("tick") == 1
    text = page.text()
    assert "archive/data/0 stored and 3 more" in text
    assert "2 files not mapped." in text


def test_a_waived_finding_says_so_and_is_not_counted():
    text = Page(write(reports.failing())).text()
    assert "Waived: Our own test fixture, see TEAM-12" in text
    assert "1 waived" in text


def test_what_a_licence_asks_for_and_is_missing_comes_first():
    text = Page(write(detailed.detailed())).text()
    assert "1 of 3 obligations missing." in text
    assert text.index("\u2715 missing") < text.index("\u25cb not seen from files") < text.index("\u2713 met")


@pytest.mark.parametrize("text", detailed.HOSTILE)
def test_a_hostile_text_adds_no_element_and_no_attribute(text):
    def shapes(report):
        return {(tag, *sorted(attributes)) for tag, attributes in Page(write(report)).elements}

    assert shapes(detailed.hostile(text)) <= shapes(detailed.hostile("x" * 12)) | shapes(detailed.detailed())


@given(st.text(alphabet=st.characters(exclude_categories=()), min_size=1))
def test_no_text_reaches_the_page_as_markup(text):
    page = Page(write(detailed.hostile(text)))
    assert len(page.every("script")) == len(page.every("style")) == len(page.every("h1")) == 1
    shown = page.text()
    assert not re.search("[\u0000-\u0008\u000b-\u001f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff]", shown)


def test_no_link_leads_anywhere_but_to_https():
    page = Page(write(detailed.hostile("javascript:alert(1)")))
    assert all(link["href"].startswith(("#", "https://")) for link in page.every("a"))


def test_a_text_of_a_megabyte_is_cut():
    assert len(write(detailed.hostile("y" * 1_000_000))) < 200_000


def test_ten_thousand_findings_make_a_page_of_a_few_megabytes_in_little_time():
    found = [
        reports.finding(f"rule-{at % 20}", f"models/{at % 2500}.pt!archive/data.pkl", f"calls posix.system {at}",
                        offsets=(at,))
        for at in range(10_000)
    ]  # fmt: skip
    report = reports.report("fail", found, [reports.examined(f"models/{at}.pt", "zip") for at in range(2500)])
    start = time.process_time()
    text = write(report)
    assert time.process_time() - start < 10
    assert len(text) < 8_000_000
    assert text.count("Something can happen to whoever loads this.") == 20
    assert text.count(" open>") <= 30


def colours(block):
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block))


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(one * 2 for one in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_of_text_has_the_contrast_that_wcag_asks_for(scheme):
    blocks = re.findall(r":root \{(.*?)\}", (PARTS / "style.css").read_text(), re.DOTALL)
    own = colours(blocks[0]) | (colours(blocks[1]) if scheme == "dark" else {})
    texts = ("ink", "quiet", "link", "critical", "high", "medium", "low", "info", "pass", "fail", "incomplete")
    weak = [
        (text, ground, round(contrast(own[text], own[ground]), 2))
        for text in texts
        for ground in ("paper", "card", "faint")
        if contrast(own[text], own[ground]) < 4.5
    ]
    assert weak == []
    assert contrast(own["mark"], own["mark-ink"]) >= 4.5
