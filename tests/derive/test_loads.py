"""Strings of configurations that reach an importer: where each leads, and what honest families name."""

from pathlib import Path

import pytest

from scanner import engine, pack
from scanner.derive.document.loads import PLACES, derive
from scanner.examples import build
from scanner.facts import Examined, LimitReached
from scanner.facts.loader import LoadedSink, LoadsCode
from scanner.facts.mlflow import MlflowLoader
from scanner.facts.python import PythonCall, PythonDecodes, PythonModule, PythonSecrets, PythonWrites
from tests.builders.settings import settings

MODEL = {"model_type": "llama", "transformers_version": "4.56.0"}


def files(*paths):
    return [build(Examined, {"path": path}) for path in paths]


def loads(path, value, *paths, form="json"):
    return [fact for fact in derive([settings(path, value, form), *files(path, *paths)]) if isinstance(fact, LoadsCode)]


def told(path, value, *paths, form="json"):
    return [(one.via, one.origin, one.module, one.attribute) for one in loads(path, value, *paths, form=form)]


def test_a_configuration_without_a_sink_says_nothing():
    assert told("config.json", {**MODEL, "hidden_act": "silu", "activation_function": "gelu_new"}) == []


@pytest.mark.parametrize(
    ("value", "origin", "repository", "module"),
    [
        ("modeling.Model", "repo-file", "", "modeling"),
        ("owner/name--modeling.Model", "other-repo", "owner/name", "modeling"),
        ("gpt2--modeling.Model", "other-repo", "gpt2", "modeling"),
        ("../../tmp/modeling.Model", "outside", "", "../../tmp/modeling"),
        ("/tmp/a--modeling.Model", "outside", "/tmp/a", "modeling"),
        ("C:\\x.Model", "outside", "", "C:\\x"),
    ],
)
def test_a_reference_is_a_file_of_the_repository_or_of_another(value, origin, repository, module):
    (one,) = loads("config.json", {"auto_map": {"AutoModel": value}})
    assert (one.via, one.origin, one.repository, one.module) == ("auto-map", origin, repository, module)


@pytest.mark.parametrize("value", ["Model", "", ".Model", "modeling."])
def test_a_word_is_no_reference(value):
    assert told("config.json", {"auto_map": {"AutoModel": value}}) == []


@pytest.mark.parametrize("part", ["text_config", "a/b", "llm_config"])
def test_a_reference_is_found_at_any_depth_and_said_to_be_nested(part):
    (one,) = loads("config.json", {part: {"deep": {"auto_map": {"AutoModel": ["modeling.Model", None]}}}})
    assert (one.nested, one.key) == (True, f"{part}.deep.auto_map.AutoModel.0")
    (top,) = loads("config.json", {"auto_map": {"AutoModel": "modeling.Model"}})
    assert not top.nested


def test_the_file_is_looked_for_in_the_folder_and_above():
    (one,) = loads("m/vision/config.json", {"auto_map": {"A": "modeling.Model"}}, "m/modeling.py", "m/vision/w.bin")
    assert (one.code, one.missing) == ("m/modeling.py", False)


def test_a_file_is_missing_only_where_others_of_its_folder_were_scanned():
    value = {"auto_map": {"A": "modeling.Model"}}
    assert [one.missing for one in loads("m/config.json", value, "m/README.md")] == [True]
    assert [one.missing for one in loads("m/config.json", value)] == [False]
    assert [one.missing for one in loads("m/config.json", value, "n/README.md")] == [False]


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("config.json", {"_name_or_path": "Owner/Name"}),
        ("config.json", {"_name_or_path": "owner/another"}),
        ("models--owner--name/snapshots/0/config.json", {}),
    ],
)
def test_a_repository_that_the_files_name_as_base_is_declared(path, more):
    value = {"auto_map": {"A": "owner/name--modeling.Model"}}
    assert [one.declared for one in loads(path, value | more)] == [True]
    assert [one.declared for one in loads("config.json", value | {"_name_or_path": "other/name"})] == [False]


def test_a_card_declares_the_base_as_well():
    config = settings("m/config.json", {"auto_map": {"A": "owner/name--modeling.Model"}})
    card = settings("m/README.md", {"base_model": "owner/name"}, "yaml")
    assert [fact.declared for fact in derive([config, card])] == [True]
    elsewhere = settings("n/README.md", {"base_model": "owner/name"}, "yaml")
    assert [fact.declared for fact in derive([config, elsewhere])] == [False]


