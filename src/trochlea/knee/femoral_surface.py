"""Points on the femoral cartilage, evaluated from the knee's own spline table: parametric knees and meshes alike."""

import numpy as np
from scipy.ndimage import map_coordinates

from trochlea.knee.trochlea import Trochlea
from trochlea.motion.timeseries import Array


def femoral_radius(trochlea: Trochlea, theta: Array, z: Array) -> Array:
    """Distance of the cartilage surface from the groove's axis [m]; clipped to the table's border outside of it.

    Args:
        trochlea: Surface of one right femur.
        theta: From the front upwards [rad].
        z: Lateral positive [m]; broadcast against `theta`.
    """
    theta, z = np.broadcast_arrays(np.asarray(theta, float), np.asarray(z, float))
    coefficients = trochlea.table[:, :, 0]
    # the first spline cell starts at the second sample
    places = [(theta - trochlea.grid[2]) / trochlea.grid[3] + 1, (z - trochlea.grid[4]) / trochlea.grid[5] + 1]
    places = [np.clip(place, 1, n - 2) for place, n in zip(places, coefficients.shape, strict=True)]
    return map_coordinates(coefficients, places, order=3, mode="mirror", prefilter=False)


def femoral_points(trochlea: Trochlea, theta: Array, z: Array) -> Array:
    """Points of the cartilage surface, femur frame, shape (..., 3) [m]; arguments as in `femoral_radius`."""
    theta, z = np.broadcast_arrays(np.asarray(theta, float), np.asarray(z, float))
    radius = femoral_radius(trochlea, theta, z)
    x, y = trochlea.grid[0] + radius * np.cos(theta), trochlea.grid[1] + radius * np.sin(theta)
    return np.stack([x, y, z], axis=-1)


def about_groove(trochlea: Trochlea, points: Array) -> tuple[Array, Array]:
    """Distance from the groove's axis [m] and angle from the front upwards [rad] of points in the femur frame.

    Args:
        trochlea: Surface of one right femur.
        points: Shape (..., 3) [m].
    """
    forward, up = points[..., 0] - trochlea.grid[0], points[..., 1] - trochlea.grid[1]
    return np.hypot(forward, up), np.arctan2(up, forward)


def deepest_line(trochlea: Trochlea, theta: Array, *, half_width: float, n_across: int = 241) -> Array:
    """Where the groove is deepest at each angle: z of the smallest radius [m].

    Args:
        trochlea: Surface of one right femur.
        theta: Shape (angles,) [rad].
        half_width: The deepest point is looked for this far to each side of z = 0 [m].
        n_across: Places looked at; the best of them is refined by a parabola.
    """
    z = np.linspace(-half_width, half_width, n_across)
    radius = femoral_radius(trochlea, np.asarray(theta)[:, None], z)
    best = np.clip(radius.argmin(axis=1), 1, n_across - 2)
    rows = np.arange(best.size)
    left, middle, right = (radius[rows, best + shift] for shift in (-1, 0, 1))
    bend = left - 2 * middle + right
    step = np.where(bend > 0, 0.5 * (left - right) / np.where(bend > 0, bend, 1.0), 0.0)
    return z[best] + np.clip(step, -1, 1) * (z[1] - z[0])
