"""The cross-section is that of the knee that was solved."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.knee.knee import build_knee
from trochlea.knee.kneecap import solve_kneecap
from trochlea.leg.extensor import ExtensorLoad
from trochlea.report.skyline import Skyline, cut_skyline

OVERLAP = 0.10
"""Overlap in the section against largest pressure over stiffness [-]: the section looks along the radius and not
along the surface's normal, and the largest pressure may lie beside it; the worst seen is 0.034."""

SAME = 1e-9
"""Left and right are mirror images [m]; the worst seen is 0."""


@pytest.fixture(scope="module")
def knee():
    return build_knee(sex="female")


def solve(knee, side):
    n = 2
    flat = np.zeros(n)
    load = ExtensorLoad(
        times=np.arange(n) * 1.0,
        side=side,
        tibiofemoral_flexion=np.radians([30.0, 60.0]),
        femoral_rotation=flat,
        tibial_rotation=flat,
        knee_valgus=flat,
        tension=np.tile([200.0, 200.0, 300.0, 200.0], (n, 1)),
    )
    return solve_kneecap(knee, load)


@pytest.mark.parametrize("frame", [0, 1])
def test_surfaces_overlap_by_the_compression_of_the_cartilage(knee, frame):
    result = solve(knee, "right")
    skyline = cut_skyline(knee.shape, result, frame=frame)
    groove = np.interp(skyline.patella[:, 0], skyline.groove[:, 0], skyline.groove[:, 1])
    overlap = (groove - skyline.patella[:, 1]).max()
    expected = np.nanmax(result.pressure[frame]) / knee.foundation_stiffness
    assert overlap == pytest.approx(expected, rel=OVERLAP, abs=0)


def test_a_left_knee_gives_the_same_section(knee):
    right, left = (cut_skyline(knee.shape, solve(knee, side), frame=1) for side in ("right", "left"))
    assert np.allclose(right.patella, left.patella, rtol=0, atol=SAME)
    assert np.allclose(right.groove, left.groove, rtol=0, atol=SAME)


def test_the_section_moves_with_the_patella(knee):
    result = solve(knee, "right")
    moved = result.solution.value.copy()
    moved[:, 5] += 0.004
    shifted = replace(result, solution=replace(result.solution, value=moved))
    one, other = (cut_skyline(knee.shape, item, frame=1).patella for item in (result, shifted))
    assert np.allclose(other[:, 0] - one[:, 0], 0.004, rtol=0, atol=1e-6)


def test_a_frame_without_contact_is_refused(knee):
    result = solve(knee, "right")
    empty = replace(result, pressure=np.full_like(result.pressure, np.nan))
    with pytest.raises(ValueError, match="frame 0 has no contact"):
        cut_skyline(knee.shape, empty, frame=0)


def test_a_skyline_of_the_wrong_shape_is_refused():
    with pytest.raises(ValueError, match="patella has shape"):
        Skyline(patella=np.zeros((4, 3)), groove=np.zeros((4, 2)))
    with pytest.raises(ValueError, match="groove holds a value that is not finite"):
        Skyline(patella=np.zeros((4, 2)), groove=np.full((4, 2), np.nan))
