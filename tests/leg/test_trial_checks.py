"""Defects of a measured trial, put into a real walk one at a time, and clean trials, in which nothing is found."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.leg.kinematics import place
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.posture.task_motion import simulate_task
from trochlea.leg.segments import Segments, segments
from trochlea.leg.skeleton.model import LegModel, build_leg, build_leg_from_osim
from trochlea.leg.trial_checks import check_angles, check_trial
from trochlea.motion.files.external_loads import read_external_loads
from trochlea.motion.files.storage import read_storage
from trochlea.motion.motion import ContactLoad, Motion
from trochlea.motion.task_file import read_task
from trochlea.motion.timeseries import TimeSeries, read_only
from trochlea.motion.trial import read_motion

LAG = 0.03
"""The lag that a shifted clock shows against the shift itself [s]: what telling events from movement is off; worst seen
0.019."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    motion: Motion
    segments: Segments
    loads: Path
    leg: LegModel


@pytest.fixture(scope="module")
def walk(data_dir: Path) -> Trial:
    folder = data_dir / "mocap/rajagopal_walk"
    leg = build_leg_from_osim(read_osim(folder / "subject.osim"))
    motion = read_motion(folder / "ik_filtered_6hz.mot", folder / "external_loads.xml")
    where = segments(leg, place(leg, motion.coordinates))
    return Trial(motion=motion, segments=where, loads=folder / "external_loads.xml", leg=leg)


def with_contact(motion: Motion, side: str, **changes) -> Motion:
    """The motion with some fields of one foot's load replaced."""
    return replace(motion, contacts=tuple(replace(c, **changes) if c.side == side else c for c in motion.contacts))


def covered(motion: Motion, side: str) -> np.ndarray:
    return next(c.is_covered for c in motion.contacts if c.side == side)


@pytest.mark.parametrize("side", ["right", "left"])
def test_the_clean_walk_passes_untouched(walk, side):
    checked = check_trial(walk.motion, walk.segments, side=side)
    assert checked.flags == ()
    for before, after in zip(walk.motion.contacts, checked.motion.contacts, strict=True):
        np.testing.assert_array_equal(after.is_covered, before.is_covered)
    check_angles(walk.motion.coordinates, name="walk")


def test_the_unfiltered_walk_passes_too(walk, data_dir: Path):
    raw = read_motion(data_dir / "mocap/rajagopal_walk/ik.mot", walk.loads)
    where = segments(walk.leg, place(walk.leg, raw.coordinates))
    assert check_trial(raw, where, side="right").flags == ()


def test_the_gait2392_walk_passes_with_its_own_model(data_dir: Path, opensim):
    folder = data_dir / "mocap/gait2392_walk"
    series = read_storage(folder / "subject01_walk1_ik.mot")
    motion = Motion(
        name="gait2392",
        coordinates=series,
        contacts=read_external_loads(folder / "subject01_walk1_grf.xml", series.times),
        source="measured",
    )
    opensim.Logger.setLevelString("Off")
    model = opensim.Model(str(folder / "subject01.osim"))
    state = model.initSystem()
    names = ("pelvis", "calcn_r", "toes_r", "calcn_l", "toes_l")
    positions = np.empty((series.times.size, len(names), 3))
    for frame in range(series.times.size):
        for name, value in zip(series.names, series.values[frame], strict=True):
            model.getCoordinateSet().get(name).setValue(state, float(value), False)
        model.realizePosition(state)
        for i, name in enumerate(names):
            origin = model.getBodySet().get(name).getPositionInGround(state)
            positions[frame, i] = [origin.get(k) for k in range(3)]
    where = Segments(
        names=names,
        positions=read_only(positions),
        rotations=read_only(np.tile(np.eye(3), (series.times.size, len(names), 1, 1))),
        centre_of_mass=read_only(positions[:, 0]),
    )
    check_angles(series, name="gait2392")
    for side in ("right", "left"):
        assert check_trial(motion, where, side=side).flags == ()


def test_a_simulated_task_is_left_as_it_is():
    leg = build_leg(mass=70.0, height=1.75, sex="female")
    motion = simulate_task(leg, read_task("single_leg_squat"), "right", n_frames=7).motion
    where = segments(leg, place(leg, motion.coordinates))
    checked = check_trial(motion, where, side="right")
    assert checked.motion is motion
    assert checked.flags == ()


