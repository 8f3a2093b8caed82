"""What a femur turned inwards over its foot does to the kneecap, by the share that reaches the knee.

First a measured walk: its joint angles hold no such turn, because their subtalar joint was locked, its markers do. Two
ways to it are set beside each other: bones laid on their markers, and joint angles with a free subtalar joint; they
share the markers and the skin under them. Then a single-leg squat of the leg model whose femur is turned inwards
besides, in proportion to depth: its own postures hold hardly any turn. Published directions were not used to build
anything; only some of them can be compared.

Run from the checkout: python validation/knee_rotation.py [--turn 10] [--data FOLDER]
"""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import numpy as np

from trochlea.knee.extensor_mechanism import extensor_mechanism
from trochlea.knee.knee import Knee, build_knee
from trochlea.knee.kneecap import solve_kneecap
from trochlea.knee.result import KneecapResult
from trochlea.knee.setup import knee_setup
from trochlea.leg.extensor import ExtensorLoad
from trochlea.leg.markers.inverse_kinematics import solve_inverse_kinematics
from trochlea.leg.markers.marker_segments import SKIN_ERROR, segments_on_markers
from trochlea.leg.markers.marker_set import read_marker_set
from trochlea.leg.markers.static_trial import find_static_posture
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.deep_rotators import deep_rotator_paths
from trochlea.leg.muscles.muscle_sharing import share
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.posture.task_motion import simulate_task
from trochlea.leg.prepared_leg import prepare_leg
from trochlea.leg.rotation.heading import foot_loading, heading_reference
from trochlea.leg.rotation.knee_rotation import Case, KneeRotation, knee_rotation, rotation_at, with_rotation
from trochlea.leg.segments import Segments
from trochlea.leg.skeleton.model import build_leg, build_leg_from_osim
from trochlea.motion.files.trc import read_trc
from trochlea.motion.filtering import filter_markers
from trochlea.motion.task import task_profile
from trochlea.motion.task_file import read_task
from trochlea.motion.timeseries import Array, TimeSeries
from trochlea.motion.trial import read_motion

DATA = Path(__file__).parents[2] / "shared" / "data"

STANCE = (0.27, 1.02)
"""One stance of the right foot in the walk [s]."""

WALK_TIMES = (0.38, 0.42, 0.46, 0.54, 0.66, 0.78, 0.90)
"""Printed frames of the walk [s]."""

MASS, HEIGHT = 62.0, 1.65
"""Of the woman who squats [kg, m]. Assumed: the published experiments are on women."""

SHOWN = (15.0, 30.0, 45.0, 60.0)
"""Knee flexion of the printed frames [degrees]; the nearest frame on the way down is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A movement, solved up to the kneecap's load.

    Attributes:
        load: Without rotation.
        rotation: That reaches the knee.
        knee: Typical of the person's sex.
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


N_FRAMES = 41
"""Instants of the squat, out and back."""


def squat(turn_deg: float) -> Loaded:
    """A woman's squat to 60 degrees whose femur turns inwards by this much at its deepest point."""
    task = read_task("single_leg_squat")
    leg = MujocoLeg(model=build_leg(mass=MASS, height=HEIGHT, sex="female", extra_muscles=deep_rotator_paths()))
    motion = simulate_task(leg.model, task, "right", n_frames=N_FRAMES).motion
    lever_arm = extensor_mechanism(knee_setup(values={"sex": "female"}))
    result = share(prepare_leg(leg, motion, "right"), leg.parameters("right"), extensor=lever_arm)
    coordinates = motion.coordinates
    segments = leg.segments(leg.static_pose(coordinates))
    standing = {name: float(coordinates.column(name)[0]) for name in coordinates.names}
    reference = heading_reference(leg, coordinates, segments, "right", standing=standing)
    inwards = np.radians(turn_deg) * task_profile(task.duration, N_FRAMES)[1]
    rotation = knee_rotation(
        turned(segments, "femur_r", inwards), "right", foot_loading(motion, "right", leg.mass), reference
    )
    return Loaded(load=result.extensor, rotation=rotation, knee=build_knee(sex="female"))


