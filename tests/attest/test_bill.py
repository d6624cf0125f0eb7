"""From a scan to a bill: what is known of a model, and where it says so."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.artifact import Location
from scanner.attest.bill import source
from scanner.attest.licensed import duties
from scanner.attest.worth import _FORMS, checked, filler, repository
from scanner.facts.lineage import Obligation
from tests.builders import bills
from tests.builders.gguf import TEXT, gguf
from tests.builders.safetensors import safetensors


def claims(bill, about):
    return [(one.value, source(one.where), one.checked) for one in bill.about(about)]


def test_a_claim_names_its_file_and_pointer(tmp_path):
    bill = bills.of(tmp_path)
    assert claims(bill, "task") == [("text-generation", "README.md!front-matter.yaml#/pipeline_tag", True)]
    assert claims(bill, "architecture") == [("LlamaForCausalLM", "config.json#/architectures/0", True)]
    assert claims(bill, "family") == [("llama", "config.json#/model_type", True)]
    assert claims(bill, "paper") == [("2401.12345", "README.md!front-matter.yaml#/tags/0", True)]


def test_what_no_file_says_is_not_in_the_bill(tmp_path):
    bill = bills.of(tmp_path, {"model.safetensors": safetensors()})
    assert bill.claims == bill.relatives == bill.licences == bill.metrics == ()


def test_every_file_has_the_digest_of_its_bytes(tmp_path):
    import hashlib

    bill = bills.of(tmp_path)
    expected = {name: hashlib.sha256(content).hexdigest() for name, content in bills.FILES.items()}
    assert {part.name: part.sha256 for part in bill.parts} == expected


def test_the_root_is_the_digest_over_digests_in_the_order_of_names(tmp_path):
    import hashlib

    files = {"unet/x": b"1", "unet-ft.st": b"2", "unet.json": b"{}"}
    bill = bills.of(tmp_path, files)
    raw = b"".join(hashlib.sha256(files[name]).digest() for name in ("unet-ft.st", "unet.json", "unet/x"))
    assert bill.root == hashlib.sha256(raw).hexdigest()


def test_what_git_and_signatures_add_leaves_the_root_alone(tmp_path):
    bare = bills.of(tmp_path / "bare")
    extra = {**bills.FILES, ".gitattributes": b"*.bin filter=lfs\n", "model.sig": b"{}"}
    more = bills.of(tmp_path / "more", extra, signatures=("model.sig",))
    assert bare.root == more.root
    assert [part.name for part in more.signatures] == ["model.sig"]


def test_a_file_alone_is_a_model_by_its_own_name(tmp_path):
    file = tmp_path / "w.safetensors"
    file.write_bytes(safetensors())
    bill = bills.scanned(file)
    assert [part.name for part in bill.parts] == [bill.name] == ["w.safetensors"]


def test_a_link_makes_the_coverage_incomplete(tmp_path):
    model = bills.folder(tmp_path, bills.FILES)
    (model / "weights.bin").symlink_to("/etc/hostname")
    bill = bills.scanned(model)
    assert not bill.complete
    assert [(gap.name, gap.reason) for gap in bill.gaps] == [("weights.bin", "a link, not followed")]


def test_a_file_that_is_cut_makes_the_coverage_incomplete(tmp_path):
    bill = bills.of(tmp_path, {"model.safetensors": safetensors()[:20]})
    assert [gap.name for gap in bill.gaps] == ["model.safetensors"]
    assert not bill.complete


def test_a_base_of_the_card_is_one_of_the_hub(tmp_path):
    base, data = bills.of(tmp_path).relatives
    assert (base.name, base.identifier, base.how) == (
        "example-org/base-model", "pkg:huggingface/example-org/base-model", "finetune",
    )  # fmt: skip
    assert (data.name, data.relation, data.identifier) == ("example-org/corpus", "dataset", "")


def test_the_base_of_an_adapter_alone_may_be_a_folder_and_gets_no_package_url(tmp_path):
    alone = bills.of(tmp_path / "alone", {"adapter_config.json": json.dumps(bills.LORA).encode()})
    assert [(one.relation, one.identifier) for one in alone.relatives] == [("adapted", "")]
    files = {**bills.FILES, "adapter_config.json": json.dumps(bills.LORA).encode()}
    (base, _) = bills.of(tmp_path / "both", files).relatives
    assert base.identifier == f"pkg:huggingface/example-org/base-model@{'0' * 40}"
    assert [source(where) for where in base.named] == [
        "README.md!front-matter.yaml#/base_model", "adapter_config.json#/base_model_name_or_path",
    ]  # fmt: skip


def test_keys_of_gguf_name_the_base_and_who_made_the_model(tmp_path):
    keys = {
        "general.architecture": "llama",
        "general.organization": "Example Org",
        "general.license": "mit",
        "general.base_model.0.name": "Base Model",
        "general.base_model.0.repo_url": "https://huggingface.co/example-org/base-model",
    }
    bill = bills.of(tmp_path, {"m.gguf": gguf([(key, TEXT, value) for key, value in keys.items()])})
    assert claims(bill, "supplier") == [("Example Org", "m.gguf#/general.organization", True)]
    assert [(one.name, one.identifier) for one in bill.relatives] == [
        ("example-org/base-model", "pkg:huggingface/example-org/base-model")
    ]
    assert next((one.expression, source(one.where)) for one in bill.licences) == ("MIT", "m.gguf#/general.license")


def test_a_snapshot_of_the_hub_names_repository_and_revision(tmp_path):
    revision = "a" * 40
    snapshot = tmp_path / "models--example-org--mine" / "snapshots" / revision
    snapshot.mkdir(parents=True)
    (snapshot / "model.safetensors").write_bytes(safetensors())
    bill = bills.scanned(snapshot)
    assert bill.name == "mine"
    assert claims(bill, "identifier") == [(f"pkg:huggingface/example-org/mine@{revision}", "place of the model", True)]
    assert claims(bill, "version")[0][0] == revision


def test_a_licence_that_is_no_spdx_id_keeps_its_name(tmp_path):
    card = b"---\nlicense: other\nlicense_name: my-own-terms\nlicense_link: https://example.com/terms\n---\n# M\n"
    (one,) = bills.of(tmp_path, {"README.md": card, "m.safetensors": safetensors()}).licences
    assert (one.expression, one.name, one.link) == ("", "my-own-terms", "https://example.com/terms")


def test_junk_in_a_card_is_claimed_but_not_checked(tmp_path):
    junk = b"---\nlicense: x\npipeline_tag: x\nlibrary_name: x\nbase_model: x\ndatasets: [x]\nversion: x\n---\n# x\n"
    bill = bills.of(tmp_path, {"README.md": junk, "m.safetensors": safetensors()})
    assert [one for one in bill.claims if one.checked] == []
    assert [one for one in bill.relatives if one.checked] == []
    assert [one for one in bill.licences if one.expression] == []


@pytest.mark.parametrize(
    "value", ["", "x", "TODO", "n/a", "[More Information Needed]", "{{ version }}", "----", "aaaa"]
)
def test_a_filler_counts_as_nothing(value):
    assert filler(value) or not checked("description", value)
    assert not any(checked(about, value) for about in ("name", "supplier", "task", "link", "identifier", "released"))


@pytest.mark.parametrize(
    ("about", "good", "bad"),
    [
        ("task", "text-generation", "text-destruction"),
        ("released", "2026-11-28", "28.11.2026"),
        ("released", "2026-11-28T12:00:00+02:00", "2026-02-31"),
        ("version", "v1.2.3", "latest and greatest"),
        ("link", "https://example.com/a", "javascript:alert(1)"),
        ("paper", "2401.12345", "my paper"),
        ("description", "Answers questions about local weather", "a model"),
        ("language", "pt-BR", "Portuguese, mostly"),
        ("context", "4096", "long"),
    ],
)
def test_a_value_needs_the_form_of_its_subject(about, good, bad):
    assert checked(about, good)
    assert not checked(about, bad)


@pytest.mark.parametrize(
    "name", ["base", "/models/base", "../base", "a/b/c", "a..b/c", "a--b/c", "https://a/b", "a/b c"]
)
def test_a_path_is_no_repository_of_the_hub(name):
    assert not repository(name)


@given(st.text(max_size=40), st.sampled_from(sorted(_FORMS)))
def test_any_text_can_be_checked(value, about):
    assert checked(about, value) in {True, False}


def test_what_is_known_of_a_licence_comes_with_it(tmp_path):
    (one, *_) = bills.of(tmp_path, {"README.md": b"---\nlicense: gemma\n---\n# M\n", "m.bin": b"\0\1"}).licences
    assert (one.expression, one.name, one.known, one.kind) == ("", "gemma", "LicenseRef-gemma", "community")
    assert one.duties


def test_what_licences_ask_for_is_listed_for_this_model_alone():
    asked = {
        "duty": "licence-copy", "words": "", "state": "missing", "satisfied_by": "", "relation": "own", "parent": "",
        "license": "Apache-2.0", "clause": "4(a)", "source": "https://example.com/licence",
    }  # fmt: skip
    facts = [
        Obligation(where=Location(path=path), repository=path, **asked) for path in ("models/mine", "models/other")
    ]
    (one,) = duties(facts, "models/mine/")
    assert (one.duty, one.state, one.says, one.clause) == ("licence-copy", "missing", "Apache-2.0", "4(a)")
