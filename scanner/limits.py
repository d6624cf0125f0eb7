"""Every bound of the scanner, with its unit. Nothing else in the package defines a maximum."""

from scanner.record import record

HEAD_NBYTES = 8192
"""First bytes of an artifact shown to `Format.claims`."""

QUOTED_CHARACTERS = 80
"""Longest quotation from an artifact in evidence, in characters after escaping."""

RULE_NBYTES = 64 << 10
"""Largest rule file, in bytes; a pack may come from a stranger."""

RULES = 2000
"""Most rule files of one pack."""

PACK_NBYTES = 1 << 20
"""All files of a rule pack of somebody else's, in bytes; a pack that comes as a zip may be as large again."""

PACK_RULES = 5000
"""Rules of a pack of somebody else's."""

PACK_PATTERNS = 1000
"""Patterns of a pack of somebody else's: each may take some megabytes while it searches."""

PACK_FILES = PACK_RULES + 100
"""Files of a pack of somebody else's."""

PROSE_NBYTES = 32 << 20
"""Bytes of one text of prose that are read."""

LICENSE_NBYTES = 1 << 20
"""Bytes of a text in which licences are looked for."""

TABLE_NBYTES = 4 << 20
"""Largest file of a rule table, in bytes."""

YAML_DEPTH = 24
"""Deepest nest of a YAML document that we read, in lists and mappings."""

STDIN_NBYTES = 64 << 30
"""Bytes taken from standard input."""

STDIN_MEMORY_NBYTES = 16 << 20
"""Bytes of standard input held in memory; more go to an unnamed temporary file."""

STAGED_NBYTES = 64 << 30
"""Bytes of objects taken from git's store."""

DOCUMENT_NBYTES = 4 << 20
"""Largest document of settings (JSON, YAML, TOML, INI) of which every leaf is listed, in bytes."""

DOCUMENT_LEAVES = 200_000
"""Leaves listed of one document."""

DOCUMENT_CHARACTERS = 16 << 20
"""Characters of pointers that are listed of one document: a deep nest repeats its own many times."""

LEAF_CHARACTERS = 4096
"""Characters kept of one value of a document."""

POINTER_CHARACTERS = 1024
"""Characters of a pointer beyond which its middle is left out."""

DEFLATE_RATIO = 1032
"""Most bytes that one byte of deflate becomes: 258 for two bits (RFC 1951 §3.2.5)."""


SIGNATURE_NBYTES = 64 << 20
"""Largest signature bundle that is read, in bytes: one of 5,000 files has one megabyte."""

SIGNED_DEPTH = 16
"""Deepest nest of JSON in a bundle or a signed statement, in lists and objects."""

SIGNED_RESOURCES = 200_000
"""Files or shards that one signature can list."""

SIGNED_VALUES = 16 * SIGNED_RESOURCES
"""Values of one signed JSON text, counted by the commas between them: parsed they take far more room than written."""

CHAIN_CERTIFICATES = 8
"""Certificates of one chain, the leaf included."""

KEY_NBYTES = 1 << 20
"""Largest file of keys or certificates, in bytes."""


REMOTE_FILES = 200_000
"""Files and folders that one repository of a store lists."""

REMOTE_FILE_NBYTES = 256 << 20
"""Bytes of one remote file that are transferred."""

REMOTE_NBYTES = 1 << 30
"""Bytes of remote files that one scan transfers."""

CACHE_NBYTES = 1 << 30
"""Largest file of kept results, in bytes; what was not asked for longest goes first."""


@record
class Limits:
    """Bounds for reading one top-level artifact. Sizes in bytes, times in seconds."""

    depth: int = 16
    """Containers inside containers."""
    members: int = 200_000
    """Member artifacts of one top-level artifact, at all depths together."""
    facts: int = 200_000
    """Facts kept for one top-level artifact; more are counted, not kept."""
    expanded_nbytes: int = 8 << 30
    """Decompressed bytes of one top-level artifact, at all depths together."""
    expansion_ratio: int = 250
    """Decompressed bytes per compressed byte, asked beyond `expansion_free_nbytes` and beyond a size that a
    directory declares and `DEFLATE_RATIO` allows."""
    expansion_free_nbytes: int = 256 << 20
    """Decompressed bytes of one member or stream for which no ratio is asked: a tensor of zeros packs well."""
    member_memory_nbytes: int = 256 << 20
    """Decompressed bytes of one member held in memory."""
    header_nbytes: int = 100 << 20
    """Headers and metadata that must be parsed as a whole (safetensors allows 100 MB)."""
    text_nbytes: int = 1 << 20
    """One text inside a model file (a chat template, a metadata value)."""
    source_nbytes: int = 4 << 20
    """One file of source code that is parsed; of a larger one the words are read."""
    entries: int = 1_000_000
    """Entries of one table inside a file: tensors, keys, nodes of a graph."""
    hashed_nbytes: int = 64 << 20
    """Files up to this size are always digested; larger ones when asked."""
    fact_nbytes: int = 1 << 20
    """One fact as a line between worker and parent."""
    worker_memory_nbytes: int = 2 << 30
    """Address space of a reading worker above what it had when it started."""
    worker_cpu_seconds: int = 300
    """CPU time for one top-level artifact."""
    worker_wall_seconds: int = 600
    """Wall time for one top-level artifact."""
    worker_nbytes_per_second: int = 0
    """Bytes for which an artifact gets a second more of both times, where all of it is read; 0: none."""

    def more_seconds(self, nbytes: int) -> int:
        """Return the seconds that an artifact of a size gets beside what all get."""
        return nbytes // self.worker_nbytes_per_second if self.worker_nbytes_per_second else 0


DEFAULT = Limits()
