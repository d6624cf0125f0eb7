"""Honest objects of the libraries of science, of data frames and of graphs, one entry each."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from tests.survey.honest_libraries import made

if TYPE_CHECKING:
    from collections.abc import Iterator


def objects() -> Iterator[tuple[str, object]]:
    """Yield pairs of a name and an object that people pickle."""
    yield from made(ENTRIES)


def graph(networkx: Any) -> object:
    """Return graphs of every class."""
    return [kind([(1, 2)]) for kind in (networkx.Graph, networkx.DiGraph, networkx.MultiGraph, networkx.MultiDiGraph)]


def regressions(api: Any) -> object:
    """Return fitted statsmodels results."""
    x, y = [[1.0, 1], [1, 2], [1, 3], [1, 5]], [1.0, 2, 2, 4]
    return [api.OLS(y, x).fit(), api.GLM(y, x).fit(), api.WLS(y, x).fit(), api.RLM(y, x).fit()]


def protobuf(_: Any) -> object:
    """Return protobuf messages."""
    wrappers = importlib.import_module("google.protobuf.wrappers_pb2")
    struct = importlib.import_module("google.protobuf.struct_pb2")
    return [
        wrappers.StringValue(value="a"),
        struct.Struct(),
        importlib.import_module("google.protobuf.timestamp_pb2").Timestamp(),
    ]


def graph_network(nn: Any) -> object:
    """Return graph layers."""
    return [
        nn.GCNConv(2, 2),
        nn.GATConv(2, 2),
        nn.SAGEConv(2, 2),
        nn.GINConv(importlib.import_module("torch").nn.Linear(2, 2)),
    ]


def policies(baselines: Any) -> object:
    """Return an agent's policy and data."""
    model = baselines.PPO("MlpPolicy", "CartPole-v1", n_steps=8, batch_size=4)
    return [model.policy, model.policy_class, model.observation_space, model.action_space]


def spaces(space: Any) -> object:
    """Return gym spaces."""
    return [
        space.Box(0, 1, (2,)),
        space.Discrete(3),
        space.MultiDiscrete([2, 3]),
        space.MultiBinary(2),
        space.Dict(a=space.Discrete(2)),
        space.Tuple([space.Discrete(2)]),
        space.Text(3),
    ]


def sympy_objects(sympy: Any) -> object:
    """Return sympy expressions."""
    x = sympy.Symbol("x")
    return [x, x + 1, sympy.sin(x), sympy.Matrix([[1, x]]), sympy.Rational(1, 2), sympy.Integer(3), sympy.Float(1.5)]


ENTRIES: dict[str, tuple[str, Any]] = {
    "networkx": ("networkx", graph),
    "pillow": (
        "PIL.Image",
        lambda m: [m.new("RGB", (2, 2)), m.new("L", (2, 2)), m.new("P", (2, 2)), m.Resampling.BICUBIC],
    ),
    "shapely": (
        "shapely",
        lambda m: [
            m.Point(1, 2),
            m.box(0, 0, 1, 1),
            m.LineString([(0, 0), (1, 1)]),
            m.MultiPoint([(0, 0)]),
            m.STRtree([m.Point(0, 0)]),
        ],
    ),
    "geopandas": (
        "geopandas",
        lambda m: m.GeoDataFrame({"a": [1]}, geometry=m.points_from_xy([0], [1]), crs="EPSG:4326"),
    ),
    "astropy": ("astropy.units", lambda m: [m.m, m.km / m.s, 3 * m.m, m.Unit("kg")]),
    "astropy_time": ("astropy.time", lambda m: m.Time(2000, format="jyear")),
    "astropy_table": ("astropy.table", lambda m: m.Table({"a": [1, 2]})),
    "astropy_coordinates": ("astropy.coordinates", lambda m: m.SkyCoord(1, 2, unit="deg")),
    "xarray": ("xarray", lambda m: [m.DataArray([1, 2], dims="x"), m.Dataset({"a": ("x", [1])})]),
    "dask": ("dask.array", lambda m: m.ones((2, 2))),
    "polars": ("polars", lambda m: [m.DataFrame({"a": [1]}), m.Series([1]), m.Int64(), m.col("a")]),
    "pyarrow": (
        "pyarrow",
        lambda m: [m.table({"a": [1]}), m.array([1]), m.int64(), m.schema([("a", m.int8())]), m.scalar(1)],
    ),
    "protobuf": ("google.protobuf", protobuf),
    "pytz": ("pytz", lambda m: [m.utc, m.timezone("Europe/Paris"), m.FixedOffset(60)]),
    "dateutil": (
        "dateutil",
        lambda _: [
            importlib.import_module("dateutil.tz").tzutc(),
            importlib.import_module("dateutil.relativedelta").relativedelta(days=1),
            importlib.import_module("dateutil.tz").gettz("UTC"),
        ],
    ),
    "babel": ("babel", lambda m: m.Locale("en")),
    "sympy": ("sympy", sympy_objects),
    "statsmodels": ("statsmodels.api", regressions),
    "statsmodels_formula": (
        "statsmodels.formula.api",
        lambda m: m.ols("a ~ b", {"a": [1.0, 2, 3], "b": [1.0, 2, 4]}).fit(),
    ),
    "gymnasium": ("gymnasium.spaces", spaces),
    "stable_baselines3": ("stable_baselines3", policies),
    "skorch": ("skorch", lambda m: m.NeuralNetClassifier(importlib.import_module("torch").nn.Linear)),
    "torch_geometric": ("torch_geometric.nn", graph_network),
    "torch_geometric_data": ("torch_geometric.data", lambda m: m.Data(x=importlib.import_module("torch").ones(2))),
    "jax": ("jax.numpy", lambda m: [m.ones(2), m.float32]),
    "optax": ("optax", lambda m: m.adam(0.1).init({"w": importlib.import_module("numpy").ones(2)})),
    "flax": ("flax.core", lambda m: m.FrozenDict(a=1)),
    "biopython": ("Bio.Seq", lambda m: m.Seq("ACGT")),
    "ase": ("ase", lambda m: m.Atoms("H2O")),
    "anndata": ("anndata", lambda m: m.AnnData(importlib.import_module("numpy").ones((2, 2)))),
    "spacy": (
        "spacy.tokens",
        lambda m: [m.Doc(importlib.import_module("spacy.vocab").Vocab(), ["a", "b"]), m.DocBin()],
    ),
    "thinc": ("thinc.api", lambda m: m.Linear(2, 2).to_bytes()),
    "mlxtend": ("mlxtend.classifier", lambda m: m.LogisticRegression()),
    "hydra": ("hydra.conf", lambda m: m.HydraConf()),
    "sentence_transformers": ("sentence_transformers.models", lambda m: m.Pooling(4)),
    "pyproj": ("pyproj", lambda m: m.CRS("EPSG:4326")),
    "tqdm": ("torch.utils.data", lambda m: m.get_worker_info),
    "mpmath": ("mpmath", lambda m: m.mpf(1)),
    "packaging": ("packaging.version", lambda m: m.Version("1.0")),
    "catalogue": ("toolz", lambda m: m.curry(max)),
    "ml_dtypes": ("ml_dtypes", lambda m: [importlib.import_module("numpy").zeros(2, m.bfloat16)]),
}
