"""Regression of posture on strength, with style and scatter."""

import math
from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.person.measured import Measured
from trochlea.person.norms import norm_strengths
from trochlea.person.person import Person
from trochlea.person.posture_norm import posture_norms
from trochlea.person.posture_prediction import CORRELATION, STRENGTH_CV, draw_posture, predict_posture, residual_sd
from trochlea.person.read import demo_person, read_person

SQUAT = "single_leg_squat"

ROUNDING = 1e-12
"""Products of a few floats; worst seen 3e-16 relative."""

N_DRAWS = 4000
SAMPLING = 4 / math.sqrt(2 * N_DRAWS)
"""Four standard errors of a standard deviation, as a share; with this seed 0.4 of one is seen, 1.1 of the mean's and 0.8
of the correlation's."""


def person(**ratio: float) -> Person:
    """Somebody with the norm's strength, measured, times a ratio in some groups."""
    demo = demo_person()
    strength = {
        group: replace(norm, value=norm.value * ratio.get(group, 1.0), sd=None, source="measured")
        for group, norm in norm_strengths(demo).items()
    }
    return replace(demo, strength=strength)


def degrees(found, quantity="hip_adduction"):
    return math.degrees(found[quantity].value)


def test_somebody_of_normal_strength_stands_as_people_without_pain_do():
    found = predict_posture(person(), SQUAT)
    published = {"hip_adduction": 10.8, "pelvic_drop": 7.4, "trunk_lean": 6.7, "knee_abduction": 5.8}
    for quantity, mean in published.items():
        assert degrees(found, quantity) == pytest.approx(mean, rel=ROUNDING)


@pytest.mark.parametrize(
    ("quantity", "change"),
    # r SD / CV x 18 %, by hand: 0.35 x 5.6 / 0.20 x 0.18 = 1.764 and so on.
    [("hip_adduction", 1.764), ("pelvic_drop", 1.197), ("trunk_lean", 0.945), ("knee_abduction", 1.071)],
)
def test_a_deficit_goes_with_a_small_change(quantity, change):
    weak, normal = (predict_posture(one, SQUAT) for one in (person(hip_abduction=0.82), person()))
    assert degrees(weak, quantity) - degrees(normal, quantity) == pytest.approx(change, rel=1e-9)
    assert weak[quantity].sd == pytest.approx(normal[quantity].sd, rel=ROUNDING)
    assert math.degrees(weak[quantity].sd) > 2 * change  # the scatter is larger than the effect


def test_weak_extensors_go_with_an_upright_trunk():
    weak, normal = (predict_posture(one, SQUAT) for one in (person(hip_extension=0.8), person()))
    # 0.35 x 3.6 / 0.20 x 20 % = 1.26 degrees.
    assert degrees(weak, "trunk_flexion") - degrees(normal, "trunk_flexion") == pytest.approx(-1.26, rel=1e-9)


@pytest.mark.parametrize("r", [0.0, 0.35, 0.45])
def test_style_one_with_the_deficit_of_people_with_pain_gives_their_means_whatever_r(r):
    found = predict_posture(person(hip_abduction=0.82), SQUAT, style=1.0, r=r)
    published = {"hip_adduction": 14.8, "pelvic_drop": 10.3, "trunk_lean": 9.3, "knee_abduction": 9.2}
    for quantity, mean in published.items():
        assert degrees(found, quantity) == pytest.approx(mean, rel=ROUNDING)


def test_strength_explains_less_than_the_group_difference():
    style = degrees(predict_posture(person(), SQUAT, style=1.0)) - 10.8
    assert style == pytest.approx(4.0 - 1.764, rel=1e-9)
    assert style > 1.764


def test_no_strength_is_associated_with_hip_rotation():
    assert "hip_rotation" not in {norm.quantity for norm in posture_norms()}


def test_strength_explains_at_most_a_quarter_of_the_variance_and_more_is_refused():
    for norm in posture_norms():
        left = residual_sd(norm, 0.0, 0.45) / norm.control_sd
        assert 1 - left**2 <= 0.25
    with pytest.raises(InputError, match=r"expected 0 to 0\.45, found 0\.6"):
        predict_posture(person(), SQUAT, r=0.6)


def test_draws_of_people_have_the_published_spread_and_the_correlation_that_was_asked_for():
    rng, strong = np.random.default_rng(3), person()
    ratio = rng.normal(1.0, STRENGTH_CV, N_DRAWS)
    drawn = [
        degrees(draw_posture(strong, SQUAT, rng, strength_ratio=dict.fromkeys(strong.strength, float(one))))
        for one in ratio
    ]
    assert np.std(drawn) == pytest.approx(5.6, rel=SAMPLING)  # strength and residual together
    assert np.mean(drawn) == pytest.approx(10.8, abs=4 * 5.6 / math.sqrt(N_DRAWS))
    assert np.corrcoef(ratio, drawn)[0, 1] == pytest.approx(-CORRELATION, abs=4 / math.sqrt(N_DRAWS))


def test_a_strength_that_was_not_measured_adds_to_the_scatter():
    known = person()
    norm = norm_strengths(known)["hip_abduction"]
    unknown = replace(known, strength=dict(known.strength) | {"hip_abduction": replace(norm, source="assumed")})
    slope = CORRELATION * 5.6 / STRENGTH_CV
    by_hand = math.hypot(5.6 * math.sqrt(1 - CORRELATION**2), slope * (norm.sd or 0.0) / norm.value)
    assert math.degrees(predict_posture(unknown, SQUAT)["hip_adduction"].sd or 0.0) == pytest.approx(by_hand, rel=1e-9)


def test_an_observed_angle_replaces_the_prediction_and_its_draws(tmp_path):
    path = tmp_path / "p.yaml"
    path.write_text(
        "mass_kg: 60\nheight_m: 1.7\nsex: female\nage_years: 20\nobserved_hip_adduction_deg: 17\nmovement_style: 0.5\n"
    )
    found = read_person(path)
    assert found.posture == {"hip_adduction": Measured(value=math.radians(17), sd=None, unit="rad", source="measured")}
    assert found.movement_style.value == 0.5
    assert predict_posture(found, SQUAT)["hip_adduction"] == found.posture["hip_adduction"]
    everybody = dict.fromkeys(found.strength, 1.0)
    drawn = draw_posture(found, SQUAT, np.random.default_rng(1), strength_ratio=everybody)
    assert degrees(drawn) == pytest.approx(17, rel=ROUNDING)
    assert degrees(predict_posture(found, SQUAT), "pelvic_drop") > 7.4  # the style of the file


def test_a_task_without_norms_has_no_prediction():
    assert predict_posture(person(), "clamshell") == {}


def test_the_words_associate_and_do_not_explain():
    for value in predict_posture(demo_person(), SQUAT).values():
        assert "associated with" in value.note
        assert "caus" not in value.note
