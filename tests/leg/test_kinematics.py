import json
from pathlib import Path

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.leg.engine import load_engine
from trochlea.leg.kinematics import LEG_COORDINATES, coordinate_spline, muscle_geometry, place, static_pose
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.segments import segments
from trochlea.leg.skeleton.model import build_leg, build_leg_from_osim
from trochlea.leg.skeleton.path import MusclePath
from trochlea.motion.files.storage import read_storage
from trochlea.motion.timeseries import TimeSeries

REFERENCE = json.loads((Path(__file__).parent / "rajagopal_reference.json").read_text())

ARM_TOLERANCE = 1e-3
"""Against OpenSim on the same generic model [m]: another wrapping algorithm; worst seen 0.85 mm (glmax1)."""

QUADRICEPS_TOLERANCE = 1e-4
"""Knee arms of the quadriceps against OpenSim [m]; worst seen 0.05 mm."""

LENGTH_TOLERANCE = 5e-4
"""Against OpenSim [m]; worst seen 0.27 mm (addlong)."""

GASTROCNEMIUS_ARM = 1.3e-3
"""Against OpenSim [m]: two wraps one after the other, whose paths the two programs find in other ways; worst seen
1.1 mm (medial head, Lai 2017, full extension)."""

GASTROCNEMIUS_LENGTH = 10e-3
"""Known difference [m], worst seen 6.2 mm (Lai 2017: 8.8 mm): while both wraps are touched, OpenSim's length is not
the integral of its own moment arms (0.1 mm shorter over the first 5 degrees of flexion, where its arm of 17.6 mm asks
for 1.5 mm)."""

GASTROCNEMIUS = ("gasmed", "gaslat")

DIFFERENCE_TOLERANCE = 1e-8
"""Moment arm against central differences of length, step 1e-4 rad [m]; worst seen 2e-10."""

JUMP = 5e-3
"""Largest change of length in a step of half a degree or less that is no jump [m]; worst seen 0.9 mm."""

PATELLA_TOLERANCE = 1e-6
"""Patella origin against OpenSim [m]; worst seen 5e-7 (the tibia, a quartic)."""


@pytest.fixture(scope="module")
def generic():
    """The unscaled skeleton."""
    return build_leg(mass=75, height=1.7, sex="male")


def series(columns, **kinds):
    frames = len(next(iter(columns.values())))
    units = tuple("m" if name in ("pelvis_tx", "pelvis_ty", "pelvis_tz") else "rad" for name in columns)
    times = kinds.get("times", np.arange(frames) * 0.01)
    return TimeSeries(times=times, values=np.column_stack(list(columns.values())), names=tuple(columns), units=units)


def sweeps(side):
    values = np.zeros((len(REFERENCE["sweeps"]), len(LEG_COORDINATES)))
    for row, pose in zip(values, REFERENCE["sweeps"], strict=True):
        row[LEG_COORDINATES.index(pose["coordinate"])] = np.radians(pose["angle_deg"])
    return series({f"{name}_{side}": values[:, i] for i, name in enumerate(LEG_COORDINATES)})


