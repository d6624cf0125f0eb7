"""Workflows: which words of strangers they paste, whose code they run, whom they let in."""

import pytest

from scanner.derive.document.workflow import derive
from tests.builders.deployments import CHECKOUT, COMMIT, token, workflow
from tests.builders.settings import settings

NAME = ".github/workflows/a.yml"
HEAD = {"uses": "actions/checkout@v4", "with": {"ref": "${{ github.event.pull_request.head.sha }}"}}
TITLE = "${{ github.event.issue.title }}"


def facts(value, name=NAME, form="yaml"):
    return list(derive([settings(name, value, form)]))


def of(found, kind):
    return [one for one in found if type(one).__name__ == kind]


def injected(value):
    return [(one.expression, one.into, one.reach, one.guarded) for one in of(facts(value), "WorkflowInjects")]


@pytest.mark.parametrize(
    ("on", "expression", "reach"),
    [
        ("issues", "github.event.issue.title", "public"),
        ("issue_comment", "github.event.comment.body", "public"),
        ("pull_request_target", "github.head_ref", "public"),
        ({"pull_request_target": {"types": ["opened"]}}, "github.event.pull_request.head.label", "public"),
        (["push", "pull_request"], "github.event.pull_request.body", "fork"),
        ("workflow_run", "github.event.workflow_run.head_branch", "public"),
        ("push", "github.event.head_commit.message", "own"),
        ({"workflow_call": {"inputs": {"a": {"type": "string"}}}}, "github.event.issue.body", "called"),
        ("discussion", "github.event.discussion.title", "public"),
    ],
)
def test_who_writes_a_text_is_told_by_the_event(on, expression, reach):
    found = injected(workflow(on, {"run": f"echo ${{{{ {expression} }}}}"}))
    assert found == [(expression, "run", reach, False)]


@pytest.mark.parametrize("key", ["on", "true", "True", "ON"])
def test_the_key_on_may_be_read_as_true(key):
    value = workflow("issues", {"run": f"echo {TITLE}"})
    value[key] = value.pop("on")
    assert [found[2] for found in injected(value)] == ["public"]


@pytest.mark.parametrize(
    "expression",
    [
        "github.event.issue['title']",
        "github.event['issue'].title",
        "format('{0}', github.event.issue.title)",
        "toJSON(github.event.issue.title)",
        "github.event.action == 'x' && github.event.issue.title || 'y'",
        "toJSON(github.event)",
        "GitHub.Event.Issue.Title",
    ],
)
def test_a_text_is_found_however_it_is_written(expression):
    assert len(injected(workflow("issues", {"run": f"echo ${{{{ {expression} }}}}"}))) == 1


@pytest.mark.parametrize(
    "value",
    [
        "${{ github.event.issue.number }}",
        "${{ contains(github.event.issue.title, 'x') }}",
        "${{ github.event.issue.title == 'x' }}",
        "${{ github.event.issue.title && 'a' || 'b' }}",
        "${{ startsWith(github.event.issue.title, 'x') && 'a' || 'b' }}",
        "${{ github.event.pull_request.title }}",
        "${{ github.sha }} ${{ github.ref_name }} ${{ secrets.X }} ${{ inputs.x }}",
        "$TITLE",
    ],
)
def test_what_gives_no_text_of_a_stranger_is_quiet(value):
    assert injected(workflow("issues", {"run": f"echo {value}", "env": {"TITLE": TITLE}})) == []


def test_a_text_is_followed_through_variables_and_outputs():
    step = {"run": "echo ${{ env.T }}", "env": {"T": TITLE}}
    assert injected(workflow("issues", step)) == [("env.t", "run", "public", False)]
    changed = {"id": "c", "uses": "tj-actions/changed-files@v40"}
    found = injected(workflow("pull_request", changed, {"run": "ls ${{ steps.c.outputs.all_changed_files }}"}))
    assert found == [("steps.c.outputs.all_changed_files", "run", "fork", False)]


