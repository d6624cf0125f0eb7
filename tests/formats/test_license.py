"""Reading licences: texts, notices, policies, and what files say of their own licence."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.artifact import Artifact
from scanner.facts import LimitReached
from scanner.facts.license import LicenseDeclared, LicenseText, NoticeText
from scanner.formats.license import FORMAT, claims
from scanner.formats.license.roles import role_of, title_of
from scanner.limits import DEFAULT, LICENSE_NBYTES

TEXTS = {
    file.stem: file.read_text(encoding="utf-8")
    for file in sorted((Path(__file__).parents[1] / "data/licenses").iterdir())
}
SMALLEST = TEXTS["MIT"].encode()
CONTRACT = (
    "Licensor hereby grants Licensee a royalty-free right to use the Model. Licensee shall not redistribute it. "
    "The Model comes as is; Licensor gives no warranty and takes no liability. The rights terminate with a breach. "
) * 4


def read(content, path="LICENSE", size=None):
    raw = content if isinstance(content, bytes) else content.encode()
    artifact = Artifact(path=path, size=len(raw) if size is None else size, open=lambda: io.BytesIO(raw))
    return list(FORMAT.read(artifact, DEFAULT))


def of(kind, facts):
    return [fact for fact in facts if isinstance(fact, kind)]


def test_a_licence_file_is_the_licence_whose_words_it_has():
    (fact,) = read(TEXTS["MIT"])
    assert (fact.license, fact.kind, fact.role) == ("MIT", "permissive", "license")
    assert fact.title == "MIT License"
    assert fact.names == "MIT"
    assert (fact.extra, fact.extra_words) == ("", 0)


def test_an_empty_file_says_nothing():
    assert not claims(b"", "LICENSE")
    assert read(b"") == []


def test_a_text_cut_at_any_place_is_read():
    raw = TEXTS["BSD-3-Clause"].encode()
    for end in range(0, len(raw), 7):
        read(raw[:end])


@pytest.mark.parametrize("path", ["LICENSE", "COPYING.LESSER", "NOTICE", "README.md", "model.py", "USE_POLICY.md"])
@given(content=st.binary(max_size=400) | st.text(max_size=200).map(lambda text: (text + TEXTS["ISC"]).encode()))
def test_any_bytes_are_read_without_an_error(path, content):
    claims(content, path)
    read(content, path)


def test_a_file_beyond_the_bound_is_read_as_far_as_it_and_said_to_be():
    facts = read(TEXTS["MIT"] + " " * LICENSE_NBYTES)
    assert [fact.license for fact in of(LicenseText, facts)] == ["MIT"]
    assert [fact.limit for fact in of(LimitReached, facts)] == ["licence text"]


def test_a_long_text_that_is_no_licence_file_is_complete_without_the_rest():
    assert of(LimitReached, read("x " * LICENSE_NBYTES, "README.md")) == []


def test_the_name_of_a_file_only_tells_its_role():
    facts = read(TEXTS["CC-BY-NC-4.0"], "notes.txt")
    assert [(fact.license, fact.role) for fact in of(LicenseText, facts)] == [("CC-BY-NC-4.0", "license")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_mixed_encodings_are_read(encoding):
    text = TEXTS["MIT"].replace('"', "\u201c")
    assert [fact.license for fact in of(LicenseText, read(text.encode(encoding)))] == ["MIT"]


def test_a_licence_that_is_not_known_is_unknown_with_its_title():
    (fact,) = read(f"ACME MODEL LICENSE AGREEMENT\n\n{CONTRACT}")
    assert (fact.license, fact.kind, fact.containment) == ("", "", 0.0)
    assert fact.title == "ACME MODEL LICENSE AGREEMENT"


@pytest.mark.parametrize(
    "text",
    [
        "Nutzungsbedingungen\n\n" + "Der Nutzer darf dieses Modell nur mit Zustimmung des Urhebers weitergeben. " * 20,
        "\u6a21\u578b\u8bb8\u53ef\u534f\u8bae\n" + "\u60a8 \u53ef\u4ee5 \u4f7f\u7528 \u672c \u6a21\u578b " * 60,
    ],
)
def test_a_licence_in_another_language_is_unknown_and_not_left_out(text):
    (fact,) = read(text)
    assert fact.license == ""


def test_a_title_names_a_licence_whose_words_are_not_known():
    (fact,) = read(f"GROK 2 COMMUNITY LICENSE AGREEMENT\n\n{CONTRACT}")
    assert (fact.license, fact.kind, fact.containment) == ("LicenseRef-grok2-community", "community", 0.0)


def test_a_title_alone_is_not_believed_where_the_words_of_the_licence_are_known():
    (fact,) = read(f"Apache License\nVersion 2.0\n\nMIT License\n\n{CONTRACT}")
    assert fact.license == ""


def test_terms_added_to_a_licence_are_shown():
    clause = (
        "The Software may not be offered to any third party as a hosted service without a permission in writing of us. "
    )
    (fact,) = read(TEXTS["MIT"] + "\n" + clause * 3)
    assert fact.license == "MIT"
    assert fact.coverage < 0.9
    assert "hosted service" in fact.extra


def test_licences_of_others_are_told_each_once():
    text = "\n\n".join(f"{'-' * 60}\n{name}\n\n{TEXTS[name]}" for name in ("MIT", "ISC", "MIT", "Zlib"))
    facts = of(LicenseText, read(text, "THIRD_PARTY_NOTICES.txt"))
    assert [fact.license for fact in facts] == ["MIT", "ISC", "Zlib"]
    assert {fact.role for fact in facts} == {"third-party"}
    assert [fact.where.line for fact in facts] == sorted(fact.where.line for fact in facts)


def test_an_spdx_line_is_an_expression():
    (fact,) = read("# SPDX-License-Identifier: GPL-2.0+ OR MIT\nimport os\n", "setup.py")
    assert isinstance(fact, LicenseDeclared)
    assert (fact.source, fact.expression, fact.relation, fact.code) == (
        "spdx-line",
        "GPL-2.0-or-later OR MIT",
        "or",
        True,
    )
    assert fact.kinds == ("copyleft", "permissive")


def test_an_spdx_line_in_a_comment_ends_with_it():
    (fact,) = read("/* SPDX-License-Identifier: Apache-2.0 */\n", "kernel.cu")
    assert fact.expression == "Apache-2.0"


def test_an_id_that_is_none_is_told_as_unknown():
    (fact,) = read("// SPDX-License-Identifier: Acme-1.0\n", "kernel.cu")
    assert (fact.expression, fact.unknown) == ("", ("Acme-1.0",))


@pytest.mark.parametrize(
    ("which", "rest", "meant"),
    [
        ("", ", either version 3 of the License, or\n# (at your option) any later version.", "GPL-3.0-or-later"),
        ("Affero ", ", version 3.", "AGPL-3.0-only"),
        ("Lesser ", " version 2.1 as published.", "LGPL-2.1-only"),
    ],
)
def test_a_header_of_a_gnu_licence_is_read_through_its_comment(which, rest, meant):
    said = "# This program is free software: you can redistribute it under the terms\n# of the GNU "
    head = f"{said}{which}General Public License{rest}"
    (fact,) = read(head, "train.py")
    assert (fact.source, fact.expression) == ("header", meant)


def test_a_licence_file_that_refers_to_a_licence_declares_it():
    facts = read('Licensed under the Apache License, Version 2.0 (the "License"); see apache.org for it.')
    assert [(fact.source, fact.expression) for fact in facts] == [("notice", "Apache-2.0")]


def test_sentences_of_a_readme_about_others_declare_nothing():
    assert read("It uses tools licensed under the GPL-3.0 and texts licensed under the MIT License.", "README.md") == []


def test_a_notice_tells_which_phrases_stand_in_it():
    text = "Llama 3.1 is licensed under the Llama 3.1 Community License, Copyright (c) Meta Platforms, Inc."
    (fact,) = of(NoticeText, read(text, "NOTICE"))
    assert fact.statements == ("Llama 3.1 is licensed under the Llama 3.1 Community License",)


def test_a_display_in_a_readme_is_a_statement():
    (fact,) = of(NoticeText, read("# My model\n\n**Built with Llama**\n", "README.md"))
    assert fact.statements == ("Built with Llama",)


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("LICENSE", "license"), ("a/b/LICENSE-MODEL", "license"), ("COPYING.LESSER", "license"),
        ("UNLICENSE", "license"),
        ("model/LICENSE.txt", "license"), ("NOTICE", "notice"), ("Notice.txt", "notice"), ("USE_POLICY.md", "policy"),
        ("THIRD_PARTY_LICENSES.md", "third-party"), ("licenses/zlib.txt", "license"), ("license.py", ""),
        ("license_header.json", ""), ("README.md", ""), ("model.safetensors", ""), ("policy.txt", ""),
    ],
)  # fmt: skip
def test_a_name_tells_a_role(path, role):
    assert role_of(path) == role


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("MIT License\n\nCopyright", "MIT License"),
        ("# **Gemma Terms of Use**\n\nLast", "Gemma Terms of Use"),
        ("This software is under the MIT license.\n", ""),
        ("it under the terms of the GNU General Public License as published\n", ""),
        ("\n" * 3 + "=====\nLLAMA 3.1 COMMUNITY LICENSE AGREEMENT\n", "LLAMA 3.1 COMMUNITY LICENSE AGREEMENT"),
    ],
)
def test_a_title_is_a_line_that_names_and_not_a_sentence(text, title):
    assert title_of(text) == title


def test_binary_content_is_not_read_as_text():
    assert read(b"\x01\x02\x03" + b"LICENSE AGREEMENT " * 99, "LICENSE.png") == []
    assert not claims(b"LICENSE\0AGREEMENT", "LICENSE")
