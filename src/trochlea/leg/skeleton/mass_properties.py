"""Mass, mass centre and inertia of a body, and of bodies joined into one."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from trochlea.errors import ModelError
from trochlea.leg.engine import MjsBody
from trochlea.motion.timeseries import Array, read_only


@dataclass(frozen=True, slots=True, kw_only=True)
class MassProperties:
    """Mass properties of one body.

    Attributes:
        mass: [kg].
        mass_center: In the body's frame, shape (3,) [m].
        inertia: Symmetric tensor about the mass centre along the body's axes, shape (3, 3) [kg.m^2].
    """

    mass: float
    mass_center: Array
    inertia: Array

    def moved(self, rotation: Array, translation: Array) -> "MassProperties":
        """The same body seen from another frame: x' = rotation x + translation."""
        return MassProperties(
            mass=self.mass,
            mass_center=read_only(rotation @ self.mass_center + translation),
            inertia=read_only(rotation @ self.inertia @ rotation.T),
        )


def join(parts: Iterable[MassProperties]) -> MassProperties:
    """Parts in one common frame, as one rigid body."""
    parts = tuple(parts)
    mass = sum(part.mass for part in parts)
    center = sum((part.mass * part.mass_center for part in parts), np.zeros(3)) / mass
    inertia = np.zeros((3, 3))
    for part in parts:
        arm = part.mass_center - center
        inertia += part.inertia + part.mass * (arm @ arm * np.eye(3) - np.outer(arm, arm))
    return MassProperties(mass=mass, mass_center=read_only(center), inertia=read_only(inertia))


def assign(body: MjsBody, properties: MassProperties) -> None:
    """Give a body of a spec its mass properties.

    Raises:
        ModelError: If no solid has such a mass or inertia.
    """
    from scipy.spatial.transform import Rotation

    moments, axes = np.linalg.eigh(properties.inertia)
    if properties.mass <= 0 or moments[0] <= 0 or moments[2] > (moments[0] + moments[1]) * (1 + 1e-9):
        raise ModelError(
            f"{body.name}: mass {properties.mass:g} kg with principal inertia {np.round(moments, 6)} kg.m^2 "
            "is impossible: expected positive values, none above the sum of the other two"
        )
    if np.linalg.det(axes) < 0:
        axes[:, 0] *= -1
    body.explicitinertial = True
    body.mass = properties.mass
    body.ipos = properties.mass_center
    body.inertia = moments
    body.iquat = Rotation.from_matrix(axes).as_quat(scalar_first=True)
