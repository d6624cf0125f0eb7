"""The conditions of the rule language, one law a test."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.artifact import Location
from scanner.facts.array import ArrayHeader
from scanner.facts.core import Encrypted, Malformed
from scanner.facts.pickle import PickleCall
from scanner.predicate import OPERATORS, ConditionError, compile_where

TABLES = {"starters": frozenset({"os.system", "posix.system"}), "nothing": frozenset()}


def table(name: str) -> frozenset[str]:
    return TABLES.get(name, frozenset())


def call(**fields) -> PickleCall:
    given = {
        "where": Location(path=fields.pop("path", "a.pkl"), offset=fields.pop("offset", 3)),
        "callable": "os.system",
        "module": "os",
        "name": "system",
        "package": "os",
        "tails": ("os.system", "system"),
        "opcode": "REDUCE",
        "how": "call",
        "args": "'echo'",
        "count": 1,
    }
    return PickleCall(**{**given, **fields})


def holds(where, fact=None) -> bool:
    return compile_where(where, table)(fact or call())


def test_a_scalar_equals() -> None:
    assert holds({"module": "os"})
    assert not holds({"module": "sys"})


def test_a_number_equals_whatever_its_spelling() -> None:
    assert holds({"count": 1.0})
    assert not holds({"count": "1"})


def test_true_is_not_one() -> None:
    assert not holds({"count": True})
    assert not holds({"declared": 1}, Malformed(where=Location(path=""), format="", reason="", declared=True))


def test_a_list_is_any_of() -> None:
    assert holds({"module": ["sys", "os"]})
    assert holds({"module": ["sys", {"prefix": "o"}]})
    assert not holds({"module": ["sys", "io"]})


def test_all_conditions_of_a_where_hold() -> None:
    assert holds({"module": "os", "name": "system"})
    assert not holds({"module": "os", "name": "popen"})


def test_an_empty_where_holds() -> None:
    assert holds({})


def test_any_is_one_of_its_mappings() -> None:
    assert holds({"any": [{"module": "sys"}, {"name": "system"}]})
    assert not holds({"any": [{"module": "sys"}, {"name": "popen"}]})
    assert not holds({"any": [{"name": "system"}], "module": "sys"})


def test_several_operators_of_a_field_all_hold() -> None:
    assert holds({"callable": {"prefix": "os.", "suffix": "system"}})
    assert not holds({"callable": {"prefix": "os.", "suffix": "popen"}})


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"in": "$starters"}, True),
        ({"in": "$nothing"}, False),
        ({"in": "$absent"}, False),
        ({"not": "os.system"}, False),
        ({"not": {"in": "$nothing"}}, True),
        ({"not": ["a", {"prefix": "posix"}]}, True),
        ({"prefix": "os."}, True),
        ({"prefix": ["nt.", "os."]}, True),
        ({"suffix": ".system"}, True),
        ({"contains": "s.s"}, True),
        ({"contains": "S.S"}, False),
        ({"matches": "^os[.]"}, True),
        ({"matches": "^system"}, False),
        ({"exists": True}, True),
        ({"exists": False}, False),
    ],
)
def test_operators_on_text(condition, expected) -> None:
    assert holds({"callable": condition}) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"above": 0}, True),
        ({"above": 1}, False),
        ({"below": 2}, True),
        ({"below": 1}, False),
        ({"above": 0, "below": 2}, True),
    ],
)
def test_operators_on_numbers(condition, expected) -> None:
    assert holds({"count": condition}) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"contains": "system"}, True),
        ({"contains": "syst"}, False),
        ({"some": {"in": "$starters"}}, True),
        ({"every": {"suffix": "system"}}, True),
        ({"every": {"prefix": "os"}}, False),
        ({"exists": True}, True),
    ],
)
def test_operators_on_tuples(condition, expected) -> None:
    assert holds({"tails": condition}) is expected


def test_every_item_of_nothing_is_no_match() -> None:
    assert not holds({"tails": {"every": "x"}}, call(tails=()))


def test_an_empty_text_or_tuple_does_not_exist() -> None:
    assert holds({"args": {"exists": False}}, call(args=""))
    assert holds({"tails": {"exists": False}}, call(tails=()))


def test_zero_and_false_exist() -> None:
    assert holds({"count": {"exists": True}}, call(count=0))


def test_the_place_of_a_fact_has_fields_too() -> None:
    assert holds({"path": {"suffix": ".pkl"}, "offset": {"above": 2}})


def test_none_is_missing() -> None:
    assert holds({"line": {"exists": False}})
    assert not holds({"line": {"exists": True}})
    assert not holds({"line": {"not": 3}})
    assert not holds({"line": {"above": -1}})


def test_a_missing_field_matches_nothing_but_its_absence() -> None:
    assert not any(
        holds({"absent": condition})
        for condition in ("x", 1, {"not": "x"}, {"prefix": "x"}, {"above": 0}, {"some": "x"}, {"exists": True})
    )
    assert holds({"absent": {"exists": False}})


def test_an_operator_that_does_not_speak_of_the_type_is_no_match() -> None:
    header = ArrayHeader(
        where=Location(path=""), dtype="|O", shape=(2,), pickled=True, expected_nbytes=1, found_nbytes=1
    )
    for condition in ({"above": 0}, {"below": 5}, {"prefix": "T"}, {"in": "$starters"}, {"matches": "."}):
        assert not holds({"pickled": condition}, header)
        assert not holds({"shape": condition}, header)


def test_a_pattern_reads_lone_surrogates() -> None:
    assert holds({"args": {"matches": "a.b"}}, call(args="a\udc80b"))


def test_a_backtracking_bomb_is_linear() -> None:
    assert not holds({"args": {"matches": "^(a+)+$"}}, call(args="a" * 100_000 + "b"))


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ({"a": {"like": "x"}}, "unknown operator"),
        ({"a": {}}, "empty condition"),
        ({"a": None}, "a value is"),
        ({"a": {"in": "starters"}}, "takes a table"),
        ({"a": {"in": "$../../etc/passwd"}}, "takes a table"),
        ({"a": {"in": ["x"]}}, "takes a table"),
        ({"a": {"prefix": ""}}, "takes a text"),
        ({"a": {"prefix": []}}, "takes a text"),
        ({"a": {"suffix": 3}}, "takes a text"),
        ({"a": {"contains": [1]}}, "takes a text"),
        ({"a": {"matches": ["x"]}}, "takes a pattern"),
        ({"a": {"above": "3"}}, "takes a number"),
        ({"a": {"below": True}}, "takes a number"),
        ({"a": {"exists": "yes"}}, "takes true or false"),
        ({"any": {}}, "list of mappings"),
        ({"any": []}, "list of mappings"),
        ({"any": ["x"]}, "list of mappings"),
    ],
)
def test_what_is_not_of_the_language_is_refused(where, reason) -> None:
    with pytest.raises(ConditionError, match=reason):
        compile_where(where, table)


@pytest.mark.parametrize("pattern", ["(", "(?=x)", r"(a)\1", "a{1001}", "\udc80"])
def test_a_pattern_that_re2_refuses_is_refused_when_it_is_first_met(pattern) -> None:
    predicate = compile_where({"args": {"matches": pattern}}, table)
    with pytest.raises(ConditionError, match="pattern"):
        predicate(call())


SCALARS = st.one_of(st.text(max_size=5), st.integers(), st.floats(), st.booleans())
CONDITIONS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(sorted(OPERATORS)), inner, max_size=2)
    ),
    max_leaves=6,
)


@given(where=st.dictionaries(st.sampled_from(["callable", "count", "tails", "line", "absent", "any"]), CONDITIONS))
def test_a_condition_is_refused_or_total(where) -> None:
    try:
        predicate = compile_where(where, table)
        results = {
            predicate(fact)
            for fact in (
                call(),
                call(callable="\udcff", tails=(), count=-1),
                Encrypted(where=Location(path="x"), method=""),
            )
        }
    except ConditionError:
        return
    assert results <= {True, False}
