"""Options, variables and keys of servers for models that change whom they trust."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scanner.pattern import pattern

# Options without leading hyphens, hyphens as underscores, in lower case.
SWITCHES: Mapping[str, str] = {
    "trust_remote_code": "runs-model-code",
    "allow_pickle": "loads-pickles",
    "disable_safe_unpickle": "loads-pickles",
    "enable_custom_logit_processor": "runs-sent-code",  # CVE-2026-7304: dill in a request
    "enable_insecure_extension_access": "runs-sent-code",
    "disable_token_auth": "no-authentication",
    "disable_token_authorization": "no-authentication",
}
VARIABLES: Mapping[str, str] = {
    "VLLM_ALLOW_INSECURE_SERIALIZATION": "loads-pickles",
    "TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD": "loads-pickles",
    "TRUST_REMOTE_CODE": "runs-model-code",
    "HF_HUB_TRUST_REMOTE_CODE": "runs-model-code",
    "HF_TRUST_REMOTE_CODE": "runs-model-code",
    "HF_DATASETS_TRUST_REMOTE_CODE": "runs-model-code",
    "OPTION_TRUST_REMOTE_CODE": "runs-model-code",
    "HF_MODEL_TRUST_REMOTE_CODE": "runs-model-code",
    "VLLM_TRUST_REMOTE_CODE": "runs-model-code",
    "TS_DISABLE_TOKEN_AUTHORIZATION": "no-authentication",
    "LANGFLOW_AUTO_LOGIN": "no-authentication",
}
# Variables that open by saying no.
_DENIED: Mapping[str, str] = {"WEBUI_AUTH": "no-authentication", "TORCH_LOAD_WEIGHTS_ONLY": "loads-pickles"}
KEYS: Mapping[str, str] = {
    "trust_remote_code": "runs-model-code",
    "option.trust_remote_code": "runs-model-code",
    "disable_token_authorization": "no-authentication",
    "allow_pickle": "loads-pickles",
}
_TRUE = frozenset({"true", "1", "yes", "on", "t"})
_FALSE = frozenset({"false", "0", "no", "off", "f", "none"})
_ANYWHERE = pattern(r"^(?:\w+://)?(?:0\.0\.0\.0|\[?::\]?|\*)(?::\d+)?$")
_TOKEN = pattern(r"^--(?:\w+\.)?(?:token|password)$")
_JUPYTER = frozenset(
    [
        "jupyter",
        "jupyter-lab",
        "jupyter-notebook",
        "jupyter-server",
        "jupyterhub-singleuser",
        "start-notebook.sh",
        "start-notebook.py",
        "start.sh",
    ]
)


class Option(NamedTuple):
    """What it does, and how it is written."""

    effect: str
    written: str


def is_true(value: str) -> bool:
    """Say whether a value switches on."""
    return value.strip().strip("'\"").lower() in _TRUE


def of_words(program: str, arguments: tuple[str, ...]) -> Iterator[Option]:
    """Yield what the words of one command switch on."""
    for at, argument in enumerate(arguments):
        following = arguments[at + 1] if at + 1 < len(arguments) else ""
        if argument.startswith("--"):
            option, equals, value = argument.partition("=")
            effect = SWITCHES.get(option[2:].replace("-", "_").lower(), "")
            given = value if equals else following
            if effect and given.strip("'\"").lower() not in _FALSE:
                yield Option(effect, argument)
            else:
                written = _of_program(program, arguments, option, given) or _of_notebook(
                    program, arguments, option, equals + value
                )
                if written:
                    yield written
        elif argument.startswith("-H") and program == "dockerd" and "tcp://" in argument + following:
            yield Option("open-admin", f"dockerd -H {(argument[2:] or following)[:60]}")
        elif "trust_remote_code=" in argument and _has(argument, "trust_remote_code"):
            yield Option("runs-model-code", "trust_remote_code=True")


def of_variable(name: str, value: str) -> Iterator[Option]:
    """Yield what a variable of the environment switches on."""
    effect = VARIABLES.get(name, "")
    if effect and is_true(value):
        yield Option(effect, f"{name}={value.strip()[:20]}")
    elif name in _DENIED and value.strip().lower() in _FALSE:
        yield Option(_DENIED[name], f"{name}={value.strip()[:20]}")
    elif name == "OLLAMA_HOST" and _ANYWHERE.match(value.strip()):
        yield Option("open-admin", f"{name}={value.strip()}")
    elif name == "OLLAMA_ORIGINS" and value.strip() == "*":
        yield Option("open-admin", f"{name}=*")
    elif name == "JUPYTER_TOKEN" and not value.strip():
        yield Option("no-authentication", "JUPYTER_TOKEN=")


def of_key(key: str, value: str) -> Iterator[Option]:
    """Yield what a key of a configuration switches on: TorchServe's config.properties, DJL's serving.properties."""
    key = key.lower().replace("-", "_")
    effect = KEYS.get(key, "")
    if effect and is_true(value):
        yield Option(effect, f"{key}={value.strip()[:20]}")
    elif key == "management_address" and _ANYWHERE.match(value.strip()):
        yield Option("open-admin", f"{key}={value.strip()[:60]}")
    elif key == "allowed_urls" and value.strip() and _allows_any(value):
        yield Option("any-model-source", f"{key}={value.strip()[:60]}")


def _allows_any(value: str) -> bool:
    return any(
        one.strip() in {".*", "*", "http(s)?://.*", "https?://.*", "http://.*", "https://.*", "file://.*"}
        for one in value.replace("|", ",").split(",")
    )


def _of_program(program: str, arguments: tuple[str, ...], option: str, value: str) -> Option | None:
    everywhere = _ANYWHERE.match(value) is not None
    if (program, option) == ("ray", "--dashboard-host") and everywhere:
        return Option("open-admin", f"ray {option}={value}")
    if (program, option) == ("mlflow", "--host") and everywhere:
        named = any(one.startswith("--app-name") for one in arguments)
        return None if named else Option("open-admin", f"mlflow {option}={value}")
    if (program, option, value) == ("code-server", "--auth", "none"):
        return Option("no-authentication", "code-server --auth none")
    if (program, option) == ("dockerd", "--host") and value.startswith("tcp://") and "--tlsverify" not in arguments:
        return Option("open-admin", f"dockerd --host={value[:60]}")
    if option == "--allowed-local-media-path" and value in {"/", "/root", "/home", "/etc", "/mnt"}:
        return Option("reads-host-files", f"{option} {value}")
    return None


def _of_notebook(program: str, arguments: tuple[str, ...], option: str, given: str) -> Option | None:
    """Find an empty token. `given` begins with the sign of equality where there is one."""
    notebook = program in _JUPYTER or (
        program == "python" and arguments[:2] in {("-m", "jupyter"), ("-m", "jupyterlab")}
    )
    empty = notebook and given.startswith("=") and given[1:].strip("'\"") in {"", "u"} and _TOKEN.match(option)
    return Option("no-authentication", f"{program} {option}=") if empty and not _has_password(arguments) else None


def _has_password(arguments: tuple[str, ...]) -> bool:
    """Say whether another of token and password is set."""
    for one in arguments:
        option, equals, value = one.partition("=")
        if equals and _TOKEN.match(option) and value.strip("'\"") not in {"", "u"}:
            return True
    return False


def _has(argument: str, key: str) -> bool:
    """Say whether a list of keys and values, parted by commas, switches a key on."""
    pairs = (one.partition("=") for one in argument.split(","))
    return any(name.strip().rpartition(" ")[2] == key and is_true(value) for name, _, value in pairs)
