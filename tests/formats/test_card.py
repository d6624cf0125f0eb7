"""Cards: claimed by name or front matter, read for topics, repositories, hosts and calls."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import card as subject
from tests.builders import cards as make
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT


def read(text, path="README.md"):
    return read_as(FORMAT, text if isinstance(text, bytes) else text.encode(), path)[0]


def whole(text):
    return of(read(text), "CardText")[0]


@pytest.mark.parametrize(
    ("head", "path", "claimed"),
    [
        (b"x", "README.md", True),
        (b"x", "a/readme", True),
        (b"", "m.zip!README.MD", True),
        (b"x", "README_zh.md", True),
        (b"x", "MODEL_CARD.md", True),
        (b"---\nlicense: mit\n---\nx", "docs/other.md", True),
        (b"# Model card for x\n", "x.md", True),
        (b"# Guide\n", "docs/guide.md", False),
        (b"---\ntitle: x\n---\n", "post.md", False),
        (b"\x80\x04", "README.bin", False),
        (b"x", "readme.py", False),
        (b"", "", False),
    ],
)
def test_a_card_is_claimed_by_name_front_matter_or_heading(head, path, claimed):
    assert FORMAT.claims(head, path) is claimed


def test_the_smallest_card_is_one_letter_and_an_empty_one_says_nothing():
    assert (whole("x").kind, whole("x").title, whole("x").topics) == ("", "", ())
    assert whole("").topics == ()


@pytest.mark.parametrize(
    ("front", "kind"),
    [
        ("license: mit", "model"),
        ("pipeline_tag: x\ntask_categories: [y]", "model"),
        ("task_categories: [y]", "dataset"),
        ("sdk: gradio\nlicense: mit", "space"),
        ("title: x", ""),
    ],
)
def test_the_kind_of_a_card_is_told_by_its_keys(front, kind):
    assert whole(f"---\n{front}\n---\n# x\n").kind == kind


def test_the_kind_of_a_card_without_front_matter_is_told_by_its_title():
    assert (whole("# Model Card for x").kind, whole("# Dataset card").kind, whole("# x").kind) == (
        "model",
        "dataset",
        "",
    )


def test_topics_are_told_with_their_lines():
    fact = whole(make.FULL)
    found = dict(zip(fact.topics, zip(fact.lines, fact.shown, strict=True), strict=True))
    assert found["intended-use"] == (22, "Intended uses")
    assert found["energy"] == (46, "Environmental impact")
    assert {"limitations", "out-of-scope", "training-data", "parameters", "context", "citation"} <= set(found)
    assert not {"privacy", "security", "copyright"} & set(found)


@pytest.mark.parametrize(
    "heading", ["# Limitations", "Limitations\n====", "<h2 align='center'>Limitations</h2>", "**Limitations**"]
)
def test_headings_are_read_in_every_dress(heading):
    assert "limitations" in whole(f"\n{heading}\n\nx").topics


@pytest.mark.parametrize("text", [make.CHINESE, make.JAPANESE])
def test_topics_are_told_in_other_languages(text):
    assert {"training-data", "license"} <= set(whole(text).topics)


def test_repositories_are_told_once_with_how_they_are_named():
    text = (
        "[a](https://huggingface.co/one/a) https://hf.co/one/a https://huggingface.co/datasets/two/b\n"
        'AutoModel.from_pretrained("three/c")\nload_dataset("four/d")\nmodel_id = "five/e"\nvllm serve six/f\n'
        "This model moved to https://huggingface.co/seven/g\n"
    )
    found = {(one.kind, one.owner, one.how) for one in of(read(text), "CardReference")}
    assert found == {
        ("model", "one", "link"), ("dataset", "two", "link"), ("model", "three", "load"), ("dataset", "four", "load"),
        ("model", "five", "load"), ("model", "six", "load"), ("model", "seven", "moved"),
    }  # fmt: skip
    assert len(of(read(text), "CardReference")) == 7


@pytest.mark.parametrize(
    "text",
    [
        "https://huggingface.co/docs/hub/models", "https://huggingface.co/blog/x", 'from_pretrained("path/to")',
        'from_pretrained("./model")', 'model = "outputs/x"', "https://huggingface.co/", "x/y",
    ],
)  # fmt: skip
def test_pages_and_paths_are_no_repositories(text):
    assert of(read(text), "CardReference") == []


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ('from_pretrained("a/b", trust_remote_code=True)', "trust_remote_code"),
        ("vllm serve a/b --trust-remote-code\n", "trust_remote_code"),
        ('torch.load("x.pt")', "unpickle"),
        ("pickle.load(f)", "unpickle"),
        ("np.load('x.npy', allow_pickle=True)", "allow_pickle"),
    ],
)
def test_code_that_asks_for_leave_is_told(text, call):
    assert [one.call for one in of(read(text), "CardCall")] == [call]


@pytest.mark.parametrize(
    "text",
    [
        "There is no need for trust_remote_code=True", "torch.load(x, weights_only=True)", "trust_remote_code=False",
        "Do not use pickle.load(f)", "allow_pickle=False",
    ],
)  # fmt: skip
def test_code_that_refuses_leave_is_not_told(text):
    assert of(read(text), "CardCall") == []


def test_the_repository_of_a_call_is_told():
    (fact,) = of(read('x = AutoModel.from_pretrained(\n  "a/b",\n  trust_remote_code=True)'), "CardCall")
    assert (fact.repository, fact.where.line) == ("a/b", 3)


def test_a_host_that_looks_like_a_known_one_is_told_once():
    facts = of(read("https://huggingfaces.co/x https://huggingfaces.co/y https://huggingface.co/z"), "LookAlikeHost")
    assert [(one.host, one.near, one.how) for one in facts] == [("huggingfaces.co", "huggingface.co", "edit")]


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("---\nlicense: mit\ntags: [a]\n\n# x\n", ["unclosed"]),
        ("# x\n\n---\nlicense: mit\ntags: [a]\n---\n", ["late"]),
        ("# x\n\n```yaml\n---\nlicense: mit\ntags: [a]\n---\n```\n", []),
        ("---\nlicense: mit\ntags: [a]\n---\n# x\n", []),
        ("\ufeff---\nlicense: mit\ntags: [a]\n---\n# x\n", []),
        ("---\nx\n", []),
    ],
)
def test_front_matter_that_the_hub_does_not_read_is_told(text, how):
    assert [one.how for one in of(read(text), "CardFrontUnread")] == how


@pytest.mark.parametrize(
    "text", [make.PERSIAN, make.ARABIC, make.HINDI, make.CHINESE, make.JAPANESE, make.EMOJI, make.TAMIL]
)
def test_cards_in_other_languages_set_nothing_off(text):
    assert {rule for rule, severity in make.told({"README.md": text}).items() if severity != "info"} == set()


@pytest.mark.parametrize("end", range(0, len(make.FULL), 29))
def test_a_card_that_is_cut_is_read_as_far_as_it_goes(end):
    assert of(read(make.FULL[:end]), "CardText")


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xfe" + "# Model card\n".encode("utf-16-le"),
        b"\xff\xfe\x00",
        b"# Model card \xe9\n",
        b"\x00# Model card",
        b"\xff\xfea",
    ],
)
def test_every_encoding_is_read(raw):
    assert of(read(raw), "CardText")


def test_more_mentions_than_the_bound_are_said_to_be_left_out():
    facts = read("".join(f"https://huggingface.co/o{number}/x " for number in range(5_100)))
    assert len(of(facts, "CardReference")) == 5_000
    assert [one.limit for one in of(facts, "LimitReached")] == ["mentions"]


@pytest.mark.parametrize(
    "piece",
    ["(trust_remote_code=True ", "from_pretrained('a/", "<h1 ", "<h1>", "# a\n", "https://x{}.example.com/ ",
     "model = '", "moved to ", "hf.co/a.", "torch.load((a", "parameter ", "**a", "---\na: b\n", "the official ", "**"],
)  # fmt: skip
def test_reading_takes_time_in_proportion_to_the_length(piece):
    def spent(times):
        text = "".join(piece.format(number) for number in range(times)) if "{" in piece else piece * times
        start = time.process_time()
        read(text)
        return time.process_time() - start

    spent(100)
    few = max(min(spent(4_000) for _ in range(3)), 0.01)
    assert spent(32_000) < 8 * few * 4


@given(st.text(alphabet=st.sampled_from("#-<>h1[]()*`\n \"'/:.=aA_\u202e|{}"), max_size=400))
def test_any_text_is_read(text):
    assert of(read(text), "CardText")


@given(st.binary(max_size=200))
def test_only_malformed_leaves_the_reader(raw):
    try:
        read(raw)
    except MalformedError:
        pytest.fail("a card is never malformed: the reader of texts says so")
