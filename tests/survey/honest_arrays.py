"""Honest arrays and frames: numpy, pandas, scipy, joblib's own containers, npy and npz."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import interpolate, sparse, spatial, stats

if TYPE_CHECKING:
    from collections.abc import Iterator

Pair = tuple[str, object]


def objects() -> Iterator[Pair]:
    """Yield pairs of a name and an object that people pickle."""
    yield from arrays()
    yield from frames()
    yield from science()


def arrays() -> Iterator[Pair]:
    """Yield numpy arrays, scalars, types and generators."""
    for code in "?bBhHiIlLqQefdgFDGSUVOMm":
        yield f"array_{ord(code)}", np.zeros(3, dtype=code if code not in "Mm" else f"{code}8[s]")
        yield f"dtype_{ord(code)}", np.dtype(code if code not in "Mm" else f"{code}8[s]")
    scalars = [kind for kind in np.sctypeDict.values() if isinstance(kind, type)]
    yield "scalar_types", sorted(set(scalars), key=str)
    yield (
        "scalars",
        [
            np.float64(1),
            np.int64(2),
            np.bool_(1),
            np.str_("a"),
            np.bytes_(b"b"),
            np.complex128(1j),
            np.datetime64(1, "s"),
        ],
    )
    yield "structured", np.zeros(2, dtype=[("a", "f4"), ("b", "i2")])
    yield "records", np.zeros(2, dtype=[("a", "f4")]).view(np.recarray)
    yield "record", np.zeros(2, dtype=[("a", "f4")]).view(np.recarray)[0]
    yield "masked", np.ma.masked_array([1, 2], mask=[0, 1])
    yield "masked_structured", np.ma.masked_array(np.zeros(2, dtype=[("a", "f4")]))
    yield "mask_constant", np.ma.masked
    yield "matrix", np.matrix([[1]])
    yield "chararray", np.char.array(["a"])
    yield "objects", np.array([{"a": 1}, None, "s", [1]], dtype=object)
    yield "fortran", np.asfortranarray(np.ones((3, 3)))
    yield "poly1d", np.poly1d([1, 2])
    yield (
        "polynomials",
        [
            getattr(np.polynomial, kind)([1, 2])
            for kind in ("Polynomial", "Chebyshev", "Legendre", "Hermite", "HermiteE", "Laguerre")
        ],
    )
    yield "random_state", np.random.RandomState(1)
    yield (
        "generators",
        [
            np.random.Generator(getattr(np.random, kind)(1))
            for kind in ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
        ],
    )
    yield "bit_generators", [np.random.PCG64(1), np.random.MT19937(2), np.random.SeedSequence(3)]
    yield "ufuncs", [each for each in vars(np).values() if isinstance(each, np.ufunc)]
    yield "functions", [np.mean, np.sum, np.median, np.std, np.argmax, np.log1p, np.dot, np.zeros, np.array, np.where]
    yield "vectorize", np.vectorize(abs)
    yield "rng_functions", [np.random.rand, np.random.normal, np.random.randint]
    yield "flags", [np.nan, np.inf]
    yield "string_dtype", np.array(["a", "b"], dtype=np.dtypes.StringDType())


def frames() -> Iterator[Pair]:
    """Yield pandas objects with every kind of block and index."""
    columns = {
        "int": [1, 2],
        "float": [1.0, None],
        "str": ["a", "b"],
        "bool": [True, False],
        "list": [[1], [2]],
        "date": pd.date_range("2020", periods=2),
        "tz": pd.date_range("2020", periods=2, tz="Europe/Paris"),
        "utc": pd.date_range("2020", periods=2, tz="UTC"),
        "delta": pd.to_timedelta([1, 2], unit="s"),
        "category": pd.Categorical(["a", "b"], ordered=True),
        "period": pd.period_range("2020", periods=2, freq="M"),
        "interval": pd.interval_range(0, 2),
        "Int64": pd.array([1, None], dtype="Int64"),
        "Float64": pd.array([1.0, None], dtype="Float64"),
        "boolean": pd.array([True, None], dtype="boolean"),
        "string": pd.array(["a", None], dtype="string"),
        "sparse": pd.arrays.SparseArray([0, 1]),
    }
    for name, values in columns.items():
        yield f"frame_{name}", pd.DataFrame({"a": values})
        yield f"series_{name}", pd.Series(values, name="s")
    yield (
        "frame_arrow",
        pd.DataFrame(
            {"a": pd.array(["x", "y"], dtype="string[pyarrow]"), "b": pd.array([1, 2], dtype="int64[pyarrow]")}
        ),
    )
    yield "frame_mixed", pd.DataFrame(columns)
    yield (
        "indexes",
        [
            pd.Index([1, 2]),
            pd.Index(["a"]),
            pd.Index([1.5]),
            pd.RangeIndex(3),
            pd.MultiIndex.from_product([[1, 2], ["a"]]),
            pd.date_range("2020", periods=3, freq="D"),
            pd.CategoricalIndex(["a"]),
            pd.interval_range(0, 2),
            pd.timedelta_range("1s", periods=2),
            pd.period_range("2020", periods=2, freq="D"),
            pd.Index([True, False]),
        ],
    )
    yield "frame_multi", pd.DataFrame(np.ones((2, 2)), index=pd.MultiIndex.from_tuples([(1, 2), (3, 4)]))
    yield (
        "timestamps",
        [
            pd.Timestamp("2020"),
            pd.Timestamp("2020", tz="UTC"),
            pd.Timedelta(1),
            pd.NaT,
            pd.NA,
            pd.Period("2020", "M"),
            pd.Interval(0, 1),
        ],
    )
    offsets = pd.offsets
    yield (
        "offsets",
        [
            offsets.Day(),
            offsets.BDay(),
            offsets.MonthEnd(),
            offsets.Hour(),
            offsets.YearEnd(),
            offsets.Week(weekday=1),
            offsets.QuarterEnd(),
            offsets.BMonthEnd(),
            offsets.CustomBusinessDay(),
            offsets.DateOffset(months=1),
            offsets.Minute(),
            offsets.Second(),
            offsets.MonthBegin(),
            offsets.SemiMonthEnd(),
            offsets.Easter(),
            offsets.Nano(),
            offsets.Micro(),
            offsets.Milli(),
        ],
    )
    yield (
        "dtypes",
        [
            pd.CategoricalDtype(["a"]),
            pd.DatetimeTZDtype(tz="UTC"),
            pd.Int64Dtype(),
            pd.StringDtype(),
            pd.PeriodDtype("D"),
            pd.IntervalDtype("int64"),
            pd.SparseDtype(float),
            pd.BooleanDtype(),
            pd.Float32Dtype(),
            pd.ArrowDtype.__class__,
        ],
    )
    yield "groupby", pd.DataFrame({"a": [1, 1], "b": [1, 2]}).groupby("a")
    yield "rolling", pd.Series([1, 2]).rolling(2)


def science() -> Iterator[Pair]:
    """Yield scipy objects."""
    for kind in ("csr", "csc", "coo", "lil", "dok", "dia", "bsr"):
        yield f"sparse_{kind}", getattr(sparse, f"{kind}_matrix")(np.eye(3))
        yield f"sparse_array_{kind}", getattr(sparse, f"{kind}_array")(np.eye(3))
    yield (
        "interpolators",
        [
            interpolate.interp1d([1, 2, 3], [1, 2, 3]),
            interpolate.CubicSpline([1, 2, 3], [1, 2, 3]),
            interpolate.UnivariateSpline(range(6), range(6)),
            interpolate.RegularGridInterpolator(([1, 2],), [1, 2]),
            interpolate.PchipInterpolator([1, 2, 3], [1, 2, 3]),
            interpolate.BSpline([0, 1, 2, 3], [1, 2], 1),
            interpolate.LinearNDInterpolator([[0, 0], [0, 1], [1, 0]], [1, 2, 3]),
        ],
    )
    yield "trees", [spatial.cKDTree(np.eye(3)), spatial.KDTree(np.eye(3))]
    yield "rotation", spatial.transform.Rotation.identity()
    yield "kde", stats.gaussian_kde([1.0, 2.0, 3.0])
    yield "distances", [spatial.distance.euclidean, spatial.distance.cosine, stats.pearsonr, stats.spearmanr]
    yield "test_result", stats.ttest_ind([1, 2, 3], [2, 3, 5])
    yield "frozen_distribution", stats.norm(0, 1)
    yield "discrete_distribution", stats.randint(1, 5)
