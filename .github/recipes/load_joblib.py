"""Load a scikit-learn model with joblib, if it passes: a pickle runs what it names, so only checked bytes are read."""

import io
import sys

from scanner import guard


def load(path: str):  # noqa: ANN201 - an estimator of any class
    """Return what a file holds. Raises `guard.Refused`."""
    checked = guard.check(path)
    import joblib

    return joblib.load(io.BytesIO(checked.read()))


if __name__ == "__main__":
    print(load(sys.argv[1]))
