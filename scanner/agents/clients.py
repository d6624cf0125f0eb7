"""Whose configuration a document is, by where it lies."""

import re
from typing import NamedTuple


class Owner(NamedTuple):
    """A client, and whether it takes the file by itself when the folder is opened."""

    client: str
    placed: bool


_PLACES: tuple[tuple[str, str], ...] = (
    # client, pattern of the path in lower case
    ("claude", r"\.claude/settings(?:\.local)?\.json|\.claude/settings[\w.-]*\.json"),
    ("mcp", r"\.mcp\.json"),
    ("cursor", r"\.cursor/(?:mcp|hooks|environment|settings|cli|permissions)\.json"),
    ("gemini", r"\.gemini/settings\.json"),
    ("qwen", r"\.qwen/settings\.json"),
    ("codex", r"\.codex/(?:config\.toml|hooks\.json)"),
    ("continue", r"\.continue/(?:.*/)?[\w.-]+\.(?:ya?ml|json)|\.continuerc\.json"),
    ("roo", r"\.roo/mcp\.json"),
    ("windsurf", r"\.(?:windsurf|codeium/windsurf|codeium)/(?:mcp_config|mcp|hooks|settings)\.json"),
    (
        "copilot",
        r"\.vscode/(?:mcp|settings)\.json|[^/]+\.code-workspace|\.github/copilot/[\w.-]+\.json|\.copilot/[\w.-]+\.json|\.github/hooks/[\w.-]+\.json",
    ),
    ("zed", r"\.zed/settings\.json"),
    ("aider", r"\.aider\.conf\.ya?ml"),
    ("opencode", r"(?:\.opencode/)?opencode\.jsonc?"),
    ("crush", r"\.?crush\.json"),
    ("goose", r"\.?goose/config\.ya?ml|\.goosehints"),
    ("amazonq", r"\.amazonq/(?:.*/)?[\w.-]+\.json"),
    ("kiro", r"\.kiro/(?:.*/)?[\w.-]+\.(?:json|hook)"),
    ("junie", r"\.junie/(?:mcp/)?[\w.-]+\.json"),
    ("factory", r"\.factory/(?:mcp|settings)\.json"),
    ("trae", r"\.trae/mcp\.json"),
    ("devcontainer", r"\.devcontainer/devcontainer\.json|\.devcontainer\.json"),
)
_PLACED = tuple((client, re.compile(rf"(?:^|.*/|.*!)(?:{shape})\Z")) for client, shape in _PLACES)
_LOOSE = (
    ("skill", re.compile(r".*!front-matter\.yaml\Z")),
    (
        "claude",
        re.compile(r"(?:^|.*/)(?:\.claude|claude[\w-]*|\.claude-plugin|hooks)/[^/]+\.json\Z|.*claude[^/]*\.json\Z"),
    ),
    ("cline", re.compile(r".*cline_mcp_settings\.json\Z")),
)


def owner(path: str) -> Owner:
    """Return whose configuration lies at a path; "mcp", not placed, where the path does not tell."""
    lower = path.lower().replace("\\", "/")
    for client, shape in _PLACED:
        if shape.match(lower):
            return Owner(client, placed=True)
    for client, shape in _LOOSE:
        if shape.match(lower):
            return Owner(client, placed=False)
    return Owner("mcp", placed=False)
