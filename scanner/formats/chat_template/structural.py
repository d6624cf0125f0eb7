"""Which texts are markup of a chat format, and which are words that a person could write."""

import re

CONTENT_KEYS = frozenset(
    {
        "text", "image", "image_url", "video", "video_url", "audio", "audio_url", "input_audio", "content", "parts",
        "blocks", "value", "null", "none", "None", "true", "false", "undefined", "type", "file", "document", "json",
        "url", "thinking", "reasoning",
    }
)  # fmt: skip
"""Keys and types of content parts (OpenAI's and Anthropic's message formats)."""

MESSAGE_KEYS = frozenset({"role", "name", "title", "function", "tool_calls", "tool_call_id", "citations", "arguments"})
"""Keys of a message beside its text, which a template asks for by `in`."""

_LETTERS = re.compile(r"[^\W\d_]{3}")
_MARKUP = re.compile(
    r"\s*(?:"
    r"</?[^<>\s][^<>]{0,60}/?>"  # <think>, </tool_call>, <|im_start|>, <start_of_turn>
    r"|\[/?[A-Z_ ]{2,40}\]"  # [INST], [BEGIN FINAL RESPONSE]
    r"|/[a-z_]{2,24}"  # /no_think
    # <|channel|>final<|message|>
    r"|<[|\uff5c][^<>]{1,60}[|\uff5c]>[\w:\s]{0,24}(?:<[|\uff5c][^<>]{1,60}[|\uff5c]>)?"
    r"|[A-Z]+(?:_[A-Z]+)+"  # CONTINUE_FINAL_MESSAGE_TAG
    r"|```\w{0,12}|\{\{|\}\}"
    r")\s*"
)


def is_structural(literal: str) -> bool:
    """Say whether a literal is markup: no word of three letters, a control token, a switch, a content part's key."""
    return not _LETTERS.search(literal) or is_markup(literal)


def is_markup(literal: str) -> bool:
    """Say whether a literal is a control token, a switch or a content part's key."""
    return literal.strip() in CONTENT_KEYS or _MARKUP.fullmatch(literal) is not None
