"""Print how the kneecap agrees with the Lenhart knee model's own simulations, frame by frame.

Code-to-code: muscle forces, ligaments, contact law, tibiofemoral pose and meshes are the reference's; only the solver
and the surface are ours. Run: python validation/lenhart.py [--data FOLDER]
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import lenhart_model as reference
import numpy as np
from numpy.typing import NDArray

from trochlea.knee.femoral_mesh import build_femur
from trochlea.knee.groove import find_groove
from trochlea.knee.kernel.frames import frame_forces, solve_frames
from trochlea.knee.kernel_inputs import ALL_FREE
from trochlea.knee.knee import ROUNDING
from trochlea.knee.mesh import mesh_normals, read_mesh
from trochlea.knee.mesh_knee import FEMUR_SIZE, PATELLA_SIZE
from trochlea.knee.patella import N_COARSE
from trochlea.knee.patellar_mesh import contact_points, measure_patella
from trochlea.knee.tracking import cardan_angles
from trochlea.motion.files.storage import read_table
from trochlea.motion.timeseries import Array

DATA = Path(__file__).parents[2] / "shared" / "data"

SETTLED = 1.2
"""Start of the isometric extension that is compared [s]; before it the forward simulation settles."""

MOST_STEPS = 200
FORCE_TOLERANCE = 1e-6

NAMES = {
    "flexion": "deg",
    "rotation": "deg",
    "tilt": "deg",
    "x": "mm",
    "y": "mm",
    "z": "mm",
    "force": "%",
    "area": "%",
    "mean": "%",
    "peak": "%",
}
"""Coordinates in the order of `reference.COORDINATES`, then contact, with their units here."""

POSE_TARGETS = dict.fromkeys(("flexion", "rotation", "tilt"), 0.3) | dict.fromkeys("xyz", 0.1)
CONTACT_TARGETS = {"force": 1.0, "area": 3.0, "peak": 8.0}
"""Errors that the project wants to stay below."""

WALKING_RANGES = (
    (200.0, np.inf, "quadriceps from 200 N"),
    (100.0, 200.0, "quadriceps 100 to 200 N"),
    (0.0, 100.0, "quadriceps below 100 N"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Errors of one case by name, beside the targets that the project set for it."""

    case: str
    frames: int
    errors: Mapping[str, float]
    targets: Mapping[str, float]

    @property
    def misses(self) -> tuple[str, ...]:
        return tuple(name for name, target in self.targets.items() if not self.errors.get(name, 0.0) < target)

    def line(self) -> str:
        values = "".join(f"{self.errors[name]:9.3f}" if name in self.errors else f"{'-':>9}" for name in NAMES)
        verdict = "no target" if not self.targets else f"MISS: {', '.join(self.misses)}" if self.misses else "pass"
        return f"{self.case:44}{self.frames:7}{values}  {verdict}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One reference simulation.

    Attributes:
        times: Shape (frames,) [s].
        values: Coordinates by name, each (frames,) [rad, m].
        tension: Of `reference.HEADS`, shape (frames, 4) [N].
        contact: Force [N], area [m^2], mean and largest pressure [Pa] by name, each (frames,); empty if not recorded.
    """

    times: Array
    values: Mapping[str, Array]
    tension: Array
    contact: Mapping[str, Array]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Our answer: coordinates as `reference.COORDINATES`, shape (frames, 6), and contact as in `Trial`."""

    coordinates: Array
    residual: Array
    contact: Mapping[str, Array]


def isometric_extension(folder: Path, *, every: int = 1) -> Trial:
    states = read_table(folder / "isometric_extension_states.sto")
    forces = read_table(folder / "isometric_extension_ForceReporter_forces.sto")
    rows = np.flatnonzero(states.times >= SETTLED - 1e-9)[::every]
    values = {
        name.split("/")[-2]: states.values[rows, i] for i, name in enumerate(states.names) if name.endswith("/value")
    }
    at = np.searchsorted(forces.times, states.times[rows] - 1e-9)
    column = dict(zip(forces.names, forces.values[at].T, strict=True))
    total = "pf_contact.casting.total."
    force = np.linalg.norm([column[f"{total}contact_force_{k}"] for k in "xyz"], axis=0)
    contact = {"force": force, "area": column[f"{total}contact_area"]}
    contact |= {"mean": column[f"{total}mean_pressure"], "peak": column[f"{total}max_pressure"]}
    tension = np.column_stack([column[name] for name in reference.HEADS])
    return Trial(times=states.times[rows], values=values, tension=tension, contact=contact)


