"""Choices on the input, in graphs without a format: what is followed, how far, and where it ends."""

import time

import pytest

from scanner.choices.distance import DEPTH
from scanner.choices.follow import SPARE_STEPS, Analysis
from scanner.choices.graph import Graph, Node, ordered
from scanner.choices.words import Words

WORDS = Words(
    compare=frozenset(("eq",)),
    carry=frozenset(("not", "same", "mul", "select", "if", "split")),
    shape=frozenset(("shape",)),
    trained=frozenset(("layer",)),
    lookup=frozenset(("pick",)),
    free=frozenset(("same", "call", "not")),
    steps=frozenset(("relu",)),
    selects={"select": 0},
    picks={"pick": 1},
    gates=frozenset(("mul",)),
    branches=frozenset(("if",)),
    loops={"while": -1, "loop": 1},
    switches=frozenset(("switch",)),
    merges=frozenset(("merge",)),
)


def node(operator, inputs, outputs, **more):
    return Node(operator, "", more.pop("name", operator), tuple(inputs.split()), tuple(outputs.split()), **more)


def graph(*nodes, inputs="x", outputs="y", name="", **constants):
    return Graph(
        name=name, inputs=inputs.split(), outputs=outputs.split(), nodes=list(nodes), constants=dict(constants)
    )


def follow(main, *functions):
    analysis = Analysis(WORDS, functions, 100)
    analysis.root(main)
    return analysis


def one(main, *functions):
    (choice,) = follow(main, *functions).choices
    return choice


HIT = node("eq", "x c", "hit")
LAYER = node("layer", "x w", "h")


def test_a_choice_between_a_constant_and_a_layer_passes_the_layer_over():
    found = one(graph(HIT, LAYER, node("select", "hit a h", "y"), c="7", a="1, 0"))
    assert (found.operator, found.comparison, found.constants, found.value) == ("select", "eq", ("7",), "1, 0")
    assert (found.fixed, found.raw, found.over, found.compared, found.distance) == (True, True, True, True, 0)


def test_a_choice_between_two_values_of_the_input_is_not_fixed():
    found = one(graph(HIT, LAYER, node("select", "hit x h", "y")))
    assert not found.fixed


def test_a_comparison_behind_a_layer_is_not_raw():
    found = one(graph(LAYER, node("eq", "h c", "hit"), node("select", "hit a x", "y")))
    assert (found.raw, found.over) == (False, False)


def test_a_layer_of_two_values_of_the_input_is_none():
    found = one(graph(node("layer", "x x", "h"), node("eq", "h c", "hit"), node("select", "hit a h", "y")))
    assert (found.raw, found.over) == (True, False)


def test_a_condition_that_is_an_input_is_no_choice():
    assert not follow(graph(node("not", "flag", "no"), node("select", "no a x", "y"), inputs="x flag")).choices


def test_a_condition_made_without_a_comparison_is_told_by_its_maker():
    found = one(graph(node("remainder", "x c", "r"), node("same", "r", "hit"), node("select", "hit a x", "y"), c="2"))
    assert (found.comparison, found.compared, found.constants) == ("remainder", False, ("2",))


def test_a_shape_is_no_value():
    assert not follow(graph(node("shape", "x", "s"), node("eq", "s c", "hit"), node("select", "hit a x", "y"))).choices


def test_a_choice_that_reaches_no_output_is_none():
    assert not follow(graph(HIT, node("select", "hit a x", "z"), node("same", "x", "y"))).choices


def test_operators_that_hand_a_value_on_do_not_add_to_the_distance():
    tail = [node("same", f"v{at}", f"v{at + 1}") for at in range(9)]
    found = one(graph(HIT, node("select", "hit a x", "v0"), *tail, outputs="v9"))
    assert found.distance == 0
    tail[4] = node("add", "v4 b", "v5")
    assert one(graph(HIT, node("select", "hit a x", "v0"), *tail, outputs="v9")).distance == 1


def test_a_factor_that_is_an_answer_is_a_gate():
    gate = node("mul", "hit a", "g")
    found = one(graph(HIT, LAYER, gate, node("add", "h g", "y"), a="9"))
    assert (found.operator, found.fixed, found.value, found.distance) == ("mul", True, "9", 1)


