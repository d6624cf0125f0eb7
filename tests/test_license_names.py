"""Names, tags, links and expressions mean the licences that people mean by them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.known import bundled
from scanner.licenses import expressions, knowledge, names, schema
from scanner.licenses.statements import statements

HUB_TAGS = """
apache-2.0 mit openrail bigscience-openrail-m creativeml-openrail-m bigscience-bloom-rail-1.0
bigcode-openrail-m afl-3.0 artistic-2.0 bsl-1.0 bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear c-uda cc
cc0-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0
cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0
cdla-sharing-1.0 cdla-permissive-1.0 cdla-permissive-2.0 wtfpl ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1
eupl-1.2 agpl-3.0 gfdl gpl gpl-2.0 gpl-3.0 lgpl lgpl-2.1 lgpl-3.0 isc h-research intel-research lppl-1.3c
ms-pl apple-ascl apple-amlr mpl-2.0 odc-by odbl openmdw-1.0 openmdw-1.1 openrail++ osl-3.0 postgresql ofl-1.1
ncsa unlicense zlib pddl lgpl-lr deepfloyd-if-license fair-noncommercial-research-license llama2 llama3
llama3.1 llama3.2 llama3.3 llama4 grok2-community gemma
""".split()  # noqa: SIM905 - a list of eighty lines says no more


@pytest.mark.parametrize("tag", HUB_TAGS)
def test_each_tag_of_the_hub_means_a_licence(tag):
    assert names.by_tag(tag) is not None


def test_tags_that_say_nothing_mean_no_licence():
    assert [names.by_tag(tag) for tag in ("unknown", "other")] == [None, None]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("apache2", "Apache-2.0"),
        ("The MIT License", "MIT"),
        ("GPLv3", "GPL-3.0-only"),
        ("GPL-3.0", "GPL-3.0-only"),
        ("GNU General Public License v2.0 or later", "GPL-2.0-or-later"),
        ("GPL-2.0+", "GPL-2.0-or-later"),
        ('BSD 3-Clause "New" or "Revised" license', "BSD-3-Clause"),
        ("Creative Commons Attribution-NonCommercial 4.0 International", "CC-BY-NC-4.0"),
        ("llama3_1", "LicenseRef-llama3.1"),
        ("Meta-Llama-3.1-community", "LicenseRef-llama3.1"),
        ("nvidia-open-model-agreement", "LicenseRef-nvidia-open-model"),
        ("flux-1-dev-non-commercial-license", "LicenseRef-flux-1-dev-non-commercial"),
        ("mrl", "LicenseRef-mistral-research"),
        ("Gemma Terms of Use", "LicenseRef-gemma"),
    ],
)
def test_a_name_as_people_write_it_means_one_licence(name, meant):
    found = names.by_name(name)
    assert found is not None
    assert found.id == meant


@pytest.mark.parametrize("name", ["", "my own terms", "see below", "free for all", "license", "llama"[:3], "2.0"])
def test_what_names_no_licence_is_not_taken_for_one(name):
    assert names.by_name(name) is None


@pytest.mark.parametrize(
    ("link", "meant"),
    [
        ("https://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"),
        ("https://opensource.org/license/mit/", "MIT"),
        ("https://spdx.org/licenses/BSD-3-Clause.html", "BSD-3-Clause"),
        ("http://creativecommons.org/licenses/by-nc-sa/4.0/deed.en", "CC-BY-NC-SA-4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://www.gnu.org/licenses/agpl-3.0.html#section13", "AGPL-3.0-only"),
        ("https://ai.google.dev/gemma/terms", "LicenseRef-gemma"),
        ("https://huggingface.co/meta-llama/Llama-3.1-8B/resolve/main/LICENSE", "LicenseRef-llama3.1"),
        ("https://github.com/meta-llama/llama-models/blob/main/models/llama3_3/LICENSE", "LicenseRef-llama3.3"),
    ],
)
def test_a_link_leads_to_a_licence(link, meant):
    found = names.by_link(link)
    assert found is not None
    assert found.id == meant


@pytest.mark.parametrize("link", ["LICENSE", "https://example.com/license", "https://huggingface.co/some/model", ""])
def test_a_link_to_somewhere_else_says_nothing(link):
    assert names.by_link(link) is None


def test_no_two_licences_share_a_name_tag_title_or_link():
    seen: dict[tuple[str, str], str] = {}
    for known in knowledge.load().values():
        said = {("name", names.name_key(one)) for one in (known.name, *known.names)}
        said |= {("tag", one) for one in known.hf} | {("title", names.title_key(one)) for one in known.titles}
        said |= {("link", one) for one in known.links}
        for one in said - {("title", "")}:
            other = seen.setdefault(one, known.id)
            python = {other, known.id} == {"PSF-2.0", "Python-2.0"}  # the one is the first part of the other
            assert other == known.id or python, (one, other, known.id)


@pytest.mark.parametrize(
    ("text", "normal", "relation"),
    [
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0", "or"),
        ("mit and cc-by-4.0", "MIT AND CC-BY-4.0", "and"),
        ("(MIT OR ISC) AND GPL-2.0+", "(MIT OR ISC) AND GPL-2.0-or-later", "and"),
        ("Apache-2.0 WITH LLVM-exception", "Apache-2.0 WITH LLVM-exception", ""),
        ("((MIT))", "MIT", ""),
        ("LicenseRef-llama3.1", "LicenseRef-llama3.1", ""),
        ("MIT AND", "", ""),
        ("(MIT", "", ""),
        ("MIT MIT", "", ""),
        ("Foo-1.0 OR MIT", "", "or"),
    ],
)
def test_an_expression_is_written_in_ids_of_the_list(text, normal, relation):
    read = expressions.read(text)
    assert (read.text, read.relation) == (normal, relation)


def test_what_is_no_id_in_an_expression_is_told():
    assert expressions.read("Foo-1.0 OR MIT").unknown == ("Foo-1.0",)


@given(st.text(alphabet="()ANDORWITHmit -+.01", max_size=60) | st.text(max_size=60))
def test_any_text_is_read_as_an_expression_without_an_error(text):
    read = expressions.read(text)
    assert read.text == "" or read.licenses


def test_a_nest_of_parentheses_ends():
    assert expressions.read("(" * 900 + "MIT" + ")" * 900).text == ""


def test_every_licence_says_where_its_terms_stand():
    for known in knowledge.load().values():
        assert known.url or not known.checked, known.id
        assert known.clause or not known.checked, known.id


def test_a_licence_whose_text_was_not_read_has_unknown_terms():
    for known in knowledge.load().values():
        if not known.checked:
            assert set(known.allows.values()) == {"unknown"}, known.id
            assert known.duties == (), known.id


def test_a_family_is_judged_as_its_strictest_member():
    families = [known for known in knowledge.load().values() if known.judged_as]
    assert {tag for known in families for tag in known.hf} == {"openrail", "bsd", "cc", "gfdl", "gpl", "lgpl"}
    for known in families:
        strictest = knowledge.get(known.judged_as)
        assert strictest is not None
        assert (known.kind, known.duties) == (strictest.kind, strictest.duties)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "nice"}, "kind"),
        ({"duties": ["be-nice"]}, "no duty"),
        ({"duties": ["display"]}, "no duty"),
        ({"surprise": 1}, "unknown keys"),
        ({"allows": {"commercial": "maybe"}}, "commercial"),
        ({"limits": {"mau_over": -1}}, "no number"),
        ({"flows": {"finetune": "sideways"}}, "finetune"),
        ({"id": "Other"}, "named"),
        ({"names": "mit"}, "no list"),
        ({"texts": [{"fingerprint": 3}]}, "no text"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_reason(change, reason):
    entry = {"id": "Test", "name": "Test", "kind": "permissive", "source": {}} | change
    with pytest.raises(schema.LicenseError, match=reason):
        schema.parse("Test", entry)


def test_a_wheel_carries_the_same_licences():
    values = json.loads(knowledge.compiled(bundled()))
    assert knowledge._complete(values) == knowledge.load()


def test_phrases_that_licences_ask_for_are_found_in_any_dress():
    assert statements("## **Built with Llama**!") == ("Built with Llama",)
    assert statements("this was built with llamas, and care") == ()
    assert "Powered by Stability AI" in statements("Our demo is\npowered by Stability AI")
