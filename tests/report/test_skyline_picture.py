"""The drawing says its measures and puts lateral where the pressure map has it."""

import re

import numpy as np
import pytest

from trochlea.report.skyline import cut_skyline
from trochlea.report.skyline_picture import large_skyline, measures, small_skyline
from trochlea.report.wording import signed


@pytest.fixture(scope="module")
def skyline(knee, sweep):
    return cut_skyline(knee, sweep, frame=4)


def place_of(svg, word):
    element = next(e for e in re.findall(r"<text[^>]*>[^<]*</text>", svg) if f">{word}<" in e)
    return float(re.search(r'\bx="([-\d.]+)"', element).group(1))


def test_lateral_is_on_the_side_where_the_map_has_it(skyline):
    right, left = (large_skyline(skyline, side=side) for side in ("right", "left"))
    assert place_of(right, "outer (lateral)") > place_of(right, "inner (medial)")
    assert place_of(left, "outer (lateral)") < place_of(left, "inner (medial)")


def test_the_share_lateral_of_the_groove_is_printed_on_its_side(skyline, sweep):
    share = round(100 * sweep.bisect_offset[4])
    svg = large_skyline(skyline, side="right")
    assert place_of(svg, f"{share} %") > place_of(svg, f"{100 - share} %")


def test_measures_are_those_of_the_result(skyline, sweep):
    tilt, offset, shift = measures(skyline)
    assert tilt == f"tilt {signed(np.rad2deg(sweep.tilt[4]), 1)}°"
    assert offset == f"bisect offset {100 * sweep.bisect_offset[4]:.0f} %"
    assert shift == f"shift {signed(1e3 * sweep.shift[4], 1)} mm"


def test_bone_cartilage_and_overlap_are_drawn_in_both_sizes(skyline):
    for svg in (large_skyline(skyline, side="right"), small_skyline(skyline, side="right", name="small")):
        for colour in ("marrow", "cartilage", "bone", "force"):
            assert f"var(--{colour})" in svg
