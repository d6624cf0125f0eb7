"""Which file a nested place lies in."""

import time

from scanner.nesting import file_of


def test_a_member_lies_in_its_file():
    assert file_of("a.pt!archive/data.pkl", {"a.pt", "b.pt"}) == "a.pt"


def test_a_file_lies_in_itself():
    assert file_of("a.pt", {"a.pt"}) == "a.pt"


def test_a_file_with_a_separator_in_its_name_is_found():
    assert file_of("wow!.pt!data.pkl", {"wow!.pt"}) == "wow!.pt"


def test_a_file_whose_name_looks_nested_lies_in_itself():
    assert file_of("a.pt!b", {"a.pt", "a.pt!b"}) == "a.pt!b"


def test_a_place_in_no_known_file_is_cut_at_the_first_separator():
    assert file_of("a.pt!b!c", ()) == "a.pt"


def test_thousands_of_separators_take_no_time():
    start = time.process_time()
    assert file_of("a" + "!" * 1_000_000, {"b"}) == "a"
    assert time.process_time() - start < 1