def test_a_module_is_told_once_however_many_classes_it_gives():
    value = {"auto_map": {f"Auto{index}": f"modeling.Model{index}" for index in range(9)}}
    assert told("config.json", value) == [("auto-map", "repo-file", "modeling", "Model0")]


@pytest.mark.parametrize(
    ("value", "repository"),
    [
        ("owner/flash", "owner/flash"),
        ("owner/flash@main:run", "owner/flash"),
        ("paged|owner/flash:run", "owner/flash"),
    ],
)
@pytest.mark.parametrize("key", ["_attn_implementation_internal", "attn_implementation", "_experts_implementation"])
def test_an_implementation_with_a_slash_is_a_kernel(key, value, repository):
    for document in ({key: value}, {"text_config": {key: value}}, {key: {"": "sdpa", "text_config": value}}):
        (one,) = loads("config.json", document)
        assert (one.origin, one.repository, one.allowed) == ("kernel-repo", repository, False)


@pytest.mark.parametrize("value", ["sdpa", "eager", "flash_attention_2", "paged|sdpa", "flex_attention"])
def test_an_implementation_without_a_slash_is_none(value):
    assert told("config.json", {"_attn_implementation": value}) == []


def test_kernels_of_the_library_s_own_publisher_are_allowed():
    (one,) = loads("config.json", {"attn_implementation": "kernels-community/flash-attn"})
    assert (one.allowed, one.gated) == (True, "transformers 5.3")


@pytest.mark.parametrize(
    ("path", "document", "via"),
    [
        ("config.json", {**MODEL, "encoder": {"trust_remote_code": True}}, "inner-consent"),
        ("config.json", {**MODEL, "trust_remote_code": True}, "model-consent"),
        ("config.json", {"model": "a", "trust_remote_code": True}, "consent"),
        ("tokenizer_config.json", {"trust_remote_code": True}, "model-consent"),
        ("args.json", {**MODEL, "trust_remote_code": True}, "consent"),
        ("adapter_config.json", {"tokenizer_kwargs": {"trust_remote_code": True}}, "peft-tokenizer-consent"),
        ("config.yaml", {"frontend_conf": {"fs": 16000}, "trust_remote_code": True}, "funasr-consent"),
        ("config.yaml", {"base_model": "a", "trust_remote_code": True}, "consent"),
        ("configuration.json", {"task": "chat", "allow_remote": True}, "consent"),
        ("config.json", {**MODEL, "encoder": {"trust_remote_code": "no"}}, "inner-consent"),
        ("config.json", {**MODEL, "encoder": {"trust_remote_code": 1}}, "inner-consent"),
        ("sentence_bert_config.json", {"model_args": {"trust_remote_code": True}}, "sentence-consent"),
    ],
)
def test_consent_is_told_by_whose_configuration_gives_it(path, document, via):
    assert [(one.via, one.origin) for one in loads(path, document)] == [(via, "consent")]


def test_consent_in_yaml_is_a_program_s():
    assert told("train.yaml", {"trust_remote_code": True}, form="yaml") == [("consent", "consent", "", "")]


@pytest.mark.parametrize("value", [False, None, "", 0, [], {}])
def test_what_is_not_true_is_no_consent(value):
    assert told("config.json", {**MODEL, "trust_remote_code": value}) == []
    assert told("train.json", {"trust_remote_code": "no"}) == []


