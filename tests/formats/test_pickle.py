"""Pickle streams: what the reader states for plain, hidden and broken ones."""

import io
import pickle
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.facts.pickle import (
    PickleAttribute,
    PickleBroken,
    PickleCall,
    PickleCode,
    PickleDisguised,
    PickleExpansion,
    PickleExtension,
    PickleFrameSplit,
    PickleImport,
    PicklePersistentId,
    PickleState,
    PickleStream,
    PickleTrailing,
)
from scanner.format import MalformedError
from scanner.formats.pickle import claims, read
from scanner.limits import DEFAULT
from tests.builders import pickles
from tests.builders.judged import judged


def artifact(content: bytes, path: str = "model.pkl") -> Artifact:
    return Artifact(path=path, size=len(content), open=lambda: io.BytesIO(content))


def walk(one: Artifact) -> Iterator[Fact]:
    """Read an artifact and the pickles in it."""
    for item in read(one, DEFAULT):
        if not isinstance(item, Artifact):
            yield item
            continue
        with item.open() as stream:
            head = stream.read(8192)
        if claims(head, item.path):
            yield from walk(item)


def facts(content: bytes, kind: type[Fact] = Fact, path: str = "model.pkl") -> list:
    return [fact for fact in walk(artifact(content, path)) if isinstance(fact, kind)]


def called(content: bytes) -> dict[str, str]:
    return {fact.callable: fact.args for fact in facts(content, PickleCall)}


def imports(content: bytes) -> list[str]:
    return [fact.callable for fact in facts(content, PickleImport)]


STARTS_A_PROCESS = {
    "protocol 0": pickles.system(),
    "protocol 4": pickles.system4(),
    "INST": pickles.by_inst(),
    "OBJ": pickles.by_obj(),
    "EXT registered in band": pickles.by_extension(),
    "memo": pickles.through_memo(),
    "strings at index 0": pickles.argument_at_index_zero(),
    "memo after BINGET": pickles.memo_value_desync(),
    "memo after POP": pickles.memo_after_pop(),
    "INT in base 16": pickles.base_zero_integer("I0x10"),
    "INT in base 8": pickles.base_zero_integer("I017"),
    "INT in base 2": pickles.base_zero_integer("I0b11"),
    "INT with underscore": pickles.base_zero_integer("I1_0"),
    "LONG in base 16": pickles.base_zero_integer("L0x10L"),
    "second PROTO": pickles.second_proto(),
    "invalid opcode behind it": pickles.broken_after_payload(),
    "no STOP": pickles.broken_after_payload(b""),
    "lying frame": pickles.lying_frame(),
    "sixtieth stream": pickles.many_streams(),
    "after padding": pickles.padded_streams(),
    "after junk": pickles.junk_between(),
    "attribute of a module": pickles.imported_module(),
    "joined name": pickles.joined_name(),
    "concatenated name": pickles.concatenated_name(),
    "methodcaller": pickles.methodcaller(),
    "partial": pickles.partial(),
    "partial by state": pickles.partial_by_state(),
    "nested bytes": pickles.nested_bytes(),
    "nested base64": pickles.nested_base64(),
    "nested hex": pickles.nested_hex(),
    "nested latin1": pickles.nested_latin1(),
    "nested protocol 0": pickles.nested_text(),
    "pickle.loads": pickles.nested_loads(),
    "pickle.loads of protocol 0": pickles.nested_loads(pickles.system()),
    "popped": pickles.popped_call(),
    "value of a dict": pickles.call_in_items(),
    "loaded modules": pickles.through_loaded_modules(),
    "frame ends inside a line": pickles.split_frame_line(),
}


@pytest.mark.parametrize("content", STARTS_A_PROCESS.values(), ids=STARTS_A_PROCESS.keys())
def test_a_hidden_call_of_os_system_is_stated_with_its_argument(content):
    assert called(content)["os.system"] == f"'{pickles.PAYLOAD}'"


@pytest.mark.parametrize("content", STARTS_A_PROCESS.values(), ids=STARTS_A_PROCESS.keys())
@pytest.mark.parametrize("path", ["notes.txt", "weights.dat", "noext", "a/b.json"])
def test_it_is_claimed_under_any_name(content, path):
    assert claims(content[:8192], path)


@pytest.mark.parametrize("content", [pickles.by_newobj(), pickles.by_newobj_ex()])
def test_newobj_is_a_call_without_init(content):
    (call,) = facts(content, PickleCall)
    assert (call.callable, call.how) == ("subprocess.Popen", "new")
    assert call.args.startswith("'echo hi'")


