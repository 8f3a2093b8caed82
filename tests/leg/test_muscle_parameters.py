"""Published muscle parameters: complete, retyped without slips, refused when wrong."""

import csv

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.leg.muscles.muscle_parameters import (
    MuscleParameters,
    muscle_parameters,
    parameters_from_osim,
    scale_lengths,
    select_muscles,
    strength_factors,
)
from trochlea.leg.opensim.osim import read_osim

RETYPED = 1e-9
"""The tables hold the same decimals; only their conversion to floats could differ."""


def one_muscle(**changes):
    values = {
        "names": ("recfem",),
        "max_isometric_force": np.array([2000.0]),
        "optimal_fiber_length": np.array([0.08]),
        "tendon_slack_length": np.array([0.4]),
        "pennation_angle": np.array([0.2]),
        "max_contraction_velocity": np.array([10.0]),
        "sources": ("made up",),
    }
    return MuscleParameters(**{**values, **changes})


@pytest.mark.parametrize("generation", ["Rajagopal2016", "RajagopalLaiUhlrich2023"])
def test_each_published_set_has_forty_muscles_with_a_source(generation):
    parameters = muscle_parameters(generation)
    assert len(parameters.names) == 40
    assert all(parameters.sources)


@pytest.mark.parametrize("generation", ["Rajagopal2016", "RajagopalLaiUhlrich2023"])
def test_table_agrees_with_the_published_model_file(generation, data_dir):
    ours = muscle_parameters(generation)
    theirs = select_muscles(
        parameters_from_osim(read_osim(data_dir / "models" / f"{generation}.osim"), "right"), ours.names
    )
    # The table rounds forces to 0.001 N and lengths and angles to 0.01 mm and 0.00001 rad.
    np.testing.assert_allclose(ours.max_isometric_force, theirs.max_isometric_force, rtol=0, atol=6e-4)
    for field in ("optimal_fiber_length", "tendon_slack_length", "pennation_angle"):
        np.testing.assert_allclose(getattr(ours, field), getattr(theirs, field), rtol=0, atol=6e-6)


def test_table_is_the_reference_table_number_for_number(data_dir):
    path = data_dir.parent / "reference" / "muscle_parameters.csv"
    with path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        ours = select_muscles(muscle_parameters(row["model"]), [row["muscle"]])
        found = (
            ours.max_isometric_force[0],
            ours.optimal_fiber_length[0],
            ours.tendon_slack_length[0],
            ours.pennation_angle[0],
            ours.max_contraction_velocity[0],
        )
        expected = (
            float(row["max_isometric_force_n"]),
            float(row["optimal_fiber_length_m"]),
            float(row["tendon_slack_length_m"]),
            float(row["pennation_rad"]),
            float(row["max_contraction_velocity_l0_per_s"]),
        )
        np.testing.assert_allclose(found, expected, rtol=RETYPED, atol=0, err_msg=row["muscle"])


def test_lengths_scale_and_strength_stays():
    scaled = scale_lengths(one_muscle(), np.array([1.1]))
    assert scaled.optimal_fiber_length[0] == pytest.approx(0.088, rel=1e-12)
    assert scaled.tendon_slack_length[0] == pytest.approx(0.44, rel=1e-12)
    assert scaled.max_isometric_force[0] == 2000.0


def test_strength_factor_belongs_to_its_muscle_only():
    np.testing.assert_array_equal(strength_factors(("recfem", "vasint"), {"vasint": 0.5}), [1.0, 0.5])


def test_strength_factors_may_differ_from_frame_to_frame():
    factors = strength_factors(("recfem", "vasint"), {"vasint": np.array([0.5, 2.0, 1.0])})
    np.testing.assert_array_equal(factors, [[1.0, 0.5], [1.0, 2.0], [1.0, 1.0]])


def test_selection_keeps_the_asked_order():
    parameters = select_muscles(muscle_parameters(), ["vasmed", "addbrev"])
    assert parameters.names == ("vasmed", "addbrev")
    np.testing.assert_array_equal(parameters.max_isometric_force, [2747.823, 625.82])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: muscle_parameters("Delp1990"), "expected one of Rajagopal2016"),
        (lambda: select_muscles(muscle_parameters(), ["biceps"]), "no muscle parameters for biceps"),
        (lambda: strength_factors(("recfem",), {"soleus": 1.0}), "unknown muscle soleus"),
        (lambda: one_muscle(max_isometric_force=np.array([0.0])), "max_isometric_force of recfem"),
        (lambda: one_muscle(optimal_fiber_length=np.array([np.nan])), "optimal_fiber_length of recfem"),
    ],
)
def test_wrong_parameters_are_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