@pytest.mark.parametrize(
    ("path", "document", "expected"),
    [
        ("adapter_config.json", {"auto_mapping": {"parent_library": "os"}}, ("stdlib", "os", "")),
        ("adapter_config.json", {"auto_mapping": {"parent_library": "mine"}}, ("unknown", "mine", "")),
        (
            "adapter_config.json",
            {"auto_mapping": {"parent_library": "diffusers.models"}},
            ("library", "diffusers.models", ""),
        ),
        ("adapter_config.json", {"auto_mapping": {"parent_library": "diffusersx"}}, ("unknown", "diffusersx", "")),
        ("adapter_config.json", {"megatron_core": "megatron.core"}, ("library", "megatron.core", "")),
        (
            "modules.json",
            [{"type": "sentence_transformers.models.Pooling"}],
            ("library", "sentence_transformers.models", "Pooling"),
        ),
        ("modules.json", [{"type": "os.system"}], ("stdlib", "os", "system")),
        ("modules.json", [{"type": "mine.Model"}], ("unknown", "mine", "Model")),
        (
            "2_Dense/config.json",
            {"activation_function": "torch.nn.modules.activation.Tanh"},
            ("library", "torch.nn.modules.activation", "Tanh"),
        ),
        ("config.json", {"sentence_transformers": {"activation_fn": "os.system"}}, ("stdlib", "os", "system")),
        ("config.json", {"sbert_ce_default_activation_function": "os.system"}, ("stdlib", "os", "system")),
        ("model_index.json", {"vae": ["diffusers", "VAE"]}, ("library", "diffusers", "VAE")),
        ("model_index.json", {"safety_checker": ["stable_diffusion", "S"]}, ("library", "stable_diffusion", "S")),
        ("model_index.json", {"vae": ["os", "system"]}, ("stdlib", "os", "system")),
        ("model_index.json", {"custom_pipeline": "owner/pipe"}, ("other-repo", "pipeline", "")),
        ("model_index.json", {"custom_pipeline": "lpw_stable_diffusion"}, ("library", "lpw_stable_diffusion", "")),
        ("model_index.json", {"custom_pipeline": "../x"}, ("outside", "../x", "")),
        ("model_index.json", {"custom_pipeline": "mine.py"}, ("repo-file", "mine", "")),
        ("config.json", {"custom_pipelines": {"t": {"impl": "mine.Pipe"}}}, ("repo-file", "mine", "Pipe")),
        ("config.json", {"conv_feature_layers": "[(1, 2)] + [print(1)]"}, ("expression", "", "")),
        ("m/MANIFEST.json", {"model": {"handler": "handler.py:entry"}}, ("repo-file", "handler", "")),
        ("serve.yaml", {"applications": [{"import_path": "mine:app"}]}, ("unknown", "mine", "app")),
        ("serve.yaml", {"applications": [{"import_path": "../mine:app"}]}, ("outside", "../mine", "app")),
        ("router_config.json", {"types": {"q": "os.system"}}, ("stdlib", "os", "system")),
        ("wordembedding_config.json", {"tokenizer_class": "os.system"}, ("stdlib", "os", "system")),
        ("config.yaml", {"pipeline": {"name": "os.system"}}, ("stdlib", "os", "system")),
        (
            "config.yaml",
            {"pipeline": {"name": "pyannote.audio.pipelines.VAD"}},
            ("library", "pyannote.audio.pipelines", "VAD"),
        ),
        ("config.yaml", {"remote_code": "./model.py"}, ("repo-file", "model", "")),
        ("gliner_config.json", {"encoder_config": {"auto_map": {"AutoModel": "a.B"}}}, ("repo-file", "a", "B")),
        ("bentofile.yaml", {"service": "service:Svc"}, ("unknown", "service", "Svc")),
        ("p.yaml", {"components": {"a": {"type": "subprocess.Popen"}}}, ("stdlib", "subprocess", "Popen")),
        ("chain.json", {"x": {"lc": 1, "type": "constructor", "id": ["os", "system"]}}, ("stdlib", "os", "system")),
    ],
)
def test_a_value_leads_to_where_its_loader_looks(path, document, expected):
    form = "yaml" if path.endswith("yaml") else "json"
    assert [found[1:] for found in told(path, document, form=form)] == [expected]


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("modules.json", [{"type": "Pooling"}]),
        ("modules.json", [{"type": 3}]),
        ("model_index.json", {"vae": [None, None], "_class_name": "P", "sizes": [1, 2], "words": ["a"]}),
        ("model_index.json", {"vae": ["a", ["b"]]}),
        ("config.json", {"conv_feature_layers": "[(512, 10, 5)] + [(512, 3, 2)] * 4"}),
        ("m/MANIFEST.json", {"model": {"handler": "image_classifier"}}),
        ("chain.json", {"id": ["os", "system"]}),
        ("chain.json", {"lc": 1, "type": "not_implemented", "id": ["os", "system"]}),
        ("serve.yaml", {"import_path": "a path"}),
        ("conf.yaml", {"net": {"_target_": "os.system"}, "plugins": ["a.b"]}),
        ("other.json", {"type": "os.system", "vae": ["os", "system"]}),
    ],
)
def test_other_values_lead_nowhere(path, document):
    assert told(path, document, form="yaml" if path.endswith("yaml") else "json") == []


