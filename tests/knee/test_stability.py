"""Lateral restraint: it resists, it grows, and cutting a ligament never adds to it."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.knee.knee import build_knee
from trochlea.knee.shape import knee_shape
from trochlea.knee.stability import restraint

MOVED = np.array([1e-3, 5e-3, 10e-3])


@pytest.fixture(scope="module")
def shape():
    return knee_shape(sex="male")


def test_restraint_is_positive_and_grows_with_the_shift(shape, make_load):
    found = restraint(build_knee(shape, sex="male"), make_load(30.0, 175.0), displacements=MOVED)
    assert (found > 0).all()
    assert (np.diff(found) > 0).all()


def test_a_slack_medial_ligament_restrains_less_far_out(shape, make_load):
    load = make_load(30.0, 175.0)
    forces = [
        restraint(build_knee(replace(shape, mpfl_slack=slack), sex="male"), load, displacements=MOVED[-1:])[0]
        for slack in (0.08, 0.30)
    ]
    assert forces[1] < 0.95 * forces[0]


def test_a_flatter_lateral_wall_restrains_less(shape, make_load):
    load = make_load(30.0, 175.0)
    forces = [
        restraint(
            build_knee(replace(shape, lateral_trochlear_inclination=np.radians(angle)), sex="male"),
            load,
            displacements=MOVED[1:2],
        )[0]
        for angle in (20.0, 12.0)
    ]
    assert forces[1] < forces[0]