def scaled(series: TimeSeries, factor: float) -> TimeSeries:
    """Rotations times a factor, as a wrong header makes them."""
    turning = np.array([unit == "rad" for unit in series.units])
    return replace(series, values=np.where(turning, series.values * factor, series.values))


def test_radians_declared_as_degrees_are_refused(walk):
    with pytest.raises(InputError, match=r"walk.mot: no angle of the legs exceeds 1.3 degrees .* write inDegrees=no"):
        check_angles(scaled(walk.motion.coordinates, np.pi / 180.0), name="walk.mot")


def test_degrees_declared_as_radians_are_refused(walk):
    with pytest.raises(InputError, match=r"walk.mot: knee_angle_\w reaches 7\d.* rad .* write inDegrees=yes"):
        check_angles(scaled(walk.motion.coordinates, 180.0 / np.pi), name="walk.mot")


def test_the_unit_of_a_squat_is_told_as_well(data_dir: Path):
    series = read_storage(data_dir / "pose/opencap_squats1_videoAndMocap.mot")
    check_angles(series, name="squat")
    for factor, message in ((np.pi / 180.0, "inDegrees=no"), (180.0 / np.pi, "inDegrees=yes")):
        with pytest.raises(InputError, match=message):
            check_angles(scaled(series, factor), name="squat")


def test_a_foot_without_a_plate_is_refused_for_its_own_leg_and_said_for_the_other(walk):
    only = replace(walk.motion, contacts=walk.motion.contacts[:1])
    assert only.contacts[0].side == "right"
    with pytest.raises(
        InputError, match=r"no ground force for the left foot, only for the right foot; choose the other"
    ):
        check_trial(only, walk.segments, side="left")
    (flag,) = check_trial(only, walk.segments, side="right").flags
    assert flag.startswith("left foot: it stands but no plate has its force; only the right leg can be solved")
    dead = with_contact(walk.motion, "left", force=np.zeros_like(walk.motion.contacts[1].force))
    with pytest.raises(InputError, match="no ground force for the left foot"):
        check_trial(dead, walk.segments, side="left")


def test_a_foot_held_in_the_air_needs_no_plate(walk):
    """The left leg of the walk, lifted: a trial on one leg."""
    lift = np.array([name.endswith("_l") for name in walk.segments.names])[:, None] * [0.0, 0.4, 0.0]
    where = replace(walk.segments, positions=read_only(walk.segments.positions + lift))
    only = replace(walk.motion, contacts=walk.motion.contacts[:1])
    assert check_trial(only, where, side="right").flags == ()


def test_walking_on_the_heels_is_no_sign_of_another_model(walk):
    """The toe joints raised by 0.15 m."""
    toes = np.array([name.startswith("toes") for name in walk.segments.names])[:, None] * [0.0, 0.15, 0.0]
    where = replace(walk.segments, positions=read_only(walk.segments.positions + toes))
    assert not any("above the plate" in flag for flag in check_trial(walk.motion, where, side="right").flags)


def test_exchanged_feet_are_refused_with_the_remedy(walk):
    swapped: dict = {"right": "left", "left": "right"}
    motion = replace(
        walk.motion, contacts=tuple(replace(load, side=swapped[load.side]) for load in walk.motion.contacts)
    )
    with pytest.raises(InputError, match=r"acts 0.\d+ m from it, under the other foot; exchange calcn_r and calcn_l"):
        check_trial(motion, walk.segments, side="right")


@pytest.mark.parametrize("shift", [(1.0, 0.0, 0.0), (0.0, 0.0, 0.5)])
def test_forces_beside_both_feet_are_refused(walk, shift):
    moved = replace(
        walk.motion, contacts=tuple(replace(load, point=load.point + shift) for load in walk.motion.contacts)
    )
    with pytest.raises(
        InputError, match=r"the force on the .* foot acts 0?.?\d*.?\d* m from it; expected at most 0.1 m"
    ):
        check_trial(moved, walk.segments, side="right")


def test_one_step_with_its_force_beside_the_foot_is_marked_and_said(walk):
    times = walk.motion.coordinates.times
    load = walk.motion.contacts[0]
    late = (times > 1.7)[:, None]
    motion = with_contact(walk.motion, "right", point=np.where(late, load.point + [0.0, 0.0, 0.4], load.point))
    checked = check_trial(motion, walk.segments, side="right")
    lost = load.is_covered & ~covered(checked.motion, "right")
    clear = (load.force[:, 1] >= 50.0) & (times > 1.7)
    np.testing.assert_array_equal(lost, clear)
    (flag,) = checked.flags
    assert flag.startswith("right foot, 1.71 to ")
    assert "its force acts beside it; not covered: check which foot stepped on that plate" in flag


