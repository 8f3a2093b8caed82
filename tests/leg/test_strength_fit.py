"""Strength factors: recovered from synthetic strengths, solved by hand, bounded and reported."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.deep_rotators import deep_rotator_paths
from trochlea.leg.muscles.muscle_parameters import strength_factors
from trochlea.leg.muscles.muscle_set import parameters_of
from trochlea.leg.muscles.strength_fit import HIGHEST_FACTOR, LOWEST_FACTOR, fit_strengths
from trochlea.leg.muscles.strength_tests import StrengthTests, group_members, strength_tests
from trochlea.leg.skeleton.model import build_leg
from trochlea.person.measured import Measured

MET = 1e-5
"""Strengths within reach are met to about 1 part in FIRMNESS squared; worst difference seen 4e-6."""


def newton_metres(value):
    return Measured(value=value, sd=None, unit="N.m", source="measured")


@pytest.fixture(scope="module")
def leg():
    return build_leg(mass=62.0, height=1.68, sex="female", extra_muscles=deep_rotator_paths())


@pytest.fixture(scope="module")
def parameters(leg):
    return parameters_of(leg, "right")


@pytest.fixture(scope="module")
def raw(leg, parameters):
    return strength_tests(MujocoLeg(model=leg), parameters, "right")


@pytest.fixture(scope="module")
def tests(raw):
    """Tests whose readings are the muscles' moments, so that factors and strengths are proportional."""
    return raw.corrected(raw.groups)


def model_strengths(tests):
    return dict(zip(tests.groups, tests.moments.sum(axis=1), strict=True))


def test_the_models_own_strengths_need_no_factors(tests):
    fit = fit_strengths(tests, {g: newton_metres(v) for g, v in model_strengths(tests).items()})
    np.testing.assert_allclose(list(fit.factors.values()), 1.0, rtol=0, atol=MET)
    assert all(group.is_met for group in fit.groups)


def test_members_of_a_group_on_its_own_share_one_factor(tests):
    target = 0.6 * model_strengths(tests)["knee_extension"]
    fit = fit_strengths(tests, {"knee_extension": newton_metres(target)})
    for muscle, factor in fit.factors.items():
        expected = 0.6 if muscle in group_members()["knee_extension"] else 1.0
        assert factor == pytest.approx(expected, abs=MET), muscle


def _scaled(parameters, factors):
    factor = strength_factors(parameters.names, factors)
    return replace(parameters, max_isometric_force=parameters.max_isometric_force * factor)


def test_known_factors_come_back_from_synthetic_strengths(leg, parameters, tests):
    # Groups that share no muscle: each one's factor is determined.
    known = {"knee_extension": 0.7, "hip_abduction": 0.55, "hip_adduction": 1.3}
    factors = {m: f for group, f in known.items() for m in group_members()[group]}
    stronger = strength_tests(MujocoLeg(model=leg), _scaled(parameters, factors), "right")
    targets = {g: newton_metres(model_strengths(stronger)[g]) for g in known}
    fit = fit_strengths(tests, targets)
    for group, factor in known.items():
        for muscle in group_members()[group]:
            if tests.moments[tests.groups.index(group), tests.muscles.index(muscle)] > 0.0:
                assert fit.factors[muscle] == pytest.approx(factor, abs=MET), muscle


def test_strengths_of_overlapping_groups_are_met_together(tests):
    model = model_strengths(tests)
    wanted = {"hip_abduction": 0.5, "hip_internal_rotation": 0.65, "hip_flexion": 0.8, "knee_extension": 0.7}
    fit = fit_strengths(tests, {g: newton_metres(f * model[g]) for g, f in wanted.items()})
    for group in fit.groups:
        assert group.is_met
        assert group.after == pytest.approx(wanted[group.group] * model[group.group], rel=MET)


def test_fit_is_the_closest_one_to_the_model(tests):
    # Two groups, three muscles, one shared. Along the line of exact fits the weighted distance must be least.
    small = StrengthTests(
        groups=("a", "b"),
        muscles=("x", "y", "z"),
        moments=np.array([[50.0, 50.0, 0.0], [0.0, 40.0, 60.0]]),
        weights=np.zeros(2),
    )
    fit = fit_strengths(small, {"a": newton_metres(70.0), "b": newton_metres(110.0)})
    weights = (small.moments / 100.0).sum(axis=0)

    def distance(shared):
        factors = np.array([(70.0 - 50.0 * shared) / 50.0, shared, (110.0 - 40.0 * shared) / 60.0])
        return float(np.sum(weights * np.log(factors) ** 2))

    shared = fit.factors["y"]
    assert distance(shared) < distance(shared + 1e-3)
    assert distance(shared) < distance(shared - 1e-3)


