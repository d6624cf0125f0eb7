"""Settings that take away a question an agent would ask, by key and value."""

import re
from collections.abc import Iterator

from scanner.pattern import pattern
from scanner.settings import Document, Leaf

# Keys that no other program has: in any document.
_OWN: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    # grant, pointer, value
    ("all-servers", pattern(r"/enableAllProjectMcpServers$"), pattern("true")),
    ("all-acts", pattern(r"(?i)/(?:defaultMode|permissionMode|permission_mode)$"), pattern("bypassPermissions")),
    ("edits", pattern(r"(?i)/(?:defaultMode|permissionMode|permission_mode)$"), pattern("acceptEdits")),
    ("all-acts", pattern(r"/(?:skipDangerousModePermissionPrompt|bypassPermissionsModeAccepted)$"), pattern("true")),
    ("all-acts", pattern(
        r"/(?:chat[./]tools[./](?:global[./])?autoApprove|(?:github[./]copilot[./])?chat[./]agent[./]autoApprove"
        r"|claudeCode[./]allowDangerouslySkipPermissions|cline[./]autoApprovalSettings[./]enabled)$"), pattern("true")),
    ("shell", pattern(r"/chat\.tools\.terminal\.autoApprove/(?:~1\.\*~1|~1\.\*|\*|~1\^\.\*\$~1)(?:/approve)?$"),
     pattern("true")),
    ("all-acts", pattern(r"/approval_policy$"), pattern("never")),
    ("no-sandbox", pattern(r"/sandbox_mode$"), pattern("danger-full-access")),
    ("network", pattern(r"/sandbox_workspace_write/network_access$"), pattern("true")),
    ("all-acts", pattern(r"/(?:general/)?(?:defaultApprovalMode|approvalMode)$"), pattern("yolo")),
    ("all-acts", pattern(r"/yes-always$"), pattern("true")),
    ("all-acts", pattern(r"/GOOSE_MODE$"), pattern("auto")),
    ("shell", pattern(r"/alwaysAllowExecute$"), pattern("true")),
    ("shell", pattern(r"/(?:permissions/allow|allowed-tools|autoApprovedTools)/?\d*$"), pattern(
        r"(?:Bash|Shell|run_shell_command|PowerShell)(?:\((?:\*|:\*|\*:\*|(?:sudo|bash|sh|zsh|eval|powershell)(?::|\s)?\*)\))")),
    ("shell", pattern(r"/permissions/allow/?\d*$"), pattern(r"(?:Bash|Shell|PowerShell)")),
    ("all-acts", pattern(r"/permissions/allow/?\d*$"), pattern(r"\*|mcp__\*")),
    ("all-acts", pattern(r"/cline\.(?:yoloMode\w*|autoApprove\w*)$"), pattern("true")),
)  # fmt: skip
# Keys that others may have too: where the document is an agent's.
_SHARED: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    ("all-acts", pattern(r"^/(?:tools/)?autoAccept$"), pattern("true")),
    ("all-acts", pattern(r"^/permission(?:/\*)?$"), pattern("allow")),
    ("shell", pattern(r"^/permission/bash(?:/\*)?$"), pattern("allow")),
    ("all-acts", pattern(r"^/(?:allowedTools|trustedTools)/0$"), pattern(r"\*")),
)  # fmt: skip
_VALUES = frozenset(
    {"true", "bypassPermissions", "acceptEdits", "never", "danger-full-access", "yolo", "auto", "allow", "*", "mcp__*"}
)
_TOOLS = ("Bash", "Shell", "PowerShell", "run_shell_command")
_FLAG = pattern(
    r"--dangerously-(?:skip-permissions|bypass-approvals-and-sandbox)|(?:^|\s)--yolo(?:\s|$)|--trust-all-tools"
    r"|--approval-mode[ =]yolo"
    r"|--allow-all-tools|--sandbox[ =]danger-full-access|--(?:ask-for-approval|approval-policy)[ =]never"
)
_FLAGGED = ("/command/", "/args/", "/scripts/", "/cmd/", "/run/", "/entrypoint/")
_SIGNS = (
    "enableAllProject",
    "ermission",
    "pprov",
    "sandbox",
    "skipDanger",
    "yes-always",
    "GOOSE_MODE",
    "alwaysAllow",
    "allowed",
    "trustedTools",
    "autoAccept",
    "yolo",
)


def granted(document: Document, *, agent: bool) -> Iterator[tuple[Leaf, str]]:
    """Yield leaves that grant, and what. `agent`: the document is known to be a configuration of an agent."""
    outline = document.outline
    if any(sign in outline for sign in _SIGNS):
        shapes = (*_OWN, *_SHARED) if agent else _OWN
        for leaf in document.leaves:
            if leaf.value in _VALUES or leaf.value.startswith(_TOOLS):
                yield from ((leaf, grant) for grant, key, value in shapes if _is(leaf, key, value))
    if any(step[:-1] in outline for step in _FLAGGED):
        for leaf in document.leaves:
            if "--" in leaf.value and _FLAG.search(leaf.value) and _is_run(leaf):
                yield leaf, "no-sandbox" if "sandbox" in leaf.value else "all-acts"


def _is(leaf: Leaf, key: re.Pattern[str], value: re.Pattern[str]) -> bool:
    return value.fullmatch(leaf.value) is not None and key.search(leaf.pointer) is not None


def _is_run(leaf: Leaf) -> bool:
    return any(step in f"{leaf.pointer}/" for step in _FLAGGED)
