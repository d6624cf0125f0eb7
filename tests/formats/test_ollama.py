"""Manifests: digests that are none, names that lead out."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import ollama as subject
from scanner.limits import Limits
from tests.builders import longtail as make
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT


def read(content, limits=None):
    return read_as(FORMAT, content, "manifest", limits or Limits())[0]


def test_a_manifest_is_summed_up_and_not_judged():
    (fact,) = of(read(make.manifest()), "ImageManifest")
    assert (fact.version, fact.layers, fact.types) == (2, 2, ("application/vnd.ollama.image.model",))
    assert FORMAT.claims(make.manifest(), "manifest")
    assert judged(make.manifest(title="model.gguf"), "manifest") == {}


@pytest.mark.parametrize(
    ("digest", "how", "severity"),
    [
        ("../../../../../etc/ld.so.preload", "parent", "high"),
        ("/etc/passwd", "absolute", "high"),
        ("sha256:../" + "a" * 60, "separator", "high"),
        ("sha256:" + "a" * 63, "form", "medium"),
        ("sha256:" + "A" * 64, "form", "medium"),
        ("", "form", "medium"),
    ],
)
def test_a_digest_that_is_none_is_stated_and_judged(digest, how, severity):
    content = make.manifest(digest)
    (fact,) = of(read(content), "LayerName")
    assert (fact.role, fact.how) == ("digest", how)
    assert judged(content, "manifest") == {"layer-digest-leads-out": severity}


def test_a_title_that_leads_out_is_judged():
    assert judged(make.manifest(title="../../.bashrc"), "manifest") == {"layer-title-leads-out": "high"}


def test_other_json_is_not_claimed():
    assert not any(FORMAT.claims(head, "x.json") for head in (b"", b"{}", b'{"digest": "x", "layers": []}', b"[1]"))


def test_a_manifest_cut_anywhere_is_malformed():
    content = make.manifest()
    for end in range(len(content)):
        with pytest.raises(MalformedError):
            read(content[:end])


def test_a_nest_deeper_than_the_limit_is_malformed():
    with pytest.raises(MalformedError):
        read(b'{"layers":' + b"[" * 200_000)


def test_a_list_is_no_manifest():
    with pytest.raises(MalformedError, match="object"):
        read(b"[]")


def test_bounds_are_told():
    (fact,) = of(read(make.manifest(), Limits(text_nbytes=9)), "LimitReached")
    assert fact.limit == "manifest"
    layers = make.manifest("x").replace(b'"layers": [', b'"layers": [' + b'{"digest": "x"}, ' * 1001)
    assert of(read(layers), "LimitReached")[0].limit == "names"


@given(st.binary(max_size=60), st.integers(0, 200))
def test_only_malformed_leaves_the_reader(junk, at):
    content = make.manifest()
    with contextlib.suppress(MalformedError):
        read(content[:at] + junk + content[at + len(junk) :])
