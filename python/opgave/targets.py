"""A target by its name, as the programme has it, or as the engine takes it."""

from __future__ import annotations

from typing import TypeAlias

from opgave import _core
from opgave.programme import Programme, ProgrammeTarget

__all__ = ["AnyTarget", "core_target"]

AnyTarget: TypeAlias = ProgrammeTarget | _core.Target | str


def core_target(target: AnyTarget, programme: Programme | None) -> _core.Target:
    """Return the target in the form that the engine takes.

    Parameters
    ----------
    target : ProgrammeTarget, Target or str
        A name is looked up in the programme.
    programme : Programme or None
        The programme of the register.

    Raises
    ------
    KeyError
        For a name that the programme does not have.
    ValueError
        For a target that a register does not measure, or a name without a programme.

    Examples
    --------
    >>> from opgave.programme import example_programme
    >>> core_target("renovated", example_programme("dordt-west")).goal
    675
    """
    if isinstance(target, _core.Target):
        return target
    if isinstance(target, ProgrammeTarget):
        return target.core()
    if programme is None:
        raise ValueError(f"target {target!r} is a name, and this register has no programme")
    return programme.target(target).core()
