"""The generalised coordinates of an OpenSim model, as the program counts them and as we do."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from trochlea.errors import ModelError
from trochlea.leg.opensim.family import ModelFamily
from trochlea.leg.opensim.opensim_coupler import OpensimCoupler
from trochlea.leg.opensim.opensim_program import Opensim


@dataclass(frozen=True, slots=True, kw_only=True)
class OpensimCoordinate:
    """One generalised coordinate as the program counts it.

    Attributes:
        name: The model's.
        ours: Name in our conventions; None where there is no counterpart (arms, patella).
        sign: Our value over the model's, 1 or -1.
        unit: "rad" or "m"; None for a coordinate of a coupled kind.
        state_index: Its place in the program's state.
        default: Value that the model holds it at [rad, m].
        is_held: Whether the model locks it or prescribes it.
        prescribed: Function of time that prescribes it; None elsewhere.
        is_dependent: Whether a coupler drives it.
    """

    name: str
    ours: str | None
    sign: int
    unit: Literal["rad", "m"] | None
    state_index: int
    default: float
    is_held: bool
    prescribed: Opensim
    is_dependent: bool


def opensim_coordinates(
    opensim: Opensim,
    model: Opensim,
    state: Opensim,
    family: ModelFamily,
    couplers: tuple[OpensimCoupler, ...],
    path: str,
) -> tuple[OpensimCoordinate, ...]:
    """All coordinates in the model's order, unlocked in the state.

    Args:
        opensim: The module.
        model: The program's model.
        state: Its state; every coordinate is freed in it.
        family: Names and signs that lead to ours.
        couplers: What drives what.
        path: The file, for messages.

    Raises:
        ModelError: If a joint has more states than coordinates.
    """
    known = {c.theirs: c for c in family.coordinates}
    dependent = {coupler.dependent for coupler in couplers}
    units: dict[int, Literal["rad", "m"]] = {
        opensim.Coordinate.Rotational: "rad",
        opensim.Coordinate.Translational: "m",
    }
    members = model.getCoordinateSet()
    if not state.getNQ() == state.getNU() == members.getSize():
        raise ModelError(f"{path}: {state.getNQ()} state values for {members.getSize()} coordinates; use plain joints")
    found = []
    for i in range(members.getSize()):
        coordinate = members.get(i)
        is_prescribed, is_locked = coordinate.isPrescribed(state), coordinate.getLocked(state)
        value = float(coordinate.getValue(state))
        coordinate.setLocked(state, False)
        coordinate.setIsPrescribed(state, False)
        before = state.getQ().to_numpy().copy()
        coordinate.setValue(state, value + 0.1, False)
        (index,) = np.flatnonzero(np.abs(state.getQ().to_numpy() - before) > 1e-6)
        coordinate.setValue(state, value, False)
        name = coordinate.getName()
        counterpart = known.get(name)
        found.append(
            OpensimCoordinate(
                name=name,
                ours=None if counterpart is None else counterpart.ours,
                sign=1 if counterpart is None else counterpart.sign,
                unit=units.get(coordinate.getMotionType()),
                state_index=int(index),
                default=value,
                is_held=is_locked or is_prescribed,
                prescribed=coordinate.getPrescribedFunction() if is_prescribed else None,
                is_dependent=i in dependent,
            )
        )
    return tuple(found)
