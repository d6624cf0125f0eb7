"""Odd links and images: what they show, where they lead, what their host is made of."""

import pytest

from scanner.prose.addresses import odd


@pytest.mark.parametrize(
    ("text", "kind", "host"),
    [
        ("[https://example.com](https://example.net/x)", "shown-differs", "example.net"),
        ("[www.example.com/a](https://other.org)", "shown-differs", "other.org"),
        ('<a href="https://other.org">example.com</a>', "shown-differs", "other.org"),
        ("https://xn--exmple-cua.com/x", "punycode", "xn--exmple-cua.com"),
        ("https://ex\u0430mple.com/x", "mixed-script", "ex\u0430mple.com"),
        ("http://8.8.8.8/x", "raw-ip", "8.8.8.8"),
        ("https://bit.ly/x", "shortener", "bit.ly"),
        ("https://pastebin.com/raw/x", "paste", "pastebin.com"),
        ("https://cdn.discordapp.com/x.zip", "drop", "cdn.discordapp.com"),
        ("https://abc.ngrok.io/x", "tunnel", "abc.ngrok.io"),
        ("![x](https://example.com/x.png?d={conversation})", "placeholder", "example.com"),
        ("![x](https://example.com/x.png?d=[SECRET])", "placeholder", "example.com"),
        ('<img src="https://example.com/x.png?d=${data}">', "placeholder", "example.com"),
    ],
)
def test_what_is_odd_is_told(text, kind, host):
    assert (kind, host) in [(one.kind, one.host) for one in odd(f"See {text} there.")]


@pytest.mark.parametrize(
    "text",
    [
        "[https://example.com/a](https://www.example.com/b)",
        "[docs.example.com](https://example.com)",
        "[example.co.uk](https://www.example.co.uk/x)",
        "[README.md](https://example.com/x)",
        "[main.py](https://example.com/x)",
        "[here](https://example.com/x)",
        "[![badge](https://img.example.com/a.svg?x=1)](https://example.com)",
        "http://127.0.0.1:8000 http://192.168.0.1/x http://192.0.2.1/x",
        "https://b\u00fccher.example/x",
        "https://\u043f\u0440\u0438\u043c\u0435\u0440.example/x",
        "https://example.com/1.2.3.4/x",
    ],
)
def test_a_plain_link_is_not_odd(text):
    assert list(odd(text)) == []
