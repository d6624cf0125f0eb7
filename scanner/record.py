"""Records: frozen dataclasses with slots, made by keyword only, whose methods are shared and not generated.

`dataclass` writes up to seven methods for each class as text and compiles them: half a millisecond for each of the
hundred classes that a start defines, a third of its time. Here it only collects the fields.
"""

from collections.abc import Callable, Iterable
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")

Puts = tuple[tuple[str, Callable[[object, object], None]], ...]
"""The name of each field, and how to set it."""

_PARAMS = "__dataclass_params__"


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """Make a class what `dataclass(frozen=True, slots=True, kw_only=True)` makes it, in a tenth of the time.

    It is a dataclass to `fields`, `replace`, `asdict` and others.
    Either kind may be derived from the other.
    """
    below = [vars(base)[_PARAMS] for base in cls.__mro__[1:] if _PARAMS in vars(base)]
    for params in below:  # `dataclass` refuses to mix kinds; what is frozen below stays so by its own methods
        params.frozen = False
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True, kw_only=True)(cls)
    for params in (*below, vars(made)[_PARAMS]):
        params.frozen = True
    own = fields(made)
    shared = {
        "_puts": tuple((one.name, getattr(made, one.name).__set__) for one in own),
        "_values": attrgetter(*(one.name for one in own)),
        "_defaults": {one.name: one.default for one in own if one.default is not MISSING},
        "_factories": tuple((one.name, one.default_factory) for one in own if one.default_factory is not MISSING),
        **_METHODS,
    }
    if hasattr(made, "__post_init__"):
        shared["__init__"] = _init_and_check
    for name, value in shared.items():
        setattr(made, name, value)
    return made  # type: ignore[no-any-return]


def build(cls: type[T], values: Iterable[object]) -> T:
    """Make a record of all its values in the order of its fields: for those who have them in a row."""
    puts: Puts | None = vars(cls).get("_puts")
    if puts is None:  # a plain dataclass
        return cls(**{one.name: value for one, value in zip(fields(cls), values, strict=True)})  # type: ignore[arg-type]
    made = object.__new__(cls)
    for (_, put), value in zip(puts, values, strict=True):
        put(made, value)
    return made


def _init(self: Any, **values: object) -> None:  # noqa: ANN401 - any record
    puts = self._puts
    if len(values) != len(puts):
        values = self._defaults | values
        for name, make in self._factories:
            values.setdefault(name, make())
    try:
        for name, put in puts:
            put(self, values[name])
    except KeyError:
        _refuse(self, values)
    if len(values) != len(puts):
        _refuse(self, values)


def _init_and_check(self: Any, **values: object) -> None:  # noqa: ANN401 - any record
    _init(self, **values)
    self.__post_init__()


def _refuse(self: Any, values: dict[str, object]) -> NoReturn:  # noqa: ANN401 - any record
    known = [name for name, _ in self._puts]
    given = {*self._defaults, *(name for name, _ in self._factories), *values}
    wrong = [f"no {name}" for name in known if name not in given]
    wrong += [f"an unknown {name}" for name in values if name not in known]
    message = f"{type(self).__name__} is given {', '.join(wrong)}"
    raise TypeError(message)


def _repr(self: Any) -> str:  # noqa: ANN401 - any record
    return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name, _ in self._puts)})"


def _eq(self: Any, other: Any) -> object:  # noqa: ANN401 - any record
    if type(self) is not type(other):
        return NotImplemented
    return bool(self._values(self) == self._values(other))


def _hash(self: Any) -> int:  # noqa: ANN401 - any record
    return hash(self._values(self))


def _reduce(self: Any) -> tuple[object, ...]:  # noqa: ANN401 - any record
    return build, (type(self), tuple(getattr(self, name) for name, _ in self._puts))


def _freeze(self: object, name: str, *_: object) -> NoReturn:
    message = f"cannot change {name!r} of a {type(self).__name__}"
    raise FrozenInstanceError(message)


_METHODS: dict[str, Callable[..., object]] = {
    "__init__": _init,
    "__repr__": _repr,
    "__eq__": _eq,
    "__hash__": _hash,
    "__reduce__": _reduce,
    "__setattr__": _freeze,
    "__delattr__": _freeze,
}
