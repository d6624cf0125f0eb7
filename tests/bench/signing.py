"""What signing and verifying cost, as CPU time beside `hashlib` alone, in the same process.

    python -m tests.bench.signing [--gigabytes 2] [--files 5000] [--runs 3]

One large file: our hashing against a bare loop over `hashlib.sha256`, at most 5 % more. Many small files: a signature
made and checked, without a scan, at most one second each. Then both as a user sees them: a large safetensors file and
many small files scanned and signed, and verified, in processes of their own.
"""

import argparse
import hashlib
import json
import os
import resource
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from scanner.attest import hashing, keys, making
from scanner.attest.authenticate import TrustedKey
from scanner.attest.sign import sign
from scanner.attest.verify import verify
from tests.builders import bundles

MORE = 1.05
"""What hashing may cost beside `hashlib` alone."""

SECONDS = 1.0
"""What signing, and verifying, of the small files may cost, CPU."""

START = 0.25
"""What verifying a small model may cost, CPU, where rules are compiled as in a wheel."""


def cheapest(work: Callable[[], object], runs: int) -> float:
    """Return CPU seconds of the cheapest run: machines are shared, and noise only adds."""
    found = []
    for _ in range(runs):
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return min(found)


def large(file: Path, nbytes: int) -> None:
    """Write a safetensors file of one tensor of bytes that repeat every 16 MB."""
    header = {"weight": {"dtype": "F16", "shape": [nbytes // 2], "data_offsets": [0, nbytes // 2 * 2]}}
    raw = json.dumps(header).encode()
    block = os.urandom(16 << 20)
    with file.open("wb") as stream:
        stream.write(struct.pack("<Q", len(raw)) + raw)
        left = nbytes // 2 * 2
        while left:
            left -= stream.write(block[:left])


def bare(file: Path) -> bytes:
    total = hashlib.sha256()
    room = memoryview(bytearray(1 << 20))
    with file.open("rb", buffering=0) as stream:
        while count := stream.readinto(room):
            total.update(room[:count])
    return total.digest()


def row(name: str, seconds: float, bound: float) -> bool:
    print(f"  {name:<44} {seconds:7.3f} s CPU  (at most {bound:.3f})")
    return seconds <= bound


def process(*line: str | Path) -> float:
    """Return CPU seconds of a run of the program and of its workers."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = subprocess.run([sys.executable, "-m", "scanner", *map(str, line)], check=False, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if result.returncode:
        print(result.stdout.decode(), result.stderr.decode())
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gigabytes", type=float, default=2)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model, many = folder / "model", folder / "many"
        model.mkdir()
        file = model / "model.safetensors"
        large(file, int(chosen.gigabytes * 1e9))
        size = file.stat().st_size
        alone = cheapest(lambda: bare(file), chosen.runs)
        print(f"one file of {size / 1e9:.2f} GB")
        row("hashlib.sha256 alone", alone, alone)
        ours = cheapest(lambda: hashing.whole(str(file), size, "sha256"), chosen.runs)
        good = row("attest.hashing", ours, alone * MORE)
        bundles.lay(many, {f"{index % 50}/{index}.txt": b"%d" % index * 50 for index in range(chosen.files)})
        print(f"{chosen.files} files, without a scan")
        key = bundles.key()
        made = cheapest(lambda: sign(many, making.with_key(key), bundles.said()), chosen.runs)
        good &= row("sign", made, SECONDS)
        trusted = TrustedKey(key=key.public_key())
        good &= row("verify", cheapest(lambda: verify(many, trusted), chosen.runs), SECONDS)
        (folder / "k.pem").write_bytes(keys.private_pem(key, None))
        (folder / "k.pub").write_bytes(keys.public_pem(key.public_key()))
        print("as a user sees them, scan included (with rules as the install has them)")
        start = min(process("scan", folder / "k.pub") for _ in range(chosen.runs))
        print(f"  {'a scan of next to nothing':<44} {start:7.3f} s CPU")
        small = bundles.lay(folder / "small", {"config.json": b"{}", "notes.txt": b"hello\n"})
        process("sign", small, "--key", folder / "k.pem")
        least = min(process("verify", small, "--key", folder / "k.pub") for _ in range(chosen.runs))
        row("verify a small model (of an installed wheel)", least, START)
        for what, where in (("the large file", model), (f"{chosen.files} files", many)):
            for verb, line in (
                ("scan", ("--digest",)),
                ("sign", ("--key", folder / "k.pem")),
                ("verify", ("--key", folder / "k.pub")),
            ):
                seconds = min(process(verb, where, *line) for _ in range(chosen.runs))
                print(f"  {f'{verb} {what}':<44} {seconds:7.3f} s CPU  ({seconds - start:.3f} beyond the start)")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
