"""What a scan says of licences: each fault is found with its grade, and its benign twin is not."""

import json
from pathlib import Path

import pytest

from scanner import scan
from scanner.policy import Policy, Profile
from tests.builders.gguf import TEXT, gguf

APACHE = (Path(__file__).parent.parent / "LICENSE").read_text(encoding="utf-8")
LLAMA = "meta-llama/Llama-3.1-8B"
MODEL = "mine/README.md"


@pytest.fixture
def found(tmp_path):
    def run(files, **profile):
        for path, content in files.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        policy = Policy(profile="mine", profiles={"mine": Profile(**profile)}) if profile else Policy()
        report = scan(tmp_path, policy=policy, jobs=1)
        packs = {rule.id: rule.pack for rule in report.rules}
        told = {one.rule: one.severity for one in report.findings if packs[one.rule] == "license"}
        return {rule: severity for rule, severity in told.items() if severity not in {"info", "low"}}

    return run


def card(**keys):
    return "\n".join(("---", *(f"{key}: {json.dumps(value)}" for key, value in keys.items()), "---", "# About it", ""))


def weights(**pairs):
    return gguf(pairs=[(key.replace("_dot_", "."), TEXT, value) for key, value in pairs.items()])


def test_a_restricted_base_relabelled_as_permissive_is_high(found):
    assert found({MODEL: card(license="apache-2.0", base_model=LLAMA)})["license-relabelled"] == "high"
    assert found({MODEL: card(license="llama3.1", base_model=LLAMA)}) == {}


def test_a_text_that_is_stricter_than_the_tag_is_high_and_the_same_one_is_nothing(found):
    unlicense = {MODEL: card(license="cc0-1.0"), "mine/LICENSE": APACHE}
    assert found(unlicense) == {"license-text-disagrees": "high"}
    assert found({MODEL: card(license="apache-2.0")}) == {}


def test_noncommercial_data_is_medium_under_a_commercial_profile_and_high_where_it_is_strict(found):
    files = {MODEL: card(license="mit", datasets=["tatsu-lab/alpaca"])}
    assert found(files, commercial=True) == {"license-forbids-trade": "medium"}
    assert found(files, commercial=True, strict_data=True) == {"license-forbids-trade": "high"}
    assert found(files) == {}
    assert found(files, commercial=False) == {}


@pytest.mark.parametrize(
    ("keys", "use", "twin", "rule"),
    [
        ({"license": "cc-by-nc-4.0"}, {"commercial": True}, {"commercial": False}, "license-forbids-trade"),
        ({"license": "llama3.1"}, {"monthly_users": 700_000_001}, {"monthly_users": 9}, "license-threshold-passed"),
        (
            {"license": "other", "license_name": "tencent-hunyuan-3d-2.0"},
            {"regions": ("FR",)},
            {"regions": ("US",)},
            "license-excludes-region",
        ),
    ],
)
def test_a_bound_that_the_use_is_beyond_is_high(found, keys, use, twin, rule):
    assert found({MODEL: card(**keys)}, **use) == {rule: "high"}
    assert found({MODEL: card(**keys)}, **twin) == {}


def test_two_licences_that_a_merge_cannot_satisfy_are_high(found):
    other = {"them/base/README.md": card(license="cc-by-sa-4.0")}
    merge = card(license="llama3.1", base_model=[LLAMA, "them/base"], base_model_relation="merge")
    assert found({**other, MODEL: merge})["license-merge-impossible"] == "high"
    same = card(license="llama3.1", base_model=[LLAMA, f"{LLAMA}-Instruct"], base_model_relation="merge")
    assert found({MODEL: same}) == {}


def test_weights_that_name_a_binding_base_and_another_licence_are_told(found):
    said = {
        "general_dot_license": "llama3.1",
        "general_dot_base_model_dot_0_dot_repo_url": f"https://huggingface.co/{LLAMA}",
    }
    told = found({MODEL: card(license="mit"), "mine/model.gguf": weights(**said)})
    assert told["license-metadata-disagrees"] == "medium"
    assert told["license-lineage-undeclared"] == "medium"
    assert told["license-relabelled"] == "high"
    assert found({MODEL: card(license="llama3.1", base_model=LLAMA)}) == {}


@pytest.mark.parametrize(
    ("keys", "rule"),
    [({"pipeline_tag": "x"}, "license-not-stated"), ({"license": "other"}, "license-left-open")],
)
def test_a_card_without_terms_is_medium(found, keys, rule):
    assert found({MODEL: card(**keys)}) == {rule: "medium"}
    assert found({MODEL: card(**{**keys, "license": "mit"})}) == {}


def test_obligations_stand_in_the_report_with_their_files(tmp_path):
    (tmp_path / "README.md").write_text(card(license="apache-2.0"), encoding="utf-8")
    (tmp_path / "LICENSE").write_text(APACHE, encoding="utf-8")
    dues = {one.duty: (one.state, one.satisfied_by) for one in scan(tmp_path, jobs=1).obligations}
    assert dues["licence-copy"] == ("met", f"{tmp_path.as_posix()}/LICENSE")


def test_a_profile_that_there_is_not_is_an_error(tmp_path):
    with pytest.raises(KeyError):
        scan(tmp_path, policy=Policy(profile="nothing"))
