"""The extensor mechanism of one knee as a table that the leg can use."""

import numpy as np

from trochlea.errors import InputError
from trochlea.knee.equilibrium import kernel_inputs, solve_poses
from trochlea.knee.result import Status
from trochlea.knee.setup import KneeSetup, setup_knee, setup_load
from trochlea.leg.extensor import ExtensorMechanism
from trochlea.motion.timeseries import Array, read_only

TABLE_DEG = np.arange(-10.0, 141.0, 5.0)
"""Flexion of the table's rows [degrees]; hyperextension and deep flexion included, so that no movement leaves it."""

LEAST_ROWS = 4
"""A cubic spline needs this many rows."""


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

    Returns:
        The table; angles at its ends without an equilibrium in the groove are left out, so that it refuses them.

    Raises:
        InputError: If an angle in between has none, or fewer than LEAST_ROWS are left.
    """
    angles = np.radians(TABLE_DEG) if flexion is None else np.asarray(flexion, dtype=np.float64)
    knee, load = setup_knee(setup), setup_load(setup, flexion=angles, quadriceps=quadriceps)
    _, _, solution, forces = solve_poses(knee, load)
    rows = _solved_range(angles, solution.status)
    n = knee.tissue.n_tendon
    tibial_ends, pull = kernel_inputs(knee, load)[2][1][rows, :n], -forces.fibre[rows, :n]
    moment = np.cross(tibial_ends, pull)[:, :, 2].sum(axis=1)  # extension turns the tibia forwards, about +z
    total = load.tension[rows].sum(axis=1)
    return ExtensorMechanism(
        source=f"the knee's equilibrium at {quadriceps:g} N",
        flexion=read_only(angles[rows]),
        lever_arm=read_only(moment / total),
        tendon_ratio=read_only(np.linalg.norm(pull.sum(axis=1), axis=1) / total),
        contact_ratio=read_only(np.linalg.norm(forces.contact[rows].sum(axis=1), axis=1) / total),
    )


def _solved_range(angles: Array, status: tuple[Status, ...]) -> slice:
    """The rows with an equilibrium in the groove, without those at either end that have none."""
    solved = np.flatnonzero([word == "converged" for word in status])
    rows = slice(int(solved[0]), int(solved[-1]) + 1) if solved.size else slice(0, 0)
    if solved.size < LEAST_ROWS or solved.size != rows.stop - rows.start:
        shown = ", ".join(f"{np.degrees(a):.0f} {word}" for a, word in zip(angles, status, strict=True))
        raise InputError(
            f"extensor mechanism: the knee has an equilibrium in its groove at {solved.size} of {angles.size} angles "
            f"({shown}); expected at least {LEAST_ROWS} in a row: look at the knee's shape"
        )
    return rows
