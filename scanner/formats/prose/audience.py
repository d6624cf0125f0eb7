"""Whom a text is for: by its name, its folder, or what its front matter says."""

import re

_FILES = {
    "skill.md": "skill",
    ".cursorrules": "rules", ".windsurfrules": "rules", ".clinerules": "rules", ".roorules": "rules",
    ".goosehints": "rules", ".rules": "rules", "agents.md": "rules", "agent.md": "rules", "agents": "rules",
    "claude.md": "rules", "claude.local.md": "rules", "claude": "rules", "gemini.md": "rules", "gemini": "rules",
    "agents.override.md": "rules", "copilot-instructions.md": "rules", "warp.md": "rules", "qwen.md": "rules",
    "crush.md": "rules", "codex.md": "rules",
    "llms.txt": "index", "llms-full.txt": "index",
}  # fmt: skip
_ENDS = {
    ".mdc": "rules", ".instructions.md": "rules", ".prompt.md": "prompt", ".chatmode.md": "prompt",
    ".agent.md": "prompt", ".skill.md": "skill",
}  # fmt: skip
_FOLDERS = re.compile(
    r"(?:^|[/!])(?:\.(?:claude|cursor|windsurf|clinerules|roo|continue|codex|gemini|kiro|amazonq|agents|opencode|augment|junie"
    r"|trae|qwen|factory)/|\.github/(?:prompts|instructions|chatmodes|agents|skills)/)"
)
_SKILL = re.compile(
    r"(?m)^(?:allowed-tools|allowed_tools|alwaysapply|applyto|argument-hint|disable-model-invocation)[ \t]*:"
)
_NAME = re.compile(r"(?m)^name[ \t]*:")
_DESCRIPTION = re.compile(r"(?m)^description[ \t]*:")
_CARD = re.compile(
    r"(?m)^(?:license|pipeline_tag|library_name|base_model|task_categories|datasets|layout|sidebar_\w+|slug)[ \t]*:"
)


def kind_of(path: str, front: str) -> str:
    """Return "skill", "command", "rules", "prompt" or "index" for a text that agents take as instructions, else "text".

    `front` is its front matter in lower case, "" without one.
    """
    lower = path.lower()
    name = re.split(r"[/!\\]", lower)[-1]
    if name in _FILES:
        return _FILES[name]
    for end, kind in _ENDS.items():
        if name.endswith(end):
            return kind
    if _FOLDERS.search(lower):
        return "command" if "/commands/" in lower or "/prompts/" in lower else "rules"
    if _SKILL.search(front) or (_NAME.search(front) and _DESCRIPTION.search(front) and not _CARD.search(front)):
        return "skill"
    return "text"
