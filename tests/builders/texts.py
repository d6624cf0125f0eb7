"""Texts for people and agents, good and hostile. Payloads are words; addresses are those of documentation."""


def tags(text: str) -> str:
    """Spell a text in Unicode tags."""
    return "".join(chr(0xE0000 + ord(one)) for one in text)


def selectors(content: bytes) -> str:
    """Spell bytes in variation selectors."""
    return "".join(chr(0xFE00 + one) if one < 16 else chr(0xE0100 + one - 16) for one in content)


def bits(content: bytes) -> str:
    """Spell bytes in two characters without width."""
    return "".join("\u200c" if one == "1" else "\u200b" for byte in content for one in f"{byte:08b}")


ENGLAND = f"\U0001f3f4{tags('gbeng')}\U000e007f"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
PERSIAN = "این کتاب\u200cها را می\u200cخوانم. نمی\u200cدانم چرا."  # noqa: RUF001
HINDI = "क्\u200dष और क्\u200cष दोनों"
ARABIC = "مرحبا \u2067world\u2069 بكم في المشروع"
JAPANESE = "葛\U000e0100城市のモデルです。使い方は以下の通り。"

CARD = f"""---
license: mit
language: en
---
# A small model {FAMILY} \u2764\ufe0f {ENGLAND}

<!-- toc -->
It answers questions. See [the paper](https://example.com/paper) and [example.com](https://example.com).

> "Ignore all previous instructions" is what an attacker would write.

```
curl https://example.com/install.sh
```

{PERSIAN}

{HINDI}

{ARABIC}

{JAPANESE}
"""

SKILL = """---
name: count-words
description: Count the words of a text: fast
allowed-tools: Bash(wc:*), Read
---
# Count words

1. Run `wc -w FILE`.
2. Tell the user the number.

Never guess. You must always ask before you change a file. Do not commit secrets.
"""
