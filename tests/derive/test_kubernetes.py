"""Kubernetes objects: rights of pods, roles, secrets, commands."""

import base64

import pytest

from scanner.derive.document.kubernetes import derive
from tests.builders.deployments import pod, token
from tests.builders.settings import settings


def facts(value, form="yaml"):
    return list(derive([settings("x.yaml", value, form)]))


def of(found, kind):
    return [one for one in found if type(one).__name__ == kind]


@pytest.mark.parametrize("kind", ["Pod", "Deployment", "CronJob"])
@pytest.mark.parametrize(
    ("container", "spec", "grant"),
    [
        ({"securityContext": {"privileged": True}}, {}, "privileged"),
        ({"securityContext": {"allowPrivilegeEscalation": True}}, {}, "escalation"),
        ({"securityContext": {"runAsUser": 0}}, {}, "root"),
        ({"securityContext": {"capabilities": {"add": ["SYS_ADMIN"]}}}, {}, "capability"),
        ({"securityContext": {"seccompProfile": {"type": "Unconfined"}}}, {}, "unconfined"),
        ({"ports": [{"containerPort": 80, "hostPort": 80}]}, {}, "host-port"),
        ({}, {"hostNetwork": True}, "host-network"),
        ({}, {"hostPID": True}, "host-pid"),
        ({}, {"volumes": [{"name": "a", "hostPath": {"path": "/"}}]}, "host-root"),
        ({}, {"volumes": [{"name": "a", "hostPath": {"path": "/var/run/docker.sock"}}]}, "container-socket"),
        ({}, {"volumes": [{"name": "a", "hostPath": {"path": "/data"}}]}, "host-path"),
    ],
)
def test_a_right_over_the_node_is_told_in_every_kind(kind, container, spec, grant):
    assert [one.grant for one in of(facts(pod(container, kind, **spec)), "ContainerGrant")] == [grant]


def test_a_plain_pod_tells_its_image_alone():
    container = {
        "securityContext": {"privileged": False, "runAsUser": 1000, "capabilities": {"drop": ["ALL"]}},
        "env": [
            {"name": "API_KEY", "valueFrom": {"secretKeyRef": {"name": "a", "key": "b"}}},
            {"name": "A", "value": "b"},
        ],
        "args": ["--port", "80"],
    }
    assert [type(one).__name__ for one in facts(pod(container))] == ["ImageUsed"]


def test_first_containers_and_commands_are_read():
    first = {"name": "i", "image": "x:2", "command": ["sh", "-c", "curl https://example.com/i | sh"]}
    found = facts(pod(initContainers=[first]))
    assert [one.act for one in of(found, "CommandActs")] == ["fetch-run"]
    found = facts(pod({"args": ["--model=x", "--trust-remote-code"]}))
    assert [one.effect for one in of(found, "ServingOption")] == ["runs-model-code"]


def test_a_model_of_kserve_is_read():
    value = {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "spec": {
            "predictor": {
                "model": {
                    "modelFormat": {"name": "huggingface"},
                    "args": ["--trust-remote-code"],
                    "resources": {"a": 1},
                }
            }
        },
    }
    assert [one.effect for one in of(facts(value), "ServingOption")] == ["runs-model-code"]


def test_secrets_are_told_in_every_place_and_never_shown():
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "data": {"token": base64.b64encode(token().encode()).decode()},
        "stringData": {"x": token()},
    }
    found = of(facts(secret), "SecretGiven") + of(
        facts(pod({"env": [{"name": "HF_TOKEN", "value": token()}]})), "SecretGiven"
    )
    assert [one.name for one in found] == ["token", "x", "HF_TOKEN"]
    assert token() not in repr(found)


def binding(role, **subject):
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "roleRef": {"kind": "ClusterRole", "name": role},
        "subjects": [{"kind": "ServiceAccount", "name": "a", **subject}],
    }


def test_roles_over_the_cluster_are_told():
    assert [one.kind for one in facts(binding("cluster-admin"))] == ["cluster-admin"]
    assert [one.kind for one in facts(binding("view", kind="Group", name="system:authenticated"))] == ["everyone"]
    assert facts(binding("view")) == []
    role = {
        "apiVersion": "v1",
        "kind": "ClusterRole",
        "rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}],
    }
    assert [one.kind for one in facts(role)] == ["wildcard"]
    role["rules"][0]["verbs"] = ["get"]
    assert facts(role) == []


def test_a_list_is_gone_through_and_definitions_are_not():
    value = {"apiVersion": "v1", "kind": "List", "items": [pod({"securityContext": {"privileged": True}})]}
    assert [one.grant for one in of(facts(value), "ContainerGrant")] == ["privileged"]
    assert facts({**pod({"securityContext": {"privileged": True}}), "kind": "CustomResourceDefinition"}) == []


@pytest.mark.parametrize(
    "value", [{"kind": "Pod"}, {"apiVersion": 1, "kind": []}, {"apiVersion": "v1", "kind": "Pod", "spec": 1}, {}]
)
def test_other_documents_are_quiet(value):
    assert facts(value) == []