@pytest.mark.parametrize(("share", "bound"), [(0.1, LOWEST_FACTOR), (4.0, HIGHEST_FACTOR)])
def test_a_strength_out_of_reach_is_reported_not_forced(tests, share, bound):
    target = share * model_strengths(tests)["knee_extension"]
    (group,) = fit_strengths(tests, {"knee_extension": newton_metres(target)}).groups
    assert not group.is_met
    assert group.after == pytest.approx(bound * group.before, rel=1e-4)  # an interior method stops near the bound
    assert group.target.value == target


def test_a_strength_out_of_reach_does_not_spoil_one_within_reach(tests):
    # Both groups hold the lower part of gluteus maximus.
    model = model_strengths(tests)
    wanted = {"hip_external_rotation": 3.0, "hip_extension": 0.4}
    fit = fit_strengths(tests, {g: newton_metres(f * model[g]) for g, f in wanted.items()})
    met = {group.group: group for group in fit.groups}
    assert not met["hip_external_rotation"].is_met
    assert met["hip_extension"].after == pytest.approx(0.4 * model["hip_extension"], rel=1e-3)


def test_factors_reach_the_moment_that_the_fit_reports(leg, parameters, tests):
    fit = fit_strengths(tests, {"hip_abduction": newton_metres(80.0), "knee_extension": newton_metres(130.0)})
    fitted = strength_tests(MujocoLeg(model=leg), _scaled(parameters, fit.factors), "right")
    for group in fit.groups:
        assert model_strengths(fitted)[group.group] == pytest.approx(group.after, rel=1e-9)
        assert group.after == pytest.approx(group.target.value, rel=MET)


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ({"hip_abductoin": newton_metres(80.0)}, "expected one of hip_abduction"),
        ({"hip_abduction": newton_metres(0.0)}, "expected more than 0 N.m, found 0.0"),
        ({"hip_abduction": newton_metres(float("nan"))}, "expected more than 0 N.m"),
        (
            {"hip_abduction": Measured(value=150.0, sd=None, unit="N", source="measured")},
            "found 150.0 N; a force needs its lever arm",
        ),
    ],
)
def test_wrong_strengths_are_refused(tests, targets, message):
    with pytest.raises(InputError, match=message):
        fit_strengths(tests, targets)


def test_a_test_in_which_no_member_pulls_is_refused():
    powerless = StrengthTests(groups=("a",), muscles=("x",), moments=np.zeros((1, 1)), weights=np.zeros(1))
    with pytest.raises(InputError, match="no member pulls that way"):
        fit_strengths(powerless, {"a": newton_metres(10.0)})


def test_an_assumed_strength_on_its_own_lands_half_way_to_the_model_in_log(tests):
    own = model_strengths(tests)["knee_extension"]
    target = Measured(value=0.49 * own, sd=None, unit="N.m", source="assumed", citation="x")
    found = fit_strengths(tests, {"knee_extension": target}).groups[0]
    assert found.after == pytest.approx(0.7 * own, rel=1e-3)


def test_an_assumed_strength_gives_way_to_a_measured_one(tests):
    own = model_strengths(tests)
    targets = {
        "hip_abduction": newton_metres(0.5 * own["hip_abduction"]),
        "hip_internal_rotation": Measured(
            value=1.5 * own["hip_internal_rotation"], sd=None, unit="N.m", source="assumed", citation="x"
        ),
    }
    found = {group.group: group for group in fit_strengths(tests, targets).groups}
    assert found["hip_abduction"].is_met
    assert not found["hip_internal_rotation"].is_met


def test_muscles_hold_the_leg_up_besides_what_the_dynamometer_reads(leg, parameters, raw):
    fit = fit_strengths(raw, {"hip_abduction": newton_metres(60.0)})
    (group,) = fit.groups
    assert group.is_met
    assert group.after == pytest.approx(60.0, rel=MET)
    fitted = strength_tests(MujocoLeg(model=leg), _scaled(parameters, fit.factors), "right")
    assert model_strengths(fitted)["hip_abduction"] == pytest.approx(60.0 + group.weight, rel=MET)
    assert group.weight == raw.weights[raw.groups.index("hip_abduction")]


def test_a_reading_that_holds_the_limbs_weight_already_gets_none(raw):
    corrected = raw.corrected(["hip_abduction"])
    target = {"hip_abduction": newton_metres(60.0)}
    assert corrected.weights[corrected.groups.index("hip_abduction")] == 0.0
    assert corrected.weights[corrected.groups.index("hip_extension")] > 20.0
    assert fit_strengths(corrected, target).factors["glmed1"] < fit_strengths(raw, target).factors["glmed1"]
