"""Write the fingerprints of licence texts: digests of their words by four, no text of theirs.

    pip download --no-deps scancode-toolkit-mini && unzip -d data scancode_toolkit_mini-*.whl 'licensedcode/data/*'
    npm pack spdx-license-list && tar xf spdx-license-list-*.tgz
    python -m tests.survey.write_licenses data/licensedcode/data package/licenses

The texts are ScanCode's licence data (Copyright (c) nexB Inc. and others, CC-BY-4.0; see NOTICE), of its rules where a
fingerprint is named `rule:NAME`, and those of the SPDX list where it is `spdx:ID`. Which of them stands for which
licence is said by `texts` of each entry in `rules/tables/licenses/`.
"""

import argparse
import binascii
import json
from array import array
from collections import defaultdict
from pathlib import Path

from scanner.licenses import knowledge
from scanner.licenses.names import title_key
from scanner.licenses.words import fold, shingles, words

HEAD = """\
# Fingerprints of licence texts (tests/survey/write_licenses.py), made from the licence data of ScanCode:
# Copyright (c) nexB Inc. and others, CC-BY-4.0, https://creativecommons.org/licenses/by/4.0/ ; changed to digests.
# First the texts: licence, version, titles, how many digests.
# Then digests (CRC-32 of four words, base64 of 32 bit in little-endian order) behind the texts that share them.
"""


def body(file: Path) -> str:
    """Read a text of ScanCode's data: what stands behind its head."""
    return file.read_text(encoding="utf-8").split("---\n", 2)[2]


def text_of(name: str, scancode: Path, spdx: Path) -> str:
    """Read the text that a fingerprint is made from."""
    if name.startswith("spdx:"):
        file = spdx / f"{name.removeprefix('spdx:')}.json"
        return str(json.loads(file.read_text(encoding="utf-8"))["licenseText"])
    if name.startswith("rule:"):
        return body(scancode / "rules" / f"{name.removeprefix('rule:')}.RULE")
    return body(scancode / "licenses" / f"{name}.LICENSE")


def digests_of(text: str) -> set[int]:
    """Return the digests of a text."""
    return set(shingles(words(fold(text))))


def table(scancode: Path, spdx: Path) -> str:
    """Write the table of all texts that the knowledge base names."""
    heads = []
    owners: dict[int, list[int]] = defaultdict(list)
    for name, known in sorted(knowledge.load().items()):
        for text in known.texts:
            kept = digests_of(text_of(text.fingerprint, scancode, spdx))
            titles = "|".join(map(title_key, known.titles))
            for digest in kept:
                owners[digest].append(len(heads))
            heads.append(f"{name}\t{text.version}\t{titles}\t{len(kept)}\n")
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for digest, numbers in owners.items():
        groups[tuple(numbers)].append(digest)
    lines = (
        f"{','.join(map(str, numbers))}\t{_written(digests)}\n" for numbers, digests in sorted(groups.items())
    )  # fmt: skip
    return "".join((HEAD, *heads, *lines))


def _written(digests: list[int]) -> str:
    packed = array("I", sorted(digests))
    return binascii.b2a_base64(packed.tobytes(), newline=False).decode()


def main() -> None:
    """Write `rules/known/license_texts.txt`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scancode", type=Path)
    parser.add_argument("spdx", type=Path)
    given = parser.parse_args()
    known = Path(__file__).parents[2] / "rules" / "known" / "license_texts.txt"
    known.write_text(table(given.scancode, given.spdx), encoding="utf-8")


if __name__ == "__main__":
    main()
