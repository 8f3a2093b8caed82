"""Sensitivities as lines and as JSON."""

import json

import numpy as np
import pytest

from trochlea.knee.sensitivity import sensitivities
from trochlea.knee.setup import knee_setup
from trochlea.report.sensitivity_text import sensitivity_lines, sensitivity_records


@pytest.fixture(scope="module")
def found():
    return sensitivities(
        knee_setup(),
        flexion=np.radians([30.0, 60.0]),
        outcomes=["shift_mm", "contact_force_n"],
        inputs=["tt_tg_mm", "itb_force_n"],
    )


def test_json_holds_every_slope_with_its_spread_and_source(found):
    record = json.loads(json.dumps(sensitivity_records(found)))[1]
    assert record["slope"]["shift_mm"]["tt_tg_mm"] == found.values[1, 0, 0]
    assert record["change_for_one_spread"]["shift_mm"]["tt_tg_mm"] == found.values[1, 0, 0] * found.spreads[0]
    assert record["inputs"]["tt_tg_mm"]["spread_source"] != "assumed"
    assert record["inputs"]["itb_force_n"] == {
        "value": 0.0,
        "spread": found.spreads[1],
        "spread_source": "assumed",
        "is_one_sided": True,
    }
    assert "congruence_angle_deg" in record["no_derivative"]


def test_lines_name_the_largest_influence_first_and_mark_assumed_spreads(found):
    lines = sensitivity_lines(found)
    at = lines.index("at 30 deg:")
    assert lines[at + 1].split()[0] == "shift_mm"
    assert lines[at + 2].split()[0] == "tt_tg_mm"
    assert "(assumed)" not in lines[at + 2]
    assert lines[at + 3].endswith("(assumed)")


def test_a_frame_without_an_equilibrium_says_so():
    lost = sensitivities(knee_setup(), flexion=np.radians([30.0]), quadriceps=0.0, inputs=["tt_tg_mm"])
    assert sensitivity_lines(lost)[-1] == "  none: no_load"
    assert sensitivity_records(lost)[0]["slope"]["shift_mm"] == {"tt_tg_mm": None}
