"""Facts about tokenizers: vocabularies, merges, steps that change text, added and special tokens.

`source` names the kind of file: "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
"added_tokens.json", "vocab.json", "merges.txt", "vocab.txt", "sentencepiece", "tiktoken", "tekken.json", "rwkv",
"clip", "gguf", "generation_config.json", "config.json".
"""

from scanner.facts.core import Fact
from scanner.record import record


@record
class Vocabulary(Fact):
    """A base vocabulary as a whole, without added tokens.

    `kind`: "BPE", "WordPiece", "Unigram", "WordLevel", or "" where the file does not say.
    `alphabet`: how texts are written: "bytes" (GPT-2's printable bytes), "metaspace" (U+2581 for a space), "plain".
    `tokens` counts texts, `ids` distinct ids, `highest` is the highest id, -1 in an empty one.
    `holes`: ids below the highest that no text has. `shared`: ids that more than one text has.
    `repeated`: texts that are listed twice. `disordered`: places where the file lists a lower id after a higher one.
    `score_inversions`: pieces of a trained sentencepiece model whose score is above that of the piece before, -1 where
    there are no scores.
    `exchanged`: up to eight texts that stand in each other's place, by their ids in a list that otherwise ascends, or
    by their scores in one whose scores otherwise fall.
    `digest`: SHA-256, hexadecimal, over all (id, text) in the order of ids.
    """

    source: str
    kind: str
    alphabet: str
    tokens: int
    ids: int
    highest: int
    holes: int
    shared: int
    repeated: int
    disordered: int
    score_inversions: int
    digest: str
    exchanged: tuple[str, ...] = ()


@record
class VocabularyPart(Fact):
    """Texts of consecutive ids from `start`, as the file writes them (tiktoken's bytes in GPT-2's alphabet).

    All parts of a file hold its whole base vocabulary; an id that two texts share shows the last of them.
    """

    source: str
    start: int
    texts: tuple[str, ...]


@record
class VocabularyEntry(Fact):
    """A row of a base vocabulary that holds more than a part of a word: an address or a marked text.

    `marks` as `scanner.marks.marks_of` names them; "address" for a host or an IP address without a scheme.
    `joined`: other rows go on behind a sign as well ("pic.twitter.com/"): this vocabulary cuts at spaces alone.
    """

    source: str
    id: int
    text: str
    marks: tuple[str, ...]
    joined: bool = False


@record
class SharedId(Fact):
    """One id of a base vocabulary with more than one text. `texts`: up to eight of them."""

    source: str
    id: int
    texts: tuple[str, ...]


@record
class Merges(Fact):
    """The merge list of a byte-pair encoding against its vocabulary.

    `merges` counts them. `inversions`: merges whose result has a lower id than the result of the merge before.
    `orphans`: merges whose parts or result are not in the vocabulary.
    `unreached`: base texts of more than one symbol that no merge makes, special texts left out.
    `first`: up to eight of what stands out, as text: orphans, then texts unreached.
    `runs`: ascending runs of ids that hold the results, each in the place where it is first made: 1 where merges were
    learnt in one go, 2 and more where vocabularies were spliced, 0 where ids do not follow merges at all.
    `strays`: results in none of these runs. `exchanged`: up to eight results of a single run whose ids stand exactly in
    the place of others. All -1 or empty where the vocabulary is another file.
    """

    source: str
    merges: int
    inversions: int
    orphans: int
    unreached: int
    first: tuple[str, ...]
    runs: int = -1
    strays: int = -1
    exchanged: tuple[str, ...] = ()


@record
class AddedToken(Fact):
    """A token beside the base vocabulary, as one file states it. `id` is -1 where the file gives none.

    `base_id`: the id that the base vocabulary of the same file gives to the same text, -1 for none.
    `base_text`: the base vocabulary's text of this id where it differs, "" otherwise.
    `marks` as `scanner.marks.marks_of` names them, and "private" for characters of private use.
    `twin`: another added token that looks the same to a reader (confusable characters folded), "" for none.
    `words`: how many added tokens of the file are words without markup, this one among them; 0 where none is counted.
    """

    source: str
    id: int
    text: str
    special: bool
    base_id: int
    base_text: str
    marks: tuple[str, ...]
    twin: str
    words: int = 0