def test_keyword_arguments_of_newobj_ex_are_shown():
    assert called(pickles.by_newobj_ex())["subprocess.Popen"] == "'echo hi', **{'shell': True}"


def test_an_unregistered_extension_is_a_fact_and_its_call_counts():
    (extension,) = facts(pickles.by_extension_alone(), PickleExtension)
    assert (extension.code, extension.name, extension.called) == (7, "", True)


def test_a_registered_extension_has_its_name():
    (extension,) = facts(pickles.by_extension(), PickleExtension)
    assert (extension.name, extension.called) == ("os.system", True)


def test_an_extension_code_of_zero_breaks():
    (broken,) = facts(b"\x80\x02\x82\x00.", PickleBroken)
    assert broken.opcode == "EXT1"


def test_each_segment_of_a_dotted_name_is_an_attribute():
    found = facts(pickles.dotted("torch", "serialization.os.system"), PickleAttribute)
    assert [(fact.callable, fact.segment, fact.via) for fact in found] == [
        ("torch", "serialization", "name"),
        ("torch.serialization", "os", "name"),
        ("torch.serialization.os", "system", "name"),
    ]


def test_the_tails_of_a_dotted_name_end_in_what_is_reached():
    (call,) = facts(pickles.dotted("torch", "serialization.os.system"), PickleCall)
    assert call.tails == ("torch.serialization.os.system", "serialization.os.system", "os.system", "system")
    assert call.package == "torch"


def test_the_end_of_a_very_long_walk_is_kept():
    content = pickles.proto(4) + pickles.unicode("os") + pickles.unicode("path.os." * 20_000 + "system") + b"\x93)R."
    (call,) = facts(content, PickleCall)
    assert call.tails[-2:] == ("os.system", "system")


def test_a_protocol_2_name_is_read_as_python_3_resolves_it():
    assert imports(b"\x80\x02c__builtin__\neval\n.") == ["builtins.eval"]
    assert imports(b"ccommands\ngetoutput\n.") == ["subprocess.getoutput"]


def test_a_protocol_3_name_is_left_as_it_is():
    assert imports(b"\x80\x03c__builtin__\neval\n.") == ["__builtin__.eval"]


def test_state_set_on_a_global_is_stated_with_its_keys():
    (state,) = facts(pickles.build_on_global(), PickleState)
    assert (state.callable, state.target, state.keys) == ("numpy.size", "global", ("shape",))


def test_items_set_on_a_global_are_state():
    content = pickles.proto(4) + pickles.stacked("os", "environ") + pickles.short("PATH") + pickles.short("/x") + b"s."
    (state,) = facts(content, PickleState)
    assert (state.callable, state.target, state.keys) == ("os.environ", "global", ("PATH",))


@pytest.mark.parametrize("content", [pickles.joined_name(), pickles.concatenated_name()])
def test_a_computed_name_is_assembled(content):
    assert [fact.assembled for fact in facts(content, PickleImport) if fact.callable == "os.system"] == [True]


def test_a_name_that_cannot_be_computed_shows_a_question_mark():
    module = pickles.call(pickles.stacked("x", "y"))
    content = pickles.proto(4) + module + pickles.short("system") + b"\x93."
    (found,) = [fact for fact in facts(content, PickleImport) if fact.assembled]
    assert found.callable == "?.system"


def test_attrgetter_walks_from_its_argument():
    walked = [fact.segment for fact in facts(pickles.attrgetter(), PickleAttribute) if fact.via != "name"]
    assert walked == ["path", "os", "system"]


def test_copyreg_reconstructor_is_a_new_instance_of_its_class():
    content = pickles.proto(2) + pickles.call(
        pickles.name("copy_reg", "_reconstructor"),
        pickles.name("a.b", "C"),
        pickles.name("__builtin__", "object"),
        b"N",
    )
    (call,) = facts(content + b".", PickleCall)
    assert (call.callable, call.how, call.args) == ("a.b.C", "new", "")


def test_the_base_that_copyreg_reconstructor_initialises_is_called():
    content = pickles.proto(2) + pickles.call(
        pickles.name("copyreg", "_reconstructor"),
        pickles.name("a", "C"),
        pickles.name("b", "Base"),
        pickles.unicode("x"),
    )
    found = {(fact.callable, fact.how) for fact in facts(content + b".", PickleCall)}
    assert found == {("a.C", "new"), ("b.Base", "call")}


