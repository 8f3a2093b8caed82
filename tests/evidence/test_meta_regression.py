"""Meta-regression: recovery, invariance and refusals; agreement with R is in test_metafor.py."""

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.evidence.estimate import Estimate
from trochlea.evidence.meta_regression import meta_regression

EXACT = 1e-10
"""Symmetries; the worst relative difference seen is 6e-14."""
WEEKS = np.array([4.0, 6.0, 6.0, 8.0, 12.0, 12.0, 24.0, 52.0])
SES = np.array([0.3, 0.5, 0.4, 0.7, 0.2, 0.6, 0.3, 0.4])


def studies(values):
    return [Estimate(study=str(i), estimate=y, se=s) for i, (y, s) in enumerate(zip(values, SES, strict=True))]


def test_an_exact_line_is_recovered_and_leaves_nothing():
    found = meta_regression(studies(1.5 - 0.25 * WEEKS), {"weeks": WEEKS}, hartung_knapp=False)
    assert found.names == ("intercept", "weeks")
    assert found.coefficients == pytest.approx([1.5, -0.25], rel=EXACT, abs=0)
    assert found.tau2 == 0.0
    assert found.r2 == 1.0
    assert found.q_residual == pytest.approx(0.0, rel=0, abs=EXACT)


def test_a_line_without_scatter_has_no_knapp_hartung_error():
    with pytest.raises(InputError, match="without scatter; use hartung_knapp=False"):
        meta_regression(studies(1.5 - 0.25 * WEEKS), {"weeks": WEEKS})


def test_moving_and_scaling_a_moderator_changes_its_coefficient_only():
    values = np.array([0.2, 1.4, -0.6, 2.1, 0.9, 1.1, 2.5, 0.3])
    plain = meta_regression(studies(values), {"weeks": WEEKS})
    moved = meta_regression(studies(values), {"months": (WEEKS - 12.0) / 4.0})
    assert moved.coefficients[1] == pytest.approx(4.0 * plain.coefficients[1], rel=EXACT, abs=0)
    assert moved.p_values[1] == pytest.approx(plain.p_values[1], rel=EXACT, abs=0)
    assert moved.tau2 == pytest.approx(plain.tau2, rel=EXACT, abs=0)
    assert moved.coefficients[0] == pytest.approx(plain.coefficients @ [1.0, 12.0], rel=EXACT, abs=0)


def test_it_says_that_moderators_are_associations_and_that_studies_are_few():
    found = meta_regression(studies(np.sin(WEEKS)), {"weeks": WEEKS})
    assert found.warnings == (
        "moderators of studies were not randomised: their coefficients are associations",
        "8 studies for 1 moderators: at least 10 each are advised",
    )
    assert (found.k, found.q_residual_df, found.interval) == (8, 6, "t")


@pytest.mark.parametrize(
    ("moderators", "reason"),
    [
        ({}, "expected one or more"),
        ({"intercept": WEEKS}, "none of them called 'intercept'"),
        ({"weeks": WEEKS[:-1]}, "moderator weeks: expected 8 finite values"),
        ({"weeks": np.where(WEEKS > 50, np.nan, WEEKS)}, "leave out studies without"),
        ({"weeks": WEEKS, "months": WEEKS / 4}, "moderators weeks, months: 3 coefficients but only 2"),
        ({"same": np.ones(8)}, "2 coefficients but only 1"),
        ({str(i): np.arange(8.0) ** i for i in range(1, 8)}, "8 studies for 7 moderators; expected at least 9"),
    ],
)
def test_moderators_that_tell_nothing_apart_are_refused(moderators, reason):
    with pytest.raises(InputError, match=reason):
        meta_regression(studies(WEEKS), moderators)
