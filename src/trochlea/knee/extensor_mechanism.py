"""The extensor mechanism of one knee as a table that the leg can use."""

import numpy as np

from trochlea.errors import InputError
from trochlea.knee.equilibrium import kernel_inputs, solve_poses
from trochlea.knee.setup import KneeSetup, setup_knee, setup_load
from trochlea.leg.extensor import ExtensorMechanism
from trochlea.motion.timeseries import Array, read_only

TABLE_DEG = np.arange(-10.0, 141.0, 5.0)
"""Flexion of the table's rows [degrees]; hyperextension and deep flexion included, so that no movement leaves it."""


def extensor_mechanism(
    setup: KneeSetup, *, flexion: Array | None = None, quadriceps: float = 600.0
) -> ExtensorMechanism:
    """Lever arm and force ratios of one knee at equilibrium, with the published split of the quadriceps.

    The lever arm is the moment of the patellar tendon about the knee's flexion axis over the quadriceps force. The
    table holds for forces about `quadriceps`: five times the force changes the lever arm by at most 4 % and the
    tendon's ratio by 9 %, but the contact's by up to 30 % near extension, where the tendon's stretch counts
    (validation/extensor_mechanism.py).

    Args:
        setup: The knee.
        flexion: Shape (angles,) [rad]; TABLE_DEG if None.
        quadriceps: Force at which the table is made [N].

    Raises:
        InputError: If the knee has no equilibrium in its groove at one of the angles.
    """
    angles = np.radians(TABLE_DEG) if flexion is None else np.asarray(flexion, dtype=np.float64)
    knee, load = setup_knee(setup), setup_load(setup, flexion=angles, quadriceps=quadriceps)
    _, _, solution, forces = solve_poses(knee, load)
    failed = [n for n, status in enumerate(solution.status) if status != "converged"]
    if failed:
        raise InputError(
            f"at {np.degrees(angles[failed[0]]):.0f} degrees of flexion the knee is {solution.status[failed[0]]}; "
            "expected an equilibrium in the groove at every angle: take fewer angles, or look at the knee's shape"
        )
    n = knee.tissue.n_tendon
    tibial_ends, pull = kernel_inputs(knee, load)[2][1][:, :n], -forces.fibre[:, :n]
    moment = np.cross(tibial_ends, pull)[:, :, 2].sum(axis=1)  # extension turns the tibia forwards, about +z
    total = load.tension.sum(axis=1)
    return ExtensorMechanism(
        source=f"the knee's equilibrium at {quadriceps:g} N",
        flexion=read_only(angles),
        lever_arm=read_only(moment / total),
        tendon_ratio=read_only(np.linalg.norm(forces.fibre[:, :n].sum(axis=1), axis=1) / total),
        contact_ratio=read_only(np.linalg.norm(forces.contact.sum(axis=1), axis=1) / total),
    )