@pytest.mark.parametrize(
    ("path", "document", "code"),
    [
        ("m/modules.json", [{"type": "mine.Model"}], "m/mine.py"),
        ("m/modules.json", [{"type": "part.mine.Model"}], "m/part/mine.py"),
        ("m/model_index.json", {"vae": ["mine", "Model"]}, "m/vae/mine.py"),
        ("m/model_index.json", {"vae": ["diffusers", "Model"]}, "m/vae/diffusers.py"),
        ("m/model_index.json", {"_class_name": ["mine", "Pipe"]}, "m/mine.py"),
        ("m/model_index.json", {"custom_pipeline": "mine"}, "m/mine.py"),
        ("m/adapter_config.json", {"megatron_core": "mine"}, "m/mine.py"),
        ("m/conf.yaml", {"a": {"_target_": "mine.Net"}}, "m/mine.py"),
        ("m/serve.yaml", {"import_path": "part.mine:app"}, "m/part/mine.py"),
        ("m/p.yaml", {"components": {"a": {"type": "mine.Part"}}}, "m/mine.py"),
    ],
)
def test_a_file_of_the_repository_is_named(path, document, code):
    (one,) = loads(path, document, code, form="yaml" if path.endswith("yaml") else "json")
    assert (one.origin, one.code) == ("repo-file", code)


def test_a_library_s_file_of_another_folder_does_not_stand_for_the_library():
    assert told(
        "m/modules.json", [{"type": "sentence_transformers.models.Pooling"}], "m/sentence_transformers/models.py"
    ) == [("module-type", "library", "sentence_transformers.models", "Pooling")]


def test_a_generate_file_is_code_by_its_place():
    (one,) = loads("m/config.json", MODEL, "m/custom_generate/generate.py")
    assert (one.via, one.where.path, one.origin) == ("custom-generate", "m/custom_generate/generate.py", "repo-file")


def test_a_hostile_number_of_places_is_bounded_and_said():
    found = list(derive([settings("config.json", {"auto_map": {str(n): f"m{n}.C" for n in range(PLACES + 50)}})]))
    assert [type(fact) for fact in found[-2:]] == [LoadsCode, LimitReached]
    assert len(found) == PLACES + 1


CALL = {"path": "m/mine.py", "line": 3, "name": "os.system", "group": "process", "at": "import"}


def sinks(*facts):
    config = settings("m/config.json", {"auto_map": {"AutoModel": "mine.Model"}})
    known = [config, *files("m/config.json", "m/mine.py", "m/deep.py", "m/other.py"), *facts]
    return [(one.code, one.call, one.group, one.code_line) for one in derive(known) if isinstance(one, LoadedSink)]


def test_what_the_file_does_at_import_is_tied_to_the_configuration():
    assert sinks(build(PythonCall, CALL)) == [("m/mine.py", "os.system", "process", 3)]
    assert sinks(build(PythonCall, CALL | {"at": "load"})) == [("m/mine.py", "os.system", "process", 3)]


@pytest.mark.parametrize("other", [{"at": "function"}, {"at": "main"}, {"path": "m/other.py"}, {"path": "n/mine.py"}])
def test_what_it_does_not_do_at_import_or_another_does_is_not(other):
    assert sinks(build(PythonCall, CALL | other)) == []


def test_files_that_it_imports_are_followed():
    call = build(PythonCall, CALL | {"path": "m/deep.py"})
    through = build(PythonModule, {"path": "m/mine.py", "imports": [".deep", "torch", "."]})
    assert sinks(call, through) == [("m/deep.py", "os.system", "process", 3)]
    circle = build(PythonModule, {"path": "m/deep.py", "imports": [".mine"]})
    assert sinks(call, through, circle) == [("m/deep.py", "os.system", "process", 3)]
    assert sinks(call) == []


def test_decoded_code_changes_and_secrets_count_as_well():
    found = sinks(
        build(PythonDecodes, {"path": "m/mine.py", "sink": "builtins.exec", "at": "import"}),
        build(PythonWrites, {"path": "m/mine.py", "kind": "startup", "target": "~/.profile", "at": "import"}),
        build(PythonSecrets, {"path": "m/mine.py", "reads": ["ssh-keys"], "at": "import"}),
        build(PythonSecrets, {"path": "m/mine.py", "reads": ["ssh-keys"], "at": "function"}),
    )
    assert [group for _, _, group, _ in found] == ["decode", "write", "secrets"]


