"""Trust policies with their keys, and models that several signers have signed."""

import json

from scanner.attest import keys, trust_file
from tests.builders import bundles

FILES = {"config.json": b"{}", "sub/b.txt": b"bb"}

SIGNED = """
[[rule]]
match = ["file:m", "hf:org/*"]
signatures = { threshold = 1, any_of = ["keys:*"] }
"""


def policy(folder, text=SIGNED, *, head="version = 1\n", numbers=(7,), extra=""):
    """Write a policy `t.toml` that trusts keys by number as `keys:kNUMBER`; `extra` goes into each of them."""
    folder.mkdir(exist_ok=True)
    entries = ""
    for number in numbers:
        (folder / f"k{number}.pub").write_bytes(keys.public_pem(bundles.key(number).public_key()))
        entries += f'[trust.keys.k{number}]\nfile = "k{number}.pub"\n{extra and extra + chr(10)}'
    (folder / "t.toml").write_bytes((head + entries + text).encode("utf-8", "surrogatepass"))
    return folder / "t.toml"


def load(folder, text=SIGNED, **more):
    return trust_file.load(policy(folder, text, **more))


def model(folder, files=FILES, *, by=(7,), ignored=()):
    """Lay files below `m` with a signature of each key: `model.sig`, then `NUMBER.sig`."""
    made = bundles.lay(folder / "m", files)
    names = ["model.sig", *(f"{number}.sig" for number in by[1:])]
    for name, number in zip(names, by, strict=False):
        signed = bundles.over(files, bundles.key(number), ignore_paths=[*names, *ignored])
        (made / name).write_bytes(json.dumps(signed).encode())
    return made
