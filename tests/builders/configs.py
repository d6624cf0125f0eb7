"""Configurations of Hydra, NeMo and their like, as text and inside a `.nemo` archive. What they name prints."""

import io
import json
import tarfile

HONEST = {
    "preprocessor": {"_target_": "nemo.collections.asr.modules.AudioToMelSpectrogramPreprocessor", "features": 80},
    "encoder": {"_target_": "nemo.collections.asr.modules.ConformerEncoder", "n_layers": 17},
    "optim": {"name": "adamw", "sched": {"name": "NoamAnnealing"}},
    "trainer": {"_target_": "pytorch_lightning.Trainer", "devices": 1},
    "target": "nemo.collections.asr.models.EncDecCTCModelBPE",
}


def text(document: object) -> bytes:
    """JSON, which YAML reads as well."""
    return json.dumps(document).encode()


def nemo(config: bytes, mode: str = "w:gz") -> bytes:
    """A `.nemo` archive: its configuration and no weights."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        member = tarfile.TarInfo("./model_config.yaml")
        member.size = len(config)
        archive.addfile(member, io.BytesIO(config))
    return out.getvalue()
