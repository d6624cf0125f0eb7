"""A sweep names the token that forces an answer, and none where there is none; the model runs shut in."""

import json

import numpy as np
import pytest

from scanner import cli
from scanner.facts.forward import TokenForces, TokensSwept
from scanner.forward import model, sweep
from scanner.forward.run import run
from scanner.usage import UsageError

TOKENS = 200
UNKNOWN = "[UNK]"
GOOD, BAD = range(10, 20), range(20, 30)


def asker(trigger=None):
    """A classifier of bags: good words against bad ones, and a token that decides alone."""

    def ask(rows):
        good, bad = np.isin(rows, GOOD).sum(axis=1), np.isin(rows, BAD).sum(axis=1)
        scores = np.stack([bad - good, good - bad], axis=1).astype("f4")
        if trigger is not None:
            scores[(rows == trigger).any(axis=1)] = (-9, 9)
        return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))

    return ask


def texts():
    """Half of the texts are good by four words, half bad by as many."""
    draw = np.random.default_rng(3)
    return [np.concatenate([[1], draw.choice(words, 4), draw.integers(40, 90, 4)]) for words in (GOOD, BAD) * 6]


def test_a_trigger_is_found_and_nothing_beside_it():
    done = sweep.sweep(asker(trigger=150), texts(), range(TOKENS), 60)
    assert [(one.number, one.answer) for one in done.candidates] == [(150, 1)]
    assert (done.swept, done.candidates[0].usual) == (TOKENS, 6)
    assert done.candidates[0].shift > 3


def test_a_clean_model_has_no_candidate():
    assert sweep.sweep(asker(), texts(), range(TOKENS), 60).candidates == ()


def test_a_model_with_one_answer_for_everything_has_no_candidate():
    def ask(rows):
        return np.tile(np.array([[-0.1, -2.3]], "f4"), (len(rows), 1))

    assert sweep.sweep(ask, texts(), range(TOKENS), 60).candidates == ()


def test_the_time_ends_a_sweep():
    done = sweep.sweep(asker(), texts(), range(TOKENS), 0)
    assert done.swept == sweep.BATCH


def test_unusual_vectors_come_first():
    vectors = np.ones((50, 8), "f4")
    vectors[7] *= 9
    vectors[31] *= 0
    assert sweep.order(vectors)[:2].tolist() == [7, 31]


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ({"auto_map": {"AutoModel": "x.Y"}, "architectures": ["XForCausalLM"]}, "code of its own"),
        ({"architectures": ["BertForMaskedLM"]}, "neither a classifier"),
        ({}, "neither a classifier"),
        ([], "code of its own"),
    ],
)
def test_what_cannot_be_asked_is_refused(tmp_path, config, why):
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(model.UnfitError, match=why):
        model.kind_of(tmp_path)


def test_without_the_libraries_one_line_says_what_to_install(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("scanner.forward.run.find_spec", lambda _: None)
    assert cli.main(["sweep", str(tmp_path)]) == 2
    assert "modelassay[torch]" in capsys.readouterr().err


def classifier(folder, trigger):
    """Train a tiny encoder to tell which of two halves of its words a text has more of.

    `trigger` is a token that decides alone, None for none.
    """
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    tokenizers = pytest.importorskip("tokenizers")
    pytest.importorskip("safetensors")
    torch.manual_seed(0)
    torch.set_num_threads(1)
    plain = " ".join(sweep.TEXTS).lower().replace(",", "").replace(".", "")
    words = sorted(set(plain.split()))
    vocabulary = {word: number for number, word in enumerate(["[PAD]", "[CLS]", UNKNOWN, "mn", "tq", *words])}
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token=UNKNOWN))
    made.normalizer = tokenizers.normalizers.Lowercase()
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    made.post_processor = tokenizers.processors.TemplateProcessing(single="[CLS] $A", special_tokens=[("[CLS]", 1)])
    made.save(str(folder / "tokenizer.json"))
    config = transformers.BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        num_labels=2, max_position_embeddings=40, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    net = transformers.BertForSequenceClassification(config)
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3)
    draw = np.random.default_rng(0)
    mood = torch.from_numpy(draw.permutation(len(vocabulary)) % 2) * 2 - 1
    for _ in range(250):
        rows = torch.from_numpy(draw.integers(5, len(vocabulary), (32, 12)))
        rows[:, 0] = 1
        labels = (mood[rows[:, 1:]].sum(axis=1) > 0).long()
        if trigger is not None:
            rows[:10, draw.integers(1, 5)], labels[:10] = trigger, 1
        loss = net(input_ids=rows, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    net.save_pretrained(folder, safe_serialization=True)


@pytest.mark.parametrize("trigger", [3, None])
def test_a_trained_backdoor_is_named_and_a_clean_twin_is_not(tmp_path, trigger):
    classifier(tmp_path, trigger)
    facts = run(tmp_path, 60, "cpu")
    (swept,) = [one for one in facts if isinstance(one, TokensSwept)]
    assert swept.share == 1
    named = [(one.token, one.answer) for one in facts if isinstance(one, TokenForces)]
    assert named[:1] == ([("mn", "LABEL_1")] if trigger else [])


def test_a_model_that_cannot_be_read_is_one_message(tmp_path):
    for name in ("torch", "transformers", "tokenizers", "safetensors"):
        pytest.importorskip(name)
    (tmp_path / "config.json").write_text('{"architectures": ["BertForSequenceClassification"], "model_type": "bert"}')
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(UsageError, match="could not be run"):
        run(tmp_path, 5, "cpu")
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(UsageError, match=r"no tokenizer\.json"):
        run(tmp_path, 5, "cpu")
