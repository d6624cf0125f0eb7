"""Classes and functions that a pickle carries, helpers that call what they are handed, and texts in states."""

import pytest

from scanner.facts import LimitReached
from scanner.facts.pickle import PickleCall, PickleCode, PickleImport, PickleState, PickleStateText
from tests.builders import carried, gadgets, pickles
from tests.builders.pickles import call, proto, short, small, stacked, tuple_of
from tests.formats.test_pickle import facts

FUNCTION = "cloudpickle.cloudpickle._make_function"

RUNS_A_METHOD = (
    carried.state_of_its_own,
    carried.attribute_asked_for_state,
    carried.new_of_its_own,
    carried.new_through_copyreg,
    carried.finalizer,
    carried.constructor,
    carried.metaclass,
    carried.hook_of_a_base,
    carried.method_of_a_base,
    carried.class_found_by_its_id,
    carried.append_of_its_own,
    carried.item_set_by_its_own,
    carried.hash_of_a_key,
    carried.class_handed_to_a_generator,
    carried.class_handed_to_an_array,
    carried.class_handed_to_a_tensor,
    carried.property_fetched,
    carried.item_of_a_class,
)


def runs(content: bytes) -> list[str]:
    """Name what is called that a call has made."""
    return [fact.callable for fact in facts(content, PickleCall) if fact.how == "result"]


@pytest.mark.parametrize("make", RUNS_A_METHOD, ids=lambda make: make.__name__)
def test_a_method_that_the_unpickler_runs_is_a_call_of_its_function(make):
    assert FUNCTION in runs(make())


@pytest.mark.parametrize(
    "make",
    [carried.honest_object, carried.honest_class_by_dill, carried.honest_function_held, carried.honest_class_called],
)
def test_a_method_that_nothing_runs_is_none(make):
    assert FUNCTION not in runs(make())


def test_the_state_is_what_a_carried_setstate_gets():
    made = carried.instance(("__setstate__", carried.QUIET)) + b"}" + short("a") + small(7) + b"s" + b"b."
    (found,) = [
        fact for fact in facts(proto(4) + made, PickleCall) if fact.callable == FUNCTION and fact.how == "result"
    ]
    assert (found.args, found.opcode) == ("{'a': 7}", "BUILD")


def test_a_method_from_a_library_is_called_by_its_name():
    made = carried.instance(("__setstate__", stacked("difflib", "get_close_matches"))) + b"}b."
    assert "difflib.get_close_matches" in {fact.callable for fact in facts(proto(4) + made, PickleCall)}


def test_a_class_with_attributes_that_are_not_known_may_run_anything():
    body = call(stacked("a", "b"))
    made = carried.skeleton() + b"\x94"
    filled = call(carried.cloudpickle("_class_setstate"), b"h\0", tuple_of(body, b"}")) + b"0"
    assert "?" in runs(proto(4) + made + filled + b"h\0)\x81}b.")


@pytest.mark.parametrize(
    ("helper", "items"),
    [
        ("_create_type", (b"x", b"y")),
        ("_create_ftype", (b"x", b"y", b")", b"N")),
        ("_create_array", (b"x", tuple_of(short("y")), b"N")),
    ],
)
def test_a_helper_of_dill_calls_its_first_argument(helper, items):
    shown = {b"x": stacked("a", "f"), b"y": short("y")}
    content = proto(4) + call(carried.dill(helper), *(shown.get(item, item) for item in items)) + b"."
    assert {fact.callable: fact.args for fact in facts(content, PickleCall)}["a.f"] == "'y'"


@pytest.mark.parametrize(
    "home", ["cloudpickle", "joblib.externals.cloudpickle.cloudpickle", "ray.cloudpickle.cloudpickle_fast"]
)
def test_copies_of_cloudpickle_are_read_like_itself(home):
    content = proto(4) + call(stacked(home, "instance"), stacked("a", "f")) + b"."
    assert "a.f" in {fact.callable for fact in facts(content, PickleCall)}


