"""Whatever a library raises becomes one class, and what is known passes."""

import pytest

from scanner.foreign import ForeignError, foreign


class OddError(Exception):
    """Of a library."""


@pytest.mark.parametrize(
    ("raised", "says"), [(OddError("a\n  b\n"), "a b"), (OddError(), "OddError"), (OSError(2, "gone"), "gone")]
)
def test_what_is_raised_is_one_line(raised, says):
    with pytest.raises(ForeignError) as caught, foreign():
        raise raised
    assert str(caught.value) == says
    assert caught.value.__cause__ is raised


def test_what_is_known_passes():
    with pytest.raises(OddError), foreign(OddError):
        raise OddError


def test_an_interrupt_is_no_error_of_a_library():
    with pytest.raises(KeyboardInterrupt), foreign():
        raise KeyboardInterrupt