@record
class TokenizerStep(Fact):
    """One step of the pipeline. `stage`: "normalizer", "pre_tokenizer", "post_processor", "decoder".

    `type` is the step's own name ("Replace", "Split", "Prepend", "Strip" ...). `pattern` is what it looks for, `regex`
    whether that is a regular expression, `content` what it writes. `behaviour` and `invert` as `Split` has them.
    `letters`: longest run of letters in `content`. `matches_letters`: the pattern matches a letter or a word.
    `literal`: longest run of letters that the pattern spells out.
    `TemplateProcessing` has its layout as `content`, as "[CLS] $A [SEP]", and of a pair as `pattern`. `Precompiled` has
    as `pattern` the SHA-256 of its map and as `content` the text in it with the longest run of letters.
    """

    stage: str
    type: str
    pattern: str
    regex: bool
    content: str
    behaviour: str
    invert: bool
    letters: int
    matches_letters: bool
    literal: int


@record
class TemplateToken(Fact):
    """A token that the post-processor adds to each text (`TemplateProcessing`, `BertProcessing`, `RobertaProcessing`).

    `ids`: how many ids stand for it. `tokens`: their texts as the file lists them.
    `foreign`: ids that have another text than listed, or one that is neither a special added token of the file nor
    written like one ("<s>", "[CLS]").
    """

    token: str
    ids: int
    tokens: tuple[str, ...]
    foreign: int


@record
class SpecialToken(Fact):
    """What one file says plays a role: "bos", "eos", "pad", "unk", "sep", "cls", "mask", "additional".

    `text` is "" where only an id is given, `id` is -1 where only a text is given. One fact for each id of a list.
    """

    source: str
    role: str
    text: str
    id: int


@record
class TokenizerClash(Fact):
    """Two files of one folder that give an id different texts. One fact a row; `rows` counts all rows that differ.

    `left` and `right` are the paths of the files; an empty text stands for an id that the other file does not have.
    """

    left: str
    right: str
    id: int
    left_text: str
    right_text: str
    rows: int


@record
class VocabularyMatch(Fact):
    """A vocabulary against the known families. `family`: the nearest, `rows` its size.

    `how`: "exact" (each row), "extended" (each row, and more behind them), "near" (a few rows differ).
    `changed`: rows of the family whose text here is another.
    """

    source: str
    family: str
    how: str
    rows: int
    changed: int


@record
class VocabularyChange(Fact):
    """A row that differs from the known family which the vocabulary otherwise equals.

    `known_id`: the id under which the family has this text, -1 where it has it nowhere. `word`: the text is a word.
    `known`: the text that the family has under this id, "" where it cannot be told. `changed`: rows that differ in all.
    """

    source: str
    family: str
    id: int
    text: str
    known_id: int
    known: str
    word: bool
    changed: int


@record
class IdOutsideEmbedding(Fact):
    """Ids that the embedding has no row for. `rows` of the embedding, `highest` id, `special`: only added tokens.

    `bound`: what says so: "tensor" (the shape of the embedding) or "config" (vocab_size).
    """

    bound: str
    rows: int
    highest: int
    text: str
    special: bool


@record
class StopMismatch(Fact):
    """A stop token that two files of one folder name differently.

    `text` and `id` are the tokenizer's end of sequence, `stops` the ids at which generation stops.
    `known`: the text of the first of `stops`, "" where no file has it.
    """

    text: str
    id: int
    stops: tuple[int, ...]
    known: str


@record
class TokenizerProbe(Fact):
    """What the tokenizer did to a probe text, run by the `tokenizers` library in the confined worker.

    `how`: "changed" (decoding gives another text: `given` and `got`), or "tokens" (how many the text needs).
    `tokens` for each 1,000 characters, -1 where that is not the question.
    """

    probe: str
    how: str
    given: str
    got: str
    tokens: int
