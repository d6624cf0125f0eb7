"""Elements of documentation, by profile, each with the place where it was found."""

from scanner.cards.topics import _topics
from scanner.derive.card.elements import profiles
from tests.builders import cards as make
from tests.builders.reading import of


def found(files, profile="model-card"):
    elements = of(make.scanned(files), "CardElement")
    return {one.element: one.found for one in elements if one.profile == profile}


def counted(files):
    return {one.profile: (one.found, one.elements) for one in of(make.scanned(files), "CardProfile")}


def test_the_profiles_are_those_that_the_rules_speak_of():
    assert {name: len(elements) for name, elements in profiles().items()} == {"model-card": 17, "eu-gpai": 14, "g7": 19}


def test_every_place_of_an_element_can_be_looked_for():
    places = {place for elements in profiles().values() for some in elements.values() for place in some}
    topics = {topic.name for topic in _topics()}
    assert {place.partition(":")[0] for place in places} == {"topic", "front", "file", "title"}
    assert {place.removeprefix("topic:") for place in places if place.startswith("topic:")} <= topics
    assert all(place[6:7] == "/" for place in places if place.startswith("front:"))


def test_a_full_card_has_every_element_of_model_cards():
    files = {"README.md": make.FULL}
    assert counted(files)["model-card"] == (17, 17)
    assert found(files)["licence"] == "/license"
    assert found(files)["limitations"] == "line 28: Bias, risks and limitations"
    assert "card-leaves-out-elements" not in make.told(files)


def test_what_is_missing_is_told_in_one_finding_a_profile():
    files = {"README.md": "---\nlicense: mit\n---\n# x\n"}
    assert counted(files)["model-card"] == (1, 17)
    rules = make.told(files)
    assert {name: severity for name, severity in rules.items() if "leaves-out" in name} == {
        "card-leaves-out-elements": "info",
        "card-leaves-out-gpai-elements": "info",
        "card-leaves-out-g7-elements": "info",
    }


def test_files_beside_the_card_count():
    files = {
        "m/README.md": "---\nlicense: mit\n---\n# x\n",
        "m/config.json": '{"architectures": ["LlamaForCausalLM"], "max_position_embeddings": 4096}',
        "m/SECURITY.md": "# Security\n",
    }
    gpai = found(files, "eu-gpai")
    assert gpai["architecture (Annex XI 1.1d, XII 1f)"] == "config.json#/architectures"
    assert gpai["maximum size of input and output (Annex XII 2b)"] == "config.json#/max_position_embeddings"
    assert found(files, "g7")["security policy"] == "SECURITY.md"
    assert found(files, "g7")["hash value and algorithm"] == ""


def test_an_empty_value_is_no_element():
    assert found({"README.md": "---\nlicense:\npipeline_tag: ''\ndatasets: []\n---\n# x\n"})["licence"] == ""


def test_a_readme_that_is_no_card_has_no_profile():
    assert counted({"README.md": "# A program\n\n## Usage\n"}) == {}
