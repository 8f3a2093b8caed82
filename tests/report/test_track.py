"""The track is the patella's own path, unrolled without stretching."""

import re

import numpy as np
import pytest

from trochlea.knee.femoral_surface import about_groove
from trochlea.report.articular_sheet import articular_sheet
from trochlea.report.right_knee import points_on_femur
from trochlea.report.track import patella_track
from trochlea.report.track_picture import track_figure, tracking_figure

ARC = 1e-4
"""Length along a circle, measured by chords of 1 to 2 degrees, against the arc [-]; the worst seen is 1.2e-5."""

DEEPEST = 2e-5
"""The groove of a parametric knee is deepest at z = 0 [m]; the worst seen is 4e-6."""

RIDGE = 4e-4
"""The ridge's middle by the border of the contact points, against the shape's own [m]; the worst seen is 1.3e-4."""


@pytest.fixture(scope="module")
def track(knee, sweep):
    return patella_track(knee, sweep, patch_frames=(0, 2, 5))


def test_every_frame_with_a_result_has_its_place(track):
    assert track.frames == (0, 1, 2, 4, 5)
    assert track.ridge.shape == (5, 2)


def test_lateral_places_are_those_of_the_ridge_on_the_femur(track, sweep, knee):
    border = 0.5 * (sweep.points[sweep.is_lateral, 2].min() + sweep.points[~sweep.is_lateral, 2].max())
    for i, frame in enumerate(track.frames):
        ridge = points_on_femur(sweep, frame, np.array([-0.5 * knee.shape.patella_thickness, 0.0, border]))
        assert track.ridge[i, 0] == pytest.approx(ridge[2], rel=0, abs=RIDGE)


def test_the_length_along_the_groove_is_the_arc_on_its_circle(track, sweep, knee):
    """Beyond the circle's upper end the groove runs straight; from 40 to 60 degrees the patella is on the circle."""
    first, last = track.frames.index(2), track.frames.index(4)
    sheet = articular_sheet(sweep.points, sweep.is_lateral)
    z, y = sheet.ridge.mean(axis=0)
    ridge = np.array([sheet.depth(np.array([[z, y]]))[0], y, z])
    start, end = (about_groove(knee.trochlea, points_on_femur(sweep, frame, ridge))[1] for frame in (2, 4))
    travelled = track.ridge[last, 1] - track.ridge[first, 1]
    assert travelled == pytest.approx(knee.shape.groove_radius * (start - end), rel=ARC, abs=0)


def test_the_deepest_line_of_a_symmetric_search_lies_at_the_groove(track):
    assert np.abs(track.deepest).max() < DEEPEST
    middle = np.abs(track.lateral).argmin()
    assert np.abs(track.height[:, middle]).max() < 1e-6


def test_patches_move_down_the_groove_as_the_knee_bends(track):
    middles = [
        np.average(places[:, 1], weights=np.maximum(pressure, 0))
        for places, pressure in zip(track.patches, track.pressures, strict=True)
    ]
    assert middles == sorted(middles)
    assert middles[-1] - middles[0] > 0.02


def test_a_left_knee_has_the_same_track(knee, track, left_sweep):
    left = patella_track(knee, left_sweep, patch_frames=(0, 2, 5))
    assert np.allclose(left.ridge, track.ridge, rtol=0, atol=1e-9)


def test_flexions_are_named_and_the_picture_is_mirrored_for_a_left_knee(track):
    right, left = (track_figure(track, side=side) for side in ("right", "left"))
    for flexion in ("10°", "20°", "40°", "60°", "80°"):
        assert f">{flexion}<" in right
    assert ">50°<" not in right

    def place(svg, word):
        element = next(e for e in re.findall(r"<text[^>]*>[^<]*</text>", svg) if f">{word}<" in e)
        return float(re.search(r'\bx="([-\d.]+)"', element).group(1))

    assert place(right, "outer (lateral)") > place(right, "inner (medial)")
    assert place(left, "outer (lateral)") < place(left, "inner (medial)")


def test_shift_and_tilt_are_told_with_their_range(track, sweep):
    svg = tracking_figure(sweep, track.frames)
    shift = sweep.shift[list(track.frames)] * 1e3
    assert f"shift (mm) from {shift.min():.1f} to {shift.max():.1f}" in svg
