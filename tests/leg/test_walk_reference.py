"""The scaled leg on a measured walk against OpenSim on the same model and motion: muscle paths and centre of mass."""

import json
from pathlib import Path

import numpy as np
import pytest

from trochlea.leg.kinematics import muscle_geometry, place
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.segments import segments
from trochlea.leg.skeleton.model import build_leg_from_osim
from trochlea.leg.skeleton.pelvic_wraps import HIP_COORDINATES, hip_path, is_let_go
from trochlea.motion.files.storage import read_storage

REFERENCE = json.loads((Path(__file__).parent / "walk_reference.json").read_text())

ARMS_RMS = 1e-3
"""All arms of all muscles that are not 0 in OpenSim [m]; seen 0.52 (right) and 0.07 mm (left)."""

MUSCLE_RMS = 5e-4
"""Each muscle's arms about each axis, but for the right glmax1 [m]; worst seen 0.28 mm (addmagProx, left)."""

GLMAX1_RMS = 5e-3
"""The right glmax1's arms, where OpenSim drops its cylinder (see below) [m]; seen 4.5 mm."""

HELD_LENGTH = 5e-4
"""Lengths where OpenSim holds the path too, gastrocnemius apart [m]; worst seen 0.16 mm (addlong)."""

CENTRE_OF_MASS = (0.010, 0.003, 0.002)
"""Forward, up and to the right [m]; our arms hang, OpenSim's are bent and swing: worst seen 7.9, 2.2 and 1.2 mm. With
all coordinates at 0 the two agree to a micrometre (test_model)."""


@pytest.fixture(scope="module")
def walk(data_dir):
    trial = data_dir / "mocap" / "rajagopal_walk"
    leg = build_leg_from_osim(read_osim(trial / "subject.osim"))
    times = np.array([frame["time"] for frame in REFERENCE["frames"]])
    return leg, place(leg, read_storage(trial / "ik_filtered_6hz.mot"), times=times)


def column(side, name):
    return np.array([frame[side][name] for frame in REFERENCE["frames"]])


@pytest.mark.parametrize("side", ["right", "left"])
def test_moment_arms_on_the_walk_are_opensims(walk, side):
    leg, pose = walk
    geometry = muscle_geometry(leg, pose, side)
    assert list(geometry.names) == REFERENCE["muscles"]
    axes = [geometry.coordinates.index(name) for name in REFERENCE["coordinates"]]
    theirs = column(side, "moment_arms")
    error = geometry.moment_arms[:, :, axes] - theirs
    assert error.shape == (13, 40, 5)
    assert np.sqrt((error[np.abs(theirs) > 1e-6] ** 2).mean()) < ARMS_RMS
    worst = np.sqrt((error**2).mean(axis=0)).max(axis=1)
    for name, rms in zip(geometry.names, worst, strict=True):
        assert rms < (GLMAX1_RMS if (name, side) == ("glmax1", "right") else MUSCLE_RMS), name


@pytest.mark.parametrize("side", ["right", "left"])
def test_lengths_on_the_walk_are_opensims_where_it_holds_the_paths_too(walk, side):
    """The scaled pelvis' cylinder swallows a point of the right glmax1 in 6 of the 13 frames: OpenSim then drops it."""
    leg, pose = walk
    geometry = muscle_geometry(leg, pose, side)
    error = np.abs(geometry.lengths - column(side, "lengths"))
    angles = pose.qpos[:, [leg.mj.joint(f"{name}_{side[0]}").id for name in HIP_COORDINATES]]
    let_go = is_let_go(hip_path(leg.mj, "glmax1", side[0]), angles)
    assert let_go.sum() == {"right": 6, "left": 0}[side]
    error[let_go, geometry.names.index("glmax1")] = 0.0
    keep = [not name.startswith("gas") for name in geometry.names]
    assert error[:, keep].max() < HELD_LENGTH


def test_centre_of_mass_on_the_walk_is_opensims_but_for_the_arms(walk):
    leg, pose = walk
    theirs = np.array([frame["centre_of_mass"] for frame in REFERENCE["frames"]])
    error = np.abs(segments(leg, pose).centre_of_mass - theirs).max(axis=0)
    np.testing.assert_array_less(error, CENTRE_OF_MASS)
