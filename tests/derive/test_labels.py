"""The two tables of a classifier's answers."""

import pytest

from scanner.derive.document.labels import derive
from tests.builders.settings import settings

NAMES = {"0": "safe", "1": "unsafe"}


def found(value):
    return [
        (one.how, one.label, one.left, one.right, one.concerned) for one in derive([settings("config.json", value)])
    ]


@pytest.mark.parametrize(
    "back",
    [{"safe": 0, "unsafe": 1}, {"safe": "0", "unsafe": "1"}, {"safe": 0.0, "unsafe": 1.0}, {}, {"safe": None}],
    ids=["numbers", "texts", "fractions", "none", "empty"],
)
def test_tables_that_agree_say_nothing(back):
    assert found({"id2label": NAMES, "label2id": back, "num_labels": 2}) == []


def test_names_under_each_other_s_ids_are_exchanged():
    assert found({"id2label": NAMES, "label2id": {"safe": 1, "unsafe": 0}}) == [("exchanged", "safe", "0", "1", 2)]


def test_a_table_left_over_from_another_model_differs():
    assert found({"id2label": NAMES, "label2id": {"LABEL_0": 0, "LABEL_1": 1}}) == [("differ", "safe", "0", "", 2)]


def test_one_name_for_several_answers_is_repeated():
    assert found({"id2label": {"0": "safe", "1": "safe"}, "label2id": {"safe": 1}}) == [
        ("repeated", "safe", "0, 1", "", 1)
    ]


def test_the_number_of_labels_is_compared():
    assert found({"id2label": NAMES, "num_labels": 3}) == [("count", "", "3", "2", 1)]


def test_tables_of_a_part_are_compared_among_themselves():
    part = {"id2label": NAMES, "label2id": {"safe": 1, "unsafe": 0}}
    assert [
        one[0] for one in found({"id2label": NAMES, "label2id": {"safe": 0, "unsafe": 1}, "vision_config": part})
    ] == ["exchanged"]


def test_a_table_that_counts_nothing_is_left_alone():
    assert found({"id2label": {"a": "b", "c": "b"}, "label2id": {"b": 7}}) == []
    assert found({"id2label": {}, "label2id": {"b": 7}}) == []