def whole_motion(leg, frames=30, seed=1):
    """Smooth movement of every coordinate."""
    rng, times = np.random.default_rng(seed), np.linspace(0, 0.6, frames)
    columns = {}
    for name in leg.coordinates:
        phase, size = rng.uniform(0, 6), 0.3
        columns[name] = 0.7 * ("knee_angle" in name) + size * np.sin(5 * times + phase)
    return series(columns, times=times)


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize(
    ("paths", "file"),
    [("rajagopal-2016", "rajagopal_reference.json"), ("lai-uhlrich-2023", "lai_uhlrich_reference.json")],
)
def test_moment_arms_and_lengths_are_opensims(paths, file, side):
    reference = json.loads((Path(__file__).parent / file).read_text())
    leg = build_leg(mass=75, height=1.7, sex="male", paths=paths)
    geometry = muscle_geometry(leg, static_pose(leg, sweeps(side[0])), side)
    assert list(geometry.names) == reference["muscles"]
    arms = np.array([pose["moment_arms"] for pose in reference["sweeps"]])
    lengths = np.array([pose["lengths"] for pose in reference["sweeps"]])
    is_gastrocnemius = np.isin(geometry.names, GASTROCNEMIUS)
    arm_error = np.abs(geometry.moment_arms - arms)
    length_error = np.abs(geometry.lengths - lengths)
    assert arm_error[:, ~is_gastrocnemius].max() < ARM_TOLERANCE
    assert length_error[:, ~is_gastrocnemius].max() < LENGTH_TOLERANCE
    assert arm_error[:, is_gastrocnemius].max() < GASTROCNEMIUS_ARM
    assert length_error[:, is_gastrocnemius].max() < GASTROCNEMIUS_LENGTH
    quadriceps = np.isin(geometry.names, ["recfem", "vasint", "vaslat", "vasmed"])
    assert arm_error[:, quadriceps, LEG_COORDINATES.index("knee_angle")].max() < QUADRICEPS_TOLERANCE


def test_gastrocnemius_is_opensims_beyond_25_degrees_of_knee_flexion(generic):
    poses = REFERENCE["sweeps"]
    chosen = [i for i, p in enumerate(poses) if p["coordinate"] == "knee_angle" and p["angle_deg"] >= 30]
    geometry = muscle_geometry(generic, static_pose(generic, sweeps("r")), "right")
    for muscle in GASTROCNEMIUS:
        column = geometry.names.index(muscle)
        theirs = [poses[i]["moment_arms"][column] for i in chosen]
        np.testing.assert_allclose(geometry.moment_arms[chosen, column], theirs, rtol=0, atol=QUADRICEPS_TOLERANCE)


def test_patella_and_tibia_lie_where_opensim_has_them(generic):
    where = segments(generic, static_pose(generic, sweeps("r")))
    femur, turn = where.body("femur_r")
    for body in ("patella_r", "tibia_r"):
        ours = np.einsum("fji,fj->fi", turn, where.body(body)[0] - femur)
        theirs = [pose[f"{body[:-2]}_origin_in_femur"] for pose in REFERENCE["sweeps"]]
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=PATELLA_TOLERANCE)


def test_moment_arms_are_the_derivative_of_length(generic):
    base = {"hip_flexion": 0.6, "hip_adduction": 0.1, "hip_rotation": -0.1, "knee_angle": 0.9}
    base |= {"ankle_angle": 0.15, "subtalar_angle": 0.05}
    step = 1e-4
    middle = muscle_geometry(generic, static_pose(generic, {f"{k}_r": v for k, v in base.items()}), "right")
    for i, name in enumerate(LEG_COORDINATES):
        lengths = []
        for sign in (1, -1):
            moved = base | {name: base[name] + sign * step}
            pose = static_pose(generic, {f"{k}_r": v for k, v in moved.items()})
            lengths.append(muscle_geometry(generic, pose, "right").lengths[0])
        difference = -(lengths[0] - lengths[1]) / (2 * step)
        np.testing.assert_allclose(middle.moment_arms[0, :, i], difference, rtol=0, atol=DIFFERENCE_TOLERANCE)


def test_velocities_are_the_rate_of_length(generic):
    motion = whole_motion(generic)
    times = np.linspace(0.1, 0.5, 9)
    step = 1e-5
    rates = muscle_geometry(generic, place(generic, motion, times=times), "left").velocities
    ahead, behind = (
        muscle_geometry(generic, place(generic, motion, times=times + s), "left").lengths for s in (step, -step)
    )
    # Worst seen 1e-10 m/s.
    np.testing.assert_allclose(rates, (ahead - behind) / (2 * step), rtol=0, atol=1e-8)


def test_left_and_right_are_mirror_images(generic):
    right = muscle_geometry(generic, static_pose(generic, sweeps("r")), "right")
    left = muscle_geometry(generic, static_pose(generic, sweeps("l")), "left")
    # Worst seen 1e-16: rounding.
    np.testing.assert_allclose(left.lengths, right.lengths, rtol=0, atol=1e-12)
    np.testing.assert_allclose(left.moment_arms, right.moment_arms, rtol=0, atol=1e-12)


