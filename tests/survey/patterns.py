"""Patterns on full names: what no survey lists, and what is kept of the largest libraries."""

from __future__ import annotations

import re

# Module segments below which no library keeps anything that its users pickle.
DROPPED = re.compile(
    r"\.(_?tests?|testing|_testing|benchmarks?|examples?|cli|commands|conftest|_version|versioneer|docs?|sphinxext|"
    r"_build_utils|_vendor|vendor|_vendored_packages|_pytesttester|launcher|scripts|tools|convert_\w*|"
    r"dynamic_module_utils|server|app|_?compiler|download(er|s)?|web|gdb|codegen)(\.|$)"
)
# Last names that stand for loaders, processes, sockets and other things with a life outside the pickle.
UNSAFE_NAME = re.compile(
    r"(Unpickler|Importer|Finder|Popen|Process|Thread|Socket|Connection|Server|Client|FileHandler|Interpreter|Shell|"
    r"Downloader|Importable|ScriptModule|ScriptFunction|LazyModule|LazyLoader|FileLock|Subprocess|Daemon|"
    r"Installer|Environment_?Installer|Tempfile|TemporaryDirectory|TempDir|CompilationUnit|CodeCache)$"
)


POPULAR_MODELS = (
    "bart|bert|clip|deberta_v2|distilbert|gpt2|llama|marian|mistral|mpnet|roberta|t5|vit|wav2vec2|whisper|xlm_roberta"
)
TRANSFORMERS = (
    r"transformers\.(models\.(\w+\.)*(configuration|tokenization|processing|feature_extraction|image_processing)_\w+"
    rf"\.\w+$|models\.({POPULAR_MODELS})\.modeling_(?!tf_|flax_)\w+\.\w+$|(?!models\.|commands|testing|agents|exporters|"
    r"benchmark|integrations|onnx|distributed|cli|sagemaker|tools|pipelines|kernels|generation\.(?!configuration_utils|logits_process|stopping)|quantizers|core_model|exporters|convert|modeling_gguf|modeling_flax|modeling_tf|debug|monkey|audio_utils|video|image_transforms)\w+(\.|$))"
)
TORCH_DROP = (
    r"torch\.(_inductor|_dynamo|jit|package|_export|export|onnx|testing|_vendor|_functorch|_higher_order_ops|fx|_numpy|"
    r"_guards|_library|_ops|_native|_refs|_prims\w*|_lazy|_logging|_strobelight|_sources|_classes|_custom_op\w*|hub|"
    r"_weights_only_unpickler|serialization|library|multiprocessing|contrib|monitor|_streambase|_deploy|_meta\w*|"
    r"_decomp|_jit_internal|csrc|lib|backends|profiler|compiler|overrides|numa|_subclasses|_namedtensor_internals|"
    r"utils\.(bottleneck|tensorboard|benchmark|_sympy|hipify|model_dump|collect_env|cpp_extension|_config_module|"
    r"_freeze|jit|viz|serialization|_cxx_pytree|_debug_mode|debug_log|_traceback|_python_dispatch|file_baton|"
    r"throughput|mkldnn\._Mkldnn|show_pickle|_content_store|_strobelight|_appending|_dtype_abbrs|_get_clean_triton)|"
    r"distributed\.(elastic|rpc|run|launch|nn|pipeline|_tools|benchmarks|examples|autograd|_local_tensor|flight_\w*|"
    r"debug|_symmetric_memory|c10d_logger|_C)|cuda\.(_gpu_trace|_sanitizer|gds|_memory_viz)|utils_internal)"
)
TENSORFLOW = (
    r"(tensorflow|keras|tf_keras)\.(python\.(keras\.(engine|layers|losses|metrics|optimizer|initializers|regularizers|"
    r"constraints|callbacks|models|preprocessing|saving|mixed_precision|feature_column|activations|utils\.(losses|"
    r"metrics|generic))|trackable|training\.(tracking|optimizer|adam|gradient|rmsprop|momentum)|framework\.(dtypes|"
    r"tensor_shape|tensor_spec|tensor$|tensor\.|type_spec|ops\.)|ops\.(init_ops|ragged|variables|resource_variable)|"
    r"data\.(util|ops\.(options|iterator))|util\.(tf_)?object)|(src\.)?(engine|layers|losses|metrics|optimizers|"
    r"initializers|regularizers|constraints|callbacks|models|legacy|mixed_precision|dtype_policies|preprocessing|"
    r"optimizer_v\d|wrappers|utils\.(tracking|sequence|naming|losses|generic|custom)|backend\.common|"
    r"activations|random|saving\.keras_saveable))"
)
