"""Settings and options that switch questions off: of editors, and of agents in workflows."""

from scanner.pattern import pattern

TRUST = {
    "security.workspace.trust.enabled": "false",
    "task.allowAutomaticTasks": "on",
    "python.terminal.activateEnvironment": "",
    "security.workspace.trust.untrustedFiles": "open",
    "git.allowUnsafeHooks": "true",
}
EVERY_TOOL = pattern(
    r"(?i)dangerously|\byolo\b|bash\((?:\*|:\*)?\)|(?:^|[\s\",'])bash(?:[\s\",']|$)|full-auto|allow-all|"
    r"run_shell_command(?!\()"
)