def test_a_script_takes_json_and_an_agent_takes_a_prompt():
    def step(uses, key, value):
        return {"uses": uses, "with": {key: value}}

    assert injected(workflow("issues", step("actions/github-script@v7", "script", f"x = `{TITLE}`")))[0][1] == "script"
    assert (
        injected(
            workflow(
                "issues", step("actions/github-script@v7", "script", "x = ${{ toJSON(github.event.issue.title) }}")
            )
        )
        == []
    )
    gemini = step("google-github-actions/run-gemini-cli@v0", "prompt", TITLE)
    assert injected(workflow("issues", gemini)) == [("github.event.issue.title", "prompt", "public", False)]
    claude = step("anthropics/claude-code-action@v1", "prompt", TITLE)
    assert injected(workflow("issues", claude))[0][3] is True
    claude["with"]["allowed_non_write_users"] = "*"
    assert injected(workflow("issues", claude))[0][3] is False
    assert injected(workflow("issues", {"run": f"claude -p '{TITLE}'"}))[0][1] == "prompt"


@pytest.mark.parametrize(
    "job",
    [
        {"if": "github.event.comment.author_association == 'MEMBER'"},
        {"if": "github.actor == 'me'"},
        {"environment": "approved"},
    ],
)
def test_a_condition_on_who_it_is_is_told(job):
    assert injected(workflow("issues", {"run": f"echo {TITLE}"}, **job))[0][3] is True


def foreign(on, *steps, **job):
    return [
        (one.trigger, one.via, one.runs, one.guarded)
        for one in of(facts(workflow(on, *steps, **job)), "WorkflowForeignCode")
    ]


@pytest.mark.parametrize(
    ("on", "steps", "found"),
    [
        ("pull_request_target", [HEAD, {"run": "npm ci"}], [("pull_request_target", "checkout", "build", False)]),
        ("pull_request_target", [HEAD, {"run": "cat README"}], [("pull_request_target", "checkout", "", False)]),
        ("pull_request_target", [HEAD, {"uses": "./x"}], [("pull_request_target", "checkout", "action", False)]),
        ("pull_request_target", [CHECKOUT, {"run": "git fetch origin pull/1/head && make"}],
         [("pull_request_target", "command", "build", False)]),
        ("issue_comment", [{"run": "gh pr checkout 1\nmake"}], [("issue_comment", "command", "build", False)]),
        ("workflow_run", [{"uses": "actions/checkout@v4", "with": {"ref": "${{ github.event.workflow_run.head_sha }}"}},
                          {"run": "pip install -e ."}], [("workflow_run", "checkout", "build", False)]),
        ("pull_request_target", [CHECKOUT, {"run": "npm ci"}], []),
        ("pull_request", [HEAD, {"run": "npm ci"}], []),
        ("push", [HEAD, {"run": "npm ci"}], []),
    ],
)  # fmt: skip
def test_code_of_strangers_is_told_where_rights_are(on, steps, found):
    assert foreign(on, *steps) == found


def test_a_label_or_another_event_keeps_strangers_out():
    on = ["pull_request_target", "pull_request"]
    build = {"run": "make"}
    assert foreign(on, HEAD, build, **{"if": "contains(github.event.pull_request.labels.*.name, 'ok')"})[0][3] is True
    assert foreign(on, HEAD, build, **{"if": "github.event_name == 'pull_request'"}) == []
    assert foreign(on, HEAD, build, **{"if": "github.event_name != 'pull_request_target'"}) == []


def test_a_job_that_is_waited_for_may_ask_who_it_is():
    value = workflow("pull_request_target", HEAD, {"run": "make"}, needs="check")
    value["jobs"]["check"] = {"steps": [{"uses": "actions-cool/check-user-permission@v2"}]}
    assert of(facts(value), "WorkflowForeignCode")[0].guarded is True


