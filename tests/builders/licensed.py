"""Repositories with licences, as facts: a card, texts, notices, and what else speaks of terms or of an origin."""

from scanner.artifact import Location
from scanner.derive.core.licensing import derive
from scanner.facts import Examined
from scanner.facts.license import LicenseDeclared, LicenseText, NoticeText
from scanner.facts.lineage import Use, UseStatement
from scanner.facts.metadata import MetadataEntry
from scanner.facts.tokenizer import Vocabulary
from tests.builders.settings import settings

LLAMA = "meta-llama/Llama-3.1-8B"
GEMMA = "google/gemma-2-9b"


def card(path="repo/README.md", **keys):
    return settings(f"{path}!front-matter.yaml", keys, "yaml")


def text(license_, kind, path="repo/LICENSE", *, role="license", **fields):
    given = {"title": "", "names": "", "containment": 1.0, "coverage": 1.0, "extra": "", "extra_words": 0}
    return LicenseText(
        where=Location(path=path), license=license_, kind=kind, role=role, alike=(), version="", **{**given, **fields}
    )


def notice(*statements, path="repo/NOTICE"):
    return NoticeText(where=Location(path=path), statements=statements, words=20)


def header(license_, kind, path="repo/modeling.py", relation=""):
    return LicenseDeclared(
        where=Location(path=path), source="spdx-line", value=license_, expression=license_, licenses=(license_,),
        kinds=(kind,), unknown=(), relation=relation, code=True,
    )  # fmt: skip


def says(kind, words, path="repo/README.md", subject="model"):
    return UseStatement(where=Location(path=path), kind=kind, subject=subject, text=words)


def metadata(key, value, path="repo/model.gguf", form="gguf"):
    return MetadataEntry(
        where=Location(path=path), format=form, place="metadata", key=key, kind="text", value=value, size=len(value),
        marks=(),
    )  # fmt: skip


def file(path, *formats):
    return Examined(
        where=Location(path=path), sha256="", size=8, formats=formats, bytes_examined=8, complete=True
    )  # fmt: skip


def vocabulary(digest, path="repo/tokenizer.json"):
    return Vocabulary(
        where=Location(path=path), source="tokenizer.json", kind="BPE", alphabet="bytes", tokens=9, ids=9, highest=8,
        holes=0, shared=0, repeated=0, disordered=0, score_inversions=-1, digest=digest,
    )  # fmt: skip


def use(**fields):
    given = {"commercial": "", "redistributes": False, "regions": (), "users": -1, "revenue": -1, "strict_data": False}
    return Use(where=Location(path="assay.toml"), name="mine", **{**given, **fields})


def told(*facts, kind=None):
    """State what follows, of one class of facts or of all."""
    found = list(derive(list(facts)))
    return found if kind is None else [one for one in found if isinstance(one, kind)]
