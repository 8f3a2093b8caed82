"""The leg on a measured walk against OpenSim 4.6 and against muscle activity, and its strength against measurements.

Parity: the model file's own muscles, the leg model's own pulley at the kneecap, no filter added, 0.50 to 1.70 s. Both
programs share the model file and the motion, so agreement shows that the equations are solved, not that they describe
the person. OpenSim's muscles are at least 1 % active; ours are too in this comparison.

The remainder of the moments at hip flexion and knee is OpenSim's own: at 15 degrees of knee flexion and 6 rad/s its
acceleration of the tibia is 0.12 m/s^2 off the second difference of its own positions, which is 0.4 N.m at the knee.
Ours balance (tests/leg/test_inverse_dynamics.py: power of the generalised forces is the rate of energy).

Run from the checkout: python validation/leg.py [--data FOLDER]
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from emg_timing import print_timing
from markdown_table import print_table

from trochlea.leg.inverse_dynamics import joint_moments
from trochlea.leg.kinematics import LEG_COORDINATES, Pose, muscle_geometry, place
from trochlea.leg.leg_result import MUSCLES_OF, LegResult
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.muscle_sharing import Sharing, share
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.prepared_leg import prepare_leg
from trochlea.leg.segments import segments
from trochlea.leg.skeleton.model import LegModel, build_leg_from_osim
from trochlea.motion.files.external_loads import read_external_loads
from trochlea.motion.files.storage import read_storage
from trochlea.motion.motion import ContactLoad, Side
from trochlea.motion.timeseries import TimeSeries
from trochlea.motion.trial import read_motion

HERE = Path(__file__).parent
DATA = Path(__file__).parents[2] / "shared" / "data"
PINNED = HERE.parent / "tests" / "leg" / "walk_reference.json"
SIDES: tuple[Side, Side] = ("right", "left")
GROUPS = ("quadriceps", "gluteus_medius", "gluteus_maximus", "hamstrings", "calf")
LOWEST_ACTIVATION = 0.01
WINDOW = (0.5, 1.7)
KNEECAP = "patellofemoral_r_on_patella_r_in_femur_r_f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """The trial, its model, and the muscle forces of both legs."""

    folder: Path
    leg: LegModel
    coordinates: TimeSeries
    results: dict[Side, LegResult]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the trials (default: %(default)s)")
    data = parser.parse_args().data
    walk = solve_walk(data / "mocap" / "rajagopal_walk")
    print("### The walk\n")
    print_moments(walk)
    print_paths(walk)
    print_centre_of_mass(walk)
    print_forces(walk)
    print_kneecap(walk)
    print_timing(walk.folder, walk.results)
    strength = [sys.executable, str(HERE / "strength_curves.py"), "--data", str(data)]
    printed = subprocess.run(strength, capture_output=True, text=True, check=True).stdout.strip()
    print(f"### Strength\n\n{printed.replace('# ', '#### ')}")


def solve_walk(folder: Path) -> Walk:
    """Muscle forces of both legs in the reference window."""
    model = build_leg_from_osim(read_osim(folder / "subject.osim"))
    leg = MujocoLeg(model=model)
    motion = read_motion(folder / "ik_filtered_6hz.mot", folder / "external_loads.xml")
    sharing = Sharing(lowest_activation=LOWEST_ACTIVATION, alike=())
    results: dict[Side, LegResult] = {
        side: share(
            prepare_leg(leg, motion, side, start=WINDOW[0], end=WINDOW[1]), leg.parameters(side), sharing=sharing
        )
        for side in SIDES
    }
    return Walk(folder=folder, leg=model, coordinates=motion.coordinates, results=results)


def print_moments(walk: Walk) -> None:
    reference = read_storage(walk.folder / "reference" / "inverse_dynamics.sto")
    pose = place(walk.leg, walk.coordinates, times=reference.times)
    contacts = read_external_loads(walk.folder / "external_loads.xml", pose.times)
    print_table(
        "Joint moments against OpenSim's inverse dynamics [N.m]; target: RMSE at most 0.3 at hip, knee and ankle.",
        ("coordinate", "RMSE", "largest", "peak OpenSim", "peak ours"),
        _moment_rows(walk, pose, contacts, reference),
    )


def _moment_rows(
    walk: Walk, pose: Pose, contacts: tuple[ContactLoad, ...], reference: TimeSeries
) -> Iterator[tuple[str, ...]]:
    for side in SIDES:
        ours = joint_moments(walk.leg, pose, contacts, side)
        for i, name in enumerate(LEG_COORDINATES):
            theirs = reference.column(f"{name}_{side[0]}_moment")
            difference = ours[:, i] - theirs
            errors = (f"{rms(difference):.4f}", f"{np.abs(difference).max():.4f}")
            yield f"{name}_{side[0]}", *errors, f"{np.abs(theirs).max():.2f}", f"{np.abs(ours[:, i]).max():.2f}"


def print_paths(walk: Walk) -> None:
    pinned = json.loads(PINNED.read_text())
    times = np.array([frame["time"] for frame in pinned["frames"]])
    pose = place(walk.leg, walk.coordinates, times=times)
    rows = []
    for side in SIDES:
        geometry = muscle_geometry(walk.leg, pose, side)
        theirs = np.array([frame[side]["moment_arms"] for frame in pinned["frames"]])
        axes = [geometry.coordinates.index(name) for name in pinned["coordinates"]]
        error = (geometry.moment_arms[:, :, axes] - theirs) * 1e3
        by_muscle = np.sqrt((error**2).mean(axis=0)).max(axis=1)
        worst = ", ".join(
            f"{geometry.names[m]} {by_muscle[m]:.2f} / {np.abs(error[:, m]).max():.2f}"
            for m in np.argsort(-by_muscle)[:4]
        )
        rows.append((side, f"{rms(error):.2f}", f"{rms(error[np.abs(theirs) > 1e-6]):.2f}", worst))
    print_table(
        "Moment arms of 40 muscles about 5 axes against OpenSim [mm]; target: RMS at most 1 over all. The right glmax1 "
        "differs where OpenSim drops its cylinder and the length jumps by 2 mm; ours is held on it.",
        ("side", "RMS", "RMS of arms that are not 0", "largest: RMS of a muscle about an axis / difference"),
        rows,
    )


def print_centre_of_mass(walk: Walk) -> None:
    pinned = json.loads(PINNED.read_text())
    times = np.array([frame["time"] for frame in pinned["frames"]])
    ours = segments(walk.leg, place(walk.leg, walk.coordinates, times=times)).centre_of_mass
    error = (ours - np.array([frame["centre_of_mass"] for frame in pinned["frames"]])) * 1e3
    values = {"mean": error.mean(axis=0), "largest": np.abs(error).max(axis=0)}
    print_table(
        "Centre of mass of the whole body against OpenSim's [mm]; our arms hang, its arms are bent and swing.",
        ("", "forward", "up", "right"),
        [(name, *(f"{value:.1f}" for value in row)) for name, row in values.items()],
    )


def print_forces(walk: Walk) -> None:
    forces = read_storage(walk.folder / "reference" / "static_optimization_force.sto")
    rows = []
    for side, result in walk.results.items():
        for group in GROUPS:
            columns = [forces.column(f"{muscle}_{side[0]}") for muscle in MUSCLES_OF[group]]
            valid = result.is_valid
            theirs = np.interp(result.times[valid], forces.times, np.sum(columns, axis=0))
            ours = result.force_of(group)[valid]
            peaks = f"{ours.max():.0f}", f"{theirs.max():.0f}", f"{100 * (ours.max() / theirs.max() - 1):.1f}"
            fit = f"{np.corrcoef(ours, theirs)[0, 1]:.3f}", f"{rms(ours - theirs):.0f}"
            name = f"{group.replace('_', ' ')} {side}"
            rows.append((name, *fit, *peaks, f"{np.nanmax(np.abs(result.reserves)):.3f}"))
    print_table(
        "Muscle forces against OpenSim's static optimisation; target: r at least 0.97, peaks within 15 %.",
        ("group", "r", "RMSE [N]", "peak ours [N]", "peak OpenSim [N]", "difference [%]", "largest reserve [N.m]"),
        rows,
    )


def print_kneecap(walk: Walk) -> None:
    reaction = read_storage(walk.folder / "reference" / "joint_reaction.sto")
    forces = read_storage(walk.folder / "reference" / "static_optimization_force.sto")
    pose = place(walk.leg, walk.coordinates, times=reaction.times)
    geometry = muscle_geometry(walk.leg, pose, "right")
    tension = np.column_stack([forces.column(f"{name}_r") for name in geometry.names])
    same = np.linalg.norm(np.einsum("fm,fmk->fk", tension, geometry.patella_arms), axis=1)
    theirs = np.linalg.norm(np.column_stack([reaction.column(f"{KNEECAP}{axis}") for axis in "xy"]), axis=1)
    result = walk.results["right"]
    own = np.interp(reaction.times, result.times, result.pulley_force)
    print_table(
        "Sagittal force on the right kneecap, the leg model's own pulley, against OpenSim's JointReaction [N]; target: "
        "RMSE at most 5 with its muscle forces.",
        ("muscle forces", "RMSE", "peak ours", "peak OpenSim"),
        [
            (name, f"{rms(ours - theirs):.1f}", f"{ours.max():.1f}", f"{theirs.max():.1f}")
            for name, ours in (("OpenSim's", same), ("ours", own))
        ],
    )


def rms(values: np.ndarray) -> float:
    return float(np.sqrt((values**2).mean()))


if __name__ == "__main__":
    main()