def walking(folder: Path) -> Trial:
    table, forces = (read_table(folder / f"walking_{name}.sto") for name in ("values", "force"))
    values = {}
    for i, name in enumerate(table.names):
        is_angle = not any(name.endswith(end) for end in ("_tx", "_ty", "_tz", "_tx_r", "_ty_r", "_tz_r"))
        values[name] = np.radians(table.values[:, i]) if is_angle else table.values[:, i]
    column = dict(zip(forces.names, forces.values.T, strict=True))
    tension = np.column_stack([column[f"/forceset/{name}"] for name in reference.HEADS])
    return Trial(times=table.times, values=values, tension=tension, contact={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Surfaces:
    """Femur as splines in its mesh's own frame; every patellar triangle as a contact point in the patella's."""

    table: Array
    bound: Array
    grid: Array
    points: Array
    areas: Array
    coarse_points: Array
    coarse_areas: Array


def surfaces(folder: Path) -> Surfaces:
    femur, groove = find_groove(read_mesh(folder / "femur_cartilage_decimated.stl", size=FEMUR_SIZE))
    field = build_femur(femur, groove, axis=groove.axis)
    measured = measure_patella(read_mesh(folder / "patella_cartilage.stl", size=PATELLA_SIZE))
    patella, coarse = measured.mesh, contact_points(measured, N_COARSE)
    grid = field.grid + np.array([0, 0, 0, 0, groove.z, 0])  # back to the mesh's own z
    return Surfaces(
        table=field.table,
        bound=field.bound,
        grid=grid,
        points=patella.vertices[patella.faces].mean(axis=1),
        areas=mesh_normals(patella)[1],
        coarse_points=coarse[0],
        coarse_areas=coarse[1],
    )


def solve(
    model: reference.ReferenceModel, knee: Surfaces, trial: Trial, *, is_damped: bool, law: str = "linear"
) -> Answer:
    """Equilibrium of every frame, from the pose of the first frame; damped about our own pose of the frame before."""
    n_frames, nu = trial.times.size, model.poisson
    confined = model.modulus * (1 - nu) / ((1 + nu) * (1 - 2 * nu))
    layers = 2 * model.thickness
    surface = (knee.points, knee.areas, knee.table, knee.bound, knee.grid)
    surface += (np.array([confined / layers, ROUNDING, layers if law == "nonlinear" else 0.0, 0.0]),)
    origins = reference.femur_points(model, trial.values, model.head_origins)
    heads = (model.head_ends, origins, trial.tension, model.wrap)
    load = np.hstack([np.zeros((n_frames, 3)), reference.weight_in_femur(model, trial.values)])
    stiffness, rest = np.zeros((n_frames, 6)), np.zeros((n_frames, 6))
    if is_damped:
        stiffness = model.viscosity / np.diff(trial.times, prepend=trial.times[0] - 1.0)[:, None]
        rest = np.full_like(rest, np.nan)
    fixed = reference.femur_points(model, trial.values, model.fibre_fixed)
    fibres = (model.fibre_ends, fixed, model.slack_length, model.stiffness, reference.TRANSITION_STRAIN)
    fibres += ((stiffness, rest, load),)
    start, at = model.joints["pf_r"].place({name: trial.values[name][:1] for name in reference.COORDINATES})
    rotations, positions = np.repeat(start, n_frames, axis=0), np.repeat(at, n_frames, axis=0)
    residual, steps = np.full(n_frames, np.nan), np.zeros(n_frames, dtype=np.int64)
    skip = np.zeros(n_frames, dtype=np.bool_)
    coarse = (knee.coarse_points, knee.coarse_areas)
    limits = (FORCE_TOLERANCE, MOST_STEPS)
    solve_frames(rotations, positions, skip, coarse, surface, heads, fibres, ALL_FREE, False, *limits, residual, steps)
    return Answer(
        coordinates=np.hstack([cardan_angles(rotations) * np.array([-1, 1, 1]), positions]),
        residual=residual,
        contact=_contact(rotations, positions, surface, heads, fibres),
    )


def _contact(rotations: Array, positions: Array, surface: tuple, heads: tuple, fibres: tuple) -> dict[str, Array]:
    n_frames, n_points = len(rotations), len(surface[0])
    pressure, depth = np.empty((n_frames, n_points)), np.empty((n_frames, n_points))
    force, is_on_table = np.empty((n_frames, n_points, 3)), np.ones(n_frames, dtype=np.bool_)
    on_patella, on_femur = np.empty((n_frames, 4, 3)), np.empty((n_frames, 4, 3))
    fibre = np.empty((n_frames, len(fibres[0]), 3))
    skip = np.zeros(n_frames, dtype=np.bool_)
    contact = (pressure, depth, force, is_on_table)
    frame_forces(rotations, positions, skip, surface, heads, fibres, contact, on_patella, on_femur, fibre)
    total = np.linalg.norm(force.sum(axis=1), axis=1)
    area = (depth > 0) @ surface[1]
    mean = pressure @ surface[1] / area
    return {"force": total, "area": area, "mean": mean, "peak": pressure.max(axis=1)}


def errors(answer: Answer, trial: Trial, rows: NDArray[np.bool_]) -> dict[str, float]:
    """Root mean square differences of the coordinates [deg, mm]; mean absolute errors of the contact [%]."""
    wanted = np.column_stack([trial.values[name] for name in reference.COORDINATES])
    difference = (answer.coordinates - wanted)[rows] * np.array([180 / np.pi] * 3 + [1000.0] * 3)
    found = dict(zip(list(NAMES)[:6], np.sqrt((difference**2).mean(axis=0)), strict=True))
    for name, value in trial.contact.items():
        found[name] = 100 * float(np.abs(answer.contact[name] / value - 1)[rows].mean())
    return found


def compare(folder: Path) -> list[Comparison]:
    """Every case, with no targets where the project set none."""
    model, knee = reference.read_model(folder / "lenhart2015.osim"), surfaces(folder)
    found = []

    def add(case: str, trial: Trial, answer: Answer, rows: NDArray[np.bool_], targets: Mapping[str, float]) -> None:
        if not answer.residual.max() <= FORCE_TOLERANCE:
            raise RuntimeError(f"{case}: a frame is not in equilibrium, {answer.residual.max():.1e} N are left")
        error = errors(answer, trial, rows)
        found.append(Comparison(case=case, frames=int(rows.sum()), errors=error, targets=targets))

    trial = isometric_extension(folder)
    for how, is_damped in (("damped", True), ("static", False)):
        answer = solve(model, knee, trial, is_damped=is_damped)
        add(
            f"isometric extension, {how}",
            trial,
            answer,
            np.full(trial.times.size, True),
            POSE_TARGETS | CONTACT_TARGETS,
        )
    trial = walking(folder)
    quadriceps = trial.tension.sum(axis=1)
    for how, is_damped in (("damped", True), ("static", False)):
        answer = solve(model, knee, trial, is_damped=is_damped)
        for low, high, name in WALKING_RANGES:
            targets = POSE_TARGETS if is_damped and high == np.inf else {}
            add(f"walking, {how}, {name}", trial, answer, (quadriceps >= low) & (quadriceps < high), targets)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the trials (default: %(default)s)")
    found = compare(parser.parse_args().data / "lenhart2015")
    print("Root mean square differences of the pose, mean absolute differences of the contact")
    print(f"{'':44}{'frames':>7}" + "".join(f"{name:>9}" for name in NAMES))
    print(f"{'':44}{'':7}" + "".join(f"{unit:>9}" for unit in NAMES.values()))
    targets = POSE_TARGETS | CONTACT_TARGETS
    print(f"{'target':51}" + "".join(f"{targets[name]:9.1f}" if name in targets else f"{'-':>9}" for name in NAMES))
    for comparison in found:
        print(comparison.line())


if __name__ == "__main__":
    main()