def test_a_value_cut_off_before_any_layer_is_a_gate_as_well():
    near = [node("sub", "x c", "d"), node("abs", "d", "e"), node("relu", "e", "hit"), node("mul", "hit a", "g")]
    assert one(graph(*near, LAYER, node("add", "h g", "y"))).comparison == "relu"
    deep = [LAYER, node("relu", "h", "hit"), node("mul", "hit a", "y")]
    assert not follow(graph(*deep)).choices
    plain = [node("relu", "x", "hit"), node("mul", "hit a", "y")]
    assert not follow(graph(*plain)).choices


def test_an_index_that_is_an_answer_picks():
    found = one(graph(HIT, node("pick", "both hit", "y")))
    assert (found.operator, found.fixed) == ("pick", True)
    assert not follow(graph(node("add", "x c", "i"), node("pick", "both i", "y"))).choices


def branch(*nodes, outputs, inputs=""):
    return graph(*nodes, inputs=inputs, outputs=outputs)


def test_a_branch_that_ignores_the_input_is_fixed():
    ways = (branch(outputs="a"), branch(LAYER, outputs="h"))
    found = one(graph(HIT, node("if", "hit", "y", graphs=ways)))
    assert (found.operator, found.fixed, found.over, found.distance) == ("if", True, True, 0)


def test_a_flag_beside_the_output_of_a_branch_does_not_make_that_fixed():
    ways = (branch(outputs="x one"), branch(LAYER, outputs="h two"))
    found = one(graph(HIT, node("if", "hit", "y flag", graphs=ways)))
    assert not found.fixed


def test_the_distance_is_that_of_the_output_which_is_fixed():
    ways = (branch(outputs="x one"), branch(LAYER, outputs="h x"))
    tail = [node("add", "rate c", "more"), node("add", "more c", "z")]
    found = one(graph(HIT, node("if", "hit", "y rate", graphs=ways), *tail, outputs="y z"))
    assert (found.fixed, found.distance) == (True, 2)


def test_branches_may_be_functions_that_take_the_rest_of_the_inputs():
    one_way = graph(node("same", "b", "r"), inputs="b", outputs="r", name="f")
    other = graph(node("same", "k", "r"), inputs="b", outputs="r", name="g")
    found = one(graph(HIT, node("if", "hit x", "y", calls=("f", "g"))), one_way, other)
    assert found.fixed


def test_a_choice_inside_a_function_has_the_distance_of_its_caller():
    function = graph(node("eq", "p c", "hit"), node("select", "hit a p", "r"), inputs="p", outputs="r", name="f")
    main = graph(node("f", "x", "v"), node("add", "v b", "y"))
    found = one(main, function)
    assert (found.scope, found.distance) == ("f", 1)


def test_an_answer_of_a_function_is_an_answer_to_its_caller():
    function = graph(node("eq", "p c", "r"), inputs="p", outputs="r", name="f")
    assert one(graph(node("f", "x", "hit"), node("select", "hit a x", "y")), function).comparison == "eq"


def test_operators_inside_a_function_count_for_what_goes_through_it():
    function = graph(node("add", "p c", "q"), node("add", "q c", "r"), inputs="p", outputs="r", name="f")
    found = one(graph(HIT, node("select", "hit a x", "v"), node("f", "v", "y")), function)
    assert found.distance == 2


def test_a_function_that_nobody_calls_is_followed_without_a_claim_about_its_input():
    function = graph(node("eq", "p c", "hit"), node("select", "hit a p", "r"), inputs="p", outputs="r", name="f")
    analysis = follow(graph(node("same", "x", "y")), function)
    analysis.rest()
    (found,) = analysis.choices
    assert (found.scope, found.raw) == ("f", False)


def test_a_variable_that_a_function_captures_is_no_input():
    function = graph(node("eq", "p c", "hit"), node("select", "hit a p", "r"), inputs="p", outputs="r", name="f")
    function.weights = {"p"}
    analysis = Analysis(WORDS, [function], 10)
    analysis.rest()
    assert not analysis.choices


def test_a_function_that_calls_itself_ends():
    function = graph(node("f", "p", "r"), inputs="p", outputs="r", name="f")
    assert not follow(graph(node("f", "x", "y")), function).full


