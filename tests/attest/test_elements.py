"""Completeness counts values that were measured or checked, and nothing else."""

from collections import Counter

from scanner.attest.elements import TABLE, Document, elements
from tests.builders import bills
from tests.builders.safetensors import safetensors

WORDS = (
    "license", "pipeline_tag", "library_name", "language", "base_model", "datasets", "tags", "model_name",
    "model_description", "version",
)  # fmt: skip
CLUSTERS = {
    "metadata": 10, "system": 9, "model": 13, "dataset": 10, "infrastructure": 2, "security": 4, "indicators": 2,
}  # fmt: skip
MADE = Document(form="CycloneDX", version="1.6", moment=bills.MOMENT)


def known(bill, profile="g7", document=MADE):
    return {(one.cluster, one.name) for one in elements(bill, document) if one.profile == profile and one.value}


def test_g7_has_fifty_elements_in_seven_clusters_and_ntia_seven():
    assert Counter(cluster for profile, cluster, _, _ in TABLE if profile == "g7") == CLUSTERS
    assert sum(CLUSTERS.values()) == 50
    assert sum(profile == "ntia" for profile, *_ in TABLE) == 7


def test_every_known_element_names_its_source(tmp_path):
    found = elements(bills.of(tmp_path), MADE)
    assert all(bool(one.value) == bool(one.source) for one in found)


def test_a_card_of_junk_scores_no_more_than_no_card(tmp_path):
    weights = {"m.safetensors": safetensors()}
    for number, junk in enumerate(("x", "unknown", "'[More Information Needed]'")):
        card = "---\n" + "".join(f"{word}: {junk}\n" for word in WORDS) + "---\n# x\n"
        with_card = bills.of(tmp_path / str(number), {**weights, "README.md": card.encode()})
        without = bills.of(tmp_path / f"none{number}", weights)
        assert known(with_card) == known(without), junk
        assert known(with_card, "ntia") == known(without, "ntia"), junk


def test_real_values_score(tmp_path):
    bare = known(bills.of(tmp_path / "bare", {"model.safetensors": safetensors()}))
    full = known(bills.of(tmp_path / "full"))
    assert full - bare == {
        ("model", "licence"), ("model", "external references"), ("dataset", "name"), ("dataset", "identifier"),
        ("dataset", "dependency relationship"), ("infrastructure", "software"),
        ("indicators", "operational performance"),
    }  # fmt: skip


def test_no_digest_no_hash(tmp_path):
    model = bills.folder(tmp_path, {"w.safetensors": safetensors()})
    (model / "w.safetensors").chmod(0)
    bill = bills.scanned(model)
    if bill.root:  # root may read everything
        return
    assert ("model", "hash value") not in known(bill)


def test_findings_count_only_where_everything_was_read(tmp_path):
    whole = bills.of(tmp_path / "a", {"w.safetensors": safetensors()})
    cut = bills.of(tmp_path / "b", {"w.safetensors": safetensors()[:20]})
    assert ("security", "vulnerability referencing") in known(whole)
    assert ("security", "vulnerability referencing") not in known(cut)


def test_who_asks_can_say_who_answers_for_it(tmp_path):
    bill = bills.of(tmp_path, name="My Model", version="1.2.0", supplier="Example Org")
    document = Document(form="CycloneDX", version="1.6", moment=bills.MOMENT, author="Example Security")
    assert len(known(bill, "ntia", document)) == 7


def test_a_signature_is_counted_only_on_a_signed_document(tmp_path):
    bill = bills.of(tmp_path)
    signed = Document(form="CycloneDX", version="1.6", moment=bills.MOMENT, signed=True)
    assert known(bill, "g7", signed) - known(bill) == {("metadata", "author signature")}
