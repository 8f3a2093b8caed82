"""What a femur turned inwards over its foot does to the kneecap, by the share that reaches the knee.

A single-leg squat of the leg model, its femur turned inwards besides, in proportion to depth: the leg model's knee is a
hinge, so that its own postures hold hardly any such turn. Published directions were not used to build anything; only
some of them can be compared.

Run from the checkout: python validation/knee_rotation.py [--turn 10]
"""

import argparse
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from trochlea.knee.extensor_mechanism import extensor_mechanism
from trochlea.knee.knee import Knee, build_knee
from trochlea.knee.kneecap import solve_kneecap
from trochlea.knee.result import KneecapResult
from trochlea.knee.setup import knee_setup
from trochlea.leg.deep_rotators import deep_rotator_paths
from trochlea.leg.extensor import ExtensorLoad
from trochlea.leg.heading import foot_loading, heading_reference
from trochlea.leg.knee_rotation import Case, KneeRotation, knee_rotation, with_rotation
from trochlea.leg.model import build_leg
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscle_sharing import share
from trochlea.leg.prepared_leg import prepare_leg
from trochlea.leg.segments import Segments
from trochlea.leg.squat import simulate_squat
from trochlea.motion.tasks import SingleLegSquat, squat_profile
from trochlea.motion.timeseries import Array

MASS, HEIGHT = 62.0, 1.65
"""Of the woman who squats [kg, m]. Assumed: the published experiments are on women."""

SHOWN = (15.0, 30.0, 45.0, 60.0)
"""Knee flexion of the printed frames [degrees]; the nearest frame on the way down is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Squat:
    """A squat, solved up to the kneecap's load.

    Attributes:
        load: Without rotation.
        rotation: That reaches the knee.
        knee: Of the woman.
    """

    load: ExtensorLoad
    rotation: KneeRotation
    knee: Knee


def turned(segments: Segments, body: str, inwards: Array) -> Segments:
    """The same with one body of the right leg turned inwards about the vertical by angles of shape (frames,) [rad]."""
    cos, sin, zero = np.cos(inwards), np.sin(inwards), np.zeros_like(inwards)
    turn = np.stack([cos, zero, sin, zero, zero + 1, zero, -sin, zero, cos], axis=1).reshape(-1, 3, 3)
    rotations, i = np.array(segments.rotations), segments.names.index(body)
    rotations[:, i] = turn @ rotations[:, i]
    return replace(segments, rotations=rotations)


def squat(turn_deg: float) -> Squat:
    """A woman's squat to 60 degrees whose femur turns inwards by this much at its deepest point."""
    task = SingleLegSquat()
    leg = MujocoLeg(model=build_leg(mass=MASS, height=HEIGHT, sex="female", extra_muscles=deep_rotator_paths()))
    motion = simulate_squat(leg.model, task)
    lever_arm = extensor_mechanism(knee_setup(values={"sex": "female"}))
    result = share(prepare_leg(leg, motion, "right"), leg.parameters("right"), extensor=lever_arm)
    coordinates = motion.coordinates
    segments = leg.segments(leg.static_pose(coordinates))
    standing = {name: float(coordinates.column(name)[0]) for name in coordinates.names}
    reference = heading_reference(leg, coordinates, segments, "right", standing=standing)
    inwards = np.radians(turn_deg) * squat_profile(task)[1]
    rotation = knee_rotation(
        turned(segments, "femur_r", inwards), "right", foot_loading(motion, "right", leg.mass), reference
    )
    return Squat(load=result.extensor, rotation=rotation, knee=build_knee(sex="female"))


