"""Draw the knee that is fitted to the Lenhart meshes and the pressure on its patella, for docs/knee-mesh.md.

Run from the checkout: python validation/mesh_picture.py [--data FOLDER]
"""

import argparse
import math
from pathlib import Path

import numpy as np
from matplotlib.colors import LightSource, Normalize, to_rgba
from matplotlib.figure import Figure
from scipy.interpolate import griddata

from trochlea.knee.equilibrium import solve_poses
from trochlea.knee.groove import find_groove
from trochlea.knee.kernel.height_field import surface
from trochlea.knee.knee import Knee
from trochlea.knee.mesh import read_mesh
from trochlea.knee.mesh_knee import FEMUR_SIZE, build_mesh_knee
from trochlea.leg.extensor import ExtensorLoad
from trochlea.motion.timeseries import Array

CHECKOUT = Path(__file__).parents[1]
DATA = CHECKOUT.parent / "shared" / "data"
PICTURE = CHECKOUT / "docs" / "images" / "knee-mesh.png"

FLEXION_DEG, QUADRICEPS = 45.0, 600.0
SPLIT = np.array([0.155, 0.195, 0.40, 0.25])
"""Shares of recfem, vasint, vaslat, vasmed. `farahmand-1998-quadriceps`."""

LIFTED_MM = 22.0

BEYOND, CARTILAGE = "#d9d9d9", "#8fb3cf"


def femur_surface(knee: Knee, theta: Array, z: Array) -> Array:
    """Points of the spline surface, shape (angles, widths, 3) [m]."""
    table, grid = knee.trochlea.table, knee.trochlea.grid
    out = np.empty((2, 6))
    radius = np.empty((theta.size, z.size))
    for i, angle in enumerate(theta):
        for j, across in enumerate(z):
            surface(table, grid, angle, across, out)
            radius[i, j] = out[0, 0]
    x, y = grid[0] + radius * np.cos(theta)[:, None], grid[1] + radius * np.sin(theta)[:, None]
    return np.stack([x, y, np.broadcast_to(z, x.shape)], axis=-1)


def one_frame() -> ExtensorLoad:
    flexion, zero = np.radians([FLEXION_DEG]), np.zeros(1)
    return ExtensorLoad(
        times=zero,
        side="right",
        tibiofemoral_flexion=flexion,
        femoral_rotation=zero,
        tibial_rotation=zero,
        knee_valgus=zero,
        tension=SPLIT[None] * QUADRICEPS,
    )


def draw_knee(axes, points: Array, is_cartilage: Array, patella: Array, pressure: Array, norm: Normalize) -> None:
    """Femur from the front and above, the patella's points coloured by pressure."""
    mm = 1000 * points
    colours = np.where(is_cartilage[..., None], to_rgba(CARTILAGE), to_rgba(BEYOND))
    axes.computed_zorder = False  # the femur first, then the patella in front of it
    axes.plot_surface(
        mm[..., 2],
        mm[..., 0],
        mm[..., 1],
        facecolors=colours,
        rstride=1,
        cstride=1,
        linewidth=0,
        antialiased=False,
        lightsource=LightSource(azdeg=120, altdeg=50),
    )
    shown = 1000 * patella + [LIFTED_MM, 0, 0]  # so that both surfaces are seen
    axes.scatter(shown[:, 2], shown[:, 0], shown[:, 1], c=pressure, cmap="viridis", norm=norm, s=4, depthshade=False)
    axes.view_init(elev=12, azim=62)
    axes.set_aspect("equal")
    axes.set_box_aspect(axes._box_aspect, zoom=1.3)
    axes.set_axis_off()
    axes.set_title(f"Fitted cartilage (blue), continued (grey);\npatella drawn {LIFTED_MM:.0f} mm forward", fontsize=9)


