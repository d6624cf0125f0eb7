"""Write pickle_references/ from source: harmless functions that honest files refer to: `… TABLES ROOT...`."""
# ruff: noqa: E501 - patterns of names are easier to read on long lines

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.survey.hazards import reach
from tests.survey.lineage import Index
from tests.survey.patterns import DROPPED
from tests.survey.sources import modules
from tests.survey.table import barred, write
from tests.survey.write_classes import version

# Per package, the modules whose functions people keep as attributes, callbacks, losses, metrics and tokenizers.
WORTHY = {
    "numpy": r"numpy\.(_?core|lib|linalg|fft|ma|polynomial|random)\.(fromnumeric|numeric|function_base|_methods|shape_base|"
    r"einsumfunc|\w*nanfunctions\w*|_function_base_impl|_shape_base_impl|arraysetops|_arraysetops_impl|_twodim_base_impl|"
    r"twodim_base|ufunclike|_ufunclike_impl|type_check|_type_check_impl|scimath|_scimath_impl|linalg|_linalg|_pocketfft|core|"
    r"extras|polyutils|_polynomial_impl|stride_tricks|_stride_tricks_impl|index_tricks|_index_tricks_impl)$",
    "scipy": r"scipy\.(spatial\.distance|stats\.(stats|_stats_py|_morestats)|special\.(_basic|_logsumexp|basic))$",
    "sklearn": r"sklearn\.(metrics|preprocessing|feature_selection|neighbors|cluster|linear_model|ensemble|gaussian_process|decomposition|"
    r"manifold|covariance|utils\.(extmath|validation|metaestimators|_set_output|multiclass|class_weight|sparsefuncs|_mask|_tags)|"
    r"feature_extraction\.(text|image)|base|_loss|neural_network|svm|tree|inspection|model_selection\._validation|impute)(\.|$)",
    "pandas": r"pandas\.core\.(nanops|ops|tools\.(datetimes|numeric|timedeltas)|dtypes\.(missing|common)|indexes\.base|algorithms|"
    r"arrays\.\w+|reshape\.\w+|internals\.\w+)$",
    "torch": r"torch\.(nn\.(functional|init|utils\.(weight_norm|spectral_norm|parametrize|parametrizations|rnn|clip_grad))|functional|"
    r"optim\.(lr_scheduler|swa_utils|adam\w*|sgd)|utils\.data\._utils\.(collate|pin_memory)|ao\.quantization\.(observer|"
    r"fake_quantize|qconfig)|distributed\.(fsdp\.wrap|algorithms\.\w+)|special|_C\._nn|linalg|_tensor|nn\.modules\.\w+|"
    r"distributions\.\w+|utils\.checkpoint)$",
    "torchvision": r"torchvision\.(ops|transforms|models)\.(\w*functional\w*|misc|_utils|boxes|poolers|stochastic_depth|resnet|vgg|densenet|"
    r"efficientnet|mobilenetv\d|convnext|swin_transformer|inception|feature_pyramid_network|detection\.\w+)$",
    "torchaudio": r"torchaudio\.functional\.\w+$",
    "torchtext": r"torchtext\.data\.(utils|functional)$",
    "torchmetrics": r"torchmetrics\.utilities\.(data|distributed|compute)$",
    "torch_geometric": r"torch_geometric\.(utils|nn\.(inits|pool|aggr|models)|transforms)(\.|$)",
    "transformers": r"transformers\.(activations|optimization|pytorch_utils|trainer_utils|trainer_pt_utils|modeling_utils|data\.data_collator|"
    r"loss\.\w+|integrations\.(sdpa_attention|flash_attention|eager\w*|flex_attention)|modeling_rope_utils|masking_utils|"
    r"models\.(bert|gpt2|llama|roberta|t5|whisper|vit|bart|clip|wav2vec2)\.modeling_\w+|image_transforms|tokenization_\w+)$",
    "timm": r"timm\.(layers|models\.layers|models\._\w+|models\._efficientnet_\w+|optim|scheduler)(\.|$)",
    "ultralytics": r"ultralytics\.(utils\.(ops|tal|torch_utils|loss|metrics)|nn\.modules\.\w+|utils\.callbacks\.(base|\w+))$",
    "gensim": r"gensim\.(matutils|parsing\.\w+|utils|models\.\w+|corpora\.\w+|similarities\.\w+)$",
    "nltk": r"nltk\.(tokenize|tag|stem|metrics|util|probability|classify|translate|cluster|sentiment|lm|text)(\.|$)",
    "spacy": r"spacy\.(lang|pipeline|attrs|lookups|ml\.(extract\w*|parser_model|staticvectors|tb_framework|callbacks|models\.\w+)|scorer|"
    r"tokens|training\.(corpus|batchers|iob_utils|callbacks|initialize))(\.|$)",
    "thinc": r"thinc\.(layers|loss|initializers|schedules|shims)(\.|$)",
    "lightgbm": r"lightgbm\.(sklearn|callback|basic)$",
    "xgboost": r"xgboost\.(sklearn|callback|core)$",
    "catboost": r"catboost\.(core|utils|metrics)$",
    "imblearn": r"imblearn\.(metrics|utils|over_sampling|under_sampling)(\.|$)",
    "umap": r"umap\.(umap_|distances|sparse|layouts|utils|spectral)$",
    "pynndescent": r"pynndescent\.(distances|sparse|utils|rp_trees)$",
    "hdbscan": r"hdbscan\.\w+$",
    "category_encoders": r"category_encoders\.\w+$",
    "skorch": r"skorch\.(utils|callbacks\.\w+|scoring|dataset)$",
    "statsmodels": r"statsmodels\.(genmod\.families|tools\.(tools|eval_measures)|robust)(\.|$)",
    "patsy": r"patsy\.(contrasts|splines|mgcv_cubic_splines|builtins)$",
    "keras": r"keras\.(src\.)?(activations|losses|metrics|initializers|regularizers|utils\.(losses|generic)\w*)(\.|$)",
    "tensorflow": r"tensorflow\.python\.(keras\.(activations|losses|metrics|initializers)|ops\.(math_ops|nn_ops|array_ops|clip_ops))$",
    "jax": r"jax\.(nn|_src\.nn)(\.|$)",
    "flax": r"flax\.linen\.(activation|initializers)",
    "stable_baselines3": r"stable_baselines3\.(common\.(utils|policies|distributions|preprocessing|torch_layers)|\w+\.policies)$",
    "gymnasium": r"gymnasium\.(spaces|utils\.seeding)(\.|$)",
    "networkx": r"networkx\.classes(\.|$)",
    "speechbrain": r"speechbrain\.(nnet\.losses|processing|lobes|utils\.(metric_stats|edit_distance|DER))(\.|$)",
    "fairseq": r"fairseq\.(utils|modules|tokenizer|data\.data_utils|criterions)(\.|$)",
    "mmcv": r"mmcv\.(cnn|ops|utils\.misc)(\.|$)",
    "mmengine": r"mmengine\.(dataset\.utils|model\.(weight_init|utils)|utils\.misc)$",
    "accelerate": r"accelerate\.(utils\.operations|hooks|optimizer)$",
    "mlxtend": r"mlxtend\.(evaluate|preprocessing|feature_selection)(\.|$)",
    "interpret": r"interpret\.utils\._link$",
    "shap": r"shap\.(links|utils\._legacy)$",
    "deap": r"deap\.(tools|gp|algorithms)$",
    "tpot": r"tpot\.(objectives|gp_deap)",
    "sktime": r"sktime\.(distances|performance_metrics)(\.|$)",
    "skopt": r"skopt\.(space|acquisition|utils)(\.|$)",
    "dateutil": r"dateutil\.(parser|rrule|tz|relativedelta)(\.|$)",
    "attr": r"attr\.(validators|converters|filters|setters)$",
}
# Packages whose private functions turn up in honest files.
PRIVATE_TOO = frozenset({"lightgbm", "skorch", "spacy", "thinc", "torch", "transformers", "xgboost"})
# Functions that call what they are given or look names up; no state should carry them.
UNWANTED = re.compile(
    r"(^|\.)(test_?|main$|demo|load|save|download|import|exec|eval|run|read|write|open|fetch|get_file|call|apply|map|reduce|pipe|"
    r"register|set_printoptions|from_pretrained|pickle|unpickle|getattr|_getattr|check_output|show|plot|deprecat)\w*$",
    re.IGNORECASE,
)


def main(tables: Path, roots: list[Path]) -> None:
    """Write one table for each package."""
    for package, pattern in sorted(WORTHY.items()):
        names: set[str] = set()
        versions = []
        for root in roots:
            if not (root / package).is_dir():
                continue
            versions.append(version(root, package))
            index = Index(modules={module.name: module for module in modules(root, package)})
            for module in index.modules.values():
                if re.match(pattern, module.name) and not DROPPED.search(module.name):
                    names |= {
                        f"{module.name}.{name}"
                        for name, function in module.functions.items()
                        if (package in PRIVATE_TOO or not name.startswith("_"))
                        and not UNWANTED.search(name)
                        and not reach(function, module, index, [], 0, set())
                    }
        write(
            tables / "pickle_references" / f"{package}.txt",
            names - barred(tables),
            f"Functions, by static survey of the sources of {', '.join(sorted(set(versions)))}.",
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(root) for root in sys.argv[2:]])
