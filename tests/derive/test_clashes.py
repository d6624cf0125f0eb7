"""Files of one folder that give an id different texts."""

import pytest

from scanner.artifact import Location
from scanner.derive.tokenizer.clashes import FILES, SHOWN, derive
from scanner.facts.tokenizer import AddedToken
from scanner.vocabulary import vocabulary

WORDS = [f"\u2581word{number}" for number in range(1000)]


def file(words, name="m/tokenizer.json", source=None, kind="BPE"):
    source = source or name.rpartition("/")[2]
    return list(vocabulary(Location(path=name), source, kind, [(word, at) for at, word in enumerate(words)]))


def token(number, text, name="m/tokenizer_config.json", source=None):
    return AddedToken(
        where=Location(path=name, pointer=f"/{number}"),
        source=source or name.rpartition("/")[2],
        id=number,
        text=text,
        special=True,
        base_id=-1,
        base_text="",
        marks=(),
        twin="",
    )


def swapped(words, left, right):
    words = [*words]
    words[left], words[right] = words[right], words[left]
    return words


@pytest.mark.parametrize("name", ["m/vocab.json", "m/vocab.txt", "m/a.gguf", "m/q.tiktoken", "m/spiece.model"])
def test_a_swap_in_one_file_of_two_is_shown(name):
    found = list(derive([*file(WORDS), *file(swapped(WORDS, 400, 800), name)]))
    assert {frozenset((one.left, one.right)) for one in found} == {frozenset(("m/tokenizer.json", name))}
    assert [(one.id, {one.left_text, one.right_text}, one.rows) for one in found] == [
        (400, {WORDS[400], WORDS[800]}, 2),
        (800, {WORDS[400], WORDS[800]}, 2),
    ]


def test_equal_files_do_not_clash():
    assert list(derive([*file(WORDS), *file(WORDS, "m/vocab.json")])) == []


def test_rows_that_one_file_does_not_have_are_no_clash():
    assert list(derive([*file(WORDS), *file([*WORDS, "<|im_end|>", "[PAD1001]"], "m/a.gguf", "gguf")])) == []


def test_files_of_other_folders_are_not_compared():
    assert list(derive([*file(WORDS), *file(swapped(WORDS, 400, 800), "n/vocab.json")])) == []


def test_two_files_of_one_kind_are_two_tokenizers():
    facts = [*file(WORDS, "m/a.model", "sentencepiece"), *file(swapped(WORDS, 1, 2), "m/b.model", "sentencepiece")]
    assert list(derive(facts)) == []


def test_unrelated_vocabularies_are_not_compared():
    other = [f"\u2581other{number}" for number in range(1000)]
    assert list(derive([*file(WORDS), *file(other, "m/source.spm", "sentencepiece")])) == []


@pytest.mark.parametrize("shift", [1, 4, 103])
def test_a_shift_of_all_ids_is_honest_and_a_swap_under_it_is_not(shift):
    special = [f"<s{number}>" for number in range(shift)]
    pieces = file(["<unk>", "<s>", "</s>", *WORDS], "m/spiece.model", "sentencepiece")
    made = [*special, "<pad>", "</s>", "<unk>", *WORDS]
    assert list(derive([*pieces, *file(made)])) == []
    found = list(derive([*pieces, *file(swapped(made, 700, 800))]))
    assert [one.id for one in found] == [700, 800]
    assert {found[0].left_text, found[0].right_text} == {made[700], made[800]}


def test_the_words_of_a_wordpiece_are_written_otherwise_in_gguf():
    words = ["[PAD]", "[UNK]", *(f"##part{number}" if number % 3 else f"word{number}" for number in range(900))]
    written = ["[PAD]", "[UNK]", *(f"part{number}" if number % 3 else f"\u2581word{number}" for number in range(900))]
    left, right = file(words, "m/vocab.txt", kind="WordPiece"), file(written, "m/a.gguf", "gguf", "WordPiece")
    assert list(derive([*left, *right])) == []
    right = file(swapped(written, 400, 500), "m/a.gguf", "gguf", "WordPiece")
    assert [one.id for one in derive([*left, *right])] == [400, 500]


def test_spaces_are_written_in_two_ways():
    assert list(derive([*file(["a", "b", "\u2581\u2581"]), *file(["a", "b", "  "], "m/a.gguf", "gguf")])) == []


@pytest.mark.parametrize("name", ["m/tokenizer_config.json", "m/added_tokens.json"])
def test_an_added_token_that_is_another_word_of_the_vocabulary_is_shown(name):
    (found,) = derive([*file(WORDS), token(40, "\u2581delete", name)])
    assert {found.left_text, found.right_text} == {WORDS[40], "\u2581delete"}
    assert found.where.pointer in (None, "/40")


def test_added_tokens_of_two_files_are_compared():
    facts = [token(5000, "<a>"), token(5000, "<b>", "m/added_tokens.json"), token(5001, "<c>", "m/added_tokens.json")]
    (found,) = derive(facts)
    assert (found.id, found.left_text, found.right_text) == (5000, "<b>", "<a>")


def test_an_added_token_over_a_row_is_what_the_other_file_has_there():
    left = [*file(WORDS), token(40, "<|x|>", "m/tokenizer.json")]
    assert list(derive([*left, token(40, "<|x|>")])) == []
    assert list(derive([*left, *file(WORDS, "m/vocab.json")])) == []


@pytest.mark.parametrize("free", ["<unused7>", "[PAD1005]", "<|reserved_special_token_3|>", "<extra_id_0>"])
def test_a_free_row_may_be_filled(free):
    left = file([*WORDS[:40], free, *WORDS[41:]])
    assert list(derive([*left, token(40, "<|tool|>")])) == []


def test_special_pieces_may_be_renumbered_and_words_may_not():
    pieces = file(["<unk>", "<s>", "</s>", *WORDS], "m/spiece.model", "sentencepiece")
    assert list(derive([*pieces, token(0, "<s>"), token(1, "<pad>"), token(3, "<unk>"), token(9000, "<mask>")])) == []
    assert [one.id for one in derive([*pieces, token(700, "\u2581delete")])] == [700]


def test_many_rows_are_counted_and_twenty_shown():
    words = [f"{word}x" if number % 20 == 0 else word for number, word in enumerate(WORDS)]
    found = list(derive([*file(WORDS), *file(words, "m/vocab.json")]))
    assert (len(found), found[0].rows) == (SHOWN, 50)


def test_a_folder_of_many_tokenizers_is_a_collection():
    files = [fact for at in range(FILES - 1) for fact in file([*WORDS, f"{at}"], f"m/{at}.gguf", "gguf")]
    assert list(derive([*files, *file(swapped(WORDS, 1, 2))])) != []
    assert list(derive([*files, *file(WORDS, "m/x.gguf", "gguf"), *file(swapped(WORDS, 1, 2))])) == []


def test_a_model_in_many_sizes_is_compared_once():
    files = [fact for at in range(3 * FILES) for fact in file(WORDS, f"m/{at}.gguf", "gguf")]
    assert [one.id for one in derive([*files, *file(swapped(WORDS, 1, 2))])] == [1, 2]


def test_added_tokens_of_equal_vocabularies_are_compared():
    left = [*file(WORDS), token(1500, "<|a|>", "m/tokenizer.json")]
    right = [*file(WORDS, "m/vocab.json"), token(1500, "<|b|>", "m/vocab.json")]
    assert [one.id for one in derive([*left, *right])] == [1500]
    assert list(derive([*left, *file(WORDS, "m/vocab.json")])) == []
