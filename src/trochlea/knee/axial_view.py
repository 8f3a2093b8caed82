"""Angles that a radiologist reads off an axial ("skyline") view of the kneecap. Signs: docs/conventions.md.

The view looks along the groove where the patella's ridge lies. Landmarks are those of bone: the cartilage surfaces less
the mean thickness of their layer (assumed even), because a radiograph shows bone.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import map_coordinates

from trochlea.knee.knee import Knee
from trochlea.knee.patella import articular_centre_y, ridge_z
from trochlea.motion.timeseries import Array, read_only

REACH = 0.6
"""The femur's ridges are looked for this far to each side of the groove, in patellar widths [-]. Assumed."""

N_ACROSS = 241
"""Places across the femur at which its ridges are looked for; the highest is refined by a parabola."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AxialView:
    """Landmarks of axial views, each (lateral, outward) in the plane of the view, shape (frames, 2) [m].

    Attributes:
        lateral_ridge: Highest point of the lateral condyle.
        medial_ridge: Highest point of the medial condyle.
        sulcus: Deepest point of the groove.
        patellar_ridge: Lowest point of the patella's median ridge.
        lateral_facet: Direction of the lateral patellar facet, from the ridge outwards [-].
    """

    lateral_ridge: Array
    medial_ridge: Array
    sulcus: Array
    patellar_ridge: Array
    lateral_facet: Array


def axial_view(knee: Knee, rotations: Array, positions: Array) -> AxialView:
    """The landmarks of one view for each pose.

    Args:
        knee: Its femoral surface is read from the spline table, so that of a mesh too.
        rotations: Patella in femur, shape (frames, 3, 3).
        positions: Shape (frames, 3) [m].
    """
    shape, axis = knee.shape, knee.trochlea.grid[:2]
    ridge = np.array([-0.5 * shape.patella_thickness, articular_centre_y(shape), ridge_z(shape)])
    bone = ridge + np.array([shape.patellar_cartilage_thickness, 0.0, 0.0])
    at = (rotations @ ridge + positions)[:, :2] - axis
    out = at / np.linalg.norm(at, axis=1, keepdims=True)
    seen = rotations @ bone + positions
    slope = math.tan(shape.lateral_trochlear_inclination + shape.facet_mismatch)
    facet = rotations @ np.array([slope, 0.0, 1.0])
    z = np.linspace(-1, 1, N_ACROSS) * REACH * shape.patella_width
    profile = _profile(knee, np.arctan2(at[:, 1], at[:, 0]), z) - shape.trochlear_cartilage_thickness
    deepest = _peak(z, -profile)
    middle = N_ACROSS // 2
    return AxialView(
        lateral_ridge=read_only(_peak(z[middle:], profile[:, middle:])),
        medial_ridge=read_only(_peak(z[: middle + 1], profile[:, : middle + 1])),
        sulcus=read_only(deepest * np.array([1.0, -1.0])),
        patellar_ridge=read_only(np.column_stack([seen[:, 2], ((seen[:, :2] - axis) * out).sum(axis=1)])),
        lateral_facet=read_only(np.column_stack([facet[:, 2], (facet[:, :2] * out).sum(axis=1)])),
    )


def _profile(knee: Knee, theta: Array, z: Array) -> Array:
    """Radius of the femoral cartilage at each angle and place, shape (frames, places) [m]."""
    table, grid = knee.trochlea.table[:, :, 0], knee.trochlea.grid
    # the first spline cell starts at the second sample
    angle = np.clip((theta - grid[2]) / grid[3] + 1, 1, table.shape[0] - 2)
    place = np.clip((z - grid[4]) / grid[5] + 1, 1, table.shape[1] - 2)
    where = np.stack(np.broadcast_arrays(angle[:, None], place[None, :]))
    where = np.where(np.isfinite(where), where, 1.0)  # frames without a pose: their angles are NaN by the patella
    return map_coordinates(table, where, order=3, mode="mirror", prefilter=False)


def _peak(z: Array, height: Array) -> Array:
    """Place and height of the highest point of each profile, shape (frames, 2) [m]."""
    best = np.clip(height.argmax(axis=1), 1, z.size - 2)
    rows = np.arange(best.size)
    left, middle, right = (height[rows, best + shift] for shift in (-1, 0, 1))
    bend = left - 2 * middle + right
    step = np.where(bend < 0, 0.5 * (left - right) / np.where(bend < 0, bend, -1.0), 0.0)
    step = np.clip(step, -1, 1)
    return np.column_stack([z[best] + step * (z[1] - z[0]), middle - 0.25 * (left - right) * step])


def congruence_angle(view: AxialView) -> Array:
    """From the bisector of the sulcus to the patellar ridge, seen from the sulcus, lateral positive [rad].

    References:
        merchant-1974-congruence: the angle; unnamed-nd-congruence-steps: its construction.
    """
    medial, lateral = (_from_outward(ridge - view.sulcus) for ridge in (view.medial_ridge, view.lateral_ridge))
    return _from_outward(view.patellar_ridge - view.sulcus) - 0.5 * (medial + lateral)


def lateral_patellofemoral_angle(view: AxialView) -> Array:
    """From the line over both condyles to the lateral patellar facet, positive where it opens laterally [rad].

    References:
        wheeless-nd-axial-view: definition, after Laurin.
    """
    condyles = view.lateral_ridge - view.medial_ridge
    return np.arctan2(view.lateral_facet[:, 1], view.lateral_facet[:, 0]) - np.arctan2(condyles[:, 1], condyles[:, 0])


def _from_outward(vector: Array) -> Array:
    """Angle of a vector of the view from the outward direction, lateral positive [rad]."""
    return np.arctan2(vector[:, 0], vector[:, 1])