def walk(trial: Path) -> Loaded:
    """The stance of a measured walk, its rotation from the markers; prints both ways to the heading."""
    leg = MujocoLeg(model=build_leg_from_osim(read_osim(trial / "subject.osim")))
    marker_set = read_marker_set(trial / "subject.osim")
    markers, filtering = filter_markers(read_trc(trial / "markers.trc"))
    standing = find_static_posture(leg.model, marker_set, read_trc(trial / "static.trc")).coordinates
    motion = read_motion(trial / "ik_filtered_6hz.mot", trial / "external_loads.xml")
    loading = foot_loading(motion, "right", leg.mass)
    inside = (markers.times >= STANCE[0] - 1e-6) & (markers.times <= STANCE[1] + 1e-6)

    skin = SKIN_ERROR["walking"]

    def turn(segments: Segments, coordinates: TimeSeries) -> KneeRotation:
        reference = heading_reference(leg, coordinates, segments, "right", standing=standing, skin_error=skin)
        return knee_rotation(segments, "right", loading, reference)

    locked, free = (
        solve_inverse_kinematics(leg.model, marker_set, markers, locked=names).coordinates
        for names in (("subtalar_angle", "mtp_angle"), ("mtp_angle",))
    )
    hinged_at, joints_at = (leg.segments(leg.static_pose(coordinates)) for coordinates in (locked, free))
    bones_at = segments_on_markers(hinged_at, marker_set, markers, "right")
    hinged, joints, bones = turn(hinged_at, locked), turn(joints_at, free), turn(bones_at, locked)
    print(f"walk, right stance {STANCE[0]:g} to {STANCE[1]:g} s; {filtering.sentence()}")
    print(
        "heading of the femur inwards over the foot beyond the joints' own [degrees]; whole: along the tibia, share 1"
    )
    print(f"{'time s':>8}{'subtalar locked':>17}{'subtalar free':>15}{'markers':>9}{'whole':>8}{'best':>7}  interval")
    for time in WALK_TIMES:
        i = int(np.abs(markers.times - time).argmin())
        shown = [np.degrees(v[i]) for v in (hinged.heading, joints.heading, bones.heading, bones.whole)]
        best, low, high = (np.degrees(bones.rotation(case)[i]) for case in ("best", "low", "high"))
        print(f"{time:8.2f}{shown[0]:17.1f}{shown[1]:15.1f}{shown[2]:9.1f}{shown[3]:8.1f}{best:7.1f}"
              f"  {low:.1f} to {high:.1f}")  # fmt: skip
    apart = np.degrees(joints.heading - bones.heading)[inside]
    print(f"the two ways differ by {np.sqrt((apart**2).mean()):.1f} degrees RMS over the stance")
    held = inside & (loading == 1)
    at_knee = (axial_turn(hinged_at) - axial_turn(bones_at))[held]
    seen, fit = np.polyfit(bones.axial[held], at_knee, 1)[0], np.corrcoef(bones.axial[held], at_knee)[0, 1]
    print(
        f"thigh against shank markers show {seen:.2f} of it at the knee (r {fit:.2f}); the skin's error is as large\n"
    )
    prepared = prepare_leg(leg, motion, "right", start=STANCE[0], end=STANCE[1])
    lever_arm = extensor_mechanism(knee_setup(values={"sex": "male"}))
    result = share(prepared, leg.parameters("right"), extensor=lever_arm)
    return Loaded(
        load=result.extensor, rotation=rotation_at(bones, np.flatnonzero(inside)), knee=build_knee(sex="male")
    )


def axial_turn(segments: Segments) -> Array:
    """Rotation of the right tibia about its long axis against the condyles, internal positive, (frames,) [rad]."""
    condyles = np.einsum("fji,fj->fi", segments.body("tibia_r")[1], segments.body("femur_r")[1][:, :, 2])
    return np.arctan2(-condyles[:, 0], condyles[:, 2])


def frames_of(flexion: Array) -> list[int]:
    """Frames of SHOWN on the way down."""
    down = flexion[: flexion.size // 2 + 1]
    return [int(np.abs(np.degrees(down) - angle).argmin()) for angle in SHOWN]


def print_cases(found: Loaded, frames: list[int]) -> None:
    """Contact and tracking at each share."""
    results: dict[Case, KneecapResult] = {
        case: solve_kneecap(found.knee, with_rotation(found.load, found.rotation, case)) for case in get_args(Case)
    }
    print(f"{'flexion':>8}{'share':>8}{'rotation':>10}{'contact N':>11}{'lateral N':>11}{'medial N':>10}{'lat/sum':>9}"
          f"{'mean MPa':>10}{'peak MPa':>10}{'shift mm':>10}{'tilt deg':>10}")  # fmt: skip
    flexion = np.degrees(found.load.tibiofemoral_flexion)
    for frame in frames:
        for case, result in results.items():
            lateral, medial = result.lateral_force[frame], result.medial_force[frame]
            print(f"{flexion[frame]:8.0f}{case:>8}{np.degrees(found.rotation.rotation(case)[frame]):10.1f}"
                  f"{result.contact_force[frame]:11.0f}{lateral:11.0f}{medial:10.0f}{lateral / (lateral + medial):9.3f}"
                  f"{result.mean_pressure[frame] * 1e-6:10.2f}{result.peak_pressure[frame] * 1e-6:10.2f}"
                  f"{result.shift[frame] * 1e3:10.2f}{np.degrees(result.tilt[frame]):10.2f}")  # fmt: skip
        print()


def directions(found: Loaded) -> list[tuple[str, str, int, float]]:
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
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the trials (default: %(default)s)")
    asked = parser.parse_args()
    trial = asked.data / "mocap" / "rajagopal_walk"
    if trial.is_dir():
        found = walk(trial)
        print_cases(found, [int(np.abs(found.load.times - time).argmin()) for time in WALK_TIMES[:4]])
    else:
        print(f"no walk in {trial}: left out\n")
    found = squat(asked.turn)
    share_ = found.rotation.share
    print(f"single-leg squat, femur in by {asked.turn:g} degrees at 60 of flexion")
    print(f"knee's share {share_.best:.2f} ({share_.low:.2f} to {share_.high:.2f}): {share_.source}")
    print_cases(found, frames_of(found.load.tibiofemoral_flexion))
    print(f"{'published direction':22}{'what':44}{'sign':>6}{'ours':>10}")
    for source, what, sign, value in directions(found):
        print(f"{source:22}{what:44}{sign:>+6d}{value:>+10.3f}  {'same' if np.sign(value) == sign else 'OTHER'}")


if __name__ == "__main__":
    main()
