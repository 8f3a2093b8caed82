"""From a knee and a load to what the kneecap did: the room's main door."""

import numpy as np
from numpy.typing import NDArray

from trochlea.knee.axial_view import axial_view, congruence_angle, lateral_patellofemoral_angle
from trochlea.knee.damping import Damping
from trochlea.knee.equilibrium import Forces, solve_poses
from trochlea.knee.knee import Knee
from trochlea.knee.pressure import HALF_VOXEL, centre_of_pressure, contact_area, smoothed_peak
from trochlea.knee.result import KneecapResult, Solution
from trochlea.knee.tracking import (
    MIRRORED_POSE,
    bisect_offset,
    patellar_flexion,
    patellar_shift,
    patellar_spin,
    patellar_tilt,
)
from trochlea.leg.extensor import ExtensorLoad
from trochlea.motion.timeseries import Array, read_only


def _resultant(vectors: Array, chosen: NDArray[np.bool_] | slice) -> Array:
    """Magnitude of the sum of some forces, frame by frame [N]."""
    return np.linalg.norm(vectors[:, chosen].sum(axis=1), axis=1)


def _contact(knee: Knee, forces: Forces) -> dict[str, Array]:
    """Force, area, mean, smoothed peak and centre of pressure of the whole contact and of each facet."""
    areas, is_lateral = knee.patella.areas, knee.patella.is_lateral
    everywhere = np.ones_like(is_lateral)
    values = {"mri_like_area": contact_area(forces.depth, areas, gap=HALF_VOXEL)}
    for prefix, name, chosen in (
        ("contact_", "", everywhere),
        ("lateral_", "lateral_", is_lateral),
        ("medial_", "medial_", ~is_lateral),
    ):
        pressure = forces.pressure[:, chosen]
        force, area = _resultant(forces.contact, chosen), contact_area(forces.depth[:, chosen], areas[chosen])
        values[f"{prefix}force"], values[f"{prefix}area"] = force, area
        values[f"{name}mean_pressure"] = np.divide(force, area, out=np.zeros_like(force), where=area > 0)
        values[f"{name}peak_pressure"] = smoothed_peak(pressure, areas[chosen])
        values[f"{name}centre_of_pressure"] = centre_of_pressure(pressure, knee.patella.points[chosen], areas[chosen])
    return values


def outcomes(knee: Knee, rotations: Array, positions: Array, forces: Forces) -> dict[str, Array]:
    """Contact and tracking at given poses, by field of `KneecapResult`.

    Args:
        knee: The knee; the facets are those of its patella.
        rotations: Patella in femur, shape (frames, 3, 3).
        positions: Shape (frames, 3) [m].
        forces: On the patella at these poses.
    """
    view = axial_view(knee, rotations, positions)
    return _contact(knee, forces) | {
        "patellar_tendon_force": _resultant(forces.fibre, slice(0, knee.tissue.n_tendon)),
        "tendofemoral_force": np.linalg.norm(forces.femur.sum(axis=1), axis=1),
        "shift": patellar_shift(positions),
        "tilt": patellar_tilt(rotations),
        "patellar_flexion": patellar_flexion(rotations),
        "spin": patellar_spin(rotations),
        "bisect_offset": bisect_offset(rotations, positions, knee.shape),
        "lateral_patellofemoral_angle": lateral_patellofemoral_angle(view),
        "congruence_angle": congruence_angle(view),
        "pressure": forces.pressure,
    }


def solve_kneecap(
    knee: Knee,
    load: ExtensorLoad,
    *,
    damping: Damping | None = None,
    force_tolerance: float = 1e-6,
    max_steps: int = 80,
) -> KneecapResult:
    """Contact and tracking of the kneecap at equilibrium, frame by frame.

    A left knee is solved as the mirror image of `knee`: scalars are the same as of a right one; pose and points
    are mirrored back, so that z points to the person's right.

    Args:
        knee: Geometry and tissue.
        load: Tibiofemoral pose and tension of each head of the quadriceps.
        damping: Viscosity against the pose of the frame before; none if None.
        force_tolerance: Largest unbalanced force accepted, and largest unbalanced moment over 20 mm [N].
        max_steps: Upper limit on Newton steps from one start.
    """
    rotations, positions, solution, forces = solve_poses(
        knee, load, damping=damping, force_tolerance=force_tolerance, max_steps=max_steps
    )
    points = knee.patella.points
    is_valid = np.array([status in ("converged", "dislocated") for status in solution.status], dtype=np.bool_)
    values = outcomes(knee, rotations, positions, forces)
    values = {name: _only(value, is_valid) for name, value in values.items()}
    if load.side == "left":
        for name in ("centre_of_pressure", "lateral_centre_of_pressure", "medial_centre_of_pressure"):
            values[name] = read_only(values[name] * np.array([1.0, 1.0, -1.0]))
        points = read_only(points * np.array([1.0, 1.0, -1.0]))
        solution = Solution(
            value=read_only(solution.value * MIRRORED_POSE),
            status=solution.status,
            residual=solution.residual,
            iterations=solution.iterations,
        )
    return KneecapResult(
        times=load.times,
        side=load.side,
        tibiofemoral_flexion=load.tibiofemoral_flexion,
        solution=solution,
        quadriceps_force=read_only(load.tension.sum(axis=1)),
        points=points,
        point_areas=knee.patella.areas,
        is_lateral=knee.patella.is_lateral,
        **values,
    )


def _only(values: Array, is_valid: NDArray[np.bool_]) -> Array:
    """NaN in the frames that are not valid."""
    mask = is_valid.reshape(-1, *([1] * (values.ndim - 1)))
    return read_only(np.where(mask, values, np.nan))
