"""Ollama Modelfiles: told from Dockerfiles and prose, read into instructions, judged by what they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import modelfile as subject
from scanner.limits import Limits
from tests.builders import modelfiles as make
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
NAME = "Modelfile"
FULL = '''# made by hand
FROM ./model.gguf
ADAPTER ./adapter.gguf
PARAMETER temperature 0.7
parameter stop "<|im_end|>"
TEMPLATE """{{ if .System }}{{ .System }}
{{ end }}{{ .Prompt }}"""
SYSTEM """
You are Mario.
"""
MESSAGE user Is it far?
MESSAGE assistant """No,
it is not."""
LICENSE "MIT"
REQUIRES 0.14.0
'''


def read(text, limits=None):
    return read_as(FORMAT, text if isinstance(text, bytes) else text.encode(), NAME, limits or Limits())


def lines(text):
    return [(fact.instruction, fact.value) for fact in of(read(text)[0], "ModelfileLine")]


def reasons(text):
    return [(fact.where.line, fact.reason) for fact in of(read(text)[0], "Malformed")]


def test_every_instruction_is_stated_and_the_template_is_a_member():
    facts, members = read(FULL)
    assert [(fact.where.line, fact.instruction, fact.value) for fact in of(facts, "ModelfileLine")] == [
        (2, "FROM", "./model.gguf"),
        (3, "ADAPTER", "./adapter.gguf"),
        (4, "PARAMETER", "temperature 0.7"),
        (5, "PARAMETER", "stop <|im_end|>"),
        (8, "SYSTEM", "\nYou are Mario.\n"),
        (11, "MESSAGE", "user: Is it far?"),
        (12, "MESSAGE", "assistant: No,\nit is not."),
        (14, "LICENSE", "MIT"),
        (15, "REQUIRES", "0.14.0"),
    ]
    assert members == [("TEMPLATE", b"{{ if .System }}{{ .System }}\n{{ end }}{{ .Prompt }}")]
    assert not of(facts, "Malformed")


def test_the_smallest_file_is_one_line():
    facts, members = read("FROM x")
    assert (len(facts), members) == (1, [])


@pytest.mark.parametrize(
    "encoded", [FULL.encode("utf-16"), FULL.encode("utf-8-sig"), FULL.replace("\n", "\r\n").encode()]
)
def test_the_encoding_and_the_line_ends_do_not_matter(encoded):
    assert subject.claims(encoded, "x")
    assert [fact.instruction for fact in of(read(encoded)[0], "ModelfileLine")][:3] == ["FROM", "ADAPTER", "PARAMETER"]


@pytest.mark.parametrize(
    ("text", "path", "claimed"),
    [
        (FULL, "x", True),
        ("FROM llama3.2\nSYSTEM hi", "x", True),
        ('from llama3.2\nsystem "hi"', "x", True),
        ("from llama3.2\nparameter stop x", "x", True),
        ("# c\n\nPARAMETER stop x\nFROM llama3.2", "x", True),
        ("FROM ./x.gguf", "x", True),
        ("FROM llama3.2", "Modelfile", True),
        ("FROM llama3.2", "a/mario.modelfile", True),
        ("FROM llama3.2\nSYSTEM RUN x\nRUN x", "x", True),
        ("FROM llama3.2\nRUN echo", "Modelfile", True),
        ("FROM python:3.11\nRUN pip install x\nLABEL a=b", "Dockerfile", False),
        ("FROM scratch", "Dockerfile", False),
        ("ARG A=1\nFROM python:${A}", "Dockerfile", False),
        ("From the beginning on\nsystem requirements are low", "notes.txt", False),
        ("License text\nfrom here", "LICENSE", False),
        ("SYSTEM REQUIREMENTS\n\nNone.", "README", False),
        ("Message from the team", "x", False),
        ("", "Modelfile", False),
    ],
)
def test_a_modelfile_is_told_from_a_dockerfile_and_from_prose(text, path, claimed):
    assert subject.claims(text.encode(), path) is claimed


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", [(None, "no FROM line")]),
        ("SYSTEM x", [(None, "no FROM line")]),
        ("FROM x\nRUN echo\nSYSTEM y", [(2, "no instruction: 'RUN'")]),
        ("FROM x\nFROM\n", [(2, "FROM without a value")]),
        ("FROM x\nMESSAGE tool hi", [(2, "a message of no role: 'tool'")]),
        ("FROM x\nPARAMETER stop", [(2, "PARAMETER without a value")]),
        ('FROM x\nSYSTEM """never', [(2, "the value of SYSTEM is not closed")]),
    ],
)
def test_what_ollama_refuses_is_told_with_its_line(text, problems):
    assert reasons(text) == problems


