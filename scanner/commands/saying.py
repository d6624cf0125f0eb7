"""Lines that run nothing: comments, and commands that show a text."""

from scanner.pattern import pattern

LINE = 2000
BACK = 8 * LINE
"""Characters of a line behind and before a place that are looked at to tell whether it is run."""

_SAYS = pattern(
    r"(?i)\s*(?:@?echo|printf|Write-\w+|log\w*|info|warn\w*|err\w*|die|fail|note|\w*step|msg|say|usage)"
    r"(?:\s+(?:\"[^\"`$]*\"|'[^']*'|-?\w+))+\s*\Z"
)
_COMMENT = pattern(r"(?i)\s*(?:#|::|rem\b)")


def says(command: str) -> bool:
    """Say whether a command shows a text, with nothing in it that a shell would run."""
    return _SAYS.match(command) is not None


def is_comment(line: str) -> bool:
    """Say whether a line is a comment of a shell, of batch or of PowerShell."""
    return _COMMENT.match(line) is not None


def is_run(text: str, at: int) -> bool:
    """Say whether the line of a place is run: it is no comment and not merely shown."""
    begin = text.rfind("\n", max(0, at - BACK), at) + 1 or max(0, at - BACK)
    end = text.find("\n", at, at + LINE)
    line = text[begin : end if end >= 0 else at + LINE]
    return not (is_comment(line) or says(line))
