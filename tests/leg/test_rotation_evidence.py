"""From a movement and what else is known to the rotation that reaches the knee."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.leg.markers.marker_segments import SKIN_ERROR
from trochlea.leg.markers.marker_set import read_marker_set
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.posture.task_motion import simulate_task
from trochlea.leg.prepared_leg import prepare_leg
from trochlea.leg.rotation.rotation_evidence import NO_EVIDENCE, RotationEvidence, rotation_of
from trochlea.leg.skeleton.model import build_leg, build_leg_from_osim
from trochlea.motion.files.trc import read_trc
from trochlea.motion.filtering import filter_markers
from trochlea.motion.task_file import read_task
from trochlea.motion.trial import read_motion

EXACT = 1e-7
"""Angles that are zero but for the engine's joint axes of 8 digits [rad]; worst seen 2e-8."""


@pytest.fixture(scope="module")
def walk(data_dir):
    """Leg, motion, one right stance of it, its filtered markers and where they sit."""
    trial = data_dir / "mocap" / "rajagopal_walk"
    leg = MujocoLeg(model=build_leg_from_osim(read_osim(trial / "subject.osim")))
    motion = read_motion(trial / "ik_filtered_6hz.mot", trial / "external_loads.xml")
    stance = prepare_leg(leg, motion, "right", start=0.3, end=1.0)
    markers, _ = filter_markers(read_trc(trial / "markers.trc"))
    return leg, motion, stance, markers, read_marker_set(trial / "subject.osim")


def test_without_markers_the_walk_turns_no_knee_and_says_why(walk):
    leg, motion, stance, _, _ = walk
    found = rotation_of(leg, motion, stance, NO_EVIDENCE)
    np.testing.assert_allclose(found.femoral_rotation, 0.0, rtol=0, atol=EXACT)
    assert len(found.notes) == 2
    assert (found.high - found.low > np.radians(4.0)).all()  # nothing seen, and nothing known for sure


def test_with_markers_the_walk_turns_the_knee_and_the_interval_holds_the_skins_error(walk):
    leg, motion, stance, markers, marker_set = walk
    found = rotation_of(leg, motion, stance, RotationEvidence(standing={}, markers=markers, marker_set=marker_set))
    assert found.axial.size == stance.times.size
    assert np.degrees(found.axial.max()) > 8.0
    assert (found.low < found.femoral_rotation).all()
    assert (found.femoral_rotation < found.high).all()
    assert len(found.notes) == 1
    assert "skin" in found.notes[0]
    fast = {"skin_error": SKIN_ERROR["cutting"], "standing": {}, "markers": markers, "marker_set": marker_set}
    wider = rotation_of(leg, motion, stance, RotationEvidence(**fast))
    assert (wider.high > found.high).all()


def test_marker_frames_that_are_not_the_motions_are_refused(walk):
    leg, motion, stance, markers, marker_set = walk
    late = replace(markers, times=markers.times + 0.003)
    with pytest.raises(InputError, match="no marker frame at 0.3 s; expected the times of the motion"):
        rotation_of(leg, motion, stance, RotationEvidence(standing={}, markers=late, marker_set=marker_set))


def test_markers_without_their_places_are_refused(walk):
    *_, markers, marker_set = walk
    for evidence in ({"markers": markers}, {"marker_set": marker_set}):
        with pytest.raises(InputError, match="rotation from markers: give the trial's markers together with"):
            RotationEvidence(**evidence)


def test_a_built_in_task_is_compared_with_its_own_upright_beginning():
    leg = MujocoLeg(model=build_leg(mass=75, height=1.75, sex="male"))
    motion = simulate_task(leg.model, read_task("single_leg_squat"), "right", n_frames=7).motion
    found = rotation_of(leg, motion, prepare_leg(leg, motion, "right"), NO_EVIDENCE)
    np.testing.assert_allclose(found.axial[[0, -1]], 0.0, rtol=0, atol=EXACT)
    assert abs(found.axial[3]) > np.radians(0.5)
    assert found.notes == ()
