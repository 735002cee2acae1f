"""What the values of this package share: equality, and a pickle that says its format."""

from __future__ import annotations

from typing import Any, ClassVar

__all__ = ["PICKLE_FORMAT", "Value"]

PICKLE_FORMAT = 1


class Value:
    """A value that equals another of its type with equal fields.

    Its pickle is a tuple: the version of the format, then the fields.

    Examples
    --------
    >>> class Point(Value):
    ...     _fields = ("x", "y")
    ...     def __init__(self, x, y):
    ...         self.x, self.y = x, y
    >>> Point(1, 2) == Point(1, 2), Point(1, 2).__getstate__()
    (True, (1, 1, 2))
    """

    _fields: ClassVar[tuple[str, ...]] = ()

    def __eq__(self, other: object) -> bool:
        """Compare field by field."""
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self._fields)

    __hash__ = None  # type: ignore[assignment]

    def __getstate__(self) -> tuple[Any, ...]:
        """Return the version of the format and the fields."""
        return (PICKLE_FORMAT, *(getattr(self, name) for name in self._fields))

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        """Take the fields of a pickle of this format."""
        if state[:1] != (PICKLE_FORMAT,) or len(state) != len(self._fields) + 1:
            raise ValueError(
                f"a pickle of {type(self).__name__} must have format version {PICKLE_FORMAT} and "
                f"{len(self._fields)} fields, got version {state[:1]} and {len(state) - 1} fields"
            )
        for name, value in zip(self._fields, state[1:], strict=True):
            setattr(self, name, value)
