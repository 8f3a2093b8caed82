"""Walking is recognised from its own data; nothing else is guessed at."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.motion.activity import recognise_activity
from trochlea.motion.motion import ContactLoad, Motion
from trochlea.motion.timeseries import TimeSeries
from trochlea.motion.trial import read_motion


def contact(side, vertical):
    zeros = np.zeros((vertical.size, 3))
    force = zeros.copy()
    force[:, 1] = vertical
    return ContactLoad(side=side, force=force, point=zeros, free_moment=zeros, is_covered=vertical > 0)


def walk(*, speed=1.3, rise=0.0, overlap=True):
    times = np.linspace(0, 1, 11)
    right = np.where(times < (0.65 if overlap else 0.4), 700.0, 0.0)
    left = np.where(times > 0.5, 700.0, 0.0)
    pelvis = np.column_stack([speed * times, 0.9 + rise * times, 0 * times])
    series = TimeSeries(times=times, values=pelvis, names=("pelvis_tx", "pelvis_ty", "pelvis_tz"), units=("m",) * 3)
    return Motion(
        name="x", coordinates=series, contacts=(contact("right", right), contact("left", left)), source="measured"
    )


def test_level_walking_is_recognised():
    assert recognise_activity(walk()) == "walking"


@pytest.mark.parametrize(
    "motion",
    [
        walk(speed=3.5),
        walk(speed=0.1),
        walk(rise=0.4),
        walk(overlap=False),
        replace(walk(), source="simulated"),
        replace(walk(), contacts=walk().contacts[:1]),
    ],
    ids=["run", "stand", "stairs", "never both feet", "simulated", "one foot"],
)
def test_anything_else_is_not_guessed_at(motion):
    assert recognise_activity(motion) is None


def test_the_measured_walk_is_recognised(data_dir):
    folder = data_dir / "mocap" / "rajagopal_walk"
    motion = read_motion(folder / "ik_filtered_6hz.mot", folder / "external_loads.xml")
    assert recognise_activity(motion) == "walking"


def belt_walk(belt):
    """A pelvis that stays, over feet whose centre of pressure a belt carries along [m/s]."""
    still = walk(speed=0.0)
    times = still.coordinates.times
    carried = np.column_stack([belt * times, 0 * times, 0 * times])
    return replace(still, contacts=tuple(replace(contact, point=carried) for contact in still.contacts))


@pytest.mark.parametrize(("belt", "expected"), [(-1.2, "walking"), (-0.2, None), (0.3, None), (-3.5, None)])
def test_walking_on_a_belt_is_recognised_by_the_feet_that_it_carries_backwards(belt, expected):
    assert recognise_activity(belt_walk(belt)) == expected


def test_the_walk_of_another_family_on_a_treadmill_is_recognised(data_dir):
    folder = data_dir / "mocap" / "gait2392_walk"
    motion = read_motion(folder / "subject01_walk1_ik.mot", folder / "subject01_walk1_grf.xml")
    assert recognise_activity(motion) == "walking"
