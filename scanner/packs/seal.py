"""What a publisher does: list the files of a pack in its `pack.yaml`, and sign that."""

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from scanner import pack
from scanner.packs import contents, foreign, keys, manifest
from scanner.packs.contents import MANIFEST, SIGNATURE
from scanner.packs.foreign import Opened

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MARK = "# Below: written by `assay rules sign`."

_WRITTEN = re.compile(rf"(?:{'|'.join(manifest.WRITTEN)}):")


def seal(place: Path, key: "Ed25519PrivateKey", today: date) -> tuple[bytes, bytes]:
    """Return `pack.yaml` with digests, and its signature. Raises `PackError` for what nobody could add."""
    opened = foreign.open_pack(place)
    foreign.check_day(opened, today)
    text = "\n".join([*_kept(opened.files[MANIFEST].decode()), *_listed(opened, keys.public(key), today)]) + "\n"
    made = text.encode()
    signature = key.sign(made)
    whole = Opened(
        place=opened.place,
        files={**opened.files, MANIFEST: made, SIGNATURE: signature},
        manifest=manifest.parse(made, opened.place),
    )
    foreign.accept(whole, keys.public(key), pack.load())
    return made, signature


def _kept(text: str) -> Iterator[str]:
    """Keep the lines of the author, comments and all, without what was written here before."""
    writing = False
    for line in text.splitlines():
        if line[:1] not in {" ", ""} or not writing:
            writing = bool(_WRITTEN.match(line)) or line == MARK
        if not writing:
            yield line


def _listed(opened: Opened, key: bytes, today: date) -> Iterator[str]:
    yield MARK
    yield f"published: {today.isoformat()}"
    yield f"signer: {keys.key_id(key)}"
    yield "files:"
    for name, content in opened.files.items():
        if name not in {contents.MANIFEST, contents.SIGNATURE}:
            yield f"  {name}: {hashlib.sha256(content).hexdigest()}"
