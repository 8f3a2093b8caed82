"""Derivatives of the kneecap's outcomes against differences of whole solutions, and what they refuse."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.knee.flexion_sweep import sweep
from trochlea.knee.inputs import scalar_inputs
from trochlea.knee.sensitivity import differentiable, influences, sensitivities
from trochlea.knee.setup import knee_setup

ROOT = Path(__file__).parents[2]
spec = importlib.util.spec_from_file_location("validation_sensitivity", ROOT / "validation" / "sensitivity.py")
validation = importlib.util.module_from_spec(spec)
spec.loader.exec_module(validation)

SLOPE_TOLERANCE = 1e-5
"""Of the outcome's largest scaled sensitivity at that angle. Worst seen 2e-7 where the reference is settled."""

SETTLED = 1e-6
"""Doubt of the reference up to which it is one, as a share of the same; near a snap it cannot be had."""

SAME_VALUE = 1e-6
"""The sweep stops at 1e-6 N, a derivative after one more step; worst seen 2.4e-8."""

ONE_POINT = 100.0
"""Difference of slopes of knees a hair apart [mm2 a spread]: a point that changes its facet would add some
100,000. Worst seen 0.1."""

ANGLES = (5.0, 30.0, 90.0)
STEPS = (2.5e-4, 6e-5, 1.2e-5)
INPUTS = (
    "tt_tg_mm",
    "groove_radius_mm",
    "patella_width_mm",
    "patellar_height_ratio",
    "ridge_position",
    "cartilage_modulus_mpa",
    "cartilage_thickness_mm",
    "vmo_scale",
    "itb_force_n",
    "mpfl_scale",
    "femoral_rotation_deg",
    "quadriceps_n",
)
"""Of every kind: measures of each part, both ends of ranges, loads and poses; all others: validation/sensitivity.py."""


@pytest.mark.parametrize(
    "title", ["median man", "flat groove, high patella", "cut medial ligament, soft thin cartilage"]
)
def test_slopes_are_those_of_whole_solutions(title):
    rows = list(
        validation.errors(knee_setup(values=validation.KNEES[title]), ANGLES, 600.0, inputs=INPUTS, steps=STEPS)
    )
    settled = [row for row in rows if row[4] < SETTLED]
    assert len(settled) > 0.95 * len(ANGLES) * len(INPUTS) * len(differentiable())
    assert max(settled, key=lambda row: row[3])[3] < SLOPE_TOLERANCE


def test_a_point_on_the_ridge_stays_on_its_facet():
    swept = sweep(flexion_deg=[30.0])
    shape, points = swept.knee.shape, swept.knee.patella.points
    ridge = (0.5 - shape.ridge_position) * shape.patella_width
    far = np.abs(points[:, 2] - ridge) + np.where(swept.result.pressure[0] > 0.5e6, 0.0, 1.0)
    through = 0.5 - points[far.argmin(), 2] / shape.patella_width  # the ridge runs through a point that bears load
    slopes = []
    for position in (through, through + 1e-4):
        setup = knee_setup(values={"ridge_position": position})
        found = sensitivities(
            setup, flexion=np.radians([30.0]), outcomes=["lateral_area_mm2"], inputs=["ridge_position"]
        )
        slopes.append(found.scaled[0, 0, 0])
    # a point that changed its facet would add its 2 mm2 over a step of 5e-6 spreads
    assert abs(slopes[0] - slopes[1]) < ONE_POINT


def test_every_input_has_a_slope_and_a_spread():
    found = sensitivities(knee_setup(), flexion=np.radians([30.0]))
    assert set(found.inputs) == {*scalar_inputs(), "quadriceps_n"}
    assert np.isfinite(found.values).all()
    assert (found.spreads > 0).all()


def test_values_are_those_of_a_sweep():
    found = sensitivities(knee_setup(values={"tt_tg_mm": 15.0}), flexion=np.radians([20.0]), inputs=["tt_tg_mm"])
    record = sweep(flexion_deg=[20.0], values={"tt_tg_mm": 15.0}).records()[0]
    np.testing.assert_allclose(
        found.outcome_values[0], [record[name] for name in found.outcomes], rtol=SAME_VALUE, atol=SAME_VALUE
    )


def test_lateral_tubercle_and_its_transfer_are_opposite():
    found = sensitivities(knee_setup(), flexion=np.radians([30.0]), inputs=["tt_tg_mm", "tubercle_medialisation_mm"])
    slopes = found.values[0, found.outcomes.index("shift_mm")]
    assert slopes[0] > 0.05
    assert slopes[1] == pytest.approx(-slopes[0], rel=1e-6)


def test_a_slope_at_the_end_of_a_range_is_that_inwards():
    found = sensitivities(knee_setup(), flexion=np.radians([30.0]), inputs=["itb_force_n", "tt_tg_mm"])
    assert found.is_one_sided.tolist() == [True, False]


def test_a_left_knee_has_the_slopes_of_a_right_one():
    kwargs = {"flexion": np.radians([30.0]), "inputs": ["tt_tg_mm", "vmo_scale"]}
    right, left = (sensitivities(knee_setup(), side=side, **kwargs) for side in ("right", "left"))
    np.testing.assert_array_equal(left.values, right.values)


def test_frames_without_an_equilibrium_have_no_slope():
    found = sensitivities(knee_setup(), flexion=np.radians([30.0]), quadriceps=0.0, inputs=["tt_tg_mm", "quadriceps_n"])
    assert found.status == ("no_load",)
    assert np.isnan(found.values).all()
    assert np.isnan(found.least_stiffness).all()


def test_influences_are_sorted_by_what_one_spread_changes():
    found = sensitivities(knee_setup(), flexion=np.radians([30.0]), outcomes=["shift_mm"])
    bars = influences(found, "shift_mm")
    sizes = [abs(bar.change) for bar in bars]
    assert sizes == sorted(sizes, reverse=True)
    assert bars[0].change == pytest.approx(bars[0].slope * bars[0].spread, rel=1e-12)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"outcomes": ["congruence_angle_deg"]}, "congruence_angle_deg has no derivative: its landmarks jump"),
        ({"outcomes": ["pain"]}, "unknown outcome 'pain'; expected one of patellar_tendon_force_n"),
        ({"inputs": ["length"]}, "unknown input 'length'; expected one of tt_tg_mm"),
        ({"inputs": []}, "no input is asked for"),
    ],
)
def test_names_without_a_slope_are_refused_with_the_reason(kwargs, message):
    with pytest.raises(InputError, match=message):
        sensitivities(knee_setup(), flexion=np.radians([30.0]), **kwargs)


def test_an_outcome_that_was_not_asked_for_has_no_influences():
    found = sensitivities(knee_setup(), flexion=np.radians([30.0]), outcomes=["shift_mm"], inputs=["tt_tg_mm"])
    with pytest.raises(InputError, match="no sensitivities of 'tilt_deg'"):
        influences(found, "tilt_deg")
