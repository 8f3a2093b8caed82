"""The arrow of a movement: along the path, off the body, and none where nothing is seen to move."""

import numpy as np
import pytest

from trochlea.report.camera import Camera
from trochlea.report.exercise_arrow import HEAD, SHORTEST, place_arrow

LEVEL = Camera(right=np.array([1.0, 0.0, 0.0]), up=np.array([0.0, 1.0, 0.0]), nearer=np.array([0.0, 0.0, 1.0]))

NOBODY = [np.array([[5000.0, 0.0], [5100.0, 0.0], [5100.0, 100.0]])]

FIT = 0.5
"""An arrow's tip from the path's end [mm]; a straight path and a cubic through it agree to 1e-10."""


def path(*ends, n=11):
    start, end = (np.array(one, dtype=np.float64) for one in ends)
    return start + np.linspace(0.0, 1.0, n)[:, None] * (end - start)


def test_an_arrow_runs_along_the_path_to_its_end():
    arrow = place_arrow(path([0.0, 1.0, 0.0], [0.3, 0.4, 0.0]), LEVEL, (NOBODY, NOBODY))
    np.testing.assert_allclose(arrow.shaft[0], [0.0, 1000.0], rtol=0, atol=FIT)
    np.testing.assert_allclose(arrow.head[1], [300.0, 400.0], rtol=0, atol=FIT)
    assert np.linalg.norm(arrow.head[1] - arrow.head[[0, 2]].mean(axis=0)) == pytest.approx(HEAD)


def test_an_arrow_steps_aside_of_the_body_into_the_freer_picture():
    wall = [np.array([[-400.0, 300.0], [400.0, 300.0], [400.0, 1100.0], [-400.0, 1100.0]])]
    slim = [np.array([[-50.0, 300.0], [50.0, 300.0], [50.0, 1100.0], [-50.0, 1100.0]])]
    arrow = place_arrow(path([0.0, 1.0, 0.0], [0.0, 0.4, 0.0]), LEVEL, (wall, slim))
    assert arrow.panel == 1
    assert np.abs(arrow.shaft[:, 0]).min() > 50.0


def test_a_short_path_is_drawn_long_enough_to_see_and_keeps_its_middle():
    arrow = place_arrow(path([0.0, 0.0, 0.0], [0.06, 0.0, 0.0]), LEVEL, (NOBODY, NOBODY))
    assert arrow.head[1, 0] - arrow.shaft[0, 0] == pytest.approx(SHORTEST, abs=FIT)
    assert arrow.head[1, 0] + arrow.shaft[0, 0] == pytest.approx(60.0, abs=FIT)


def test_what_comes_towards_the_reader_gets_no_arrow():
    assert place_arrow(path([0.0, 0.0, 0.0], [0.1, 0.0, 0.6]), LEVEL, (NOBODY, NOBODY)) is None
