"""Figures of how well a motion is known: residual at the pelvis, rotation at the knee, errors of the markers."""

import matplotlib
import numpy as np
from numpy.typing import NDArray

from trochlea.leg.markers.inverse_kinematics import InverseKinematics
from trochlea.leg.root_residual import RootResidual
from trochlea.leg.rotation.knee_rotation import KneeRotation
from trochlea.motion.timeseries import Array
from trochlea.report import ink
from trochlea.report.movement_axes import empty_figure, ends_of, small_title, time_axes
from trochlea.units import MILLIMETRE

USUAL_RMS = 0.02
"""Marker errors of inverse kinematics stay below this, root mean square [m]. `opensim-nd-evaluation`."""

USUAL_LARGEST = 0.04
"""... and none is larger than this [m]. `opensim-nd-evaluation`."""


def residual_figure(residual: RootResidual, *, body_weight: float) -> str:
    """Force and moment on the pelvis that motion, forces and masses leave over."""
    rows = (
        ("force (body weights)", residual.force / body_weight, ink.FORCE),
        ("moment (N·m)", residual.moment, ink.BOTH),
    )
    with matplotlib.rc_context(ink.settings("residual")):
        figure = empty_figure(230)
        panels = figure.subplots(2, 1, sharex=True)
        for axes, (label, values, colour) in zip(panels, rows, strict=True):
            time_axes(axes, residual.times, np.isfinite(values))
            axes.plot(residual.times, values, color=colour, linewidth=1.9)
            axes.set_ylim(0, 1.15 * ends_of(values)[1] or 1.0)
            axes.locator_params(axis="y", nbins=3)
            small_title(axes, label)
        panels[1].set_xlabel("time (s)")
        figure.subplots_adjust(left=0.1, right=0.985, top=0.92, bottom=0.18, hspace=0.42)
        peak = ends_of(residual.force)[1]
        return ink.to_svg(
            figure,
            name="residual",
            title="What the pelvis would need for motion and forces to agree",
            description=f"Force at most {peak:.0f} N, {peak / body_weight:.2f} body weights; "
            f"moment at most {ends_of(residual.moment)[1]:.0f} N.m.",
        )


def rotation_figure(times: Array, rotation: KneeRotation, is_valid: NDArray[np.bool_]) -> str:
    """Femoral rotation that reaches the knee: the best share in its interval, between none and all of it."""
    best, low, high, whole = (np.degrees(rotation.rotation(case)) for case in ("best", "low", "high", "whole"))
    known = is_valid & np.isfinite(best)
    best, low, high, whole = (np.where(known, values, np.nan) for values in (best, low, high, whole))
    with matplotlib.rc_context(ink.settings("rotation")):
        figure = empty_figure(240)
        axes = figure.subplots()
        time_axes(axes, times, known)
        axes.axhline(0, color=ink.MUTED, linewidth=0.9)
        axes.fill_between(times, low, high, color=ink.HIP, alpha=0.2, linewidth=0)
        axes.plot(times, whole, color=ink.MUTED, linewidth=1.6, linestyle=(0, (5, 2)))
        axes.plot(times, best, color=ink.HIP, linewidth=2.3)
        axes.margins(y=0.12)
        axes.set_xlabel("time (s)")
        axes.set_ylabel("femur inwards (°)")
        figure.subplots_adjust(left=0.125, right=0.985, top=0.97, bottom=0.18)
        least, most = ends_of(best)
        return ink.to_svg(
            figure,
            name="rotation",
            title="Femoral rotation that reaches the knee",
            description=f"Best share: {least:.1f} to {most:.1f} degrees; all of it: "
            f"{ends_of(whole)[0]:.1f} to {ends_of(whole)[1]:.1f} degrees.",
        )


def marker_errors_figure(kinematics: InverseKinematics) -> str:
    """Distance between measured and modelled markers: root mean square and largest of each frame."""
    times, solved = kinematics.coordinates.times, kinematics.is_solved
    rows = (
        ("root mean square", kinematics.rms / MILLIMETRE, ink.FORCE, "-", USUAL_RMS),
        ("largest", kinematics.worst / MILLIMETRE, ink.BOTH, (0, (5, 2)), USUAL_LARGEST),
    )
    with matplotlib.rc_context(ink.settings("markers")):
        figure = empty_figure(230)
        axes = figure.subplots()
        time_axes(axes, times, solved)
        for _, values, colour, dashes, usual in rows:
            axes.axhline(usual / MILLIMETRE, color=colour, linewidth=0.9, linestyle=(0, (1, 2)))
            axes.plot(times, np.where(solved, values, np.nan), color=colour, linestyle=dashes, linewidth=1.9)
        axes.set_ylim(0, 1.12 * max(USUAL_LARGEST / MILLIMETRE, ends_of(rows[1][1])[1]))
        axes.set_xlabel("time (s)")
        axes.set_ylabel("marker error (mm)")
        figure.subplots_adjust(left=0.125, right=0.985, top=0.97, bottom=0.18)
        words = "; ".join(f"{name} at most {ends_of(values)[1]:.0f} mm" for name, values, *_ in rows)
        return ink.to_svg(
            figure,
            name="markers",
            title="Distance of the markers from the model",
            description=words + ".",
        )