@pytest.mark.parametrize("height", [1.45, 1.70, 2.05])
def test_no_length_jumps_on_random_sweeps_of_a_uniformly_scaled_leg(height):
    leg = build_leg(mass=70, height=height, sex="female")
    limits = np.radians([[-20, 100], [-35, 25], [-35, 35], [0, 120], [-35, 30], [-20, 20]])
    rng = np.random.default_rng(7)
    for _ in range(8):
        start, end = (rng.uniform(limits[:, 0], limits[:, 1]) for _ in range(2))
        path = start + (end - start) * np.linspace(0, 1, 240)[:, None]
        columns = {f"{name}_r": path[:, i] for i, name in enumerate(LEG_COORDINATES)}
        lengths = muscle_geometry(leg, static_pose(leg, series(columns)), "right").lengths
        assert np.abs(np.diff(lengths, axis=0)).max() < JUMP


def test_sagittal_force_on_the_patella_is_opensims_joint_reaction(data_dir):
    """With OpenSim's own muscle forces, so that only the geometry is compared."""
    trial = data_dir / "mocap" / "rajagopal_walk"
    reaction = read_storage(trial / "reference" / "joint_reaction.sto")
    muscles = read_storage(trial / "reference" / "static_optimization_force.sto")
    leg = build_leg_from_osim(read_osim(trial / "subject.osim"))
    pose = place(leg, read_storage(trial / "ik_filtered_6hz.mot"), times=reaction.times)
    geometry = muscle_geometry(leg, pose, "right")
    tension = np.column_stack([muscles.column(f"{name}_r") for name in geometry.names])
    ours = np.einsum("fm,fmk->fk", tension, geometry.patella_arms)
    name = "patellofemoral_r_on_patella_r_in_femur_r_f"
    theirs = -np.column_stack([reaction.column(f"{name}{axis}") for axis in "xy"])
    # Seen 0.43 and 1.07 N of 678 N at the peak: the patella's own weight and inertia (0.1 kg).
    assert np.sqrt(((ours - theirs) ** 2).mean(axis=0)).max() < 1.3
    assert np.linalg.norm(ours, axis=1).max() == pytest.approx(678.4, abs=1.0)


def test_geometry_of_a_scaled_subject_is_opensims_on_the_walk(data_dir, opensim):
    trial = data_dir / "mocap" / "rajagopal_walk"
    leg = build_leg_from_osim(read_osim(trial / "subject.osim"))
    pose = place(leg, read_storage(trial / "ik_filtered_6hz.mot"), times=np.array([0.55, 0.75, 0.95, 1.15, 1.35]))
    geometry = muscle_geometry(leg, pose, "right")
    opensim.Logger.setLevelString("off")
    model = opensim.Model(str(trial / "subject.osim"))
    state = model.initSystem()
    coordinates = model.updCoordinateSet()
    # At 0.55 s OpenSim drops the cylinder of the right glmax1 (test_walk_reference).
    keep = ~np.isin(geometry.names, (*GASTROCNEMIUS, "glmax1"))
    for frame in range(pose.times.size):
        for name in leg.coordinates:
            coordinate = coordinates.get(name)
            if not coordinate.getLocked(state):
                coordinate.setValue(state, float(pose.qpos[frame, leg.mj.joint(name).id]), False)
        model.assemble(state)
        model.realizePosition(state)
        muscles = [model.getMuscles().get(f"{name}_r") for name in geometry.names]
        lengths = np.array([muscle.getLength(state) for muscle in muscles])
        error = np.abs(geometry.lengths[frame] - lengths)
        # Worst seen 0.12 mm; with a flipped side site it would be 200 mm.
        assert error[keep].max() < LENGTH_TOLERANCE
        assert error.max() < GASTROCNEMIUS_LENGTH