def frames_of(flexion: Array) -> list[int]:
    """Frames of SHOWN on the way down."""
    down = flexion[: flexion.size // 2 + 1]
    return [int(np.abs(np.degrees(down) - angle).argmin()) for angle in SHOWN]


def print_cases(found: Squat, results: dict[Case, KneecapResult]) -> None:
    """Contact and tracking at each share."""
    print(f"{'flexion':>8}{'share':>8}{'rotation':>10}{'contact N':>11}{'lateral N':>11}{'medial N':>10}{'lat/sum':>9}"
          f"{'mean MPa':>10}{'peak MPa':>10}{'shift mm':>10}{'tilt deg':>10}")  # fmt: skip
    flexion = np.degrees(found.load.tibiofemoral_flexion)
    for frame in frames_of(found.load.tibiofemoral_flexion):
        for case, result in results.items():
            lateral, medial = result.lateral_force[frame], result.medial_force[frame]
            print(f"{flexion[frame]:8.0f}{case:>8}{np.degrees(found.rotation.rotation(case)[frame]):10.1f}"
                  f"{result.contact_force[frame]:11.0f}{lateral:11.0f}{medial:10.0f}{lateral / (lateral + medial):9.3f}"
                  f"{result.mean_pressure[frame] * 1e-6:10.2f}{result.peak_pressure[frame] * 1e-6:10.2f}"
                  f"{result.shift[frame] * 1e3:10.2f}{np.degrees(result.tilt[frame]):10.2f}")  # fmt: skip
        print()


def directions(found: Squat) -> list[tuple[str, str, int, float]]:
    """Source, measure, its published sign, and ours (relative, or mm and degrees); malalignment_effects.csv."""
    frames = dict(zip(SHOWN, frames_of(found.load.tibiofemoral_flexion), strict=True))
    neutral, five, ten = (solve_kneecap(found.knee, at_rotation(found.load, turn)) for turn in (0.0, 5.0, 10.0))
    valgus = solve_kneecap(found.knee, replace(found.load, knee_valgus=np.full_like(found.load.times, np.radians(6.0))))
    rows = []
    for angle in (15.0, 45.0):
        i = frames[angle]
        for turn, result in ((5, five), (10, ten)):
            change = result.mean_pressure[i] / neutral.mean_pressure[i] - 1
            rows.append(("Liao 2015, women", f"mean stress at {angle:.0f}, femur in {turn} deg", 1, change))
    for angle in (15.0, 30.0, 45.0):
        i = frames[angle]
        change = (five.shift[i] - neutral.shift[i]) * 1e3
        rows.append(("Souza 2010, women", f"lateral shift [mm] at {angle:.0f}, 5 deg", 1, change))
    for angle in (15.0, 30.0):
        i = frames[angle]
        change = np.degrees(five.tilt[i] - neutral.tilt[i])
        rows.append(("Souza 2010, women", f"lateral tilt [deg] at {angle:.0f}, 5 deg", 1, change))
    i = frames[15.0]
    change = five.medial_peak_pressure[i] / neutral.medial_peak_pressure[i] - 1
    rows.append(("torsion, robot 2018", "medial peak at 15, femur in 5 deg", -1, change))
    i = frames[45.0]
    change = valgus.mean_pressure[i] / neutral.mean_pressure[i] - 1
    rows.append(("FE squat, USC", "mean stress at 45, valgus 6 deg", -1, change))
    return rows


def at_rotation(load: ExtensorLoad, degrees: float) -> ExtensorLoad:
    """The load with the femur turned in by a fixed angle."""
    return replace(load, femoral_rotation=np.full_like(load.times, np.radians(degrees)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turn", type=float, default=10.0, help="femur in at the deepest point [degrees]")
    found = squat(parser.parse_args().turn)
    share_ = found.rotation.share
    print(f"knee's share {share_.best:.2f} ({share_.low:.2f} to {share_.high:.2f}): {share_.source}")
    for note in found.rotation.notes:
        print(note)
    results: dict[Case, KneecapResult] = {
        case: solve_kneecap(found.knee, with_rotation(found.load, found.rotation, case)) for case in get_args(Case)
    }
    print_cases(found, results)
    print(f"{'published direction':22}{'what':44}{'sign':>6}{'ours':>10}")
    for source, what, sign, value in directions(found):
        print(f"{source:22}{what:44}{sign:>+6d}{value:>+10.3f}  {'same' if np.sign(value) == sign else 'OTHER'}")


if __name__ == "__main__":
    main()
