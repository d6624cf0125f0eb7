"""Readers that know some documents better: what they tell of them is not told twice."""

from scanner.artifact import Artifact
from scanner.limits import HEAD_NBYTES

_SETTINGS = (
    "config.json", "params.json", "special_tokens_map.json", "added_tokens.json", "model_index.json", "modules.json",
    "mcp.json", "settings.json", "settings.local.json", "tasks.json", "package.json",
)  # fmt: skip


def keys_told(artifact: Artifact) -> tuple[str, ...] | None:
    """Return the pointers of objects whose repeated keys another reader tells; None where it tells all of them."""
    from scanner.formats import keras, skops, tokenizer

    head = _head(artifact)
    if keras.claims(head, artifact.path) or skops.claims(head, artifact.path):
        return None
    return ("", "/model") if tokenizer.claims(head, artifact.path) else ()


def break_told(artifact: Artifact) -> bool:
    """Say whether another reader tells that the text of a document breaks."""
    from scanner.formats import model_config, shard_index, tokenizer, tokenizer_config

    head, name = _head(artifact), artifact.path.rpartition("/")[2].rpartition("!")[2]
    usual = (*model_config.NAMES, *tokenizer_config.NAMES)
    if name in usual and (model_config.claims(head, artifact.path) or tokenizer_config.claims(head, artifact.path)):
        return True
    return tokenizer.claims(head, artifact.path) or shard_index.claims(head, artifact.path)


def holds_settings(artifact: Artifact) -> bool:
    """Say whether a file has the name of one that holds settings and no data."""
    return artifact.path.lower().rpartition("/")[2].rpartition("!")[2].endswith(_SETTINGS)


def _head(artifact: Artifact) -> bytes:
    with artifact.open() as stream:
        return stream.read(HEAD_NBYTES)