def test_a_call_of_a_result_names_the_import_behind_it():
    content = pickles.proto(4) + pickles.call(pickles.call(pickles.stacked("a", "make")), pickles.small(1)) + b"."
    assert [(fact.callable, fact.how) for fact in facts(content, PickleCall)] == [
        ("a.make", "call"),
        ("a.make", "result"),
    ]


def test_equal_calls_are_one_fact_with_a_count():
    content = pickles.proto(4) + pickles.call(pickles.stacked("a", "b"), pickles.small(1)) * 1000 + b"."
    (call,) = facts(content, PickleCall)
    assert call.count == 1000
    (found,) = facts(content, PickleImport)
    assert found.count == 1000


def test_many_different_calls_are_folded_into_the_last():
    made = b"".join(pickles.call(pickles.stacked("a", "b"), pickles.small(number)) for number in range(200))
    found = facts(pickles.proto(4) + made + b".", PickleCall)
    assert len(found) == 64
    assert sum(fact.count for fact in found) == 200


def test_long_arguments_are_cut():
    content = pickles.proto(4) + pickles.call(pickles.stacked("a", "b"), pickles.unicode("x" * 5000)) + b"."
    assert len(facts(content, PickleCall)[0].args) == 200


def test_a_control_character_is_escaped():
    content = pickles.proto(4) + pickles.call(pickles.stacked("a", "b"), pickles.unicode("\x1b[31m\u202e")) + b"."
    assert facts(content, PickleCall)[0].args == "'\\x1b[31m\\u202e'"


