"""The plain line `assay verify MODEL --OPTION VALUE`, understood without Typer, as `plain` does for `scan`."""

from collections.abc import Sequence

from scanner.cli import plain

JOBS = "--jobs"

FLAGS = {
    "--subset": "subset",
    "--ignore-unsigned": "ignore_unsigned",
    "--quiet": "quiet",
    "-q": "quiet",
}

VALUES = {
    "--trust": "trust",
    "--as": "called",
    "--key": "key",
    "--certificate-chain": "certificate_chain",
    "--identity": "identity",
    "--issuer": "issuer",
    "--trusted-root": "trusted_root",
    "--policy": "policy",
    "--format": "report_format",
    "--output": "output",
    JOBS: "jobs",
}

LISTS = {
    "--ignore": "ignore",
    "--legacy": "legacy",
    "--signature": "signature",
    "--attestation": "attestation",
    "--bom": "bom",
}


def understood(line: Sequence[str]) -> dict[str, str | bool | int | list[str]] | None:
    """Return the arguments of `verifying.run` that a plain line gives, or None where the line is not plain."""
    if line[:1] != ["verify"]:
        return None
    asked: dict[str, str | bool | int | list[str]] = {}
    words = iter(line[1:])
    for word in words:
        if word in FLAGS:
            asked[FLAGS[word]] = True
            continue
        option = word.startswith("-")
        name = VALUES.get(word) or LISTS.get(word) if option else "model"
        value = next(words, "-") if option else word
        if name is None or value.startswith("-") or (name in asked and word not in LISTS):
            return None
        held = asked.setdefault(name, []) if word in LISTS else None
        if isinstance(held, list):
            held.append(value)
        elif word == JOBS:
            number = plain.whole(value)
            if number is None:
                return None
            asked[name] = number
        else:
            asked[name] = value
    return asked if "model" in asked else None
