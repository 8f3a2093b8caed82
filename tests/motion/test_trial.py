"""A measured trial, cut to a window."""

from pathlib import Path

import numpy as np
import pytest

from trochlea.errors import FormatError, InputError
from trochlea.motion.trial import prepare_trial, read_motion, trim

LARGEST_CHANGE = 60.0
"""A 15 Hz low-pass moves the walk's forces by this at most [N]; worst seen 29 N, at a heel strike."""


@pytest.fixture
def walk(data_dir: Path) -> tuple[Path, Path]:
    folder = data_dir / "mocap/rajagopal_walk"
    return folder / "ik_filtered_6hz.mot", folder / "external_loads.xml"


def test_a_window_keeps_its_own_frames_with_both_ends(walk):
    motion = read_motion(*walk, start=0.5, end=1.7)
    assert motion.source == "measured"
    assert motion.name == "ik_filtered_6hz"
    assert motion.coordinates.times[[0, -1]].tolist() == [0.5, 1.7]
    assert motion.coordinates.times.size == 121
    for load in motion.contacts:
        assert load.force.shape == load.point.shape == load.free_moment.shape == (121, 3)
        assert load.is_covered.all()
        assert not load.force.flags.writeable


def test_trimming_afterwards_gives_the_same_as_reading_a_window(walk):
    whole, window = read_motion(*walk), read_motion(*walk, start=0.6, end=0.9)
    later = trim(whole, start=0.6, end=0.9)
    assert later.coordinates.values.tolist() == window.coordinates.values.tolist()
    np.testing.assert_array_equal(later.contacts[1].force, window.contacts[1].force)


@pytest.mark.parametrize(("start", "end"), [(5.0, None), (None, -1.0), (1.0, 0.5), (0.501, 0.509)])
def test_a_window_without_frames_is_refused_with_the_range_there_is(walk, start, end):
    with pytest.raises(InputError, match=r"no frame from .*; the motion has frames from 0 to 2.37 s"):
        read_motion(*walk, start=start, end=end)


def test_a_file_without_joint_angles_is_refused(walk):
    with pytest.raises(FormatError, match="no joint angles among its columns; found ground_force_r_vx"):
        read_motion(walk[0].with_name("grf.mot"), walk[1])


def copy(walk: tuple[Path, Path], folder: Path, *, shift: float) -> Path:
    """The walk's ExternalLoads with a force file that is `shift` seconds late."""
    lines = walk[1].with_name("grf.mot").read_text().splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("time"))
    for i in range(first + 1, len(lines)):
        time, rest = lines[i].split("\t", 1)
        lines[i] = f"{float(time) + shift:.6f}\t{rest}"
    (folder / "grf.mot").write_text("\n".join(lines) + "\n")
    loads = folder / "loads.xml"
    loads.write_text(walk[1].read_text())
    return loads


def test_forces_and_motion_that_do_not_overlap_in_time_are_refused_with_both_ranges(walk, tmp_path: Path):
    with pytest.raises(
        InputError, match=r"forces run from 10 to 12.*, the motion ik_filtered_6hz.mot from 0 to 2.37 s: they"
    ):
        read_motion(walk[0], copy(walk, tmp_path, shift=10.0))


def test_forces_of_which_only_the_unloaded_part_overlaps_are_refused(walk, tmp_path: Path):
    with pytest.raises(
        InputError, match="no foot is loaded at any frame of ik_filtered_6hz.mot; expected more than 20 N"
    ):
        read_motion(walk[0], copy(walk, tmp_path, shift=2.2))


def test_without_cut_offs_a_trial_stays_as_given_and_says_so(walk):
    trial, plain = prepare_trial(*walk), read_motion(*walk)
    np.testing.assert_array_equal(trial.motion.coordinates.values, plain.coordinates.values)
    np.testing.assert_array_equal(trial.motion.contacts[0].force, plain.contacts[0].force)
    assert [record.sentence() for record in trial.filtering] == [
        "joint angles: as given, not filtered",
        "ground forces: as given, not filtered",
    ]


def test_what_is_asked_for_is_filtered_and_recorded_and_nothing_else(walk):
    plain = read_motion(*walk)
    forces = prepare_trial(*walk, force_cutoff=15.0)
    np.testing.assert_array_equal(forces.motion.coordinates.values, plain.coordinates.values)
    assert [record.sentence() for record in forces.filtering] == [
        "joint angles: as given, not filtered",
        "force on the right foot: low-pass 15 Hz, 4th-order Butterworth, zero phase",
        "force on the left foot: low-pass 15 Hz, 4th-order Butterworth, zero phase",
    ]
    for smooth, raw in zip(forces.motion.contacts, plain.contacts, strict=True):
        np.testing.assert_array_equal(smooth.is_covered, raw.is_covered)
        assert 0.5 < np.abs(smooth.force - raw.force).max() < LARGEST_CHANGE
    angles = prepare_trial(*walk, motion_cutoff=4.0)
    assert angles.filtering[0].cutoff == 4.0
    np.testing.assert_array_equal(angles.motion.contacts[0].force, plain.contacts[0].force)
    moved = np.degrees(
        np.abs(angles.motion.coordinates.column("knee_angle_r") - plain.coordinates.column("knee_angle_r"))
    )
    assert 0.5 < moved.max() < 5.0


def test_repeated_and_backward_times_of_a_motion_are_refused(walk, tmp_path: Path):
    lines = walk[0].read_text().splitlines()
    for change, message in ((100, "time repeats"), (50, "time runs backwards")):
        broken = list(lines)
        broken[101] = lines[change].split("\t", 1)[0] + "\t" + lines[101].split("\t", 1)[1]
        path = tmp_path / "broken.mot"
        path.write_text("\n".join(broken) + "\n")
        with pytest.raises(FormatError, match=message):
            read_motion(path, walk[1])