def test_a_module_of_mlflow_is_followed_into_its_code_folder():
    loader = build(MlflowLoader, {"path": "m/MLmodel", "module": "own.loader"})
    call = build(PythonCall, CALL | {"path": "m/code/own/loader.py"})
    found = list(derive([loader, call, *files("m/MLmodel", "m/code/own/loader.py")]))
    assert [(one.via, one.code) for one in found] == [("mlflow-loader", "m/code/own/loader.py")]


# What known families write, as far as it leads a loader to code.
FAMILIES = {
    "deepseek": (
        "config.json",
        {
            **MODEL,
            "auto_map": {"AutoConfig": "configuration_deepseek.C", "AutoModelForCausalLM": "modeling_deepseek.M"},
        },
    ),
    "falcon-tune": (
        "config.json",
        {
            **MODEL,
            "_name_or_path": "tiiuae/falcon-7b",
            "auto_map": {"AutoConfig": "tiiuae/falcon-7b--configuration_falcon.C"},
        },
    ),
    "nomic": (
        "config.json",
        {**MODEL, "auto_map": {"AutoConfig": "nomic-ai/nomic-bert-2048--configuration_hf_nomic_bert.C"}},
    ),
    "gte": ("config.json", {**MODEL, "auto_map": {"AutoModel": "Alibaba-NLP/new-impl--modeling.NewModel"}}),
    "internvl": (
        "config.json",
        {
            **MODEL,
            "auto_map": {"AutoConfig": "configuration_internvl_chat.C"},
            "llm_config": {
                "_attn_implementation": "flash_attention_2",
                "auto_map": {"AutoConfig": "configuration_internlm2.C"},
            },
        },
    ),
    "whisper": ("config.json", {**MODEL, "activation_function": "gelu", "_attn_implementation": "sdpa"}),
    "internlm": ("tokenizer_config.json", {"auto_map": {"AutoTokenizer": ["tokenization_internlm2.T", None]}}),
    "minilm": (
        "modules.json",
        [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        ],
    ),
    "jina": ("modules.json", [{"idx": 0, "path": "", "type": "custom_st.Transformer", "kwargs": ["task"]}]),
    "dense": ("2_Dense/config.json", {"activation_function": "torch.nn.modules.linear.Identity"}),
    "cross-encoder": (
        "config.json",
        {**MODEL, "sbert_ce_default_activation_function": "torch.nn.modules.linear.Identity"},
    ),
    "sdxl": (
        "model_index.json",
        {
            "_class_name": "StableDiffusionXLPipeline",
            "vae": ["diffusers", "AutoencoderKL"],
            "feature_extractor": [None, None],
            "text_encoder": ["transformers", "CLIPTextModel"],
            "safety_checker": ["stable_diffusion", "S"],
        },
    ),
    "onnx-pipeline": ("model_index.json", {"vae_decoder": ["diffusers", "OnnxRuntimeModel"]}),
    "lora": (
        "adapter_config.json",
        {
            "megatron_core": "megatron.core",
            "auto_mapping": None,
            "base_model_name_or_path": "meta-llama/Llama-3.1-8B",
        },
    ),
    "lora-of-bert": (
        "adapter_config.json",
        {
            "auto_mapping": {
                "base_model_class": "BertModel",
                "parent_library": "transformers.models.bert.modeling_bert",
            },
        },
    ),
    "sew": ("config.json", {**MODEL, "conv_dim": [64, 128]}),
    "haystack": (
        "rag.yaml",
        {"components": {"llm": {"type": "haystack.components.generators.openai.OpenAIGenerator"}}},
    ),
    "axolotl": ("axolotl.yaml", {"plugins": ["axolotl.integrations.liger.LigerPlugin"], "trust_remote_code": True}),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_what_families_write_does_not_fail_the_default_policy(name):
    path, document = FAMILIES[name]
    facts = list(derive([settings(path, document, "yaml" if path.endswith("yaml") else "json"), *files(path)]))
    rules = pack.load(Path(__file__).parents[2] / "rules")
    found = engine.judge(facts, rules.about({"LoadsCode"}), rules.table)
    assert [one.rule for one in found if one.severity in ("high", "critical")] == []
