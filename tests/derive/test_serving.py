"""Configurations of servers: what they switch on."""

import pytest

from scanner.derive.document.serving import derive
from tests.builders.settings import settings


def found(name, value, form):
    return [getattr(one, "effect", getattr(one, "act", "")) for one in derive([settings(name, value, form)])]


@pytest.mark.parametrize(
    ("name", "value", "form", "effects"),
    [
        ("config.properties", {"management_address": "http://0.0.0.0:8081"}, "ini", ["open-admin"]),
        ("config.properties", {"management_address": "http://127.0.0.1:8081"}, "ini", []),
        ("config.properties", {"inference_address": "http://0.0.0.0:8080"}, "ini", []),
        ("config.properties", {"disable_token_authorization": "true"}, "ini", ["no-authentication"]),
        ("config.properties", {"disable_token_authorization": "false"}, "ini", []),
        ("config.properties", {"allowed_urls": "file://.*|http(s)?://.*"}, "ini", ["any-model-source"]),
        ("config.properties", {"allowed_urls": "https://example.com/.*"}, "ini", []),
        ("serving.properties", {"option.trust_remote_code": "true"}, "ini", ["runs-model-code"]),
        ("serving.properties", {"option.model_id": "x"}, "ini", []),
        ("vllm.yaml", {"model": "x", "trust-remote-code": True}, "yaml", ["runs-model-code"]),
        ("vllm.yaml", {"model": "x", "tensor-parallel-size": 2}, "yaml", []),
        (
            "vllm.yaml",
            {"model": "x", "max-model-len": 2, "allowed-local-media-path": "/"},
            "yaml",
            ["reads-host-files"],
        ),
        ("a.yaml", {"trust-remote-code": True}, "yaml", []),
        ("cluster.yaml", {"setup_commands": ["curl https://example.com/i | sh"]}, "yaml", ["fetch-run"]),
        (
            "cluster.yaml",
            {"head_start_ray_commands": ["ray start --head --dashboard-host=0.0.0.0"]},
            "yaml",
            ["open-admin"],
        ),
        ("cluster.yaml", {"setup_commands": ["pip install x"]}, "yaml", []),
        ("jupyter_server_config.json", {"ServerApp": {"token": ""}}, "json", ["no-authentication"]),
        ("jupyter_server_config.json", {"ServerApp": {"token": "", "password": "argon2:x"}}, "json", []),
        ("other.ini", {"a": {"management_address": "http://0.0.0.0:8081"}}, "ini", []),
        ("config.json", {"trust_remote_code": True}, "json", []),
    ],
)
def test_what_a_configuration_switches_on_is_told(name, value, form, effects):
    assert found(name, value, form) == effects