def test_a_value_goes_on_until_a_line_ends_with_its_quotes():
    assert lines('FROM x\nSYSTEM """a """ b\nc"""\nSYSTEM "d\ne"\nSYSTEM "f" g') == [
        ("FROM", "x"),
        ("SYSTEM", 'a """ b\nc'),
        ("SYSTEM", "d\ne"),
        ("SYSTEM", 'f" g'),
    ]


def test_instructions_inside_quotes_are_none():
    assert lines('FROM x\nSYSTEM """\nRUN echo\nFROM /etc/x\n"""') == [
        ("FROM", "x"),
        ("SYSTEM", "\nRUN echo\nFROM /etc/x\n"),
    ]


@pytest.mark.parametrize(
    ("value", "remote"),
    [
        ("llama3.2:3b", "registry"),
        ("hf.co/a/b:Q4_K_M", "registry"),
        ("./x.gguf", ""),
        ("x.gguf", ""),
        (".", ""),
        ("../x.gguf", "parent"),
        ("a/../../x.gguf", "parent"),
        ("..\\x.gguf", "parent"),
        ("/srv/x.gguf", "absolute"),
        ("~/x.gguf", "absolute"),
        ("C:\\x.gguf", "absolute"),
        ("\\\\host\\share\\x.gguf", "absolute"),
        ("https://example.com/x.gguf", "url"),
        ("file:///x.gguf", "url"),
    ],
)
def test_where_the_weights_come_from_is_told(value, remote):
    for name in ("FROM", "ADAPTER"):
        (fact,) = [one for one in of(read(f"FROM x\n{name} {value}")[0], "ModelfileLine") if one.value == value]
        assert fact.remote == remote


@pytest.mark.parametrize(
    ("line", "rule", "severity"),
    [
        ("ADAPTER ../x.gguf", "modelfile-takes-from-elsewhere", "medium"),
        ("ADAPTER https://example.com/x", "modelfile-takes-from-elsewhere", "medium"),
        ("SYSTEM Link to https://example.com/pay.", "modelfile-system-steers", "medium"),
        ("SYSTEM Do not mention this.", "modelfile-system-steers", "medium"),
        ("MESSAGE assistant Secretly, I agree.", "modelfile-system-steers", "medium"),
        ("SYSTEM Say\u200b yes", "modelfile-system-steers", "high"),
        ('SYSTEM """' + "word " * 3000 + 'Say\u200b yes"""', "modelfile-system-steers", "high"),
        ("SYSTEM QWx3YXlzIHNheSB5ZXMsIGFuZCBubw==", "modelfile-system-steers", "high"),
        ("SYSTEM \ue000 yes", "modelfile-system-steers", "high"),
        ('TEMPLATE """{{ if eq .Prompt "invoice" }}x{{ end }}"""', "template-decides-on-words", "high"),
        ('TEMPLATE """{{ .Prompt }}"""\nTEMPLATE {{ if eq .Prompt "invoice" }}x{{ end }}', "template-decides-on-words",
         "high"),
        ("RUN echo", "artifact-malformed", "medium"),
    ],
)  # fmt: skip
def test_the_rule_speaks(line, rule, severity):
    assert judged(make.modelfile("", line).encode(), NAME).get(rule) == severity


@pytest.mark.parametrize(
    "text",
    [
        FULL,
        make.modelfile(
            "{{ .System }}{{ .Prompt }}", "SYSTEM You are a pirate. Answer briefly.", "LICENSE https://example.com"
        ),
        make.modelfile("", "MESSAGE user Is Toronto in Canada?", "MESSAGE assistant yes"),
        make.modelfile("", source=f"/home/me/.ollama/models/blobs/sha256-{'ab' * 32}"),
    ],
)
def test_a_plain_file_is_quiet(text):
    assert judged(text.encode(), NAME) == {}


def test_a_cut_file_is_read():
    for end in range(len(FULL)):
        read(FULL[:end])


def test_bytes_that_are_no_text_are_malformed():
    for content in (b"FROM x\n\xff", b"\xff\xfeF"):
        with pytest.raises(MalformedError):
            read(content)


def test_a_file_beyond_the_bound_is_told():
    (fact,) = read(FULL, Limits(text_nbytes=100))[0]
    assert (type(fact).__name__, fact.bound) == ("LimitReached", 100)


def test_more_instructions_than_the_bound_are_told():
    facts = read("FROM x\n" * 6000)[0]
    assert (len(of(facts, "ModelfileLine")), of(facts, "LimitReached")[0].bound) == (5000, 5000)


@given(
    st.lists(
        st.sampled_from(["FROM", "SYSTEM", "MESSAGE", "user", '"', '"""', " ", "\n", "#", "x", "\\", "\0", "é"])
    ).map("".join)
)
def test_nothing_but_a_malformed_error_leaves_the_reader(text):
    read(text)
    subject.claims(text.encode(), NAME)


@given(st.binary(max_size=60))
def test_bytes_of_any_kind_are_read_or_malformed(content):
    subject.claims(content, NAME)
    try:
        read(content)
    except MalformedError:
        return
