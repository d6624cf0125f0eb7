"""Honest estimators: every scikit-learn estimator fitted, pipelines, searches, and the boosting libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.base import BaseEstimator  # noqa: TC002
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import RandomForestClassifier, StackingClassifier, VotingClassifier
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.gaussian_process import GaussianProcessRegressor, kernels
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import make_scorer, mean_squared_error
from sklearn.model_selection import GridSearchCV, KFold, RandomizedSearchCV, StratifiedKFold, TimeSeriesSplit
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.utils import Bunch, all_estimators

if TYPE_CHECKING:
    from collections.abc import Iterator

Pair = tuple[str, object]
RANDOM = np.random.RandomState(0)
X = np.abs(RANDOM.rand(40, 4)) + 0.1
Y = np.arange(40) % 2
TEXTS = ["the system and eval", "os import exec", "a plain text", "subprocess words"] * 10


def objects() -> Iterator[Pair]:
    """Yield pairs of a name and an object that people pickle."""
    for name, kind in all_estimators():
        yield from fitted(name, kind)
    yield from compositions()
    yield from boosters()


def fitted(name: str, kind: type[BaseEstimator]) -> Iterator[Pair]:
    """Yield one estimator, fitted where its defaults allow it."""
    try:
        estimator = kind()
    except TypeError:
        try:
            estimator = kind(LogisticRegression())
        except TypeError:
            return
    for target in (Y, None, np.stack([Y, Y], 1)):
        try:
            estimator.fit(X, target)
        except Exception:  # noqa: BLE001, S112 - an estimator for other data stays unfitted
            continue
        break
    yield name, estimator


def compositions() -> Iterator[Pair]:
    """Yield what people build from estimators."""
    yield "tfidf", Pipeline([("t", TfidfVectorizer()), ("c", LogisticRegression())]).fit(TEXTS, Y)
    yield "count", CountVectorizer(ngram_range=(1, 2)).fit(TEXTS)
    yield "hashing", HashingVectorizer()
    yield "union", FeatureUnion([("a", StandardScaler())]).fit(X)
    yield "columns", ColumnTransformer([("n", StandardScaler(), [0, 1]), ("o", OneHotEncoder(), slice(2, 4))]).fit(X)
    yield "grid", GridSearchCV(Ridge(), {"alpha": [1, 2]}, scoring="r2", cv=KFold(2)).fit(X, Y)
    yield "random", RandomizedSearchCV(Ridge(), {"alpha": [1, 2]}, n_iter=1, cv=2).fit(X, Y)
    yield "voting", VotingClassifier([("a", LogisticRegression()), ("b", RandomForestClassifier(3))]).fit(X, Y)
    yield "stacking", StackingClassifier([("a", LogisticRegression())]).fit(X, Y)
    yield "target", TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=np.expm1).fit(X, Y)
    yield "function", FunctionTransformer(np.log1p).fit(X)
    yield (
        "gaussian",
        GaussianProcessRegressor(kernels.RBF() + kernels.WhiteKernel() * kernels.ConstantKernel()).fit(X, Y),
    )
    yield "kernels", [kernels.Matern(), kernels.RationalQuadratic(), kernels.ExpSineSquared(), kernels.DotProduct()]
    yield "scorer", make_scorer(mean_squared_error)
    yield "splitters", [KFold(2), StratifiedKFold(2), TimeSeriesSplit(2)]
    yield "bunch", Bunch(a=1)
    from sklearn.metrics import get_scorer, get_scorer_names

    yield "scorers", [get_scorer(name) for name in get_scorer_names()]


def boosters() -> Iterator[Pair]:
    """Yield fitted models of the libraries around scikit-learn."""
    import catboost
    import category_encoders
    import hdbscan
    import imblearn.combine
    import imblearn.pipeline
    import lightgbm
    import umap
    import xgboost

    yield "lightgbm", lightgbm.LGBMClassifier(n_estimators=2, verbose=-1).fit(X, Y)
    yield "lightgbm_regressor", lightgbm.LGBMRegressor(n_estimators=2, verbose=-1).fit(X, Y)
    yield "lightgbm_booster", lightgbm.train({"verbose": -1}, lightgbm.Dataset(X, Y), 2)
    yield "xgboost", xgboost.XGBClassifier(n_estimators=2).fit(X, Y)
    yield "xgboost_regressor", xgboost.XGBRegressor(n_estimators=2).fit(X, Y)
    yield "xgboost_ranker", xgboost.XGBRanker(n_estimators=2)
    yield "xgboost_booster", xgboost.train({}, xgboost.DMatrix(X, Y), 2)
    yield "catboost", catboost.CatBoostClassifier(iterations=2, verbose=0, allow_writing_files=False).fit(X, Y)
    yield "catboost_regressor", catboost.CatBoostRegressor(iterations=2, verbose=0, allow_writing_files=False).fit(X, Y)
    yield (
        "imblearn",
        imblearn.pipeline.Pipeline([("s", imblearn.over_sampling.SMOTE()), ("c", LogisticRegression())]).fit(X, Y),
    )
    yield "imblearn_combine", imblearn.combine.SMOTEENN()
    for name in ("TargetEncoder", "OrdinalEncoder", "WOEEncoder", "BinaryEncoder", "CatBoostEncoder", "HashingEncoder"):
        yield f"encoder_{name}", getattr(category_encoders, name)().fit(X.astype(str), Y)
    yield "hdbscan", hdbscan.HDBSCAN(min_cluster_size=3, prediction_data=True).fit(X)
    yield "umap", umap.UMAP(n_neighbors=3, n_epochs=2).fit(X)
