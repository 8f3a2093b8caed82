"""What a unit of tension in a muscle does to an OpenSim model: along its coordinates, and on its bodies."""

from dataclasses import dataclass

import numpy as np

from trochlea.leg.opensim.opensim_program import Opensim
from trochlea.motion.timeseries import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPull:
    """Effect of 1 N of tension along a muscle's path.

    Attributes:
        along: Generalised force along the program's own speeds, shape (speeds,) [m, or - along a translation].
        on_bodies: Spatial force on each body of the program, in ground.
    """

    along: Array
    on_bodies: Opensim


def unit_pull(opensim: Opensim, model: Opensim, state: Opensim, path: Opensim, n_bodies: int) -> UnitPull:
    """Effect of 1 N of tension; the state must be realised to positions.

    One product with the system's Jacobian gives the moment arms about all coordinates, where the program's own
    moment arm solver takes one problem for each (measured: 0.9 ms a frame against 37 for 40 muscles and 5 axes).
    Points that move with a coordinate push on it directly, which the second term holds.

    Args:
        opensim: The module.
        model: The program's model.
        state: The pose.
        path: The muscle's, of the program.
        n_bodies: Bodies of the program, ground included.
    """
    zero = opensim.SpatialVec(opensim.Vec3(0.0), opensim.Vec3(0.0))
    on_bodies = opensim.VectorOfSpatialVec(n_bodies, zero)
    on_coordinates = opensim.Vector(state.getNU(), 0.0)
    through_bodies = opensim.Vector(state.getNU(), 0.0)
    path.addInEquivalentForces(state, 1.0, on_bodies, on_coordinates)
    model.getMatterSubsystem().multiplyBySystemJacobianTranspose(state, on_bodies, through_bodies)
    along = np.asarray(through_bodies.to_numpy() + on_coordinates.to_numpy())
    return UnitPull(along=along, on_bodies=on_bodies)


def force_on(pull: UnitPull, body_index: int) -> Array:
    """Force of the pull on one body in ground, shape (3,) [N]."""
    return np.array(pull.on_bodies.get(body_index).get(1).to_numpy())
