"""A 2 GB torch zip and a folder of 5,000 small files, against picklescan and modelscan in the same run.

python -m tests.bench.peers --assay .venv/bin/assay --picklescan .../picklescan --modelscan .../modelscan
"""

import argparse
import io
import struct
import tempfile
import zipfile
from pathlib import Path

from tests.bench.measure import cost, table

STORAGES = 64
STORAGE_NBYTES = 32 << 20


def state_dict() -> bytes:
    """Return the opcodes of an OrderedDict of float tensors that lie in `STORAGES` storages."""
    out = io.BytesIO()
    out.write(b"\x80\x02ccollections\nOrderedDict\nq\x00)Rq\x01(")
    for key in range(STORAGES):
        name, number = f"layer.{key}.weight".encode(), str(key).encode()
        count = STORAGE_NBYTES // 4
        out.write(b"X" + struct.pack("<I", len(name)) + name)
        out.write(b"ctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\n")
        out.write(b"X" + struct.pack("<I", len(number)) + number + b"X\x03\x00\x00\x00cpu")
        out.write(b"J" + struct.pack("<i", count) + b"tQK\x00J" + struct.pack("<i", count) + b"\x85K\x01\x85\x89")
        out.write(b"ccollections\nOrderedDict\n)RtR")
    out.write(b"u.")
    return out.getvalue()


def torch_zip(path: Path) -> None:
    """Write a torch checkpoint of 2 GB, stored, its storages zero."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        archive.writestr("archive/data.pkl", state_dict())
        archive.writestr("archive/byteorder", "little")
        zeros = bytes(STORAGE_NBYTES)
        for key in range(STORAGES):
            archive.writestr(f"archive/data/{key}", zeros)
        archive.writestr("archive/version", "3\n")


def small_files(folder: Path) -> None:
    """Write 5,000 small pickles."""
    for number in range(5000):
        (folder / f"{number % 50:02}").mkdir(exist_ok=True)
        name = f"value {number}".encode()
        content = b"\x80\x04}\x94(\x8c\x01a\x94K\x01\x8c\x01b\x94\x8c" + bytes([len(name)]) + name + b"\x94u."
        (folder / f"{number % 50:02}" / f"{number}.pkl").write_bytes(content)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--picklescan", required=True)
    parser.add_argument("--modelscan")
    parser.add_argument("--assay", default="assay")
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        large, folder = Path(name) / "large.pt", Path(name) / "small"
        folder.mkdir()
        torch_zip(large)
        small_files(folder)
        for title, target in (("2 GB torch zip", large), ("5,000 small pickles", folder)):
            rows = {
                "picklescan": [chosen.picklescan, "-p", str(target)],
                "assay": [chosen.assay, "scan", str(target)],
                "assay --jobs 1": [chosen.assay, "scan", "--jobs", "1", str(target)],
            }
            if chosen.modelscan:
                rows["modelscan"] = [chosen.modelscan, "-p", str(target)]
            table(title, {row: cost(argv, runs=chosen.runs) for row, argv in rows.items()})


if __name__ == "__main__":
    main()
