"""Honest objects of the many smaller libraries, one entry each; a library that is absent loses its entries only."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def objects() -> Iterator[tuple[str, object]]:
    """Yield pairs of a name and an object that people pickle."""
    for name, (module, make) in ENTRIES.items():
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


def graph(networkx: Any) -> object:
    """Return graphs of every class."""
    return [kind([(1, 2)]) for kind in (networkx.Graph, networkx.DiGraph, networkx.MultiGraph, networkx.MultiDiGraph)]


def regressions(api: Any) -> object:
    """Return fitted statsmodels results."""
    x, y = [[1.0, 1], [1, 2], [1, 3], [1, 5]], [1.0, 2, 2, 4]
    return [api.OLS(y, x).fit(), api.GLM(y, x).fit(), api.WLS(y, x).fit(), api.RLM(y, x).fit()]


def protobuf(_: Any) -> object:
    """Return protobuf messages."""
    wrappers = importlib.import_module("google.protobuf.wrappers_pb2")
    struct = importlib.import_module("google.protobuf.struct_pb2")
    return [
        wrappers.StringValue(value="a"),
        struct.Struct(),
        importlib.import_module("google.protobuf.timestamp_pb2").Timestamp(),
    ]


def graph_network(nn: Any) -> object:
    """Return graph layers."""
    return [
        nn.GCNConv(2, 2),
        nn.GATConv(2, 2),
        nn.SAGEConv(2, 2),
        nn.GINConv(importlib.import_module("torch").nn.Linear(2, 2)),
    ]


def policies(baselines: Any) -> object:
    """Return an agent's policy and data."""
    model = baselines.PPO("MlpPolicy", "CartPole-v1", n_steps=8, batch_size=4)
    return [model.policy, model.policy_class, model.observation_space, model.action_space]


def spaces(space: Any) -> object:
    """Return gym spaces."""
    return [
        space.Box(0, 1, (2,)),
        space.Discrete(3),
        space.MultiDiscrete([2, 3]),
        space.MultiBinary(2),
        space.Dict(a=space.Discrete(2)),
        space.Tuple([space.Discrete(2)]),
        space.Text(3),
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


def sympy_objects(sympy: Any) -> object:
    """Return sympy expressions."""
    x = sympy.Symbol("x")
    return [x, x + 1, sympy.sin(x), sympy.Matrix([[1, x]]), sympy.Rational(1, 2), sympy.Integer(3), sympy.Float(1.5)]


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
    "networkx": ("networkx", graph),
    "pillow": (
        "PIL.Image",
        lambda m: [m.new("RGB", (2, 2)), m.new("L", (2, 2)), m.new("P", (2, 2)), m.Resampling.BICUBIC],
    ),
    "shapely": (
        "shapely",
        lambda m: [
            m.Point(1, 2),
            m.box(0, 0, 1, 1),
            m.LineString([(0, 0), (1, 1)]),
            m.MultiPoint([(0, 0)]),
            m.STRtree([m.Point(0, 0)]),
        ],
    ),
    "geopandas": (
        "geopandas",
        lambda m: m.GeoDataFrame({"a": [1]}, geometry=m.points_from_xy([0], [1]), crs="EPSG:4326"),
    ),
    "astropy": ("astropy.units", lambda m: [m.m, m.km / m.s, 3 * m.m, m.Unit("kg")]),
    "astropy_time": ("astropy.time", lambda m: m.Time(2000, format="jyear")),
    "astropy_table": ("astropy.table", lambda m: m.Table({"a": [1, 2]})),
    "astropy_coordinates": ("astropy.coordinates", lambda m: m.SkyCoord(1, 2, unit="deg")),
    "xarray": ("xarray", lambda m: [m.DataArray([1, 2], dims="x"), m.Dataset({"a": ("x", [1])})]),
    "dask": ("dask.array", lambda m: m.ones((2, 2))),
    "polars": ("polars", lambda m: [m.DataFrame({"a": [1]}), m.Series([1]), m.Int64(), m.col("a")]),
    "pyarrow": (
        "pyarrow",
        lambda m: [m.table({"a": [1]}), m.array([1]), m.int64(), m.schema([("a", m.int8())]), m.scalar(1)],
    ),
    "protobuf": ("google.protobuf", protobuf),
    "pytz": ("pytz", lambda m: [m.utc, m.timezone("Europe/Paris"), m.FixedOffset(60)]),
    "dateutil": (
        "dateutil",
        lambda m: [
            importlib.import_module("dateutil.tz").tzutc(),
            importlib.import_module("dateutil.relativedelta").relativedelta(days=1),
            importlib.import_module("dateutil.tz").gettz("UTC"),
        ],
    ),
    "babel": ("babel", lambda m: m.Locale("en")),
    "sympy": ("sympy", sympy_objects),
    "statsmodels": ("statsmodels.api", regressions),
    "statsmodels_formula": (
        "statsmodels.formula.api",
        lambda m: m.ols("a ~ b", {"a": [1.0, 2, 3], "b": [1.0, 2, 4]}).fit(),
    ),
    "gymnasium": ("gymnasium.spaces", spaces),
    "stable_baselines3": ("stable_baselines3", policies),
    "skorch": ("skorch", lambda m: m.NeuralNetClassifier(importlib.import_module("torch").nn.Linear)),
    "torch_geometric": ("torch_geometric.nn", graph_network),
    "torch_geometric_data": ("torch_geometric.data", lambda m: m.Data(x=importlib.import_module("torch").ones(2))),
    "jax": ("jax.numpy", lambda m: [m.ones(2), m.float32]),
    "optax": ("optax", lambda m: m.adam(0.1).init({"w": importlib.import_module("numpy").ones(2)})),
    "flax": ("flax.core", lambda m: m.FrozenDict(a=1)),
    "biopython": ("Bio.Seq", lambda m: m.Seq("ACGT")),
    "ase": ("ase", lambda m: m.Atoms("H2O")),
    "anndata": ("anndata", lambda m: m.AnnData(importlib.import_module("numpy").ones((2, 2)))),
    "spacy": (
        "spacy.tokens",
        lambda m: [m.Doc(importlib.import_module("spacy.vocab").Vocab(), ["a", "b"]), m.DocBin()],
    ),
    "thinc": ("thinc.api", lambda m: m.Linear(2, 2).to_bytes()),
    "mlxtend": ("mlxtend.classifier", lambda m: m.LogisticRegression()),
    "hydra": ("hydra.conf", lambda m: m.HydraConf()),
    "sentence_transformers": ("sentence_transformers.models", lambda m: m.Pooling(4)),
    "pyproj": ("pyproj", lambda m: m.CRS("EPSG:4326")),
    "tqdm": ("torch.utils.data", lambda m: m.get_worker_info),
    "mpmath": ("mpmath", lambda m: m.mpf(1)),
    "packaging": ("packaging.version", lambda m: m.Version("1.0")),
    "catalogue": ("toolz", lambda m: m.curry(max)),
    "ml_dtypes": ("ml_dtypes", lambda m: [importlib.import_module("numpy").zeros(2, m.bfloat16)]),
}
