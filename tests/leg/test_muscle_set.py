"""Parameters of a leg model's muscles at its size."""

import numpy as np
import pytest

from trochlea.leg.kinematics import muscle_geometry, static_pose
from trochlea.leg.muscles.deep_rotators import DEEP_ROTATORS, deep_rotator_paths
from trochlea.leg.muscles.hill import fibers
from trochlea.leg.muscles.muscle_parameters import muscle_parameters, parameters_from_osim, select_muscles
from trochlea.leg.muscles.muscle_set import GENERIC_MASS, length_ratio, muscle_volume, parameters_of
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.skeleton.model import BODIES, MODEL_STATURE, build_leg, build_leg_from_factors, build_leg_from_osim


def test_generic_leg_has_the_published_parameters():
    leg = build_leg(mass=GENERIC_MASS, height=MODEL_STATURE, sex="male")
    ours, published = parameters_of(leg, "right"), select_muscles(muscle_parameters(), leg.muscles)
    np.testing.assert_allclose(ours.optimal_fiber_length, published.optimal_fiber_length, rtol=1e-9, atol=0)
    np.testing.assert_allclose(ours.max_isometric_force, published.max_isometric_force, rtol=1e-9, atol=0)


def evenly_scaled_leg(factor, **kinds):
    factors = {body: np.full(3, factor) for body in BODIES}
    return build_leg_from_factors(factors, height=factor * MODEL_STATURE, source="test", notes=(), **kinds)


def test_a_taller_leg_has_longer_fibers_in_proportion_and_the_same_posture_of_its_fibers():
    legs = [
        evenly_scaled_leg(factor, mass=GENERIC_MASS, sex="male", extra_muscles=deep_rotator_paths())
        for factor in (1.0, 1.1)
    ]
    np.testing.assert_allclose(length_ratio(legs[1], "right"), 1.1, rtol=1e-6, atol=0)
    pose = {"hip_flexion_r": 0.8, "knee_angle_r": 1.0}
    states = [
        fibers(parameters_of(leg, "right"), muscle_geometry(leg, static_pose(leg, pose), "right")).length
        for leg in legs
    ]
    np.testing.assert_allclose(states[0], states[1], rtol=1e-5, atol=1e-6)


def test_published_strengths_follow_from_the_volume_line_at_the_generic_size():
    # handsfield-2014-volumes: shares of the leg's muscle volume; 60 N/cm^2.
    published = muscle_parameters("Rajagopal2016")
    volume = muscle_volume(mass=GENERIC_MASS, height=MODEL_STATURE)
    for muscle, share in (("vaslat", 0.1166), ("recfem", 0.0379), ("soleus", 0.0621), ("psoas", 0.0380)):
        i = published.names.index(muscle)
        force = 60e4 * share * volume / published.optimal_fiber_length[i]
        # The size is rounded to 75 kg and 1.70 m, the shares to 0.01 %; worst difference seen 0.6 %.
        assert published.max_isometric_force[i] == pytest.approx(force, rel=0.01), muscle


def test_strength_follows_volume_over_fiber_length():
    small = evenly_scaled_leg(1.60 / MODEL_STATURE, mass=55.0, sex="female")
    generic = build_leg(mass=GENERIC_MASS, height=MODEL_STATURE, sex="male")
    ours, theirs = parameters_of(small, "right"), parameters_of(generic, "right")
    volumes = (47.0 * 55.0 * 1.60 + 1285.0) / (47.0 * 75.0 * 1.70 + 1285.0)
    expected = theirs.max_isometric_force * volumes / (1.60 / 1.70)
    np.testing.assert_allclose(ours.max_isometric_force, expected, rtol=1e-6, atol=0)


def test_legs_without_added_muscles_have_none_in_their_parameters():
    leg = build_leg(mass=70.0, height=1.70, sex="female")
    assert not set(DEEP_ROTATORS) & set(parameters_of(leg, "right").names)


def test_a_leg_from_a_model_file_keeps_the_files_own_parameters(data_dir):
    osim = read_osim(data_dir / "mocap" / "rajagopal_walk" / "subject.osim")
    leg = build_leg_from_osim(osim, extra_muscles=deep_rotator_paths())
    ours, own = parameters_of(leg, "left"), parameters_from_osim(osim, "left")
    for i, name in enumerate(ours.names):
        if name in DEEP_ROTATORS:
            continue
        j = own.names.index(name)
        assert ours.optimal_fiber_length[i] == own.optimal_fiber_length[j]
        assert ours.max_isometric_force[i] == own.max_isometric_force[j]


def test_scaling_fiber_lengths_agrees_with_opensims_scale_tool(data_dir):
    # The subject was scaled by OpenSim from Rajagopal 2016, lengths kept in proportion.
    osim = read_osim(data_dir / "mocap" / "rajagopal_walk" / "subject.osim")
    leg = build_leg_from_osim(osim)
    ours = parameters_of(leg, "right", generation="Rajagopal2016")
    own = select_muscles(parameters_from_osim(osim, "right"), leg.muscles)
    ratio = ours.optimal_fiber_length / own.optimal_fiber_length
    worst = np.abs(ratio - 1.0)
    # Where MyoLegs' path equals OpenSim's; the wraps of some muscles are other shapes.
    assert np.median(worst) < 1e-3
    assert np.quantile(worst, 0.9) < 0.01


UNSCALED = 2e-4
"""A model file at generic size against the table made from it; worst difference seen 8e-5."""


@pytest.mark.parametrize("generation", ["Rajagopal2016", "RajagopalLaiUhlrich2023"])
def test_an_unscaled_model_file_has_the_published_set_of_its_own_generation(data_dir, generation):
    leg = build_leg_from_osim(read_osim(data_dir / "models" / f"{generation}.osim"))
    ours, own = parameters_of(leg, "right", generation=generation), parameters_of(leg, "right")
    np.testing.assert_allclose(ours.optimal_fiber_length, own.optimal_fiber_length, rtol=UNSCALED, atol=0)
    np.testing.assert_allclose(ours.tendon_slack_length, own.tendon_slack_length, rtol=UNSCALED, atol=0)
    np.testing.assert_allclose(ours.max_isometric_force, own.max_isometric_force, rtol=UNSCALED, atol=0)


def test_the_ratio_of_lengths_is_the_size_alone_whatever_the_paths():
    leg = evenly_scaled_leg(1.1, mass=70.0, sex="female", paths="lai-uhlrich-2023")
    np.testing.assert_allclose(length_ratio(leg, "right"), 1.1, rtol=1e-6, atol=0)
