"""PyTorch archives: torch.save, TorchScript, torch.package, torch.export, TorchServe, and the tar of old times."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.formats import tar
from scanner.limits import Limits

LEGACY = (b"sys_info", b"pickle", b"storages", b"tensors")


def claims(head: bytes, path: str) -> bool:
    """Claim any zip, since its members may come in any order, and a tar that starts with a legacy checkpoint's part."""
    if head[:4] == b"PK\x03\x04":
        return True
    return head[:512].partition(b"\0")[0].removeprefix(b"./") in LEGACY and tar.claims(head, path)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """State the layout, the storages and the operators of TorchScript sources; the bytes are the container's."""
    from scanner.formats.torch.checkpoint import read as read_checkpoint

    return read_checkpoint(artifact, limits)


FORMAT = Format(
    name="torch",
    spec="https://github.com/pytorch/pytorch/blob/main/docs/source/notes/serialization.rst",
    claims=claims,
    read=read,
    opens=b"Pspt.",
    everywhere=True,
    reads="torch.save (zip and tar), TorchScript with its sources and their choices on the input, torch.package, "
    "torch.export, TorchServe",
    leaves="compiled graphs of mobile modules (.ptl bytecode)",
)
