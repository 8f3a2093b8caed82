"""Pictures of exercises: the computed posture and nothing else, small, plain and for every theme."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
import pytest

from trochlea.leg.posture.task_motion import simulate_task
from trochlea.leg.skeleton.model import build_leg
from trochlea.motion.task_file import read_task
from trochlea.report.camera import view_words
from trochlea.report.exercise_muscles import LEVELS
from trochlea.report.exercise_picture import PAINTS, exercise_svg

SMALL = 60 * 1024
"""Bytes of a picture: the largest seen is 27 KB; a whole booklet of 20 exercises in two views stays below 2 MB."""

FLESH_OFF = 4.0
"""A drawn outline from the sole that it stands for [mm]: rounding and simplification; 2 seen."""

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def leg():
    return build_leg(mass=75.0, height=1.75, sex="male")


@pytest.fixture(scope="module")
def squat(leg):
    return simulate_task(leg, read_task("single_leg_squat"), "right", n_frames=5)


def paths(picture, kind):
    """Points of every path of a kind, by panel; absolute, in the panel's own millimetres."""
    panels = []
    for panel in ElementTree.fromstring(picture).iter(f"{SVG}g"):
        own = [points(path.attrib["d"]) for path in panel.iter(f"{SVG}path") if path.attrib["class"] == f"ep-{kind}"]
        panels.append(own)
    return panels


def points(data):
    found = []
    for part in re.findall(r"M[^M]*", data):
        numbers = np.array([int(n) for n in re.findall(r"-?\d+", part)]).reshape(-1, 2)
        found.append(np.cumsum(numbers, axis=0))
    return np.vstack(found)


def test_a_picture_is_small_and_needs_nothing_else(leg, squat):
    for view in ("side", "front"):
        picture = exercise_svg(squat, leg, "right", view=view)
        assert len(picture) < SMALL
        root = ElementTree.fromstring(picture)
        assert root.tag == f"{SVG}svg"
        assert "Single-leg squat" in root.find(f"{SVG}title").text
        assert "href" not in picture
        assert "url(" not in picture


def test_every_shape_has_a_paint_in_light_and_in_the_dark(leg, squat):
    picture = exercise_svg(squat, leg, "right", activations={"vaslat": np.full(5, 0.4)})
    light, _, dark = picture.partition("@media screen and (prefers-color-scheme:dark)")
    used = set(re.findall(r'class="ep-([a-z_0-9]+)"', picture)) - {"word", "key", "faint"}
    assert used <= set(PAINTS)
    for kind in used:
        assert f".ep-{kind}{{fill:" in light
        assert f".ep-{kind}{{fill:" in dark


def test_the_knee_is_drawn_as_bent_as_it_was_computed(leg, squat):
    """The angle between the drawn femur's and tibia's long axes, by principal components of their outlines."""
    start, end = (panel for panel in paths(exercise_svg(squat, leg, "right"), "bone"))
    bends = []
    for panel in (start, end):
        # The two longest bones of the working leg are femur and tibia (the fibula is thinner).
        longest = sorted(panel, key=lambda line: -np.ptp(line @ axis(line)))
        femur, shank = sorted(longest[:2], key=lambda line: line[:, 1].mean())
        bends.append(np.degrees(np.arccos(abs(axis(femur) @ axis(shank)))))
    assert bends[1] - bends[0] == pytest.approx(60.0, abs=8.0)


def axis(line):
    return np.linalg.svd(line - line.mean(axis=0))[2][0]


def test_only_active_muscles_are_drawn_and_stronger_ones_deeper(leg, squat):
    n = squat.motion.coordinates.times.size
    activations = {"vaslat": np.full(n, 0.8), "soleus": np.full(n, 0.1), "tibant": np.zeros(n)}
    picture = exercise_svg(squat, leg, "right", activations=activations, has_legend=False)
    assert [len(panel) for panel in paths(picture, "muscle4")] == [1, 1]
    assert [len(panel) for panel in paths(picture, "muscle1")] == [1, 1]
    assert picture.count('class="ep-muscle') == 4
    assert "ep-muscle" not in exercise_svg(squat, leg, "right").partition("</style>")[2]


def test_tints_grow_darker_in_light_and_lighter_in_the_dark():
    kinds = [PAINTS[f"muscle{level}"] for level in range(1, len(LEVELS) + 1)]
    light, dark = [luminance(paint[0]) for paint in kinds], [luminance(paint[2]) for paint in kinds]
    assert all(a - b > 0.06 for a, b in zip(light, light[1:], strict=False))
    assert all(b - a > 0.06 for a, b in zip(dark, dark[1:], strict=False))


