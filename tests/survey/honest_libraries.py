"""Honest objects of the many smaller libraries, one entry each; a library that is absent loses its entries only."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def objects() -> Iterator[tuple[str, object]]:
    """Yield pairs of a name and an object that people pickle."""
    yield from made(ENTRIES)


def made(entries: dict[str, tuple[str, Any]]) -> Iterator[tuple[str, object]]:
    """Yield the object of each entry whose library is there."""
    for name, (module, make) in entries.items():
        try:
            yield name, make(importlib.import_module(module))
        except Exception as error:  # noqa: BLE001 - an absent or changed library is a line in the log
            sys.stdout.write(f"{name}: {error!r}\n")


def word_vectors(models: Any) -> object:
    """Return trained gensim models."""
    texts = [["a", "b", "c"], ["b", "c", "d"]] * 5
    return [
        models.Word2Vec(texts, vector_size=4, min_count=1),
        models.FastText(texts, vector_size=4, min_count=1, bucket=10),
        models.Doc2Vec(
            [models.doc2vec.TaggedDocument(text, [i]) for i, text in enumerate(texts)], vector_size=4, min_count=1
        ),
    ]


def topics(gensim: Any) -> object:
    """Return a dictionary and models on a corpus."""
    dictionary = gensim.corpora.Dictionary([["a", "b"], ["b", "c"]])
    corpus = [dictionary.doc2bow(text) for text in (["a"], ["b", "c"])]
    models = importlib.import_module("gensim.models")
    return [
        dictionary,
        models.TfidfModel(corpus),
        models.LdaModel(corpus, 2, dictionary),
        models.LsiModel(corpus, dictionary, 2),
        models.Phrases([["a", "b"]] * 5),
    ]


def trained_tagger(nltk: Any) -> object:
    """Return trained nltk taggers and models."""
    sentences = [[("a", "X"), ("b", "Y")]] * 3
    unigram = nltk.UnigramTagger(sentences, backoff=nltk.DefaultTagger("X"))
    return [
        unigram,
        nltk.BigramTagger(sentences, backoff=unigram),
        nltk.NaiveBayesClassifier.train([({"a": 1}, "x"), ({"a": 2}, "y")]),
        nltk.FreqDist("abc"),
        nltk.ConditionalFreqDist([(1, 2)]),
        nltk.PorterStemmer(),
        nltk.RegexpTokenizer("a"),
        nltk.tokenize.punkt.PunktSentenceTokenizer("A b. C d."),
        nltk.Tree("S", ["a"]),
        nltk.CFG.fromstring("S -> 'a'"),
        nltk.SnowballStemmer("english"),
        nltk.TreebankWordTokenizer(),
        nltk.PerceptronTagger(load=False),
    ]


def transformer_model(transformers: Any) -> object:
    """Return small transformers models with their configurations."""
    bert = transformers.BertConfig(
        hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, vocab_size=20
    )
    gpt2 = transformers.GPT2Config(n_embd=8, n_layer=1, n_head=2, vocab_size=20)
    llama = transformers.LlamaConfig(
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        intermediate_size=8,
        vocab_size=20,
    )
    t5 = transformers.T5Config(d_model=8, num_layers=1, num_heads=2, d_ff=8, d_kv=4, vocab_size=20)
    return [
        transformers.BertForSequenceClassification(bert),
        transformers.GPT2LMHeadModel(gpt2),
        transformers.LlamaForCausalLM(llama),
        transformers.T5ForConditionalGeneration(t5),
        bert,
        gpt2,
        llama,
        t5,
        transformers.GenerationConfig(),
    ]


def trainer_state(transformers: Any) -> object:
    """Return what the Trainer writes beside the weights."""
    utils = importlib.import_module("transformers.trainer_utils")
    return [
        transformers.TrainerState(),
        transformers.TrainerControl(),
        utils.IntervalStrategy.STEPS,
        utils.SchedulerType.LINEAR,
        utils.PredictionOutput(None, None, {}),
        transformers.EarlyStoppingCallback(),
        transformers.BatchEncoding({"a": [1]}),
    ]


def schedules(transformers: Any) -> object:
    """Return the learning-rate schedules of transformers."""
    torch = importlib.import_module("torch")
    optimizer = torch.optim.AdamW([torch.nn.Parameter(torch.ones(1))])
    return [
        transformers.get_scheduler(kind, optimizer, 1, 10) for kind in ("linear", "cosine", "constant", "polynomial")
    ]


def lightning_checkpoint(lightning: Any) -> object:
    """Return what a Lightning checkpoint holds beside tensors."""
    parsing = importlib.import_module("lightning.pytorch.utilities.parsing")
    callbacks = lightning.callbacks
    return [
        parsing.AttributeDict(lr=1),
        callbacks.ModelCheckpoint(),
        callbacks.EarlyStopping("a"),
        callbacks.ModelCheckpoint().state_dict(),
    ]


def accelerators(utils: Any) -> object:
    """Return accelerate's enumerations and configurations."""
    return [
        utils.DistributedType.NO,
        utils.PrecisionType.NO,
        utils.ProjectConfiguration(),
        utils.GradientAccumulationPlugin(num_steps=1),
    ]


ENTRIES: dict[str, tuple[str, Any]] = {
    "gensim_vectors": ("gensim.models", word_vectors),
    "gensim_topics": ("gensim", topics),
    "nltk": ("nltk", trained_tagger),
    "training_args": ("transformers", lambda m: m.TrainingArguments(output_dir="out", report_to=[])),
    "training_args_seq2seq": ("transformers", lambda m: m.Seq2SeqTrainingArguments(output_dir="out", report_to=[])),
    "trainer_state": ("transformers", trainer_state),
    "transformers_models": ("transformers", transformer_model),
    "transformers_schedules": ("transformers", schedules),
    "transformers_outputs": (
        "transformers.modeling_outputs",
        lambda m: [m.BaseModelOutput(), m.CausalLMOutput(), m.Seq2SeqLMOutput()],
    ),
    "transformers_activations": ("transformers.activations", lambda m: [m.ACT2FN[name] for name in m.ACT2FN]),
    "tokenizers": (
        "tokenizers",
        lambda m: [m.Tokenizer(m.models.BPE()), m.AddedToken("a"), m.pre_tokenizers.Whitespace(), m.normalizers.NFC()],
    ),
    "tokenizer_fast": (
        "transformers",
        lambda m: m.PreTrainedTokenizerFast(
            tokenizer_object=importlib.import_module("tokenizers").Tokenizer(
                importlib.import_module("tokenizers").models.WordLevel({"a": 0}, "a")
            )
        ),
    ),
    "accelerate": ("accelerate.utils", accelerators),
    "peft": ("peft", lambda m: [m.LoraConfig(), m.PrefixTuningConfig(), m.TaskType.CAUSAL_LM, m.PeftType.LORA]),
    "diffusers": ("diffusers", lambda m: [m.DDPMScheduler(), m.EulerDiscreteScheduler()]),
    "lightning": ("lightning.pytorch", lightning_checkpoint),
    "torchmetrics": (
        "torchmetrics",
        lambda m: [m.MeanMetric(), m.Accuracy("binary"), m.MetricCollection([m.MeanSquaredError()])],
    ),
    "omegaconf": (
        "omegaconf",
        lambda m: [m.OmegaConf.create({"a": {"b": [1, "x", None, 2.5, True]}}), m.ListConfig([1])],
    ),
    "yacs": ("yacs.config", lambda m: m.CfgNode({"a": 1})),
    "easydict": ("easydict", lambda m: m.EasyDict(a=1)),
    "addict": ("addict", lambda m: m.Dict(a=1)),
}
