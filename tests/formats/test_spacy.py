"""spaCy: what a configuration looks up, and checkpoints inside the parts of a pipeline."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import spacy as subject
from scanner.formats.spacy import reading
from scanner.limits import Limits
from tests.builders import archives, pickles
from tests.builders import checkpoints as make
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
CONFIG = make.spacy_config()
MODEL = make.thinc(b"x" * 40)


def read(content, path="m/config.cfg", limits=None):
    return read_as(FORMAT, content, path, limits or Limits())


def functions(content):
    return [(one.registry, one.name, one.package) for one in of(read(content)[0], "SpacyFunction")]


def test_a_pipeline_is_stated_and_not_judged():
    (pipeline,) = of(read(CONFIG)[0], "SpacyPipeline")
    assert (pipeline.language, pipeline.pipeline) == ("en", ("ner",))
    assert functions(CONFIG) == [
        ("tokenizers", "spacy.Tokenizer.v1", "spacy"),
        ("factory", "ner", ""),
        ("architectures", "spacy.TransitionBasedParser.v2", "spacy"),
        ("optimizers", "Adam.v1", ""),
    ]
    assert FORMAT.claims(CONFIG, "renamed")
    assert judged(CONFIG, "m/config.cfg") == {}


def test_a_description_is_stated():
    content = make.text({"lang": "en", "name": "x", "version": "1", "spacy_version": ">=3", "pipeline": ["ner", 3]})
    assert FORMAT.claims(content, "meta.json")
    (pipeline,) = of(read(content)[0], "SpacyPipeline")
    assert (pipeline.name, pipeline.spacy, pipeline.pipeline) == ("x", ">=3", ("ner",))
    assert judged(content, "meta.json") == {}


@pytest.mark.parametrize(
    "line",
    [
        '@architectures = "my_model.v1"',
        '@readers = "scispacy.reader.v1"',
        "@misc = 'other'",
        '[components.x]\nfactory = "x"',
    ],
)
def test_a_function_that_spacy_does_not_bring_is_judged(line):
    assert judged(make.spacy_config(line), "config.cfg") == {"spacy-needs-foreign-function": "low"}


@pytest.mark.parametrize(
    ("line", "severity"),
    [
        ('source = "../../x"', "high"),
        ('source = "/home/me/model"', "medium"),
        ("source = ${paths.x}", "medium"),
        ("source = ${paths:x}", "medium"),
        ('path = "s3://bucket/x"', "high"),
    ],
)
def test_a_component_from_elsewhere_is_judged(line, severity):
    assert judged(make.spacy_config(component=line), "config.cfg") == {"spacy-path-leaves-folder": severity}


@pytest.mark.parametrize(
    "line", ['source = "en_core_web_sm"', "path = null", "source = ${no.such}", "source = ${paths.x"]
)
def test_a_component_of_a_package_is_not_judged(line):
    assert judged(make.spacy_config(component=line), "config.cfg") == {}


def test_paths_of_training_are_not_judged():
    assert judged(make.spacy_config("[corpora.train]", "path = ${paths.x}"), "config.cfg") == {}


def test_references_in_a_circle_end():
    content = make.spacy_config("[a]", "b = ${a.c}${a.c}", "c = ${a.b}${a.b}", component="source = ${a.b}")
    assert judged(content, "config.cfg") == {}


def test_a_part_is_counted_and_not_judged():
    (part,) = of(read(MODEL, "ner/model")[0], "SpacyPart")
    assert (part.part, part.nbytes) == ("nodes", 40)
    assert FORMAT.claims(MODEL, "x")
    assert judged(MODEL, "ner/model") == {}


@pytest.mark.parametrize("first", ["moves", "prefix_search", "lemma_rules", "lexeme_norm"])
def test_other_parts_are_known_by_their_first_key(first):
    key = bytes((0xA0 | len(first),)) + first.encode()
    assert FORMAT.claims(b"\x81" + key + b"\x80", "x")
    assert of(read(b"\x81" + key + b"\xa1x", "x")[0], "SpacyPart")[0].part == first


def test_a_checkpoint_inside_a_layer_is_read():
    honest = archives.torch_zip(pickles.torch_state(("0", 4)), storages={"0": bytes(16)})
    assert "pickle-starts-process" not in judged(make.thinc(make.shim(honest)), "trf/model")
    evil = archives.torch_zip(pickles.system4())
    assert judged(make.thinc(make.shim(evil)), "trf/model")["pickle-starts-process"] == "critical"
    assert judged(make.thinc(b"x" * 20, pickles.system4()), "trf/model")["pickle-starts-process"] == "critical"


def test_other_bytes_are_not_claimed():
    heads = (b"", b"{}", b"[nlp]\n", b"\x81\xa1a\x01", b"\x80\x04]\x94.", b"text [nlp] pipeline")
    assert not any(FORMAT.claims(head, "config.cfg") for head in heads)


def test_a_part_cut_anywhere_is_malformed():
    for end in range(len(MODEL)):
        with pytest.raises(MalformedError):
            read(b"\x84" + MODEL[1:end], "model")


@pytest.mark.parametrize("item", [b"\xdf\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff", b"\xdd\xff\xff\xff\xff", b"\xc1"])
def test_lying_lengths_are_malformed(item):
    with pytest.raises(MalformedError):
        read(b"\x81\xa5nodes" + item, "model")


def test_a_nest_too_deep_is_malformed():
    for content in (b"\x81\xa5nodes" + b"\x91" * 600 + b"\xc0", b'{"spacy_version":' + b"[" * 200_000):
        with pytest.raises(MalformedError):
            read(content, "model")


def test_bytes_behind_a_part_are_told():
    assert "follow" in of(read(MODEL + b"\0", "model")[0], "Malformed")[0].reason


def test_bounds_are_told(monkeypatch):
    assert of(read(CONFIG, limits=Limits(text_nbytes=9))[0], "LimitReached")[0].limit == "document"
    assert of(read(MODEL, limits=Limits(entries=3))[0], "LimitReached")[0].limit == "entries"
    many = make.spacy_config(*(f'[components.c{number}]\nfactory = "c{number}"' for number in range(2001)))
    assert of(read(many)[0], "LimitReached")[0].limit == "names"
    monkeypatch.setattr(reading, "HELD", 1)
    assert of(read(make.thinc(pickles.system4(), pickles.system4()))[0], "LimitReached")[0].limit == "checkpoints"


@given(st.binary(max_size=60), st.integers(0, 200))
def test_only_malformed_leaves_the_reader(junk, at):
    for content in (CONFIG, MODEL, b'{"spacy_version": 1}'):
        with contextlib.suppress(MalformedError):
            read(content[:at] + junk + content[at + len(junk) :])
