"""Facts about what surrounds a model when it is built and served: commands, containers, secrets, workflows.

`carrier` is the kind of file: "dockerfile", "compose", "kubernetes", "workflow", "action", "gitlab", "jenkins",
"devcontainer", "vscode", "idea", "git", "hook", "husky", "lefthook", "pre-commit", "envrc", "procfile", "makefile",
"script" (of a shell), "batch", "powershell", "notebook" (lines behind `!`, cells of `%%bash`), "serving", "jupyter",
"vim".
`when` says what starts a command: "build" (an image), "start" (a service, a container), "ci", "host" (a container is
opened in an editor, and it runs outside of it), "created" (inside such a container), "opened" (a folder, in an editor),
"entered" (a folder, in a shell), "git" (an act of git), "asked" (someone starts it by name).
"""

from scanner.facts.core import Fact
from scanner.record import record


@record
class CommandActs(Fact):
    """A command does a thing that is worth to be known.

    `act`: "fetch-run" (runs what it fetches), "decode-run" (runs what it decodes), "remote-shell" (hands a shell to an
    address), "sends-secrets" (sends the environment or a file of keys), "opens-modes" (a mode that lets all write),
    "skips-check" (certificate or signature are not checked), "foreign-index" (packages from another index),
    "container-root" (starts a container that rules its host), "package-address" (installs a package from an address),
    "turns-off-protection" (virus scanner, firewall, SELinux), "persists" (crontab, services, scheduled tasks, run keys,
    profiles of a shell), "adds-key" (authorized_keys), "deletes-root" (everything below / or a home), "hides-window"
    (PowerShell without a window), "bypasses-policy" (of PowerShell), "clears-traces" (history, logs).
    `via`: of "fetch-run" "pipe", "substitution" or "file"; else the program, "" where only a line tells it.
    `source`: host, of places where anyone publishes host and owner ("github.com/owner"); "" where it is not constant.
    `detail`: address without user and query, mode, option, or the command. `checked`: a sum or signature is compared in
    the same text. `clear`: fetched without TLS.
    """

    carrier: str
    when: str
    act: str
    via: str
    source: str
    detail: str
    checked: bool
    clear: bool


@record
class ServingOption(Fact):
    """An option, variable or key of a server for models.

    `effect`: "runs-model-code" (code that comes with the model), "loads-pickles", "runs-sent-code" (code in a request),
    "no-authentication", "open-admin" (an interface that runs jobs or changes models listens on all addresses),
    "any-model-source" (models from any address), "reads-host-files" (requests may name any file).
    `option` as written, without secrets.
    """

    carrier: str
    when: str
    effect: str
    option: str


@record
class ServerFault(Fact):
    """A server in a version of which a fault is known; `fixed` is the first version without it."""

    carrier: str
    package: str
    version: str
    fixed: str
    advisory: str
    via: str


@record
class ImageUsed(Fact):
    """A container image that is built upon or started.

    `registry`: host, "docker.io" where none is written; `name` without registry, tag and digest.
    `tag` "" where none is written. `digest`: it is named by its content. `variable`: a part of it is not constant.
    """

    carrier: str
    registry: str
    name: str
    tag: str
    digest: bool
    variable: bool


@record
class ImageTakes(Fact):
    """A Dockerfile copies something into the image. `kind`: "url", "keys" (a file that holds keys of access).

    `source` as written, `host` of an address, `checked`: its checksum is given.
    """

    kind: str
    source: str
    host: str
    checked: bool


@record
class ImageTrait(Fact):
    """Something about a Dockerfile, of its user that of the last stage.

    `trait`: "no-user" (no USER), "root" (USER is root), "trigger-runs" (ONBUILD RUN),
    "insecure-build" (RUN --security=insecure), "host-network-build".
    """

    trait: str
    detail: str


@record
class ContainerGrant(Fact):
    """A right of a container over the machine that it runs on.

    `grant`: "privileged", "host-root" (the file system, or a folder of the system), "container-socket",
    "host-path", "host-network", "host-pid", "host-ipc", "capability", "root", "escalation", "unconfined", "device",
    "host-port", "ssh-agent", "keys" (a folder of keys of access).
    """

    carrier: str
    grant: str
    detail: str


@record
class SecretGiven(Fact):
    """A secret with its value; the value is not told.

    `name`: of the variable or key. `place`: "env", "arg", "url", "literal", "command".
    `shape`: "token" (as an issuer makes them; `kind` says which), "random", "word".
    """

    carrier: str
    name: str
    place: str
    shape: str
    kind: str


@record
class PortOpened(Fact):
    """A port that is published on all addresses of the machine.

    `service`: what answers there by convention and asks for no password by itself, "" for others.
    """

    carrier: str
    port: int
    service: str


@record
class RoleBound(Fact):
    """A Kubernetes role is given.

    `kind`: "cluster-admin", "wildcard" (a role over all resources and verbs),
    "everyone" (a role for all who can reach the cluster).
    """

    kind: str
    role: str
    subject: str


@record
class WorkflowInjects(Fact):
    """Text that a stranger writes is pasted into what a workflow runs.

    `expression`: "github.event.issue.title". `into`: "run", "script", "prompt" (what an agent is told), "argument".
    `reach`: "public" (a trigger that strangers cause and that has secrets or rights), "fork" (one that strangers cause,
    without), "own" (members only), "called" (an action or reusable workflow: its caller decides).
    `triggers`: all that start the workflow. `guarded`: a condition asks who caused it.
    """

    expression: str
    into: str
    reach: str
    triggers: tuple[str, ...]
    guarded: bool


@record
class WorkflowForeignCode(Fact):
    """A workflow with secrets or rights fetches what a stranger proposes.

    `trigger`: "pull_request_target", "workflow_run", "issue_comment". `ref` as written. `via`: "checkout", "command",
    "artifact". `runs`: a later step of the job runs files of it: "build", "script", "action" or "".
    `guarded`: a condition asks who caused it, or a label or environment is asked for.
    """

    trigger: str
    ref: str
    via: str
    runs: str
    guarded: bool


@record
class WorkflowUses(Fact):
    """Actions that a workflow takes by a name that can be moved: `count` of them in the file, the first in `action`.

    `official`: GitHub's own. `how`: "tag", "branch", "none" (no reference at all), "image" (without digest).
    """

    official: bool
    how: str
    action: str
    count: int


@record
class WorkflowTrait(Fact):
    """Something that a workflow allows.

    `trait`: "write-all", "all-secrets" (`toJSON(secrets)`), "inherits-secrets" (hands all of them to a workflow of
    another repository), "remote-include" (a part of the pipeline lies at an address),
    "own-runner" (a runner of one's own for what strangers propose), "old-commands"
    (ACTIONS_ALLOW_UNSECURE_COMMANDS),
    "secret-to-stranger" (a secret is given to an action that is not pinned), "agent-open" (an agent with tools acts on
    what strangers write), "agent-any-user".
    `detail`: the action, label or key.
    """

    trait: str
    triggers: tuple[str, ...]
    detail: str
    guarded: bool