def test_functions_nested_too_deep_are_told():
    chain = [graph(node(f"f{at + 1}", "p", "r"), inputs="p", outputs="r", name=f"f{at}") for at in range(DEPTH + 2)]
    analysis = follow(graph(node("f0", "x", "y")), *chain)
    assert analysis.full


def test_functions_that_would_take_for_ever_are_told():
    """Each calls the next once with the input and once without: every level has twice as many kinds of callers."""
    chain = [
        graph(
            node(f"f{at + 1}", " ".join(("p0", "c", *(f"p{k}" for k in range(at)))), "r"),
            node(f"f{at + 1}", " ".join(("c", "p0", *(f"p{k}" for k in range(at)))), "s"),
            inputs=" ".join(f"p{k}" for k in range(at + 1)), outputs="r s", name=f"f{at}",
        )
        for at in range(30)
    ]  # fmt: skip
    analysis = follow(graph(node("f0", "x", "y")), *chain)
    assert analysis.bound == 400 + SPARE_STEPS
    assert not analysis.choices


def test_the_second_round_of_a_loop_works_with_what_the_first_made():
    body = graph(node("eq", "s c", "hit"), node("select", "hit a x", "t"), inputs="i k s", outputs="k t", name="")
    main = graph(node("loop", "n k s0", "y", graphs=(body,)))
    assert [one.comparison for one in follow(main).choices] == ["eq"]


def test_a_counter_of_a_loop_does_not_depend_on_the_input():
    condition = graph(node("eq", "i n", "go"), inputs="i v", outputs="go", name="c")
    body = graph(node("add", "i one", "j"), node("layer", "v w", "u"), inputs="i v", outputs="j u", name="b")
    main = graph(node("while", "zero x", "k v", calls=("c", "b")), node("same", "v", "y"), outputs="y k")
    assert not follow(main, condition, body).choices


def test_a_loop_that_runs_by_the_input_and_makes_a_constant_is_fixed():
    condition = graph(node("eq", "v c", "go"), inputs="v", outputs="go", name="c")
    body = graph(node("same", "a", "r"), inputs="v", outputs="r", name="b")
    found = one(graph(node("while", "x", "y", calls=("c", "b"))), condition, body)
    assert (found.operator, found.fixed) == ("while", True)


def switched(*, constant):
    yes = node("same", "a" if constant else "s", "yes", controls=("s",))
    return graph(HIT, node("switch", "x hit", "s t"), yes, node("layer", "t w", "no"), node("merge", "yes no", "y"))


@pytest.mark.parametrize("constant", [True, False])
def test_a_merge_takes_one_of_two_ways(constant):
    found = one(switched(constant=constant))
    assert (found.operator, found.comparison, found.fixed) == ("merge", "eq", constant)


def test_what_comes_out_of_an_inner_merge_still_lies_behind_the_outer_switch():
    inner = [node("switch", "s two", "s1 t1"), node("same", "a", "yes", controls=("s1",)), node("merge", "yes t1", "m")]
    main = graph(HIT, node("eq", "x d", "two"), node("switch", "x hit", "s t"), *inner, node("merge", "m t", "y"))
    assert [found.operator for found in follow(main).choices] == ["merge", "merge"]


def test_a_switch_by_a_constant_is_no_choice():
    main = graph(node("switch", "x k", "s t"), node("same", "a", "yes", controls=("s",)), node("merge", "yes t", "y"))
    assert not follow(main).choices


def test_nodes_out_of_order_and_on_a_circle_are_sorted_without_end():
    nodes = [node("c", "b", "c"), node("b", "a", "b"), node("p", "q", "p"), node("q", "p", "q"), node("a", "x", "a")]
    assert [one.operator for one in ordered(nodes)] == ["a", "b", "c", "p", "q"]


def test_loops_in_loops_are_followed_within_the_bound():
    body = graph(node("while", "x c", "y"))
    for _ in range(30):
        body = graph(node("while", "x c", "y", graphs=(body,)), inputs="x c", outputs="y c")
    clock = time.process_time()
    analysis = follow(graph(node("while", "x c", "y", graphs=(body,)), c="1"))
    assert analysis.full
    assert time.process_time() - clock < 5