def test_couplings_hold_in_position_velocity_and_acceleration(generic):
    motion, step = whole_motion(generic), 1e-4
    at = np.array([0.2, 0.31])
    pose = place(generic, motion, times=at)
    ahead, behind = (place(generic, motion, times=at + s) for s in (step, -step))
    # Worst seen 3e-7: truncation of the differences.
    np.testing.assert_allclose((ahead.qpos - behind.qpos) / (2 * step), pose.qvel, rtol=0, atol=3e-6)
    np.testing.assert_allclose((ahead.qvel - behind.qvel) / (2 * step), pose.qacc, rtol=0, atol=3e-6)


def test_a_sine_is_differentiated(generic):
    times = np.linspace(0, 2, 201)
    columns = {name: 0 * times for name in generic.coordinates} | {"hip_flexion_r": 0.5 * np.sin(3 * times)}
    pose = place(generic, series(columns, times=times))
    joint = generic.mj.joint("hip_flexion_r").id
    inner = slice(20, -20)
    # Quintic spline at 100 Hz; worst seen 5e-9 rad/s^2.
    np.testing.assert_allclose(pose.qvel[inner, joint], 1.5 * np.cos(3 * times)[inner], rtol=0, atol=1e-8)
    np.testing.assert_allclose(pose.qacc[inner, joint], -4.5 * np.sin(3 * times)[inner], rtol=0, atol=1e-7)


def test_a_motions_splines_are_straightened_at_both_ends_as_opensims_are(opensim):
    times = np.arange(40) / 60
    column = 0.4 * np.sin(7 * times) + 0.01 * np.cos(90 * times)
    ours = coordinate_spline(times, column[:, None])
    table = opensim.TimeSeriesTable()
    table.setColumnLabels(["angle"])
    for time, value in zip(times.tolist(), column.tolist(), strict=True):
        table.appendRow(time, opensim.RowVector([value]))
    splines = opensim.GCVSplineSet(table, ["angle"], 5, 0.0)
    theirs = splines.get(0)
    first_and_last = (0, 1, -2, -1)
    for order, tolerance in ((1, 1e-11), (2, 1e-9)):  # worst seen 2e-14 of 2.6 and 2e-11 of 45
        indices = opensim.StdVectorInt([0] * order)
        for frame in first_and_last:
            expected = theirs.calcDerivative(indices, opensim.Vector(1, float(times[frame])))
            assert ours.derivative(order)(times[frame])[0] == pytest.approx(expected, abs=tolerance)


def test_the_pelvis_turns_as_in_opensim(generic):
    """Tilt about z, then list about x, then rotation about y, each about the turned axis."""
    where = segments(generic, static_pose(generic, {"pelvis_tilt": 0.3, "pelvis_list": -0.2, "pelvis_rotation": 0.5}))
    (cz, sz), (cx, sx), (cy, sy) = ((np.cos(a), np.sin(a)) for a in (0.3, -0.2, 0.5))
    tilt = [[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]]
    lean = [[1, 0, 0], [0, cx, -sx], [0, sx, cx]]
    turn = [[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]]
    expected = np.array(tilt) @ np.array(lean) @ np.array(turn)
    np.testing.assert_allclose(where.body("pelvis")[1][0], expected, rtol=0, atol=1e-12)


def test_patella_arms_are_the_pull_of_both_tendon_ends(generic):
    """A pulley: the force on the patella is the sum of the unit pulls along the tendons that leave it."""
    mujoco = load_engine()
    pose = static_pose(generic, {"knee_angle_r": 1.2})
    arms = muscle_geometry(generic, pose, "right").patella_arms[0, generic.muscles.index("vasint")]
    data = mujoco.MjData(generic.mj)
    data.qpos[:] = pose.qpos[0]
    mujoco.mj_forward(generic.mj, data)
    tendon = generic.mj.tendon("vasint_r_tendon").id
    first, count = data.ten_wrapadr[tendon], data.ten_wrapnum[tendon]
    points = data.wrap_xpos.reshape(-1, 3)[first : first + count]
    patella = [data.site_xpos[generic.mj.site(f"vasint-P{k}_r").id] for k in (3, 4)]
    near = [int(np.linalg.norm(points - p, axis=1).argmin()) for p in patella]
    pull = sum(
        (away - at) / np.linalg.norm(away - at)
        for at, away in ((points[near[0]], points[near[0] - 1]), (points[near[1]], points[near[1] + 1]))
    )
    femur = data.xmat[generic.mj.body("femur_r").id].reshape(3, 3)
    np.testing.assert_allclose(arms, (femur.T @ pull)[:2], rtol=0, atol=1e-9)


