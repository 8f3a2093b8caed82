"""What the kneecap did: pose, contact and tracking, frame by frame."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array

Status = Literal["converged", "not_converged", "dislocated", "lifted_off", "off_surface", "no_load"]
"""`no_load`: the quadriceps pulls with less than 1 N or its force is not known; the frame was not solved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """Equilibrium pose of the patella, frame by frame.

    Attributes:
        value: Pose of the patella in the femur, shape (frames, 6): three rotations [rad], three translations [m].
        status: Shape (frames,), one of `Status`.
        residual: Largest unbalanced force, shape (frames,) [N].
        iterations: Newton steps, shape (frames,).
    """

    value: Array
    status: tuple[Status, ...]
    residual: Array
    iterations: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class KneecapResult:
    """Contact and tracking of one kneecap over a movement; NaN where the status is not converged or dislocated.

    All arrays have shape (frames,) unless said otherwise; SI units. Signs and facets: docs/conventions.md.

    Attributes:
        times: [s].
        side: The knee; values are those of this side, mirrored back where it is a left one.
        tibiofemoral_flexion: [rad].
        solution: Pose, status, residual, iterations.
        quadriceps_force: Sum of the heads' tensions [N].
        patellar_tendon_force: [N].
        contact_force: Magnitude of the cartilage contact resultant [N].
        tendofemoral_force: Force between quadriceps tendon and femur [N].
        contact_area: Load-bearing area [m^2].
        mri_like_area: Area with a gap below `pressure.HALF_VOXEL`, as an image shows it [m^2].
        mean_pressure: Contact force over load-bearing area [Pa].
        peak_pressure: Smoothed peak [Pa].
        lateral_force: Magnitude of the lateral facet's own resultant [N].
        medial_force: Magnitude of the medial facet's own resultant [N].
        lateral_area: [m^2].
        medial_area: [m^2].
        lateral_mean_pressure: Force over load-bearing area of the lateral facet [Pa].
        medial_mean_pressure: The same of the medial facet [Pa].
        lateral_peak_pressure: [Pa].
        medial_peak_pressure: [Pa].
        shift: Lateral positive [m].
        tilt: Lateral positive [rad].
        patellar_flexion: [rad].
        spin: [rad].
        bisect_offset: Share of the patella's width lateral of the groove's deepest point [-].
        lateral_patellofemoral_angle: Positive where it opens laterally [rad].
        congruence_angle: Of the patellar ridge against the sulcus, lateral positive [rad].
        centre_of_pressure: On the articular surface, patella frame, shape (frames, 3) [m].
        lateral_centre_of_pressure: Of the lateral facet; NaN where it is not touched, shape (frames, 3) [m].
        medial_centre_of_pressure: Of the medial facet, shape (frames, 3) [m].
        pressure: Pressure at each contact point, shape (frames, points) [Pa].
        points: Contact points on the articular surface, patella frame, shape (points, 3) [m].
        point_areas: Shape (points,) [m^2].
        is_lateral: Facet of each point, shape (points,).
    """

    times: Array
    side: Side
    tibiofemoral_flexion: Array
    solution: Solution
    quadriceps_force: Array
    patellar_tendon_force: Array
    contact_force: Array
    tendofemoral_force: Array
    contact_area: Array
    mri_like_area: Array
    mean_pressure: Array
    peak_pressure: Array
    lateral_force: Array
    medial_force: Array
    lateral_area: Array
    medial_area: Array
    lateral_mean_pressure: Array
    medial_mean_pressure: Array
    lateral_peak_pressure: Array
    medial_peak_pressure: Array
    shift: Array
    tilt: Array
    patellar_flexion: Array
    spin: Array
    bisect_offset: Array
    lateral_patellofemoral_angle: Array
    congruence_angle: Array
    centre_of_pressure: Array
    lateral_centre_of_pressure: Array
    medial_centre_of_pressure: Array
    pressure: Array
    points: Array
    point_areas: Array
    is_lateral: NDArray[np.bool_]
