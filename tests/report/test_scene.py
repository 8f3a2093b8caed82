"""The 3-D view gets the surfaces, poses and pressures of the result."""

import base64
import json

import numpy as np
import pytest

from trochlea.knee.femoral_surface import femoral_radius
from trochlea.report.scene import UNITS_PER_MM, build_scene, scene_json
from trochlea.report.wording import STATUS_WORDS

ROUNDED = 0.6 / UNITS_PER_MM
"""Places are rounded to whole units, so to half a unit [mm]."""

TOP = 8.0
"""Upper end of the colour scale, above every pressure of the sweep [MPa]."""

SPACING = 0.9e-3
"""Farthest that a place on the femur can lie from the nodes of its grid [m]: half a diagonal of 1.0 by 1.5 mm."""

TOTAL = 0.10
"""Force by the pressure carried to the femur's grid, against that on the patella [-]: one is summed over another
surface, at another spacing; the worst seen is 0.041."""


@pytest.fixture(scope="module")
def scene(knee, sweep):
    return build_scene(knee, sweep, top=TOP)


@pytest.fixture(scope="module")
def data(scene, sweep):
    return json.loads(scene_json(scene, sweep, is_timed=False))


def unpack(text, kind):
    return np.frombuffer(base64.b64decode(text), dtype=kind)


def test_the_femur_lies_on_the_surface_of_the_knee(scene, knee):
    forward, up = (scene.femur[..., i] - knee.trochlea.grid[i] for i in range(2))
    radius = femoral_radius(knee.trochlea, np.arctan2(up, forward), scene.femur[..., 2])
    assert np.allclose(np.hypot(forward, up), radius, rtol=0, atol=1e-9)


def test_the_patella_touches_the_femur_where_it_is_pressed(scene, knee):
    """Nearest nodes of both surfaces: as close as spacing and compression allow where pressed, farther elsewhere."""
    i = scene.frames.index(4)
    nodes = scene.patella @ scene.rotations[i].T + scene.positions[i]
    femur = scene.femur.reshape(-1, 3)
    pressure = scene.patella_pressure[i]
    pressed, free = nodes[pressure > 0.5 * pressure.max()], nodes[pressure == 0]
    apart = [np.linalg.norm(femur[None] - some[:, None], axis=2).min(axis=1) for some in (pressed, free)]
    assert apart[0].max() < SPACING + pressure.max() / knee.foundation_stiffness
    assert apart[1].max() > 3 * SPACING


def test_pressure_carried_to_the_femur_keeps_the_force(scene, sweep):
    for i, frame in enumerate(scene.frames):
        if not scene.has_result[i]:
            continue
        rows, columns = scene.femur.shape[:2]
        by_row, by_column = np.gradient(scene.femur, axis=0), np.gradient(scene.femur, axis=1)
        area = np.linalg.norm(np.cross(by_row, by_column), axis=2)
        on_femur = (scene.femur_pressure[i].reshape(rows, columns) * area).sum()
        on_patella = (sweep.pressure[frame] * sweep.point_areas).sum()
        assert on_femur == pytest.approx(on_patella, rel=TOTAL), frame


def test_a_left_knee_is_the_mirror_image(scene, knee, left_sweep):
    left = build_scene(knee, left_sweep, top=TOP)
    mirror = np.array((1.0, 1.0, -1.0))
    for name in ("femur", "patella", "front", "caps"):
        assert np.allclose(getattr(left, name), getattr(scene, name) * mirror, rtol=0, atol=1e-9), name
    valid = scene.has_result
    here = left.patella @ left.rotations[valid].transpose(0, 2, 1) + left.positions[valid][:, None]
    there = scene.patella @ scene.rotations[valid].transpose(0, 2, 1) + scene.positions[valid][:, None]
    assert np.allclose(here, there * mirror, rtol=0, atol=1e-9)
    assert np.allclose(left.femur_pressure, scene.femur_pressure, rtol=0, atol=1.0)


def test_places_come_back_from_the_page_as_they_went_in(data, scene):
    places = unpack(data["femur"]["places"], "<i2").reshape(scene.femur.shape) / UNITS_PER_MM
    assert np.abs(places - scene.femur * 1e3).max() < ROUNDED
    triangles = unpack(data["patella"]["triangles"], "<u2").reshape(-1, 3)
    assert np.array_equal(triangles, scene.triangles)


def test_pressures_come_back_within_a_step_of_the_scale(data, scene):
    i = scene.frames.index(5)
    frame = data["frames"][i]
    found = unpack(frame["pressure"], "u1") / 255 * data["top"] * 1e6
    assert np.abs(found - scene.patella_pressure[i]).max() <= 0.5001 / 255 * TOP * 1e6
    at, pressed = unpack(frame["pressedAt"], "<u2"), unpack(frame["pressed"], "u1")
    assert np.abs(pressed / 255 * TOP * 1e6 - scene.femur_pressure[i][at]).max() <= 0.5001 / 255 * TOP * 1e6


def test_a_frame_without_a_result_says_why_and_has_no_pose(data):
    frame = data["frames"][3]
    assert frame["status"] == "frame in which the quadriceps does not pull or its force is unknown"
    assert "rotation" not in frame
    assert [("rotation" in other) for other in data["frames"]] == [True, True, True, False, True, True]


def test_words_of_a_frame_are_its_numbers(data, sweep):
    frame = data["frames"][5]
    assert frame["label"] == "knee bent 80°"
    assert frame["force"] == round(sweep.contact_force[5])
    assert frame["lateral"] == f"{sweep.lateral_peak_pressure[5] / 1e6:.1f}"
    assert frame["status"] == "converged"


def test_a_long_movement_is_thinned_and_keeps_its_peak(knee, sweep):
    scene = build_scene(knee, sweep, top=TOP, most_frames=3)
    assert len(scene.frames) == 3
    assert scene.frames[scene.peak] == 5


def test_no_text_can_end_the_script_element(scene, sweep, monkeypatch):
    monkeypatch.setitem(STATUS_WORDS, "no_load", "</script>")
    text = scene_json(scene, sweep, is_timed=True)
    assert "<" not in text
    assert json.loads(text)["frames"][3]["status"] == "frame </script>"
