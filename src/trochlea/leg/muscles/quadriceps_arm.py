"""The quadriceps' lever arm at the knee: the leg model's own pulley, or a given extensor mechanism in its place."""

from dataclasses import replace

import numpy as np

from trochlea.leg.extensor import QUADRICEPS_HEADS, QUADRICEPS_SPLIT, ExtensorMechanism, at_flexion
from trochlea.leg.kinematics import MuscleGeometry
from trochlea.leg.leg_engine import LegEngine
from trochlea.leg.muscles.quadriceps_heads import head_carriers
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array, TimeSeries, read_only

KNEE = "knee_angle"


def split_arm(geometry: MuscleGeometry) -> Array:
    """Knee extension moment per quadriceps force with the published split, shape (frames,) [m]."""
    heads = head_carriers(geometry.names)
    knee = geometry.coordinates.index(KNEE)
    return -geometry.moment_arms[:, heads, knee] @ np.array([QUADRICEPS_SPLIT[head] for head in QUADRICEPS_HEADS])


def with_mechanism(geometry: MuscleGeometry, flexion: Array, mechanism: ExtensorMechanism | None) -> MuscleGeometry:
    """Muscle geometry whose quadriceps has a mechanism's lever arm at the knee.

    All four heads' knee moment arms are scaled alike, so that with the published split they have the given effective
    arm; lengths, velocities and hip moment arms stay.

    Args:
        geometry: The leg model's own.
        flexion: Knee flexion, shape (frames,) [rad].
        mechanism: None for the leg model's own pulley.

    Raises:
        InputError: If an angle leaves the mechanism's table.
    """
    if mechanism is None:
        return geometry
    heads = head_carriers(geometry.names)
    scale = at_flexion(mechanism, flexion)[0] / split_arm(geometry)
    arms = geometry.moment_arms.copy()
    arms[:, heads, geometry.coordinates.index(KNEE)] *= scale[:, None]
    return replace(geometry, moment_arms=read_only(arms))


def own_mechanism(leg: LegEngine, flexion: Array, side: Side = "right") -> ExtensorMechanism:
    """The leg model's own pulley as a table, hip straight: the tendon carries what the muscle does.

    Args:
        leg: The leg model.
        flexion: Shape (angles,) [rad].
        side: The leg.
    """
    angles = np.asarray(flexion, dtype=np.float64)
    series = TimeSeries(
        times=np.arange(angles.size, dtype=np.float64),
        values=angles[:, None],
        names=(f"{KNEE}_{side[0]}",),
        units=("rad",),
    )
    geometry = leg.muscle_geometry(leg.static_pose(series), side)
    heads = head_carriers(geometry.names)
    split = np.array([QUADRICEPS_SPLIT[head] for head in QUADRICEPS_HEADS])
    on_patella = np.einsum("fmk,m->fk", geometry.patella_arms[:, heads], split)
    return ExtensorMechanism(
        source="the leg model's pulley",
        flexion=read_only(angles),
        lever_arm=read_only(split_arm(geometry)),
        tendon_ratio=read_only(np.ones_like(angles)),
        contact_ratio=read_only(np.linalg.norm(on_patella, axis=1)),
    )
