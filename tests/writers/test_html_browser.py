"""The page in a real browser, without a network: what it runs, what it fetches, how it reads on a phone and by keys."""

from itertools import pairwise

import pytest

from scanner.writers.html import write
from tests.builders import detailed, reports
from tests.builders.browser import browser, found

pytestmark = pytest.mark.skipif(found() is None, reason="no Chromium here; name one with ASSAY_CHROMIUM")

TAB, ENTER = ("Tab", 9), ("Enter", 13)


@pytest.fixture(scope="module")
def chromium():
    with browser() as one:
        yield one


@pytest.fixture
def opened(chromium, tmp_path):
    def show(report, width=1280, height=900, **view):
        file = tmp_path / "report.html"
        file.write_text(write(report), encoding="ascii")
        chromium.view(width, height, **view)
        chromium.open(file)
        return chromium

    return show


def complaints(page):
    return page.told("Log.entryAdded", "Audits.issueAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")


@pytest.mark.parametrize("report", [detailed.detailed, reports.clean, reports.incomplete, reports.hostile])
def test_a_page_breaks_no_policy_raises_nothing_and_fetches_nothing(opened, report):
    page = opened(report())
    assert complaints(page) == []
    fetched = {one["request"]["url"].partition(":")[0] for one in page.told("Network.requestWillBeSent")}
    assert fetched <= {"file", "data"}


@pytest.mark.parametrize("text", detailed.HOSTILE)
def test_a_hostile_text_runs_nothing_and_is_shown(opened, text):
    page = opened(detailed.hostile(text))
    assert page.run("window.broken") is None
    assert complaints(page) == []
    assert page.run("document.scripts.length") == 1
    foreign = "img:not(.picture > img), iframe, object, embed, base, form:not(#filter)"
    assert page.run(f"document.querySelectorAll('{foreign}').length") == 0
    seen = page.run("document.querySelector('.says').textContent")
    assert seen == (text if text.isprintable() else text.encode("unicode_escape", "surrogatepass").decode())


def test_script_of_another_origin_would_not_run(opened):
    page = opened(reports.failing())
    page.run("{const one = document.createElement('script'); one.textContent = 'window.broken = 1';"
             "document.body.append(one)}")  # fmt: skip
    page.run("document.body.setAttribute('onclick', 'window.broken = 1'); document.body.click()")
    assert page.run("window.broken") is None


@pytest.mark.parametrize("report", [detailed.detailed, reports.hostile, lambda: detailed.hostile("w" * 1_000_000)])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_sticks_out_of_a_screen(opened, report, width):
    page = opened(report(), width, 800, phone=width < 1000)
    page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.run("document.documentElement.scrollWidth") <= width


def test_the_page_has_landmarks_one_first_heading_and_skips_no_level(opened):
    page = opened(detailed.detailed())
    nodes = page.ask("Accessibility.getFullAXTree")["nodes"]
    roles = [node["role"]["value"] for node in nodes if not node.get("ignored")]
    assert {"banner", "navigation", "main", "contentinfo", "search"} <= set(roles)
    levels = page.run("[...document.querySelectorAll('h1,h2,h3,h4')].map(one => +one.tagName[1])")
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    nameless = [
        node["role"]["value"] for node in nodes
        if node["role"]["value"] in {"link", "button", "checkbox", "searchbox", "combobox", "heading", "image"}
        and not node.get("ignored") and not node.get("name", {}).get("value")
    ]  # fmt: skip
    assert nameless == []


def test_the_first_key_leads_past_the_head(opened):
    page = opened(detailed.detailed())
    page.press(*TAB)
    assert page.run("document.activeElement.textContent") == "Skip to the findings"
    page.press(*ENTER)
    assert page.run("location.hash") == "#findings"


def test_every_control_is_reached_by_keys_and_a_file_closes_by_one(opened):
    page = opened(reports.failing())
    page.run("document.getElementById('close').focus()")
    page.press(*TAB)
    assert page.run("document.activeElement.tagName") == "SUMMARY"
    page.press(*ENTER)
    assert page.run("document.activeElement.parentElement.open") is False


def test_words_severities_and_stages_narrow_the_list(opened):
    page = opened(reports.failing())
    total = page.run("shown.textContent")
    ask = "document.getElementById('filter').dispatchEvent(new Event('submit', {cancelable: true}))"
    page.run(f"words.value = 'popen'; {ask}")
    assert page.run("shown.textContent") == f"1 of {total}"
    assert page.run("[...document.querySelectorAll('.file:not([hidden]) h3')].map(one => one.textContent)") == [
        "models/second.bin"
    ]
    page.run(f"words.value = ''; document.querySelector('[value=waived]').checked = false; {ask}")
    assert page.run("shown.textContent") == "5 of 7 findings"
    page.run(f"document.querySelector('[value=waived]').checked = true; {ask}")
    assert page.run("shown.textContent") == total


def test_a_link_to_a_finding_in_a_closed_file_opens_it(opened):
    page = opened(reports.failing())
    page.run("document.getElementById('close').click(); location.hash = document.querySelector('.first a').hash")
    page.told()
    assert page.run("document.querySelector(location.hash).closest('details').open")


def test_the_page_is_whole_without_its_script(opened):
    report = detailed.detailed()
    page = opened(report)
    page.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.open_again()
        nodes = page.ask("Accessibility.getFullAXTree")["nodes"]
    finally:
        page.ask("Emulation.setScriptExecutionDisabled", value=False)
    names = [node.get("name", {}).get("value", "") for node in nodes]
    assert not any(node["role"]["value"] == "searchbox" for node in nodes)
    assert any("Pickle starts a process" in name for name in names)


def test_dark_and_light_differ_and_nobody_who_asks_for_stillness_is_moved(opened):
    style = "getComputedStyle(document.documentElement)"
    light = opened(reports.clean()).run(f"{style}.backgroundColor")
    page = opened(reports.clean(), dark=True, still=True)
    assert page.run(f"{style}.backgroundColor") != light
    assert page.run(f"{style}.scrollBehavior") == "auto"


def test_ten_thousand_findings_load_and_filter_quickly(chromium, tmp_path):
    found_ = [
        reports.finding(f"rule-{at % 20}", f"models/{at % 500}.pt!archive/data.pkl", f"calls posix.system {at}",
                        offsets=(at,))
        for at in range(10_000)
    ]  # fmt: skip
    report = reports.report("fail", found_, [reports.examined(f"models/{at}.pt", "zip") for at in range(500)])
    file = tmp_path / "report.html"
    file.write_text(write(report), encoding="ascii")
    chromium.view(1280, 900)
    assert chromium.open(file) < 20
    chromium.run("words.value = 'posix.system 4242'; filter.requestSubmit()")
    assert chromium.run("shown.textContent") == "1 of 10,000 findings"
