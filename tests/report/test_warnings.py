"""Warnings of a simulation that no other test has to run a whole trial for."""

import numpy as np
import pytest

from trochlea.leg.inverse_dynamics import ROOT_COORDINATES
from trochlea.leg.root_residual import RootResidual
from trochlea.report.study import run_study
from trochlea.report.study_inputs import read_inputs
from trochlea.report.study_request import StudyRequest
from trochlea.report.warnings import MASS_TOLERANCE, warnings_of
from trochlea.units import GRAVITY


@pytest.fixture(scope="module")
def study():
    inputs = read_inputs(StudyRequest())
    return run_study(inputs, with_advice=False, say=lambda line: None, tick=lambda done, total: None)


def residual(excess):
    """Of a body that the person file makes heavier than the plates say, by a mass [kg]."""
    values = np.zeros((9, 6))
    values[:, 1] = excess * GRAVITY + 50 * np.sin(np.linspace(0, 2 * np.pi, 9))  # it bounces, but comes back
    values[4] = np.nan
    return RootResidual(times=np.arange(9.0), names=ROOT_COORDINATES, values=values, ground_force=700.0)


@pytest.mark.parametrize(("share", "is_said"), [(0.3, True), (-0.1, True), (0.5 * MASS_TOLERANCE, False)])
def test_another_mass_on_the_plates_is_said_first_with_both_masses(study, share, is_said):
    mass = study.chain.person.mass
    first = warnings_of(study.chain, study.result, None, residual=residual(share * mass))[:1]
    said = f"the force plates carry {(1 - share) * mass:.1f} kg, the person file says {mass:.1f} kg"
    assert any(said in line for line in first) == is_said