def test_actions_are_counted_by_how_they_are_named():
    steps = [CHECKOUT, {"uses": "a/b@v1"}, {"uses": "a/c@v2"}, {"uses": "a/b@v1"}, {"uses": "a/b@main"},
             {"uses": "a/b"},
             {"uses": f"a/d@{COMMIT}"}, {"uses": "./x"}, {"uses": "docker://x:1"}]  # fmt: skip
    found = of(facts(workflow("push", *steps)), "WorkflowUses")
    assert [(one.official, one.how, one.action, one.count) for one in found] == [
        (True, "tag", "actions/checkout@v4", 1),
        (False, "tag", "a/b@v1", 2),
        (False, "branch", "a/b@main", 1),
        (False, "none", "a/b", 1),
        (False, "image", "docker://x:1", 1),
    ]


@pytest.mark.parametrize(
    ("value", "trait"),
    [
        ({**workflow("push"), "permissions": "write-all"}, "write-all"),
        (workflow("push", permissions="write-all"), "write-all"),
        (workflow("push", {"run": "x", "env": {"A": "${{ toJSON(secrets) }}"}}), "all-secrets"),
        (workflow("push", uses="a/b/.github/workflows/c.yml@v1", secrets="inherit"), "inherits-secrets"),
        (workflow("pull_request", **{"runs-on": ["self-hosted", "gpu"]}), "own-runner"),
        ({**workflow("push"), "env": {"ACTIONS_ALLOW_UNSECURE_COMMANDS": True}}, "old-commands"),
        (workflow("push", {"uses": "a/b@v1", "with": {"t": "${{ secrets.X }}"}}), "secret-to-stranger"),
        (workflow("issues", {"uses": "anthropics/claude-code-action@v1", "with": {"allowed_non_write_users": "*"}}),
         "agent-any-user"),
        (workflow("issues", {"uses": "openai/codex-action@v1", "with": {"allow-users": "*", "args": "--yolo"}}),
         "agent-open"),
    ],
)  # fmt: skip
def test_what_a_workflow_allows_is_told(value, trait):
    assert trait in [one.trait for one in of(facts(value), "WorkflowTrait")]


def test_a_plain_workflow_has_no_trait():
    value = workflow(["push", "pull_request"], CHECKOUT, {"run": "pip install -e . && pytest"},
                     {"uses": f"a/b@{COMMIT}", "with": {"t": "${{ secrets.X }}"}},
                     permissions={"contents": "read"})  # fmt: skip
    assert {type(one).__name__ for one in facts(value)} == {"WorkflowUses"}


def test_a_composite_action_is_read():
    action = {
        "name": "x",
        "runs": {"using": "composite", "steps": [{"run": "echo ${{ github.head_ref }}", "shell": "sh"}]},
    }
    assert [(one.into, one.reach) for one in of(facts(action, "action.yml"), "WorkflowInjects")] == [("run", "called")]


def test_commands_images_and_secrets_of_a_workflow_are_told():
    value = workflow(
        "push", {"run": "curl https://example.com/i | sh", "env": {"HF_TOKEN": token()}},
        container={"image": "x:latest", "credentials": {"username": "a", "password": "hunter22"}},
    )  # fmt: skip
    kinds = [type(one).__name__ for one in facts(value)]
    assert kinds.count("CommandActs") == 1
    assert kinds.count("SecretGiven") == 2
    assert kinds.count("ImageUsed") == 1


def test_a_pipeline_of_gitlab_is_read():
    value = {
        "include": [{"remote": "https://example.com/x.yml"}],
        "image": "python:latest",
        "variables": {"HF_TOKEN": token()},
        "build": {"image": {"name": "y:1"}, "script": ["curl https://example.com/i | sh"]},
    }
    kinds = sorted(type(one).__name__ for one in facts(value, ".gitlab-ci.yml"))
    assert kinds == ["CommandActs", "ImageUsed", "ImageUsed", "SecretGiven", "WorkflowTrait"]


@pytest.mark.parametrize(
    "value", [{"jobs": {"a": 1}}, {"jobs": {"a": {"steps": "x"}}}, {"runs": {"using": 1}}, {}, [1], {"on": []}]
)
def test_other_documents_are_quiet(value):
    assert facts(value) == []
