"""HDF5: every way a file names bytes, and every way it can lie about them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.facts import LimitReached
from scanner.format import MalformedError
from scanner.formats import hdf5 as subject
from scanner.limits import Limits
from tests.builders import hdf5 as make
from tests.builders import keras, pickles
from tests.builders.judged import judged
from tests.builders.reading import of, read_as, read_deep

FORMAT = subject.FORMAT
CONFIG = keras.text(keras.model(keras.lambda_v2()))


def read(content, path="x.h5"):
    return read_as(FORMAT, content, path)


def one(facts, name):
    (fact,) = of(facts, name)
    return fact


def links(content):
    return {(fact.kind, fact.name, fact.file, fact.target, fact.how) for fact in of(read(content)[0], "Hdf5Link")}


def test_the_smallest_file_has_a_group_and_nothing_else():
    facts, members = read(make.file())
    assert (one(facts, "Hdf5File").groups, members) == (1, [])
    assert not of(facts, "Malformed")


@pytest.mark.parametrize("size", [100, 5000], ids=["inline", "global heap"])
def test_a_configuration_is_handed_on(size):
    config = CONFIG + b" " * size
    facts, members = read(make.file({"model_config": config, "keras_version": b"2.4.0", "backend": b"tensorflow"}))
    assert members == [("@model_config", config)]
    assert (one(facts, "Hdf5File").keras_version, one(facts, "Hdf5File").backend) == ("2.4.0", "tensorflow")


def test_a_configuration_under_another_name_is_handed_on():
    assert read(make.file({"other": CONFIG}))[1] == [("@other", CONFIG)]


@pytest.mark.parametrize("userblock", [512, 1024, 2048, 4096, 8192, 1 << 16])
def test_a_user_block_hides_nothing(userblock):
    content = make.file({"model_config": CONFIG}, userblock=userblock)
    assert FORMAT.claims(content[:8192], "x.h5")
    assert read(content)[1] == [("@model_config", CONFIG)]


def test_old_groups_are_read():
    facts, members = read(make.old_file({"model_config": CONFIG}, "/elsewhere"))
    assert members == [("@model_config", CONFIG)]
    assert one(facts, "Hdf5Link").target == "/elsewhere"
    assert one(facts, "Hdf5File").attributes == 2


def test_links_that_leave_the_file_are_told():
    image = make.Image()
    content = make.file(
        {}, make.external("a", "../b.h5", "/w"), make.soft("s", "/a"), make.external("n", "b.h5"), image=image
    )
    assert links(content) == {
        ("external", "/a", "../b.h5", "/w", "parent"),
        ("soft", "/s", "", "/a", ""),
        ("external", "/n", "b.h5", "/x", ""),
    }


def test_data_in_other_files_is_told():
    image = make.Image()
    stored, joined = make.stored_elsewhere(image, "/etc/passwd"), make.virtual(image, "/data/b.h5")
    content = make.file({}, make.hard("w", stored), make.hard("v", joined), image=image)
    assert links(content) == {
        ("storage", "/w", "/etc/passwd", "", "absolute"),
        ("virtual", "/v", "/data/b.h5", "data", "absolute"),
    }


@pytest.mark.parametrize(
    "make_one",
    [
        lambda _: make.external("w", "/etc/other.h5"),
        lambda image: make.hard("w", make.stored_elsewhere(image, "/etc/passwd")),
        lambda image: make.hard("w", make.virtual(image, "../b.h5")),
    ],
    ids=["CVE-2026-1669 link", "CVE-2026-1669 storage", "CVE-2026-12480 virtual"],
)
def test_a_path_out_of_the_folder_is_judged_high(make_one):
    image = make.Image()
    found = judged(make.file({}, make_one(image), image=image), "model.weights.h5")
    assert found["hdf5-takes-data-from-elsewhere"] == "high"


def test_a_shape_without_data_is_judged():
    """CVE-2026-0897."""
    image = make.Image()
    content = make.file({}, make.hard("w", make.bomb(image, 1 << 20, 1 << 18)), image=image)
    fact = one(read(content)[0], "Hdf5Dataset")
    assert (fact.how, fact.declared, fact.stored) == ("grows", 1 << 40, 0)
    assert judged(content, "x.h5")["hdf5-dataset-outgrows-file"] == "high"


@pytest.mark.parametrize(
    ("shape", "how"), [((1 << 62, 1 << 62), "overflow"), ((1 << 26,), ""), ((1 << 27,), "grows"), ((0, 1 << 62), "")]
)
def test_a_shape_is_multiplied_without_overflow(shape, how):
    image = make.Image()
    facts, _ = read(make.file({}, make.hard("w", make.bomb(image, *shape)), image=image))
    assert [fact.how for fact in of(facts, "Hdf5Dataset")] == ([how] if how else [])


def test_a_dataset_past_the_end_is_told():
    image = make.Image()
    at = image.header((1, make.space(4)), (3, make.FLOAT32), make.contiguous(make.u(1 << 40), 16))
    short = image.header((1, make.space(400)), (3, make.FLOAT32), make.contiguous(make.u(64), 16))
    facts, _ = read(make.file({}, make.hard("w", at), make.hard("s", short), image=image))
    assert {fact.name: fact.how for fact in of(facts, "Hdf5Dataset")} == {"/w": "outside", "/s": "short"}


def test_an_honest_dataset_adds_to_the_table():
    image = make.Image()
    facts, _ = read(make.file({}, make.hard("w", make.dataset(image, bytes(40))), image=image))
    table = one(facts, "TensorTable")
    assert (table.tensors, table.parameters, table.dtypes) == (1, 10, ("float32",))
    assert not of(facts, "Hdf5Dataset")


@pytest.mark.parametrize("kind", ["attribute", "rows", "opaque"])
def test_a_pickle_is_handed_on(kind):
    image = make.Image()
    payload = pickles.system()
    if kind == "attribute":
        content = make.file({"title": payload})
    elif kind == "rows":
        content = make.file({}, make.hard("r", make.rows(image, b"abc", payload)), image=image)
    else:
        type_ = bytes((make.OPAQUE, 0, 0, 0)) + make.u(len(payload), 4)
        content = make.file({}, make.hard("r", make.dataset(image, payload, type_, ())), image=image)
    assert judged(content, "x.h5").get("pickle-starts-process") == "critical"


def test_dense_links_and_attributes_are_read():
    image = make.Image()
    inner = image.header(make.text_attribute("model_config", CONFIG))
    named = [make.hard(f"g{number}", inner)[1] for number in range(2)] + [make.external("e", "/etc/x.h5")[1]]
    group = image.header((2, make.dense(image, 5, *named)))
    noted = make.dense(image, 8, make.attribute("model_config", make.fixed_text(len(CONFIG)), CONFIG))
    content = make.file({}, make.hard("d", group), (21, noted), image=image)
    facts, members = read(content)
    assert not of(facts, "Malformed")
    assert [member for _, member in members] == [CONFIG]
    assert one(facts, "Hdf5Link").file == "/etc/x.h5"


def test_a_cycle_of_groups_ends():
    image = make.Image()
    at = len(image.content) + 0
    image.header((2, b"\0\0" + make.UNDEFINED * 2), make.hard("again", at))
    facts, _ = read(image.done(at))
    assert one(facts, "Hdf5File").groups == 1


def test_one_broken_object_does_not_hide_the_others():
    content = make.file({}, make.hard("broken", 1 << 50), make.text_attribute("model_config", CONFIG))
    facts, members = read(content)
    assert members == [("@model_config", CONFIG)]
    assert one(facts, "Malformed")


def test_many_broken_objects_are_counted():
    content = make.file({}, *(make.hard(f"b{number}", (1 << 50) + number) for number in range(40)))
    reasons = [fact.reason for fact in of(read(content)[0], "Malformed")]
    assert (len(reasons), reasons[-1]) == (21, "20 more objects are broken")


def test_more_objects_than_the_limit_are_told():
    image = make.Image()
    groups = [image.header((2, b"\0\0" + make.UNDEFINED * 2)) for _ in range(20)]
    content = make.file({}, *(make.hard(f"g{number}", at) for number, at in enumerate(groups)), image=image)
    facts, _ = read_as(FORMAT, content, "x.h5", Limits(members=10))
    assert any(isinstance(fact, LimitReached) for fact in facts)


def test_structures_that_overlap_do_not_multiply():
    """A hundred thousand attributes that all lead to one large value."""
    image = make.Image()
    heap = image.heap(b"x" * 500_000)
    place = make.u(500_000, 4) + make.u(heap) + make.u(1, 4)
    kind = make.sequence_of(make.fixed_text(1), text=True)
    several = make.attribute("a", kind, place * 900, make.space(900))
    groups = [image.header((12, several)) for _ in range(4)]
    content = make.file({}, *(make.hard(f"g{number}", at) for number, at in enumerate(groups)), image=image)
    facts, _ = read(content)
    assert any("overlap" in fact.reason for fact in of(facts, "Malformed"))


@pytest.mark.parametrize("content", [b"", b"\x80\x04N.", b"\x89HDF", bytes(5000)])
def test_a_file_that_is_none_is_malformed(content):
    with pytest.raises(MalformedError):
        read(content)


@pytest.mark.parametrize(
    "content", [make.file({"model_config": CONFIG}), make.old_file({"a": b"b"})], ids=["new", "old"]
)
def test_a_file_cut_anywhere_raises_only_malformed(content):
    for end in range(len(content)):
        try:
            facts, _ = read(content[:end])
        except MalformedError:
            continue
        assert of(facts, "Malformed") or end > len(content) - 16


@given(st.data())
def test_any_changed_byte_raises_only_malformed(data):
    image = make.Image()
    content = bytearray(
        make.file(
            {"model_config": CONFIG},
            make.hard("w", make.dataset(image, bytes(40))),
            make.hard("r", make.rows(image, pickles.system())),
            make.hard("v", make.virtual(image, "b.h5")),
            make.hard("e", make.stored_elsewhere(image, "b.bin")),
            make.external("x", "c.h5"),
            (2, make.dense(image, 5, make.soft("s", "/w")[1])),
            image=image,
        )
    )
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(MalformedError):
        read(bytes(content))


def test_an_ordinary_keras_file_is_not_judged():
    document = keras.model(keras.layer(units=4, activation="relu"))
    image = make.Image()
    content = make.file(
        {"model_config": keras.text(document), "keras_version": b"3.10.0"},
        make.hard("w", make.dataset(image, bytes(40))),
        image=image,
    )
    assert judged(content, "m.h5") == {}


def test_what_is_read_twice_is_equal():
    content = make.old_file({"model_config": CONFIG})
    assert read_deep(content, "m.h5") == read_deep(content, "m.h5")