def draw_map(axes, points: Array, pressure: Array, norm: Normalize):
    """Pressure seen from behind: lateral is on the right of a right knee."""
    mm = 1000 * points
    y, z = np.linspace(mm[:, 1].min(), mm[:, 1].max(), 200), np.linspace(mm[:, 2].min(), mm[:, 2].max(), 200)
    field = griddata(mm[:, [2, 1]], pressure, tuple(np.meshgrid(z, y)), method="linear")
    drawn = axes.pcolormesh(z, y, field, cmap="viridis", norm=norm, shading="gouraud", rasterized=True)
    axes.contour(z, y, field, levels=[0.5, 1, 2, 3, 4], colors="white", linewidths=0.6)
    axes.set_aspect("equal")
    axes.set_xlabel("medial  ←  mm  →  lateral")
    axes.set_ylabel("mm")
    axes.set_title(f"Pressure on the patella from behind,\n{FLEXION_DEG:.0f}° and {QUADRICEPS:.0f} N", fontsize=9)
    return drawn


def draw_section(axes, knee: Knee, rotation: Array, position: Array, at: float) -> None:
    """Cut through the groove's axis at an angle: the spline surface and the patella's points beside the cut."""
    z = np.linspace(-0.032, 0.032, 200)
    femur = femur_surface(knee, np.array([at]), z)[0]
    grid = knee.trochlea.grid
    points = knee.patella.points @ rotation.T + position
    angle = np.arctan2(points[:, 1] - grid[1], points[:, 0] - grid[0])
    near = np.abs(angle - at) < math.radians(2)
    radius = np.hypot(points[:, 0] - grid[0], points[:, 1] - grid[1])
    axes.fill_between(1000 * z, 1000 * np.hypot(femur[:, 0] - grid[0], femur[:, 1] - grid[1]), 10, color=CARTILAGE)
    order = np.argsort(points[near, 2])
    axes.plot(1000 * points[near, 2][order], 1000 * radius[near][order], ".", color="#b2182b", ms=3)
    axes.set_aspect("equal")
    axes.set_ylim(12, 34)
    axes.set_xlabel("medial  ←  mm  →  lateral")
    axes.set_ylabel("radius, mm")
    axes.set_title("Cut through the contact seen from above:\nfemur (blue), patella's contact points (red)", fontsize=9)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the meshes (default: %(default)s)")
    folder = parser.parse_args().data / "lenhart2015"
    femur, patella = folder / "femur_cartilage_decimated.stl", folder / "patella_cartilage.stl"
    knee = build_mesh_knee(femur, patella, sex="female", epicondyles=(0.0, 0.0, 0.0))
    rotations, positions, solution, forces = solve_poses(knee, one_frame())
    assert solution.status == ("converged",)
    pressure, points = forces.pressure[0] / 1e6, knee.patella.points
    _, groove = find_groove(read_mesh(femur, size=FEMUR_SIZE))
    theta, z = np.radians(np.arange(-165, 81, 2.0)), np.arange(-0.034, 0.0341, 0.001)
    column = np.clip(np.searchsorted(groove.rays.v - groove.z, z), 0, groove.rays.v.size - 1)
    is_cartilage = np.isfinite(groove.distance)[np.ix_(np.searchsorted(groove.rays.u, theta), column)]
    norm = Normalize(0, math.ceil(2 * pressure.max()) / 2)
    figure = Figure(figsize=(10.5, 3.5), dpi=130, layout="constrained")
    panels = figure.add_gridspec(1, 3, width_ratios=(1.15, 1.1, 1.0))
    moved = points @ rotations[0].T + positions[0]
    draw_knee(
        figure.add_subplot(panels[0], projection="3d"),
        femur_surface(knee, theta, z),
        is_cartilage,
        moved,
        pressure,
        norm,
    )
    drawn = draw_map(figure.add_subplot(panels[1]), points, pressure, norm)
    figure.colorbar(drawn, ax=figure.axes[1], label="MPa", shrink=0.7)
    centre = pressure @ moved / pressure.sum()
    grid = knee.trochlea.grid
    at = math.atan2(centre[1] - grid[1], centre[0] - grid[0])
    draw_section(figure.add_subplot(panels[2]), knee, rotations[0], positions[0], at)
    figure.savefig(PICTURE)


if __name__ == "__main__":
    main()
