"""The mechanical answer: certain and large, or it cannot tell."""

import numpy as np
import pytest

from trochlea.advice.assessment import assess
from trochlea.advice.gains import HIP_GROUPS, KNEE_GROUP, VMO_SHARE, gains
from trochlea.advice.whatif import LEVERS, WhatIf

DRAWS = 200


def what_if(**percent):
    """Changes in percent by lever: (best, spread), for the force; pressure does not move."""
    rng = np.random.default_rng(7)
    best = np.full((2, 1 + len(LEVERS)), [[2000.0], [5e6]])
    force = np.full((DRAWS, 1 + len(LEVERS)), 2000.0)
    for lever, (mean, spread) in percent.items():
        column = 1 + LEVERS.index(lever)
        best[0, column] *= 1 + mean / 100
        force[:, column] *= 1 + rng.normal(mean, spread, DRAWS) / 100
    pressure = np.full_like(force, 5e6)
    return WhatIf(peak_contact_force=force, lateral_peak_pressure=pressure, best=best, n_failed=0)


@pytest.mark.parametrize(
    ("percent", "answer"),
    [
        ({}, "cannot_tell"),
        ({"hip": (-15, 2)}, "hip"),
        ({"knee": (-15, 2)}, "knee"),
        ({"hip": (-15, 2), "knee": (-15, 2)}, "both"),
        ({"both": (-15, 2)}, "both"),
        ({"hip": (-9, 1)}, "cannot_tell"),
        ({"hip": (-15, 15)}, "cannot_tell"),
        ({"hip": (15, 2)}, "cannot_tell"),
    ],
    ids=["nothing", "hip", "knee", "each", "only together", "too small", "too uncertain", "more load"],
)
def test_the_answer_needs_a_fall_that_is_certain_and_above_ten_percent(percent, answer):
    assert assess(what_if(**percent)).answer == answer


def test_the_interval_of_a_lever_holds_ninety_five_percent_of_the_draws():
    values = what_if(hip=(-15, 4))
    best, low, high = values.change("peak_contact_force", "hip")
    percent = 100 * (values.peak_contact_force[:, 1] / 2000 - 1)
    assert best == pytest.approx(-15)
    assert np.mean((percent >= low) & (percent <= high)) == pytest.approx(0.95, abs=0.011)


def test_every_lever_says_what_changes_and_whether_its_size_is_assumed():
    levers = {lever.name: lever for lever in assess(what_if()).levers}
    assert tuple(levers) == LEVERS
    assert levers["hip"].gain_source == "published"
    assert all(levers[name].gain_source == "assumed" for name in LEVERS if name != "hip")
    assert "SD" in levers["knee_vmo_share"].what_changes


def test_the_vmo_gain_has_an_interval_that_includes_zero():
    gain = gains()[VMO_SHARE]
    assert gain.source == "assumed"
    assert gain.value - 1.96 * gain.sd < 0 < gain.value + 1.96 * gain.sd


def test_hip_gains_come_from_the_printed_strengths():
    # Dolak 2011, discussion: 5.4 (SD 1.9) to 6.4 (SD 1.4) and 2.1 (0.8) to 2.5 (0.8) % of body weight x height.
    for group, (before, sd_before, after, sd_after) in zip(
        HIP_GROUPS, ((5.4, 1.9, 6.4, 1.4), (2.1, 0.8, 2.5, 0.8)), strict=True
    ):
        gain = gains()[group]
        assert gain.citation == "dolak-2011-hip"
        assert gain.value == pytest.approx(after / before - 1, abs=5e-4)
        change = np.sqrt(sd_before**2 + sd_after**2 - sd_before * sd_after)
        assert gain.sd == pytest.approx(change / before, abs=5e-4)
    assert gains()[KNEE_GROUP].source == "assumed"
