"""What passes between leg and knee: poses and quadriceps forces one way, lever arms and force ratios the other."""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy.interpolate import make_interp_spline

from trochlea.errors import InputError
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array

QUADRICEPS_HEADS = ("recfem", "vasint", "vaslat", "vasmed")
"""Heads of the quadriceps as the leg models name them; the order of `ExtensorLoad.tension`."""

QUADRICEPS_SPLIT = MappingProxyType({"recfem": 0.155, "vasint": 0.195, "vaslat": 0.40, "vasmed": 0.25})
"""Shares of the heads where no muscle forces are known [-]. `farahmand-1998-quadriceps`: RF+VI 35, VL 40, VM 25 %;
between RF and VI assumed, about as their cross-sections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensorLoad:
    """Tibiofemoral pose and quadriceps tension, frame by frame.

    A frame without a valid muscle force holds NaN in its row of `tension`.

    Attributes:
        times: Shape (frames,) [s].
        side: The leg.
        tibiofemoral_flexion: Shape (frames,) [rad], flexion positive.
        femoral_rotation: Shape (frames,) [rad]: femur on a fixed tibia about the tibia's long axis, internal positive.
        tibial_rotation: Shape (frames,) [rad]: added to the knee's own screw-home, internal positive.
        knee_valgus: Shape (frames,) [rad]: tibial abduction.
        tension: Tendon force of each head in QUADRICEPS_HEADS, shape (frames, 4) [N].
        itb_tension: Tension of the iliotibial-patellar band, shape (frames,) [N]; None where it does not pull.
    """

    times: Array
    side: Side
    tibiofemoral_flexion: Array
    femoral_rotation: Array
    tibial_rotation: Array
    knee_valgus: Array
    tension: Array
    itb_tension: Array | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensorMechanism:
    """How a quadriceps force becomes moment, tendon force and kneecap force, against knee flexion.

    Attributes:
        source: What it was computed with.
        flexion: Tibiofemoral flexion, strictly increasing, at least 4, shape (angles,) [rad].
        lever_arm: Moment about the knee's flexion axis over quadriceps force, shape (angles,) [m].
        tendon_ratio: Patellar tendon force over quadriceps force, shape (angles,) [-].
        contact_ratio: Kneecap contact force over quadriceps force, shape (angles,) [-].
    """

    source: str
    flexion: Array
    lever_arm: Array
    tendon_ratio: Array
    contact_ratio: Array

    def __post_init__(self) -> None:
        """Refuse tables that cannot be interpolated."""
        columns = (self.lever_arm, self.tendon_ratio, self.contact_ratio)
        is_table = self.flexion.size >= 4 and all(column.shape == self.flexion.shape for column in columns)
        if not is_table or not (np.diff(self.flexion) > 0).all() or not np.isfinite(columns).all():
            raise ValueError(f"{self.source}: expected at least 4 increasing angles with a finite value of each column")


def at_flexion(mechanism: ExtensorMechanism, flexion: Array) -> tuple[Array, Array, Array]:
    """Lever arm [m], tendon ratio [-] and contact ratio [-] at other angles, by a cubic spline with two derivatives.

    Args:
        mechanism: The table.
        flexion: Shape (frames,) [rad].

    Raises:
        InputError: If an angle leaves the table.
    """
    low, high = mechanism.flexion[[0, -1]]
    is_inside = (flexion >= low - 1e-9) & (flexion <= high + 1e-9)
    if not is_inside.all():
        raise InputError(
            f"knee flexion of {np.degrees(flexion[~is_inside][0]):.0f} degrees; the extensor mechanism of "
            f"{mechanism.source} holds {np.degrees(low):.0f} to {np.degrees(high):.0f} degrees: make a wider one"
        )
    columns = np.column_stack([mechanism.lever_arm, mechanism.tendon_ratio, mechanism.contact_ratio])
    found = make_interp_spline(mechanism.flexion, columns, k=3, axis=0)(flexion)
    return found[:, 0], found[:, 1], found[:, 2]
