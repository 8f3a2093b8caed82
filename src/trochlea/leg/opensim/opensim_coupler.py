"""Coordinates of an OpenSim model that others drive, e.g. the kneecap's by the knee's."""

from dataclasses import dataclass

import numpy as np

from trochlea.errors import ModelError
from trochlea.leg.opensim.opensim_program import Opensim
from trochlea.motion.timeseries import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class OpensimCoupler:
    """One dependent coordinate: its value is a function of its drivers'.

    Attributes:
        dependent: Column of the driven coordinate.
        drivers: Columns of the coordinates that drive it.
        scale: Multiplies the function [-].
        function: The program's.
        vector: The program's vector type.
        indices: The program's type for the order of a derivative.
    """

    dependent: int
    drivers: tuple[int, ...]
    scale: float
    function: Opensim
    vector: Opensim
    indices: Opensim

    def value(self, drivers: Array) -> Array:
        """The driven coordinate, shape (frames,), from its drivers, shape (frames, drivers)."""
        return self.scale * np.array([self.function.calcValue(self._vector(row)) for row in drivers])

    def slope(self, drivers: Array, *along: int) -> Array:
        """Derivative with respect to one driver or, with two, the second derivative, shape (frames,)."""
        order = self.indices()
        for i in along:
            order.append(i)
        return self.scale * np.array([self.function.calcDerivative(order, self._vector(row)) for row in drivers])

    def slopes(self, drivers: Array) -> Array:
        """First derivatives, shape (frames, drivers)."""
        return np.column_stack([self.slope(drivers, i) for i in range(len(self.drivers))])

    def follow(self, value: Array, speed: Array, acceleration: Array) -> tuple[Array, Array, Array]:
        """Value, speed and acceleration of the driven coordinate from those of all, shape (frames, coordinates)."""
        drivers, rate, change = (array[:, self.drivers] for array in (value, speed, acceleration))
        slopes = self.slopes(drivers)
        bend = np.zeros(len(value))
        for i in range(len(self.drivers)):
            for k in range(len(self.drivers)):
                bend += self.slope(drivers, i, k) * rate[:, i] * rate[:, k]
        return self.value(drivers), (slopes * rate).sum(axis=1), (slopes * change).sum(axis=1) + bend

    def _vector(self, row: Array) -> Opensim:
        return self.vector.createFromMat(np.ascontiguousarray(row))


def read_couplers(opensim: Opensim, model: Opensim, names: tuple[str, ...], path: str) -> tuple[OpensimCoupler, ...]:
    """The model's couplers, drivers before what they drive.

    Args:
        opensim: The module.
        model: The program's model.
        names: Its coordinates, in order.
        path: The file, for messages.

    Raises:
        ModelError: If the model has constraints of another kind, or couplers that drive each other in a ring.
    """
    waiting = []
    constraints = model.getConstraintSet()
    for i in range(constraints.getSize()):
        constraint = constraints.get(i)
        if not constraint.get_isEnforced():
            continue
        coupler = opensim.CoordinateCouplerConstraint.safeDownCast(constraint)
        if coupler is None:
            kind = constraint.getConcreteClassName()
            raise ModelError(
                f"{path}: constraint {constraint.getName()} is a {kind}, expected coordinate couplers only; replace "
                "it by one, or switch it off (isEnforced false)"
            )
        drivers = coupler.getIndependentCoordinateNames()
        waiting.append(
            OpensimCoupler(
                dependent=names.index(coupler.getDependentCoordinateName()),
                drivers=tuple(names.index(drivers.get(k)) for k in range(drivers.getSize())),
                scale=opensim.PropertyHelper.getValueDouble(coupler.getPropertyByName("scale_factor")),
                function=coupler.getFunction(),
                vector=opensim.Vector,
                indices=opensim.StdVectorInt,
            )
        )
    return _in_order(waiting, names, path)


def _in_order(waiting: list[OpensimCoupler], names: tuple[str, ...], path: str) -> tuple[OpensimCoupler, ...]:
    ordered: list[OpensimCoupler] = []
    while waiting:
        open_ends = {coupler.dependent for coupler in waiting}
        ready = [coupler for coupler in waiting if not open_ends & set(coupler.drivers)]
        if not ready:
            ring = ", ".join(names[coupler.dependent] for coupler in waiting)
            raise ModelError(f"{path}: the couplers of {ring} drive each other in a ring; remove one of them")
        ordered += ready
        waiting = [coupler for coupler in waiting if coupler not in ready]
    return tuple(ordered)
