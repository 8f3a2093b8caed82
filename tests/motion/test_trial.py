"""A measured trial, cut to a window."""

from pathlib import Path

import numpy as np
import pytest

from trochlea.errors import FormatError, InputError
from trochlea.motion.trial import read_motion, trim


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
