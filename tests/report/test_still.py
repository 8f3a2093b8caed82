"""The picture that stands in for the 3-D view shows both surfaces and the pressure, in either theme."""

import base64
import io
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from trochlea.report.scene import build_scene
from trochlea.report.still import PAPER, SIZE, facing_camera, still_png


@pytest.fixture(scope="module")
def scene(knee, sweep):
    return build_scene(knee, sweep, top=6.0)


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")) / 255


def saturation(picture):
    return picture.max(axis=2) - picture.min(axis=2)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_halves_show_bone_and_pressure_on_the_colour_of_the_page(scene, theme):
    picture = pixels(still_png(scene, theme=theme))
    assert picture.shape == (SIZE[1], SIZE[0], 3)
    assert np.allclose(picture[0, 0], to_rgb(PAPER[theme]), rtol=0, atol=0.01)
    for half in np.split(picture, 2, axis=1):
        is_paper = np.abs(half - to_rgb(PAPER[theme])).max(axis=2) < 0.02
        assert 0.1 < (~is_paper).mean() < 0.9
        assert (saturation(half) > 0.4).mean() > 0.01  # pressure is the only strong colour


def test_without_pressure_there_is_no_strong_colour(knee, sweep):
    calm = build_scene(knee, replace(sweep, pressure=np.zeros_like(sweep.pressure)), top=6.0)
    assert saturation(pixels(still_png(calm, theme="light"))).max() < 0.4


def test_the_viewer_faces_the_kneecap(scene):
    camera = facing_camera(scene)
    out = np.append(scene.positions[scene.peak][:2] - scene.axis, 0.0)
    assert camera.towards @ out / np.linalg.norm(out) > 0.8
    assert camera.towards @ camera.up == pytest.approx(0.0, abs=1e-12)
    assert np.linalg.norm(camera.towards) == pytest.approx(1.0, rel=1e-12)
