"""What a page shows of a scan beside its findings: quoted bytes, maps of files, signatures, origins, weights."""

from scanner.record import record


@record
class Excerpt:
    """The bytes around a place of a finding. `path`, `offset` and `line` are those of its `Location`.

    `shown` are the bytes from `start` (from the artifact's own start) in hexadecimal, two digits each; "--" stands for
    a byte that is held back, since it may be part of a secret. The finding's own are `[mark, mark + marked)` of them.
    """

    path: str
    offset: int | None
    line: int | None
    start: int
    shown: str
    mark: int
    marked: int


@record
class Span:
    """What the bytes `[start, end)` of a file are.

    `kind`: "tensor", "member" (of a container), "hidden" (belongs to no record), "content" (the whole of a file that
    has no parts) or "structure" (headers, directories and padding: what nothing else takes). `count` things of one kind
    that lie side by side are one span, named after the first; `detail` is a type with its shape, or a method.
    """

    start: int
    end: int
    kind: str
    name: str
    detail: str
    count: int = 1


@record
class FileMap:
    """A file of `size` bytes as spans: sorted, without gaps, from 0 to `size`."""

    path: str
    size: int
    spans: tuple[Span, ...]


@record
class SignatureSeen:
    """A signature file beside a model, as it lies there; `assay verify` says whether it holds.

    `resources` counts the files that it lists, `mismatched` those of them whose content is another. `method`, `signer`
    and `predicate` as in `scanner.facts.provenance.SignatureFile`.
    """

    path: str
    method: str
    signer: str
    predicate: str
    resources: int
    mismatched: int


@record
class Origin:
    """What a repository comes from; fields as in `scanner.facts.lineage.Lineage`."""

    path: str
    license: str
    parent: str
    relation: str
    parent_license: str
    how: str
    agrees: bool


@record
class WeightsSeen:
    """How far the numbers of a file were looked at; fields as in `scanner.facts.weights.WeightsMeasured`."""

    path: str
    profile: str
    tensors: int
    measured: int
    nbytes: int
    read_nbytes: int


@record
class Changed:
    """What a model changed against `base`: how many tensors in which kind, and a picture of it (SVG that stands alone).

    Kinds as in `scanner.facts.delta`.
    """

    path: str
    base: str
    says: str
    picture: str


@record
class Details:
    """All of it. `unmapped` counts the files that no map was made of, since there are too many."""

    excerpts: tuple[Excerpt, ...]
    maps: tuple[FileMap, ...]
    unmapped: int
    signatures: tuple[SignatureSeen, ...]
    origins: tuple[Origin, ...]
    weights: tuple[WeightsSeen, ...]
    changed: tuple[Changed, ...] = ()