@pytest.mark.parametrize(
    ("content", "opcode"),
    [
        (pickles.broken_after_payload(), "0xff"),
        (pickles.broken_after_payload(b""), ""),
        (b"\x80\x04R.", "REDUCE"),
        (b"\x80\x04.", "STOP"),
        (b"\x80\x04h\x05.", "BINGET"),
        (b"\x80\x04NN\x93.", "STACK_GLOBAL"),
        (b"\x80\x04(K\x01K\x02K\x03d.", "DICT"),
        (b"\x80\x04(N0e.", "APPENDS"),
        (b"\x80\x04K\x01)R.", "REDUCE"),
        (b"\x80\x04ca\nb\nNR.", "REDUCE"),
        (b"\x80\x06N.", "PROTO"),
        (b"\x80\x02I12x\n.", "INT"),
        (b"\x80\x02S'x\n.", "STRING"),
        (b"\x80\x02S'\\x4'\n.", "STRING"),
        (b"\x80\x02Np-1\n.", "PUT"),
        (b"\x80\x02\x8b\xff\xff\xff\xff.", "LONG4"),
        (b"\x80\x02V\\u12\n.", "UNICODE"),
        (b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\xffN.", "FRAME"),
    ],
)
def test_a_stream_breaks_where_the_unpickler_raises(content, opcode):
    assert facts(content, PickleBroken)[0].opcode == opcode


def test_what_ran_before_the_break_makes_it_active():
    assert facts(pickles.broken_after_payload(), PickleBroken)[0].active
    assert not facts(b"\x80\x04N\xff", PickleBroken)[0].active


@pytest.mark.parametrize("content", [pickles.system4(), pickles.code_object(), pickles.torch_state(("0", 4))])
def test_a_cut_at_any_byte_is_a_broken_stream_and_never_an_error(content):
    for end in range(1, len(content)):
        found = facts(content[:end])
        assert not any(fact.complete for fact in found if isinstance(fact, PickleStream))
        assert any(isinstance(fact, PickleBroken) for fact in found)


def test_an_empty_file_is_malformed():
    with pytest.raises(MalformedError):
        facts(b"")


def test_every_stream_is_counted():
    found = facts(pickles.many_streams(), PickleStream)
    assert [fact.index for fact in found] == list(range(60))


def test_zeros_behind_the_last_stream_are_blank():
    (trailing,) = facts(pickles.proto(4) + b"N." + bytes(100), PickleTrailing)
    assert (trailing.size, trailing.blank) == (100, True)


def test_other_bytes_behind_it_are_not():
    (trailing,) = facts(pickles.proto(4) + b"N." + b"\xff" * 9, PickleTrailing)
    assert (trailing.size, trailing.blank) == (9, False)


def test_a_frame_that_ends_inside_an_opcode_is_read_both_ways():
    content = pickles.split_frame_line()
    assert {"jos.system", "os.system"} <= set(imports(content))
    (split,) = facts(content, PickleFrameSplit)
    assert split.dropped == 1


def test_nested_doubling_is_an_expansion():
    assert facts(pickles.doubling(), PickleExpansion)
    assert facts(pickles.doubling_from_the_top(), PickleExpansion)
    assert facts(pickles.doubling(levels=9, width=10), PickleExpansion)


def test_sharing_is_no_expansion():
    shared = [list(range(100))] * 100_000
    assert not facts(pickle.dumps(shared, 4), PickleExpansion)


def test_a_cycle_ends():
    loop: list = []
    loop.append([loop] * 20)
    assert not facts(pickle.dumps(loop, 4), PickleExpansion)


def test_bytecode_is_stated_with_its_names_and_strings():
    (code,) = facts(pickles.code_object(), PickleCode)
    assert (code.builder, code.function) == ("types.CodeType", "run")
    assert code.names == ("os", "system")
    assert code.strings == (pickles.PAYLOAD,)


def test_marshal_data_is_stated_with_its_names():
    import marshal

    compiled = compile("import os\nos.system('echo hi')", "x", "exec")
    content = pickles.proto(4) + pickles.call(
        pickles.stacked("marshal", "loads"), pickles.data(marshal.dumps(compiled))
    )
    (code,) = facts(content + b".", PickleCode)
    assert {"os", "system"} <= set(code.names)
    assert "echo hi" in {*code.strings, *code.names}


def test_a_persistent_id_is_stated_by_its_kind():
    (found,) = facts(pickles.torch_state(("0", 4), ("1", 4)), PicklePersistentId)
    assert (found.kind, found.count) == ("storage", 2)


def test_a_pickle_with_imports_named_as_text_is_disguised():
    assert facts(pickles.system(), PickleDisguised, path="notes.txt")[0].suffix == ".txt"
    assert not facts(pickles.system(), PickleDisguised, path="model.pkl")
    assert not facts(pickle.dumps([1, 2]), PickleDisguised, path="numbers.json")


@pytest.mark.parametrize(
    "text",
    [
        "class Foo:\n    pass\n",
        "(function () { return 1 })()\n",
        "(c) 2020 Somebody\nAll rights reserved\n",
        "I am text.\n",
        "N.B. this is text\n",
        "N.\n",
        "cat\ndog\nbird\n",
        "import os\nprint(os.name)\n",
        '{"a": 1}\n',
        "# Title\n\nText.\n",
        "Version: 1\nSize: 2\n",
        "Package: x\nVersion: 1\n\n",
        ".class { color: red }\n",
        "Programming.\n",
        "TN:\nSF:/home/x\n" * 2000,
        "I1\nI2\nI3\n",
        "]",
        "",
    ],
)
def test_text_is_not_claimed(text):
    assert not claims(text.encode()[:8192], "file.txt")


def test_a_constant_of_a_number_of_the_registry_and_stop_is_data():
    assert judged(pickle.dumps([b"\x83\x11\xe8.abcd", b"\x82\x07."], 2), "words.pkl") == {}


@pytest.mark.parametrize(
    "noise",
    [
        b"\x8f\x88\x82}\x92\x90\x87\x99\x97\x93qpk}xx",  # a set as the class of an object
        b"K\x01\x82\x01R\x90",  # a number as what is called
        b"\x82\x01K\x01R\x90",  # a number as the arguments
        b"\x82\x01]\x81\x90",
    ],
)
def test_noise_that_only_looks_as_if_it_called_is_no_pickle(noise):
    assert not claims(noise * 900, "dist/34dd3ad7")


def test_a_pickle_of_constants_without_header_is_claimed_to_its_stop():
    assert claims(pickle.dumps({"a": [1, 2, 3]}, 0), "data")


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_without_error(content):
    claims(content, "x.bin")
    for start in (b"", b"\x80\x04"):
        if start + content:
            facts(start + content)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=30,
)


@given(VALUES, st.integers(0, 5))
@settings(max_examples=200, deadline=None)
def test_an_honest_pickle_of_plain_values_is_complete_and_does_nothing_unplain(value, protocol):
    found = facts(pickle.dumps(value, protocol))
    streams = [fact for fact in found if isinstance(fact, PickleStream)]
    assert streams[0].complete
    assert {fact.callable for fact in found if isinstance(fact, PickleCall)} <= {"_codecs.encode", "builtins.bytes"}


@given(VALUES)
@settings(max_examples=50, deadline=None)
def test_reading_twice_is_equal(value):
    content = pickle.dumps(value)
    assert facts(content) == facts(content)
