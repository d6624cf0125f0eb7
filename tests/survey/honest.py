"""Save honest objects in every protocol and container: `python -m tests.survey.honest FOLDER LIBRARY...`."""

from __future__ import annotations

import importlib
import io
import pickle
import sys
import warnings
from pathlib import Path

COMPRESSORS = (("zlib", 3), ("gzip", 3), ("bz2", 3), ("lzma", 3), ("xz", 3), ("lz4", 3))


def main(folder: Path, libraries: list[str]) -> None:
    """Write `library__what__protoN.pkl` and the containers for each honest object; print what cannot be pickled."""
    folder.mkdir(parents=True, exist_ok=True)
    for library in libraries:
        module = importlib.import_module(f"tests.survey.honest_{library}")
        for name, value in survivors(library, module.objects()):
            what = "".join(letter if letter.isalnum() or letter in "._-" else "_" for letter in name)
            save_plain(folder, f"{library}__{what}", value)
            if library in {"torch", "checkpoints"}:
                save_torch(folder, f"{library}__{what}", value)
            if library in {"sklearn", "arrays"}:
                save_joblib(folder, f"{library}__{what}", value)


def survivors(library: str, pairs: object) -> object:
    """Yield the pairs of a generator up to the point where the library itself fails."""
    try:
        yield from pairs  # type: ignore[misc]
    except Exception as error:  # noqa: BLE001 - a library that is absent or too old ends its own list only
        sys.stdout.write(f"{library} stopped: {error!r}\n")


def save_plain(folder: Path, stem: str, value: object) -> None:
    """Pickle one object in every protocol."""
    # Packed parameters of quantized modules abort the interpreter when copyreg builds them bare.
    lowest = 2 if "torch.ao" in stem or stem.endswith(("__dynamic", "__prepared")) else 0
    for protocol in range(lowest, pickle.HIGHEST_PROTOCOL + 1):
        try:
            data = pickle.dumps(value, protocol)
        except Exception as error:  # noqa: BLE001 - whatever __reduce__ raises means that nobody can have this file
            sys.stdout.write(f"{stem} protocol {protocol}: {error!r}\n")
            continue
        (folder / f"{stem}__proto{protocol}.pkl").write_bytes(data)


def save_torch(folder: Path, stem: str, value: object) -> None:
    """Save one object with torch.save, as zip and in the legacy form."""
    import torch

    for suffix, modern in ((".pt", True), (".legacy.pt", False)):
        buffer = io.BytesIO()
        try:
            torch.save(value, buffer, _use_new_zipfile_serialization=modern)
        except Exception as error:  # noqa: BLE001 - as above
            sys.stdout.write(f"{stem}{suffix}: {error!r}\n")
            continue
        (folder / f"{stem}{suffix}").write_bytes(buffer.getvalue())


def save_joblib(folder: Path, stem: str, value: object) -> None:
    """Save one object with joblib, plain and with each compressor."""
    import joblib

    try:
        joblib.dump(value, folder / f"{stem}.joblib")
        for name, level in COMPRESSORS:
            joblib.dump(value, folder / f"{stem}.joblib.{name}", compress=(name, level))
    except Exception as error:  # noqa: BLE001 - as above
        sys.stdout.write(f"{stem} joblib: {error!r}\n")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(Path(sys.argv[1]), sys.argv[2:])
