"""Settings and options that switch questions off: of editors, of agents, of agents in workflows."""

from scanner.pattern import pattern

TRUST = {
    "security.workspace.trust.enabled": "false",
    "task.allowAutomaticTasks": "on",
    "python.terminal.activateEnvironment": "",
    "security.workspace.trust.untrustedFiles": "open",
    "git.allowUnsafeHooks": "true",
}
AGENT = {
    "chat.tools.autoApprove": "true",
    "chat.tools.global.autoApprove": "true",
    "chat.agent.autoApprove": "true",
    "github.copilot.chat.agent.autoApprove": "true",
    "claudeCode.allowDangerouslySkipPermissions": "true",
    "cline.autoApprovalSettings.enabled": "true",
}
EVERY_TOOL = pattern(
    r"(?i)dangerously|\byolo\b|bash\((?:\*|:\*)?\)|(?:^|[\s\",'])bash(?:[\s\",']|$)|full-auto|allow-all|"
    r"run_shell_command(?!\()"
)