@pytest.mark.parametrize(
    "make",
    [
        carried.library_changed_by_class_setstate,
        carried.library_changed_by_function_setstate,
        carried.module_changed_by_dill,
    ],
)
def test_what_a_helper_sets_on_an_import_is_state_of_it(make):
    assert "global" in {fact.target for fact in facts(make(), PickleState)}


def test_what_a_call_is_handed_is_named():
    (found,) = [fact for fact in facts(carried.index_of_its_own(), PickleCall) if fact.callable == "datetime.date"]
    assert found.handed == ("cloudpickle.cloudpickle._make_skeleton_class",)


def test_what_a_partial_binds_is_handed_over_with_it():
    bound = call(stacked("functools", "partial"), carried.QUIET)
    content = proto(4) + call(stacked("a", "b"), b"](" + bound + b"e") + b"."
    (found,) = [fact for fact in facts(content, PickleCall) if fact.callable == "a.b"]
    assert found.handed == (FUNCTION, "functools.partial")


@pytest.mark.parametrize(("items", "texts"), [((small(1),), False), ((tuple_of(tuple_of(short("x"))),), True)])
def test_a_text_deep_in_the_arguments_is_noticed(items, texts):
    (found,) = facts(proto(4) + call(stacked("a", "b"), *items) + b".", PickleCall)
    assert found.texts is texts


def test_a_call_that_hands_over_something_new_is_stated_however_many_came_before():
    made = [call(stacked("a", "b"), small(number % 250), small(number // 250)) + b"0" for number in range(5000)]
    last = call(stacked("a", "b"), stacked("os", "path"), small(1))
    found = facts(proto(4) + b"".join(made) + last + b".", PickleCall)
    assert "os.path, 1" in {fact.args for fact in found}
    assert sum(fact.count for fact in found) == 5001


def test_more_shapes_of_arguments_than_are_kept_are_a_limit():
    made = b"".join(call(stacked("a", "b"), stacked("c", f"d{number}")) + b"0" for number in range(1100))
    assert facts(proto(4) + made + b"N.", LimitReached)


def test_keys_that_are_computed_or_hidden_show_as_a_question_mark():
    for make in (
        gadgets.source_run_by_scipy_in_an_ordered_dict,
        gadgets.source_run_by_scipy_under_a_computed_key,
        gadgets.source_run_by_scipy_among_many_keys,
    ):
        assert any("?" in fact.keys for fact in facts(make(), PickleState))


def test_keys_with_objects_are_told_from_those_with_data():
    (state,) = [fact for fact in facts(carried.carried_as_a_method(), PickleState) if fact.target == "instance"]
    assert state.objects == ("_attach_methods",)


def test_a_text_that_a_class_compiles_is_stated():
    (found,) = facts(gadgets.source_run_by_scipy(), PickleStateText)
    assert (found.key, found.text) == ("_parse_arg_template", "print(1)")
    assert found.callable == "scipy.stats._continuous_distns.norm_gen"


def test_a_module_that_a_helper_imports_is_an_import():
    modules = [fact.module for fact in facts(gadgets.honest_modules(), PickleImport) if not fact.name]
    assert modules == ["numpy", "os", "json", "math"]


def test_a_default_of_getattr_is_not_taken_for_the_attribute():
    assert "builtins.getattr" in runs(carried.default_of_getattr())


def test_new_with_keywords_is_new_of_its_class():
    (found,) = [fact for fact in facts(gadgets.honest_keywords_of_new(), PickleCall) if fact.how == "new"]
    assert (found.callable, found.args) == ("sympy.core.numbers.Float", "1")
    assert runs(gadgets.honest_keywords_of_new()) == []


@pytest.mark.parametrize(
    "content", [carried.state_of_its_own(), carried.carried_by_create_array(), gadgets.honest_modules()]
)
def test_a_cut_at_any_byte_is_never_an_error(content):
    for end in range(1, len(content)):
        facts(content[:end])


def test_marshal_data_of_dill_is_code():
    content = proto(4) + call(carried.dill("_unmarshal"), pickles.data(b"\xda\x06system" * 3)) + b"."
    assert facts(content, PickleCode)
