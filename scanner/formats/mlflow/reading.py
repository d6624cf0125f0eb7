"""From an MLmodel file to facts (mlflow/pyfunc/__init__.py, mlflow/utils/model_utils.py and the flavors)."""

from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.facts.mlflow import MlflowLoader, MlflowModel, MlflowPath
from scanner.format import MalformedError
from scanner.formats.mlflow import named
from scanner.formats.yaml.tree import NoYamlError, load
from scanner.limits import HEAD_NBYTES, Limits
from scanner.members import leads
from scanner.unrecognised import unrecognised
from scanner.whole import whole

FLAVORS = 100
PATHS = 1000
CHARACTERS = 300
DEPTH = 4
"""Mappings inside a flavor: `artifacts.NAME.path`, `env.conda`."""

PATH_KEYS = frozenset((
    "pickled_model", "model_path", "data", "code", "model_data", "saved_model_dir", "serialized_explainer",
    "parameters_path", "python_model", "model_binary", "adapter_weights", "custom_objects", "config", "conda",
    "virtualenv", "path", "extra_files", "pickle_module_info", "state_dict", "tokenizer", "feature_extractor",
    "components", "requirements_file", "signature_path",
))  # fmt: skip
"""Keys whose text is joined to the folder of the model; lists of texts count too.

Of `model_code_path` and `model_config` MLflow takes the last part alone, and `uri` is where an artifact came from.
"""

_LOADERS = ("loader_module",)


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a model file; see `Format.read`. Raises `MalformedError` where it is no mapping.

    A text of another name that is no mapping only shows a model file, as a source may: it is no model file.
    """
    raw = whole(artifact, limits.text_nbytes, "document")
    if isinstance(raw, LimitReached):
        yield raw
        return
    top, error = _loaded(raw)
    if error is not None and not named(artifact.path):
        yield unrecognised(artifact, raw[:HEAD_NBYTES])
        return
    if error is not None:
        raise error
    held = top.get("flavors")
    flavors = held if isinstance(held, dict) else {}
    yield MlflowModel(
        where=artifact.at(0),
        version=_text(top.get("mlflow_version")),
        flavors=tuple(_text(name) for name in list(flavors)[:FLAVORS]),
    )
    told = 0
    for name, flavor in flavors.items():
        for fact in _flavor(artifact, _text(name), flavor):
            told += 1
            if told > PATHS:
                yield LimitReached(where=artifact.at(), limit="paths", bound=PATHS, unit="paths")
                return
            yield fact


def _loaded(raw: bytes) -> tuple[dict[str, object], MalformedError | None]:
    """Parse the text; say why it is no model file. Raises `MalformedError` where it is larger than what is kept."""
    try:
        top = load(raw)
    except NoYamlError as error:
        return {}, error
    if isinstance(top, dict):
        return top, None
    return {}, MalformedError("the model file is no mapping", 0)


def _flavor(artifact: Artifact, name: str, flavor: object) -> Iterator[Fact]:
    """Walk one flavor as far as MLflow nests paths in it, each mapping once: aliases may show it many times."""
    pending: list[tuple[object, str, int]] = [(flavor, f"/flavors/{name}", 0)]
    seen: set[int] = set()
    while pending:
        held, pointer, depth = pending.pop()
        if not isinstance(held, dict) or id(held) in seen:
            continue
        seen.add(id(held))
        for key, value in held.items():
            where = Location(path=artifact.path, pointer=f"{pointer}/{key}"[:CHARACTERS])
            for text in value if isinstance(value, list) else (value,):
                if isinstance(text, str) and key in PATH_KEYS:
                    yield MlflowPath(where=where, flavor=name, key=key, target=text[:CHARACTERS], how=_how(text))
            if key in _LOADERS and isinstance(value, str) and not depth:
                yield MlflowLoader(
                    where=where,
                    flavor=name,
                    module=value[:CHARACTERS],
                    package=value.partition(".")[0][:CHARACTERS],
                    code=isinstance(held.get("code"), str) and held["code"] not in ("", "null", "~"),
                )
            if isinstance(value, dict) and depth < DEPTH:
                pending.append((value, f"{pointer}/{key}", depth + 1))


def _how(path: str) -> str:
    return "url" if "://" in path[:32] else leads(path)


def _text(value: object) -> str:
    return value[:CHARACTERS] if isinstance(value, str) else ""
