"""Joint angles of the measured walk from its markers: against OpenSim's on the same model, and on our own scaling.

First the published subject's model with its own markers, against the motion that OpenSim found (ik.mot, which also fits
the arms, at OpenSim's usual accuracy). Then the unscaled skeleton scaled to the static trial, against the same motion:
there two scalings differ, not two solvers. The published pipeline gave thighs and shanks factors by hand.

Run from the checkout: python validation/inverse_kinematics.py [--data FOLDER]
"""

import argparse
from pathlib import Path

import numpy as np

from trochlea.leg.kinematics import static_pose
from trochlea.leg.markers.inverse_kinematics import InverseKinematics, solve_inverse_kinematics
from trochlea.leg.markers.marker_drift import reseat_drifted
from trochlea.leg.markers.marker_scaling import scale_to_markers
from trochlea.leg.markers.marker_set import read_marker_set
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.segments import segments
from trochlea.leg.skeleton.model import LegModel, build_leg_from_osim
from trochlea.motion.files.storage import read_storage
from trochlea.motion.files.trc import read_trc
from trochlea.motion.timeseries import TimeSeries

DATA = Path(__file__).parents[2] / "shared" / "data"
MASS, HEIGHT, WINDOW = 85.0668, 1.829, (0.0, 0.3)  # `opensim-2024-models`, scale_setup_walk_scaleOnly.xml


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the trials (default: %(default)s)")
    folder = parser.parse_args().data / "mocap" / "rajagopal_walk"
    reference = read_storage(folder / "ik.mot")
    trial, static = read_trc(folder / "markers.trc"), read_trc(folder / "static.trc")
    subject = build_leg_from_osim(read_osim(folder / "subject.osim"))
    same = solve_inverse_kinematics(subject, read_marker_set(folder / "subject.osim"), trial)
    scaling = scale_to_markers(static, mass=MASS, height=HEIGHT, sex="male", window=WINDOW)
    marker_set, drifts = reseat_drifted(scaling.leg, scaling.marker_set, static, trial)
    own = solve_inverse_kinematics(scaling.leg, marker_set, trial)
    print(*drifts, sep="\n")
    print(f"marker error (root mean square, mm): their model {_rms(same):.1f}, our scaling {_rms(own):.1f}")
    print_angles(reference, same, own)
    print_lengths(subject, scaling.leg)


def print_angles(reference: TimeSeries, same: InverseKinematics, own: InverseKinematics) -> None:
    """Difference from OpenSim's motion, coordinate by coordinate."""
    print(f"{'degrees, mm':<20}{'RMS':>8}{'largest':>9}{'own scaling: RMS':>18}{'mean':>8}{'about it':>10}")
    for name, unit in zip(same.coordinates.names, same.coordinates.units, strict=True):
        if name in same.locked:
            continue
        factor = 1e3 if unit == "m" else np.degrees(1.0)
        first = factor * (same.coordinates.column(name) - reference.column(name))
        second = factor * (own.coordinates.column(name) - reference.column(name))
        print(
            f"{name:<20}{np.sqrt((first**2).mean()):>8.2f}{np.abs(first).max():>9.2f}"
            f"{np.sqrt((second**2).mean()):>18.2f}{second.mean():>8.2f}{second.std():>10.2f}"
        )


def print_lengths(subject: LegModel, scaled: LegModel) -> None:
    """Distances between joint centres of the two models, every coordinate at 0."""
    print(f"{'mm':<20}{'published':>10}{'ours':>8}{'difference':>12}")
    for title, ends in {
        "hip to hip": ("femur_r", "femur_l"),
        "thigh, right": ("femur_r", "tibia_r"),
        "shank, right": ("tibia_r", "talus_r"),
        "ankle to toe joint": ("talus_r", "toes_r"),
        "hip to lumbar joint": ("femur_r", "torso"),
    }.items():
        theirs, ours = (_apart(leg, *ends) for leg in (subject, scaled))
        print(f"{title:<20}{theirs:>10.1f}{ours:>8.1f}{ours - theirs:>12.1f}")


def _apart(leg: LegModel, first: str, second: str) -> float:
    bodies = segments(leg, static_pose(leg, {}))
    return 1e3 * float(np.linalg.norm(bodies.body(first)[0][0] - bodies.body(second)[0][0]))


def _rms(motion: InverseKinematics) -> float:
    return 1e3 * float(np.mean(motion.rms))


if __name__ == "__main__":
    main()
