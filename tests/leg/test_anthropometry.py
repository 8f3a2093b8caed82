import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.leg.kinematics import static_pose
from trochlea.leg.segments import segments
from trochlea.leg.skeleton.anthropometry import length_factors, length_notes, segment_lengths
from trochlea.leg.skeleton.model import BODIES, MODEL_SEX, MODEL_STATURE, build_leg

# Means of the survey's people as two other programs print them, from the same
# public data: stature, height of the lateral epicondyle and of the trochanterion [m].
MEANS = {"female": (1.6285, 0.4659, 0.8454), "male": (1.7562, 0.4917, 0.9009)}

ROUNDING = 2e-4
"""Values of the table have four decimals [m]."""


@pytest.mark.parametrize("sex", ["female", "male"])
def test_a_line_passes_through_the_surveys_means(sex):
    stature, epicondyle, trochanter = MEANS[sex]
    lengths = segment_lengths(height=stature, sex=sex)
    assert lengths["ankle_height"].value + lengths["shank"].value == pytest.approx(epicondyle, abs=ROUNDING)
    assert epicondyle + lengths["thigh"].value == pytest.approx(trochanter, abs=ROUNDING)


@pytest.mark.parametrize("sex", ["female", "male"])
def test_lengths_carry_their_scatter_and_their_source(sex):
    for name, length in segment_lengths(height=1.7, sex=sex).items():
        assert length.sd is not None
        assert 0.02 < length.sd / length.value < 0.08, name
        assert (length.source, length.citation) == ("published", "gordon-2014-ansur")


def test_a_woman_has_a_wider_pelvis_and_a_shorter_foot_than_a_man_of_her_stature():
    woman, man = (segment_lengths(height=1.7, sex=sex) for sex in ("female", "male"))
    assert woman["pelvis_width"].value > 1.04 * man["pelvis_width"].value
    assert woman["foot"].value < 0.99 * man["foot"].value


def test_the_person_whom_the_skeleton_stands_for_gets_factors_of_one():
    factors = length_factors(height=1.7, sex="male", model_height=MODEL_STATURE, model_sex=MODEL_SEX)
    assert set(factors) == set(BODIES)
    for factor in factors.values():
        np.testing.assert_allclose(factor, 1.0, rtol=0, atol=1e-12)


def test_the_legs_of_the_model_have_the_persons_proportions():
    """Joint centres of two legs against the ratios of the survey's lengths."""
    where = {}
    for sex in ("female", "male"):
        leg = build_leg(mass=65, height=1.62, sex=sex)
        where[sex] = segments(leg, static_pose(leg, {}))
    lengths = {sex: segment_lengths(height=1.62, sex=sex) for sex in where}

    def ratio(measure):
        return measure(where["female"]) / measure(where["male"])

    def expected(name):
        return lengths["female"][name].value / lengths["male"][name].value

    def origin(at, body):
        return at.body(body)[0][0]

    assert ratio(lambda at: 2 * origin(at, "femur_r")[2]) == pytest.approx(expected("pelvis_width"), rel=1e-9)
    assert ratio(lambda at: np.linalg.norm(origin(at, "talus_r") - origin(at, "tibia_r"))) == pytest.approx(
        expected("shank"), rel=1e-9
    )
    assert ratio(lambda at: np.linalg.norm(origin(at, "toes_l") - origin(at, "calcn_l"))) == pytest.approx(
        expected("foot"), rel=1e-9
    )


def test_an_unseen_stature_is_said_to_be_extrapolated():
    assert len(length_notes(height=1.7, sex="female")) == 1
    assert "no surveyed women had a stature of 1.95 m" in length_notes(height=1.95, sex="female")[1]


def test_an_unknown_sex_is_refused():
    with pytest.raises(InputError, match="sex: expected one of female, male, found 'x'"):
        segment_lengths(height=1.7, sex="x")
