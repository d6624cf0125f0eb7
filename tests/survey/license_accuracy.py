"""Measure how well licence texts are told apart, on ScanCode's own variants of them and on texts that were changed.

    python -m tests.survey.license_accuracy FOLDER/licensedcode/data [--show]

FOLDER is where `scanner.licenses` fingerprints were made from (see `write_licenses`). Variants are its rules that are
whole texts of more than 600 characters of one licence that is known here; changed texts are the known ones with a
header of another project before them, a tenth cut away, or 1 % of their letters mistyped. An answer is "equal" where it
is another licence of the same terms. Others are texts of licences that are not known here, or of several.
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from scanner.document import parse
from scanner.licenses import knowledge
from scanner.licenses.texts import matches
from tests.survey.write_licenses import body

SHORTEST = 600
HEADER = """Project Example, a toolkit for models of language
Copyright (c) 2019-2024 The Example Authors and contributors
This distribution includes the terms below. For questions write to the maintainers of the project.

"""


def truths() -> dict[str, str]:
    """Map the keys of ScanCode's licences to ids."""
    return {text.fingerprint: known.id for known in knowledge.load().values() for text in known.texts}


def variants(data: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the file, licence expression and text of every rule that is a whole text."""
    for file in sorted((data / "rules").glob("*.RULE")):
        parts = file.read_text(encoding="utf-8").split("---\n", 2)
        if "is_license_text: yes" in parts[1] and len(parts[-1]) > SHORTEST:
            head = parse(parts[1])
            assert isinstance(head, dict)
            yield file.name, str(head["license_expression"]), parts[-1]


def changed(text: str, seed: int) -> Iterator[tuple[str, str]]:
    """Yield a text with a header, with a tenth cut away, and with 1 % of its letters mistyped."""
    chance = random.Random(seed)  # noqa: S311 - the same texts each time
    yield "header", HEADER + text
    lines = text.split("\n")
    size = max(1, len(lines) // 10)
    if len(lines) > 10:
        start = chance.randrange(len(lines) - size)
        yield "cut", "\n".join(lines[:start] + lines[start + size :])
    else:
        words = text.split(" ")
        start = chance.randrange(max(1, len(words) * 9 // 10))
        yield "cut", " ".join(words[:start] + words[start + len(words) // 10 :])
    letters = list(text)
    for place in chance.sample(range(len(letters)), len(letters) // 100):
        if letters[place].isalpha():
            letters[place] = chance.choice("abcdefghijklmnopqrstuvwxyz")
    yield "typos", "".join(letters)


def answer(text: str) -> str:
    """Return the licence that a text is taken for, several joined, "" for none."""
    return " AND ".join(dict.fromkeys(one.license for one in matches(text) if one.license))


def alike(one: str, other: str) -> bool:
    """Say whether two licences ask the same: a name is wrong then, and no finding."""
    first, second = knowledge.get(one), knowledge.get(other)
    return first is not None and second is not None and _terms(first) == _terms(second)


def _terms(one: knowledge.License) -> tuple[object, ...]:
    return one.kind, one.allows, one.field_of_use, set(one.duties), one.flows


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    known = truths()
    matches("warm up")
    right, counts, others = Counter[str](), Counter[str](), Counter[str]()
    spent = 0.0
    for name, expression, text in variants(given.data):
        begun = time.process_time()
        said = answer(text)
        spent += time.process_time() - begun
        truth = known.get(expression)
        if truth is None:
            others["unknown" if not said else "named"] += 1
            continue
        verdict = "right" if said == truth else "none" if not said else "equal" if alike(said, truth) else "wrong"
        counts[verdict] += 1
        if given.show and verdict != "right":
            print(f"{verdict}\t{name}\t{truth}\t{said}")
    total = counts.total()
    print(f"variants: {total}; {', '.join(f'{key} {n} ({n / total:.1%})' for key, n in counts.most_common())}")
    print(f"texts of other licences: {dict(others)}; CPU a text: {spent / (total + others.total()) * 1e3:.2f} ms")
    made = Counter[str]()
    for seed, (key, truth) in enumerate(sorted(known.items())):
        file = given.data / "licenses" / f"{key}.LICENSE"
        for how, text in changed(body(file), seed) if file.is_file() else ():
            said = answer(text)
            made[how] += 1
            right[how] += said == truth
            if given.show and said != truth:
                print(f"{how}\t{key}\t{truth}\t{said}")
    print("changed:", ", ".join(f"{how} {right[how]}/{n} ({right[how] / n:.1%})" for how, n in made.items()))


if __name__ == "__main__":
    main()