def luminance(colour):
    """Grey that a printer makes of a colour, 0 to 1."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_a_left_leg_is_seen_from_the_left_and_looks_the_same(leg, squat):
    left = simulate_task(leg, read_task("single_leg_squat"), "left", n_frames=5)
    for view in ("side", "front"):
        pictures = [
            paths(exercise_svg(done, leg, side, view=view), "flesh")
            for done, side in ((squat, "right"), (left, "left"))
        ]
        for right_panel, left_panel in zip(*pictures, strict=True):
            right, other = np.vstack(right_panel), np.vstack(left_panel)
            mirror = np.array([-other[:, 0].max(), -other[:, 0].min()])
            np.testing.assert_allclose(mirror, [right[:, 0].min(), right[:, 0].max()], rtol=0, atol=4.0)
            np.testing.assert_allclose(np.ptp(other[:, 1]), np.ptp(right[:, 1]), rtol=0, atol=4.0)


def test_a_step_is_as_high_as_the_task_says(leg):
    done = simulate_task(leg, read_task("step_down", {"step_height_m": 0.20}), "right", n_frames=5)
    picture = exercise_svg(done, leg, "right")
    (step,), (floor,) = paths(picture, "thing")[0], paths(picture, "floor")[0]
    assert np.ptp(step[:, 1]) == pytest.approx(200.0, abs=1.0)
    assert step[:, 1].max() == floor[0, 1]


@pytest.mark.parametrize(
    ("name", "settings", "kind"),
    [("clamshell", {"band_n": 50.0}, "band"), ("straight_leg_raise", {"weight_kg": 2.0}, "weight")],
)
def test_bands_and_weights_are_drawn_where_there_are_any(leg, name, settings, kind):
    bare = exercise_svg(simulate_task(leg, read_task(name), "right", n_frames=5), leg, "right")
    loaded = exercise_svg(simulate_task(leg, read_task(name, settings), "right", n_frames=5), leg, "right")
    assert f'class="ep-{kind}"' not in bare
    assert loaded.count(f'class="ep-{kind}"') == 2


def test_a_lying_body_rests_on_its_mat(leg):
    done = simulate_task(leg, read_task("bridge"), "right", n_frames=5)
    picture = exercise_svg(done, leg, "right")
    for mat, flesh in zip(paths(picture, "thing"), paths(picture, "flesh"), strict=True):
        assert mat[0][:, 1].min() >= np.vstack(flesh)[:, 1].max() - 3.0
    # The feet stand on it throughout.
    assert np.vstack(paths(picture, "flesh")[1])[:, 1].max() == pytest.approx(
        paths(picture, "thing")[1][0][:, 1].min(), abs=4
    )


def test_a_title_cannot_break_the_picture(leg, squat):
    odd = replace(squat, task=replace(squat.task, title="Squat <b> & more"))
    root = ElementTree.fromstring(exercise_svg(odd, leg, "right"))
    assert root.find(f"{SVG}title").text.startswith("Squat <b> & more")


def words(picture, kind):
    root = ElementTree.fromstring(picture)
    return [text.text for text in root.iter(f"{SVG}text") if text.attrib["class"] == f"ep-{kind}"]


def test_words_say_what_each_position_is_and_from_where_it_is_seen(leg, squat):
    picture = exercise_svg(squat, leg, "right", view="front")
    assert words(picture, "word") == ["1 standing", "2 squatting"]
    assert words(picture, "faint") == ["from the front"]


def test_words_name_the_muscles_at_work_hardest_first(leg, squat):
    n = squat.motion.coordinates.times.size
    activations = {"vaslat": np.full(n, 0.2), "glmed1": np.full(n, 0.8), "soleus": np.full(n, 0.01)}
    named = words(exercise_svg(squat, leg, "right", activations=activations), "key")
    assert " ".join(named) == (
        "works very hard: side of the hip (gluteus medius and minimus) works: front of the thigh (quadriceps)"
    )


def test_words_stay_within_the_picture(leg, squat):
    n = squat.motion.coordinates.times.size
    activations = {name: np.full(n, 0.8) for name in ("vaslat", "glmed1", "glmax1", "tfl", "soleus", "piri")}
    picture = exercise_svg(squat, leg, "right", activations=activations)
    width, height = (float(n) for n in ElementTree.fromstring(picture).attrib["viewBox"].split()[2:])
    for text in ElementTree.fromstring(picture).iter(f"{SVG}text"):
        assert float(text.attrib["y"]) < height or text.attrib["class"] == "ep-word"
        if text.attrib["class"] == "ep-key":
            assert float(text.attrib["x"]) + 0.54 * 44.0 * len(text.text) < width


def test_both_feet_stand_on_the_floor_where_their_forces_are(leg):
    """The ground's forces act at height 0 of a task whose feet are prescribed there."""
    done = simulate_task(leg, read_task("double_leg_squat"), "right", n_frames=5)
    picture = exercise_svg(done, leg, "right", view="front")
    for floor, flesh in zip(paths(picture, "floor"), paths(picture, "flesh"), strict=True):
        assert np.vstack(flesh)[:, 1].max() == pytest.approx(floor[0][0, 1], abs=FLESH_OFF)
    assert floor[0][0, 1] == pytest.approx(0.0, abs=1.0)


def test_the_arrow_ends_below_its_start_where_the_body_goes_down(leg, squat):
    for view in ("side", "front"):
        (shaft,) = [
            line for panel in paths(exercise_svg(squat, leg, "right", view=view), "arrow_line") for line in panel
        ]
        assert shaft[-1, 1] - shaft[0, 1] > 50.0


@pytest.mark.parametrize(
    ("name", "own"),
    [("bridge", "from the feet, aslant"), ("clamshell", "from above"), ("knee_extension", "from the front")],
)
def test_the_second_view_is_that_of_the_position(leg, name, own):
    task = read_task(name)
    assert view_words("front", task.position) == own
    done = simulate_task(leg, task, "right", n_frames=5)
    assert words(exercise_svg(done, leg, "right", view="front"), "faint") == [own]


def test_a_mat_seen_from_above_lies_under_all_of_the_body(leg):
    done = simulate_task(leg, read_task("clamshell"), "right", n_frames=5)
    picture = exercise_svg(done, leg, "right", view="front")
    for mat, flesh in zip(paths(picture, "thing_top"), paths(picture, "flesh"), strict=True):
        body = np.vstack(flesh)
        assert (mat[0].min(axis=0) < body.min(axis=0)).all()
        assert (mat[0].max(axis=0) > body.max(axis=0)).all()