def test_an_added_muscle_has_the_length_of_its_path():
    path = MusclePath(name="string", points=(("pelvis", (-0.1, 0.0, 0.02)), ("femur", (0.0, -0.05, 0.05))))
    leg = build_leg(mass=75, height=1.7, sex="male", extra_muscles=(path,))
    assert leg.muscles[-1] == "string"
    assert len(leg.muscles) == 41
    hip = np.array([-0.056276, -0.07849, 0.07726])  # Rajagopal2016.osim, joint hip_r
    expected = np.linalg.norm(hip + [0.0, -0.05, 0.05] - np.array([-0.1, 0.0, 0.02]))
    for side in ("right", "left"):
        length = muscle_geometry(leg, static_pose(leg, {}), side).lengths[0, -1]
        assert length == pytest.approx(expected, abs=1e-12)


def broken(leg, name=None, **change):
    motion = whole_motion(leg)
    columns = dict(motion.as_mapping())
    columns.pop(name, None)
    columns |= {key: np.full(motion.times.size, value) for key, value in change.items()}
    return series(columns, times=motion.times)


def test_a_missing_column_is_named(generic):
    with pytest.raises(InputError, match="lacks column 'hip_flexion_r'"):
        place(generic, broken(generic, "hip_flexion_r"))


def test_an_unknown_column_is_named(generic):
    with pytest.raises(InputError, match="'pf_tilt_r' is no coordinate"):
        place(generic, broken(generic, pf_tilt_r=0.0))


def test_a_knee_that_flexes_negatively_is_refused(generic):
    with pytest.raises(InputError, match="knee_angle_r is -60 degrees .*expected 0 to 120.*gait2392"):
        place(generic, broken(generic, knee_angle_r=-np.pi / 3))


def test_a_knee_deeper_than_the_tables_is_refused_with_what_to_leave_out(generic):
    with pytest.raises(InputError, match=r"knee_angle_r is 140 degrees at 0 s, expected 0 to 120.*leave the deeper"):
        static_pose(generic, {"knee_angle_r": np.radians(140.0)})


def test_a_column_in_degrees_is_refused(generic):
    motion = whole_motion(generic)
    units = list(motion.units)
    units[motion.names.index("ankle_angle_l")] = "deg"
    wrong = TimeSeries(times=motion.times, values=motion.values, names=motion.names, units=tuple(units))
    with pytest.raises(InputError, match="'ankle_angle_l': expected unit 'rad', found 'deg'"):
        place(generic, wrong)


def test_too_short_a_motion_is_refused(generic):
    with pytest.raises(InputError, match="has 4 frames; expected at least 6"):
        place(generic, whole_motion(generic, frames=4))


def test_times_outside_the_motion_are_refused(generic):
    with pytest.raises(InputError, match="leave the motion"):
        place(generic, whole_motion(generic), times=np.array([0.1, 0.7]))


def test_optional_and_ignored_columns_are_noted(generic):
    motion = broken(generic, "subtalar_angle_r", arm_flex_r=0.1, knee_angle_r_beta=0.1)
    notes = " | ".join(place(generic, motion).notes)
    assert "subtalar_angle_r is not in the motion and stays 0" in notes
    assert "left out: arm_flex_r, knee_angle_r_beta" in notes


def test_an_unknown_coordinate_of_a_static_pose_is_refused(generic):
    with pytest.raises(InputError, match="'knee_r': expected one of pelvis_tx"):
        static_pose(generic, {"knee_r": 0.3})
