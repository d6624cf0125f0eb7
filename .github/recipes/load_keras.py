"""Load a model with Keras, if it passes, from a private copy: Keras wants a path and goes by its suffix."""

import sys

from scanner import guard


def load(path: str):  # noqa: ANN201 - a model of any class
    """Return the model of a .keras file. Raises `guard.Refused`."""
    checked = guard.check(path)
    import keras

    with checked.copied() as model:
        return keras.models.load_model(str(model), safe_mode=True)


if __name__ == "__main__":
    load(sys.argv[1]).summary()
