"""What licence a repository has, what it comes from, and what follows. Each fault has its benign twin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.artifact import Location
from scanner.facts.card import CardReference, CardText
from scanner.facts.lineage import (
    LicenseConflict,
    LicenseDisagreement,
    LicenseLimit,
    LicenseStatement,
    Lineage,
    Obligation,
    RepositoryLicense,
)
from scanner.known import rows
from scanner.lineage.identify import identify
from tests.builders.licensed import (
    GEMMA,
    LLAMA,
    card,
    file,
    header,
    metadata,
    notice,
    says,
    text,
    told,
    use,
    vocabulary,
)
from tests.builders.settings import settings

LLAMA_ID = "LicenseRef-llama3.1"


def stands(*facts):
    (one,) = told(*facts, kind=RepositoryLicense)
    return one


def conflicts(*facts):
    return [(one.conflict, one.parent, one.clause != "") for one in told(*facts, kind=LicenseConflict)]


def limits(*facts):
    return {(one.limit, one.meets) for one in told(*facts, kind=LicenseLimit)}


def duty(name, *facts, license_=LLAMA_ID):
    (one,) = (it for it in told(*facts, kind=Obligation) if (it.duty, it.license) == (name, license_))
    return one.state, one.satisfied_by


def disagreements(*facts):
    found = told(*facts, kind=LicenseDisagreement)
    return [(one.stands_source, one.said_source, one.differs, one.looser) for one in found]


# What stands


def test_a_text_goes_before_a_link_before_a_name_before_a_tag():
    tag = {"license": "mit"}
    name = {**tag, "license_name": "llama3.1"}
    link = {**name, "license_link": "https://ai.google.dev/gemma/terms"}
    assert (stands(card(**tag)).license, stands(card(**tag)).by) == ("MIT", "tag")
    assert (stands(card(**name)).license, stands(card(**name)).by) == (LLAMA_ID, "name")
    assert (stands(card(**link)).license, stands(card(**link)).by) == ("LicenseRef-gemma", "link")
    both = stands(card(**link), text("Apache-2.0", "permissive"))
    assert (both.license, both.by, both.kind, both.text) == ("Apache-2.0", "text", "permissive", True)


def test_metadata_of_weights_speaks_where_nothing_else_does():
    assert stands(metadata("general.license", "apache-2.0"), file("repo/model.gguf", "gguf")).by == "metadata"
    assert stands(card(license="mit"), metadata("general.license", "apache-2.0")).license == "MIT"


@pytest.mark.parametrize(
    ("keys", "state"),
    [
        ({"pipeline_tag": "x"}, "none"),
        ({"license": "other"}, "open"),
        ({"license": "our own terms of 1999"}, "unknown"),
        ({"license": "other", "license_name": "our-own-terms"}, "unknown"),
        ({"license": "other", "license_name": "llama3.1"}, "known"),
        ({"license": "mit"}, "known"),
    ],
)
def test_what_is_not_known_is_never_guessed(keys, state):
    assert stands(card(**keys)).state == state


def test_an_unknown_text_makes_a_silent_card_unknown_and_not_empty():
    assert stands(card(pipeline_tag="x"), text("", "")).state == "unknown"


def test_a_link_to_a_file_of_the_repository_is_followed():
    facts = card(license="other", license_link="LICENSE-MODEL"), text("MIT", "permissive", "repo/LICENSE-MODEL")
    assert stands(*facts).license == "MIT"


def test_texts_of_others_and_of_code_are_not_the_licence_of_the_repository():
    other = text("GPL-3.0-only", "copyleft", "repo/third_party/x/LICENSE")
    code = text("MIT", "permissive", "repo/LICENSE-CODE")
    listed = text("ISC", "permissive", "repo/THIRD-PARTY", role="third-party")
    assert stands(card(license="apache-2.0"), other, code, listed).license == "Apache-2.0"


def test_a_list_of_licences_stands_side_by_side_and_the_strictest_names_the_kind():
    one = stands(card(license=["mit", "cc-by-nc-4.0"]))
    assert (one.several, one.license, one.kind) == (True, "CC-BY-NC-4.0", "noncommercial")


def test_a_mistaken_tag_is_told_with_the_nearest_name():
    (one,) = told(card(license="apache-2.O"), kind=LicenseStatement)
    assert (one.form, one.license, one.nearest) == ("unknown", "", "apache-2.0")


@pytest.mark.parametrize(("tag", "form"), [("cc", "family"), ("other", "open"), ("cc-by-4.0", "known")])
def test_a_family_and_an_open_tag_are_told_apart(tag, form):
    (one,) = told(card(license=tag), kind=LicenseStatement)
    assert one.form == form


def test_a_folder_without_card_has_the_licence_that_lies_above_its_weights():
    one = stands(text("MIT", "permissive", "pkg/LICENSE"), file("pkg/a/b/model.onnx", "onnx"))
    assert (one.repository, one.license, one.card) == ("pkg", "MIT", False)


def test_two_repositories_are_kept_apart():
    found = told(card("a/README.md", license="mit"), card("b/README.md", license="gemma"), kind=RepositoryLicense)
    assert [(one.repository, one.license) for one in found] == [("a", "MIT"), ("b", "LicenseRef-gemma")]


def test_nothing_is_told_of_files_that_speak_of_no_licence():
    assert told(file("a/model.safetensors", "safetensors")) == []
    assert told(settings("compose.yaml", {"license": "mit"})) == []
    assert told(card(title="A page", tags=["x"], language="en")) == []
    assert told(settings("SKILL.md!front-matter.yaml", {"license": "mit", "name": "x"})) == []


# What disagrees


@pytest.mark.parametrize(
    ("known", "kind", "tag", "expected"),
    [
        (LLAMA_ID, "community", "apache-2.0", [("text", "tag", "kind", "said")]),
        ("MIT", "permissive", "cc-by-nc-4.0", [("text", "tag", "kind", "stands")]),
        ("BSD-3-Clause", "permissive", "bsd-2-clause", [("text", "tag", "id", "")]),
        ("Apache-2.0", "permissive", "apache-2.0", []),
        ("GPL-3.0-or-later", "copyleft", "gpl-3.0", []),
        ("CC-BY-4.0", "permissive", "cc", []),
        ("CC-BY-4.0", "permissive", "other", []),
    ],
)
def test_a_text_of_another_licence_than_the_tag_is_told(known, kind, tag, expected):
    assert disagreements(card(license=tag), text(known, kind)) == expected


def test_a_list_that_holds_the_licence_of_the_text_agrees_with_it():
    assert disagreements(card(license=["mit", "gemma"]), text("MIT", "permissive")) == []


def test_metadata_of_another_licence_is_told():
    twin = metadata("general.license", "mit")
    assert disagreements(card(license="mit"), metadata("general.license", "llama3.1")) == [
        ("tag", "metadata", "kind", "stands")
    ]
    assert disagreements(card(license="mit"), twin) == []


def test_prose_that_forbids_what_the_licence_allows_is_told():
    words = says("noncommercial", "for non-commercial use only")
    assert disagreements(card(license="mit"), words) == [("tag", "prose", "kind", "stands")]
    assert disagreements(card(license="cc-by-nc-4.0"), words) == []
    assert disagreements(card(license="mit"), says("noncommercial", "the data is not", subject="data")) == []
    assert disagreements(card(license="mit"), says("display", "Built with X")) == []


def test_code_under_copyleft_in_a_permissive_repository_is_told():
    assert disagreements(card(license="mit"), header("AGPL-3.0-only", "copyleft")) == [
        ("tag", "code", "kind", "stands")
    ]
    assert disagreements(card(license="mit"), header("Apache-2.0", "permissive")) == []
    assert disagreements(card(license="mit"), header("AGPL-3.0-only", "copyleft", relation="or")) == []
    assert disagreements(card(license="agpl-3.0"), header("AGPL-3.0-only", "copyleft")) == []


# What it comes from


@pytest.mark.parametrize(
    ("keys", "more", "relation"),
    [
        ({}, (), "finetune"),
        ({"base_model_relation": "quantized"}, (), "quantized"),
        ({"tags": ["lora"]}, (), "adapter"),
        ({"library_name": "peft"}, (), "adapter"),
        ({"tags": ["gptq"]}, (), "quantized"),
        ({"tags": ["merge"]}, (), "merge"),
        ({}, (file("repo/x.gguf", "gguf"),), "quantized"),
        ({}, (settings("repo/adapter_config.json", {"peft_type": "LORA"}),), "adapter"),
        ({}, (settings("repo/config.json", {"quantization_config": {"bits": 4}}),), "quantized"),
    ],
)
def test_the_relation_is_as_the_card_says_or_as_the_files_show(keys, more, relation):
    (one,) = told(card(license="llama3.1", base_model=LLAMA, **keys), *more, kind=Lineage)
    assert (one.relation, one.parent_license, one.known_by, one.agrees) == (relation, LLAMA_ID, "id", True)


@pytest.mark.parametrize(
    ("facts", "how"),
    [
        ([settings("repo/adapter_config.json", {"base_model_name_or_path": LLAMA})], "adapter_config"),
        ([settings("repo/config.json", {"_name_or_path": LLAMA})], "config"),
        ([settings("repo/mergekit_config.yml", {"models": [{"model": LLAMA}]}, "yaml")], "merge_config"),
        ([metadata("general.base_model.0.repo_url", f"https://huggingface.co/{LLAMA}")], "gguf"),
        (
            [
                metadata("general.base_model.0.organization", "Meta Llama"),
                metadata("general.base_model.0.name", "Llama 3.1 8B"),
            ],
            "gguf",
        ),
    ],
)
def test_an_undeclared_base_is_found_in_the_files(facts, how):
    (one,) = told(card(license="mit"), *facts, kind=Lineage)
    assert (one.how, one.declared, one.binding, one.agrees) == (how, False, True, False)


@pytest.mark.parametrize("path", ["./base", "/home/me/base", "outputs/run-3", "C:\\models\\base", "bert", ""])
def test_a_path_of_some_machine_is_no_parent(path):
    assert told(card(license="mit"), settings("repo/config.json", {"_name_or_path": path}), kind=Lineage) == []


def test_a_parent_that_is_not_known_has_no_licence_and_no_consequence():
    facts = (card(license="mit", base_model="someone/unheard-of"),)
    (one,) = told(*facts, kind=Lineage)
    assert (one.parent_license, one.known_by, one.binding) == ("", "", False)
    assert conflicts(*facts) == []


def test_a_parent_in_the_scan_gives_its_licence():
    parent = card("hub/them/base/README.md", license="cc-by-nc-4.0")
    (one,) = told(parent, card("hub/me/mine/README.md", license="mit", base_model="them/base"), kind=Lineage)
    assert (one.parent_license, one.known_by) == ("CC-BY-NC-4.0", "scan")


def test_a_repository_is_not_its_own_parent():
    facts = (
        card("them/base/README.md", license="mit"),
        settings("them/base/config.json", {"_name_or_path": "them/base"}),
    )
    assert told(*facts, kind=Lineage) == []


# What conflicts


def test_a_restricted_base_relabelled_as_permissive_is_told():
    assert conflicts(card(license="apache-2.0", base_model=LLAMA)) == [("relabelled", LLAMA, True)]
    assert conflicts(card(license="llama3.1", base_model=LLAMA)) == []
    assert conflicts(card(base_model=LLAMA)) == []
    assert conflicts(card(license="other", base_model=LLAMA)) == []


def test_a_stricter_licence_in_place_of_the_parents_is_no_relabelling():
    assert conflicts(card(license="cc-by-nc-4.0", base_model=LLAMA)) == []


def test_a_noncommercial_base_that_becomes_commercial_is_told():
    parent = card("them/base/README.md", license="cc-by-nc-4.0")
    assert conflicts(parent, card(license="mit", base_model="them/base")) == [("relabelled", "them/base", True)]
    assert conflicts(parent, card(license="cc-by-nc-4.0", base_model="them/base")) == []


def test_a_share_alike_parent_asks_for_its_own_terms():
    parent = card("them/base/README.md", license="cc-by-sa-4.0")
    assert conflicts(parent, card(license="mit", base_model="them/base")) == [("share-alike", "them/base", True)]
    assert conflicts(parent, card(license="cc-by-sa-4.0", base_model="them/base")) == []


def test_share_alike_data_is_told_of_what_was_trained_on_it():
    assert conflicts(card(license="mit", datasets=["rajpurkar/squad"])) == [("share-alike", "rajpurkar/squad", True)]
    assert conflicts(card(license="cc-by-sa-4.0", datasets=["rajpurkar/squad"])) == []
    assert conflicts(card(license="mit", datasets=["someone/other"])) == []


def test_a_parent_without_derivatives_forbids_every_derivative():
    parent = card("them/base/README.md", license="cc-by-nd-4.0")
    assert conflicts(parent, card(license="cc-by-nd-4.0", base_model="them/base")) == [
        ("no-derivatives", "them/base", True)
    ]
    assert conflicts(parent, card(license="mit", datasets=["them/base"])) == []


def test_two_licences_that_a_merge_cannot_satisfy_are_told():
    other = "meta-llama/Llama-3.3-70B-Instruct"
    found = conflicts(card(license="llama3.1", base_model=[LLAMA, other], base_model_relation="merge"))
    assert ("merge", LLAMA, True) in found
    same = "meta-llama/Llama-3.1-8B-Instruct"
    assert conflicts(card(license="llama3.1", base_model=[LLAMA, same], base_model_relation="merge")) == []


def test_outputs_that_may_not_train_others_are_told():
    data = card("them/chat/README.md", license="mit", task_categories=["text-generation"], tags=["synthetic"])
    writer = CardReference(
        where=Location(path="them/chat/README.md"), kind="model", owner="meta-llama", name="Llama-2-70b-hf", how="link"
    )
    child = card(license="mit", datasets=["them/chat"])
    assert conflicts(data, writer, child) == [("outputs", "meta-llama/Llama-2-70b-hf", True)]
    assert conflicts(data, child) == []
    kin = card(license="llama2", base_model="meta-llama/Llama-2-7b-hf", datasets=["them/chat"])
    assert conflicts(data, writer, kin) == []


@pytest.mark.parametrize(
    ("parent", "child", "passes"),
    [
        ("cc-by-sa-3.0", "cc-by-sa-4.0", True),
        ("cc-by-sa-4.0", "cc-by-sa-3.0", False),
        ("cc-by-sa-4.0", "gpl-3.0", True),
        ("cc-by-nc-sa-4.0", "cc-by-sa-4.0", False),
        ("GPL-2.0-or-later", "gpl-3.0", True),
        ("gpl-2.0", "gpl-3.0", False),
        ("lgpl-2.1", "gpl-2.0", True),
        ("lgpl-3.0", "gpl-2.0", False),
        ("gpl-3.0", "agpl-3.0", True),
        ("gpl-3.0", "lgpl-3.0", False),
        ("mpl-2.0", "gpl-2.0", True),
        ("gpl-3.0", "mit", False),
    ],
)
def test_a_licence_that_the_parents_own_words_let_in_is_no_conflict(parent, child, passes):
    facts = card("them/base/README.md", license=parent), card(license=child, base_model="them/base")
    assert (conflicts(*facts) == []) is passes


def test_a_merge_within_one_family_is_told_as_such():
    def kin(other):
        found = told(
            card(license="llama3.1", base_model=[LLAMA, other], base_model_relation="merge"), kind=LicenseConflict
        )
        return [one.kin for one in found if one.conflict == "merge"]

    assert kin("meta-llama/Meta-Llama-3-8B") == [True]
    parent = card("them/base/README.md", license="cc-by-sa-4.0")
    found = told(parent, card(base_model=[LLAMA, "them/base"], base_model_relation="merge"), kind=LicenseConflict)
    assert [one.kin for one in found if one.conflict == "merge"] == [False]


# What limits


def test_a_noncommercial_licence_is_over_under_commercial_use():
    assert ("commercial", "over") in limits(card(license="cc-by-nc-4.0"), use(commercial="yes"))
    assert ("commercial", "within") in limits(card(license="cc-by-nc-4.0"), use(commercial="no"))
    assert ("commercial", "unknown") in limits(card(license="cc-by-nc-4.0"))
    assert limits(card(license="mit"), use(commercial="yes")) == set()


def test_noncommercial_data_reaches_the_model_that_was_trained_on_it():
    facts = card(license="mit", datasets=["tatsu-lab/alpaca"])
    (one,) = told(facts, use(commercial="yes", strict_data=True), kind=LicenseLimit)
    assert (one.limit, one.meets, one.relation, one.strict) == ("commercial", "over", "trained_on", True)
    assert limits(card(license="mit", datasets=["someone/free"]), use(commercial="yes")) == set()


@pytest.mark.parametrize(("users", "meets"), [(-1, "unknown"), (700_000_000, "within"), (700_000_001, "over")])
def test_a_limit_of_users_is_compared_with_the_profile(users, meets):
    assert ("users", meets) in limits(card(license="llama3.1"), use(users=users))


@pytest.mark.parametrize(("revenue", "meets"), [(-1, "unknown"), (1_000_000, "within"), (1_000_001, "over")])
def test_a_limit_of_revenue_is_compared_with_the_profile(revenue, meets):
    facts = card(license="other", license_name="stability-ai-community")
    assert ("revenue", meets) in limits(facts, use(revenue=revenue))


@pytest.mark.parametrize(
    ("regions", "met"), [(("DE",), True), (("eu",), True), (("UK",), True), (("US", "FR"), True), (("US",), False)]
)
def test_an_excluded_region_holds_for_each_member(regions, met):
    facts = card(license="other", license_name="tencent-hunyuan-3d-2.0"), use(regions=regions)
    assert (("region", "over") in limits(*facts)) is met
    assert ("region", "unknown") not in limits(*facts)


def test_a_family_never_forbids_though_its_strictest_member_would():
    assert ("commercial", "over") not in limits(card(license="cc"), use(commercial="yes"))


# What is owed


def test_the_policy_of_use_is_passed_on_by_file_text_or_tag():
    bare = card(license="apache-2.0", base_model=LLAMA)
    assert duty("aup-passthrough", bare) == ("missing", "")
    assert duty("aup-passthrough", bare, file("repo/USE_POLICY.md")) == ("met", "repo/USE_POLICY.md")
    assert duty("aup-passthrough", bare, text(LLAMA_ID, "community", "repo/LLAMA.txt")) == ("met", "repo/LLAMA.txt")
    assert duty("aup-passthrough", card(license="llama3.1", base_model=LLAMA)) == ("met", "repo/README.md")


def test_a_display_is_found_in_notice_and_card():
    bare = card(license="llama3.1", base_model=LLAMA)
    assert duty("display", bare) == ("missing", "")
    assert duty("display", bare, notice("Built with Llama")) == ("met", "repo/NOTICE")
    assert duty("display", bare, says("display", "Built with Llama, by us")) == ("met", "repo/README.md")
    assert duty("display", bare, says("display", "Built with love")) == ("missing", "")
    itself = text(LLAMA_ID, "community"), notice("Built with Llama", path="repo/LICENSE")
    assert duty("display", bare, *itself) == ("missing", "")


@pytest.mark.parametrize(
    ("title", "name", "state"),
    [
        ("Llama-3.1-Mine-8B", "", "met"),
        ("Mine-Chat-8B", "", "missing"),
        ("What this is about", "", "open"),
        ("", "Llama Mine", "met"),
        ("", "Mine 8B", "missing"),
        ("", "", "open"),
    ],
)
def test_a_name_is_judged_only_where_one_is_known(title, name, state):
    facts = [card(license="llama3.1", base_model=LLAMA)]
    where = Location(path="repo/README.md")
    facts += [CardText(where=where, kind="model", title=title, topics=(), lines=(), shown=(), official=False)]
    facts += [metadata("general.name", name)] if name else []
    assert duty("name-prefix", *facts)[0] == state


def test_a_folder_whose_name_begins_as_asked_meets_the_duty():
    facts = card("me/Llama-Mine/README.md", license="llama3.1", base_model=LLAMA)
    assert duty("name-prefix", facts)[0] == "met"


def test_the_notice_of_a_parent_in_the_scan_is_to_go_on():
    parent = card("them/base/README.md", license="apache-2.0"), notice(path="them/base/NOTICE")
    child = card(license="mit", base_model="them/base")

    def state(*more):
        found = told(*parent, child, *more, kind=Obligation)
        return [one.state for one in found if one.duty == "notice-file" and one.repository == "repo"]

    assert state() == ["missing"]
    assert state(notice()) == ["met"]
    silent = told(parent[0], child, kind=Obligation)
    assert [one.state for one in silent if one.duty == "notice-file" and one.repository == "repo"] == ["open"]


def test_a_file_alone_does_not_show_that_others_are_missing():
    base = (
        metadata("general.base_model.0.repo_url", f"https://huggingface.co/{LLAMA}"),
        metadata("general.name", "Mine"),
        file("repo/model.gguf", "gguf"),
    )
    assert duty("display", *base) == ("open", "")
    assert duty("name-prefix", *base) == ("missing", "")
    assert duty("display", *base, file("repo/tokenizer.json", "tokenizer")) == ("missing", "")


def test_a_licence_copy_is_its_text_under_any_name():
    bare = card(license="gemma", base_model=GEMMA)
    assert duty("licence-copy", bare, license_="LicenseRef-gemma") == ("missing", "")
    copied = text("LicenseRef-gemma", "community", "repo/terms.txt")
    assert duty("licence-copy", bare, copied, license_="LicenseRef-gemma") == ("met", "repo/terms.txt")


def test_every_obligation_names_clause_and_source():
    found = told(card(license="llama3.1", base_model=LLAMA), kind=Obligation)
    assert found
    assert all(one.clause and one.source.startswith("http") for one in found)


@pytest.mark.parametrize(("digest", "family", "agrees"), [("3daa07697ffae7854c2cc8e10c1d3173", "Llama 3", False)])
def test_a_vocabulary_of_a_binding_family_is_told_where_the_card_names_no_base(digest, family, agrees):
    (one,) = told(card(license="mit"), vocabulary(digest), kind=Lineage)
    assert (one.how, one.parent, one.binding, one.agrees) == ("vocabulary", family, True, agrees)
    (kin,) = told(card(license="llama3.2"), vocabulary(digest), kind=Lineage)
    assert kin.agrees
    declared = told(card(license="mit", base_model="someone/base"), vocabulary(digest), kind=Lineage)
    assert [one.how for one in declared] == ["card"]
    assert told(card(license="mit"), vocabulary("0" * 32), kind=Lineage) == []


VALUES = st.recursive(
    st.text(max_size=20) | st.none() | st.booleans() | st.integers() | st.sampled_from([LLAMA, "cc", "mit", "other"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
KEYS = (
    "license",
    "license_name",
    "license_link",
    "base_model",
    "base_model_relation",
    "datasets",
    "tags",
    "_name_or_path",
)


@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6), st.text(max_size=40))
def test_no_card_config_or_metadata_breaks_the_join(keys, value):
    facts = [
        card(**keys),
        settings("repo/config.json", keys),
        settings("repo/adapter_config.json", {"base_model_name_or_path": value}),
        metadata("general.license", value),
        metadata("general.base_model.0.repo_url", value),
        use(commercial="yes", regions=(value,)),
    ]
    assert all(one.where.path for one in told(*facts))


def test_every_known_parent_names_a_licence_of_one_member():
    for line in rows("parents"):
        kind, name, tags = line.split("\t")
        assert kind in {"model", "data", "vocabulary"}
        assert kind == "vocabulary" or name == name.lower(), "names are compared in lower case"
        assert all(identify("tag", tag)[1] == "known" for tag in tags.split(",")), line
