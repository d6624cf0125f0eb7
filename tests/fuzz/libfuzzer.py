"""The same targets under libFuzzer, by atheris, where that is installed (Linux): `pip install '.[fuzz]'`.

It stops at the first defect and leaves its input in the folder of defects.
"""

import sys
import tempfile
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from random import Random
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from tests.fuzz.subjects import Subject


def instrument() -> None:
    """Import the whole package instrumented. Call it before anything else imports a part of it."""
    import atheris

    with atheris.instrument_imports(include=["scanner"]):
        import scanner

        for module in walk_packages(scanner.__path__, "scanner."):
            if not module.name.endswith("__main__"):
                import_module(module.name)


def run(name: str, subject: "Subject", seconds: float, seed: int, corpus: Path | None) -> NoReturn:
    """Fuzz a subject; ends the process, with a status that is not 0 where something does not hold."""
    import atheris

    from tests.fuzz.mutate import LONGEST_NBYTES, mutate

    corpus = corpus or Path(tempfile.mkdtemp(prefix="fuzz-"))
    ours, defects = corpus / name, corpus / "defects" / name
    for folder in (ours, defects):
        folder.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(subject.seeds):
        (ours / f"seed-{number}").write_bytes(content)

    def change(data: bytes, most: int, number: int) -> bytes:
        random = Random(number)  # noqa: S311 - repeatable
        return mutate(data, random, subject.words, subject.seeds)[:most] if number % 2 else atheris.Mutate(data, most)

    limits = [f"-max_total_time={seconds:.0f}", f"-seed={seed}", f"-max_len={LONGEST_NBYTES}", "-rss_limit_mb=4096"]
    arguments = [sys.argv[0], *limits, f"-artifact_prefix={defects}/", "-timeout=60", "-verbosity=0", str(ours)]
    atheris.Setup(arguments, subject.run, custom_mutator=change)
    atheris.Fuzz()