def test_a_foot_that_stands_without_force_is_marked_and_said(walk):
    """The record of the right foot's plate stops in the middle of its second step, though it counts as known."""
    times, load = walk.motion.coordinates.times, walk.motion.contacts[0]
    lost = times > 1.7
    dead = lost[:, None]
    motion = with_contact(
        walk.motion,
        "right",
        force=np.where(dead, 0.0, load.force),
        point=np.where(dead, np.nan, load.point),
        free_moment=np.where(dead, 0.0, load.free_moment),
    )
    checked = check_trial(motion, walk.segments, side="right")
    (flag,) = checked.flags
    assert flag.startswith("right foot, 1.71 to 2.11 s (41 frames): it stands but has no force; not covered: choose")
    after = covered(checked.motion, "right")
    assert not after[lost & (times <= 2.11)].any()
    np.testing.assert_array_equal(after[~lost], load.is_covered[~lost])


@pytest.mark.parametrize("shift", [0.1, -0.1])
def test_a_clock_that_is_a_tenth_of_a_second_off_is_said_with_its_lag(walk, shift):
    late = replace(walk.motion, contacts=read_external_loads(walk.loads, walk.motion.coordinates.times - shift))
    (flag,) = check_trial(late, walk.segments, side="right").flags
    number = float(flag.split("about ")[1].split(" s ")[0])
    assert number == pytest.approx(abs(shift), abs=LAG)
    assert ("later" if shift > 0 else "earlier") in flag
    assert "put both files on one clock" in flag


@pytest.mark.parametrize("shift", [0.25, -0.25])
def test_a_clock_that_is_a_quarter_of_a_second_off_is_refused(walk, shift):
    late = replace(walk.motion, contacts=read_external_loads(walk.loads, walk.motion.coordinates.times - shift))
    with pytest.raises(InputError, match=r"forces show the steps about 0.2\d s (later|earlier) than the movement"):
        check_trial(late, walk.segments, side="right")


@pytest.mark.parametrize(("height", "words"), [(1.6, "above the plate and slipping at"), (1.95, "below the plate")])
def test_a_motion_on_a_leg_of_another_size_is_said_for_both_feet(walk, height, words):
    other = build_leg(mass=85.0, height=height, sex="male")
    where = segments(other, place(other, walk.motion.coordinates))
    flags = check_trial(walk.motion, where, side="right").flags
    assert [flag.split(":")[0] for flag in flags] == ["right foot", "left foot"]
    assert all(words in flag and "Give the model that it was made with" in flag for flag in flags)


def test_a_gait2392_motion_copied_onto_the_default_leg_is_said(data_dir: Path):
    """Only the knee's sign corrected: the feet then hang over the plates, higher than soles explain."""
    folder = data_dir / "mocap/gait2392_walk"
    series = read_storage(folder / "subject01_walk1_ik.mot")
    signs = np.array([-1.0 if name.startswith("knee_angle") else 1.0 for name in series.names])
    copied = replace(series, values=series.values * signs)
    loads = read_external_loads(folder / "subject01_walk1_grf.xml", series.times)
    motion = Motion(name="copied", coordinates=copied, contacts=loads, source="measured")
    leg = build_leg(mass=72.6, height=1.7, sex="male")
    flags = check_trial(motion, segments(leg, place(leg, copied)), side="right").flags
    assert len(flags) == 2
    assert all("above the plate" in flag for flag in flags)


def test_a_treadmills_belt_is_no_slip(walk):
    """The walk seen from a frame that moves along with the walker: what a treadmill records."""
    times = walk.motion.coordinates.times
    pelvis = walk.segments.body("pelvis")[0]
    pace = (pelvis[-1, 0] - pelvis[0, 0]) / (times[-1] - times[0])
    travel = np.column_stack([pace * times, 0 * times, 0 * times])
    where = replace(walk.segments, positions=read_only(walk.segments.positions - travel[:, None]))
    contacts: list[ContactLoad] = [replace(c, point=c.point - travel) for c in walk.motion.contacts]
    motion = replace(walk.motion, contacts=tuple(contacts))
    assert check_trial(motion, where, side="right").flags == ()
