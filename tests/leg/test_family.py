"""Families of models: recognised from the model itself, with their names and signs."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from trochlea.errors import FormatError, ModelError
from trochlea.leg.muscles.muscle_parameters import muscle_parameters
from trochlea.leg.opensim.family import check_engine, recognise_family
from trochlea.leg.opensim.family_motion import check_knees, from_ours, read_model_motion, to_ours
from trochlea.motion.files.storage import read_storage
from trochlea.motion.timeseries import TimeSeries

FILES = {
    "models/Rajagopal2016.osim": "rajagopal-2016",
    "models/RajagopalLaiUhlrich2023.osim": "lai-uhlrich",
    "mocap/rajagopal_walk/subject.osim": "rajagopal-2016",
    "mocap/gait2392_walk/subject01.osim": "gait2392",
    "lenhart2015/lenhart2015.osim": "lenhart",
}

NEAREST = 0.02
"""A mapped muscle's two ends lie together within this [m] of the nearest muscle of Rajagopal 2016, two people's
models being compared; worst seen 0.0065 (add_brev)."""


@pytest.mark.parametrize(("file", "family"), FILES.items())
def test_a_family_is_told_from_the_model_whatever_the_file_is_called(
    data_dir: Path, tmp_path: Path, file: str, family: str
):
    path = tmp_path / "Rajagopal_LaiUhlrich_gait2392_lenhart.osim"
    path.write_bytes((data_dir / file).read_bytes().replace(b'Model name="', b'Model name="gait2392 Rajagopal '))
    assert recognise_family(path).name == family


def test_scaling_a_model_does_not_change_its_generation(data_dir: Path, tmp_path: Path):
    text = (data_dir / "models/RajagopalLaiUhlrich2023.osim").read_text()
    longer = re.sub(
        r"<(optimal_fiber_length|tendon_slack_length)>([^<]*)<",
        lambda m: f"<{m[1]}>{float(m[2]) * 1.13}<",
        text,
    )
    (tmp_path / "m.osim").write_text(longer)
    assert recognise_family(tmp_path / "m.osim").name == "lai-uhlrich"


def test_the_knee_of_gait2392_bends_with_a_negative_angle(data_dir: Path):
    family = recognise_family(data_dir / "mocap/gait2392_walk/subject01.osim")
    signs = {coordinate.ours: coordinate.sign for coordinate in family.coordinates}
    turned = {name for name, sign in signs.items() if sign < 0}
    assert turned == {"knee_angle_r", "knee_angle_l", "mtp_angle_r", "mtp_angle_l"}
    knee = family.coordinate("knee_angle_l")
    assert np.rad2deg([knee.lower, knee.upper]) == pytest.approx([-10, 120], abs=0.01)


def test_a_walk_of_gait2392_in_our_signs_bends_the_knee_in_swing(data_dir: Path):
    folder = data_dir / "mocap/gait2392_walk"
    family = recognise_family(folder / "subject01.osim")
    theirs = read_storage(folder / "subject01_walk1_ik.mot")
    ours = to_ours(theirs, family)
    for side in "rl":
        flexion = np.rad2deg(ours.column(f"knee_angle_{side}"))
        assert 55 < flexion.max() < 75
        assert flexion.min() > -5
    assert (from_ours(ours, family).column("knee_angle_r") == theirs.column("knee_angle_r")).all()


def test_names_of_lenhart_become_ours(data_dir: Path):
    family = recognise_family(data_dir / "lenhart2015/lenhart2015.osim")
    theirs = {coordinate.ours: (coordinate.theirs, coordinate.sign) for coordinate in family.coordinates}
    assert theirs["knee_angle_r"] == ("knee_flex_r", 1)
    assert theirs["hip_adduction_r"] == ("hip_add_r", 1)
    assert theirs["pelvis_rotation"] == ("pelvis_rot", 1)
    assert theirs["subtalar_angle_l"] == ("subt_angle_l", 1)
    # The left hip of this model turns about the same axes as the right one, so that abduction counts as adduction.
    assert theirs["hip_adduction_l"] == ("hip_add_l", -1)
    assert theirs["hip_rotation_l"] == ("hip_rot_l", -1)
    assert len(family.coordinates) == 23
    assert "pf_tilt_r" in family.other_coordinates


@pytest.mark.parametrize("file", FILES)
def test_every_leg_muscle_has_a_name_of_ours_once(data_dir: Path, file: str):
    family = recognise_family(data_dir / file)
    sides = ("right",) if "lenhart" in file else ("right", "left")
    for side in sides:
        names = [muscle.ours for muscle in family.muscles_of(side)]
        assert len(set(names)) == len(names)
        assert {"recfem", "vasmed", "vasint", "vaslat", "glmed1", "semimem", "gasmed"} <= set(names)
    trunk = ("ercspn", "intobl", "extobl")
    assert all(name.startswith(trunk) for name in family.other_muscles)


def ends(path: Path) -> dict[str, list[tuple[str, np.ndarray]]]:
    """First and last point of each right-leg muscle: body and place."""
    found = {}
    model = ET.parse(path).getroot()
    for element in model.iterfind("Model/ForceSet/objects/*"):
        points = [p for p in element.iterfind(".//PathPointSet/objects/*") if p.findtext("location")]
        if str(element.get("name")).endswith("_r") and len(points) > 1:
            found[str(element.get("name"))] = [
                (
                    (p.findtext("socket_parent_frame") or "").split("/")[-1],
                    np.array([float(word) for word in (p.findtext("location") or "").split()]),
                )
                for p in (points[0], points[-1])
            ]
    return found


@pytest.mark.parametrize("file", ["mocap/gait2392_walk/subject01.osim", "lenhart2015/lenhart2015.osim"])
def test_a_mapped_muscle_starts_and_ends_where_ours_does(data_dir: Path, file: str):
    own, ours = ends(data_dir / file), ends(data_dir / "models/Rajagopal2016.osim")
    published = set(muscle_parameters("Rajagopal2016").names)
    n_compared = 0
    for muscle in recognise_family(data_dir / file).muscles_of("right"):
        if muscle.ours not in published or muscle.theirs not in own:
            continue
        distances = {
            name: sum(float(np.linalg.norm(a[1] - b[1])) for a, b in zip(own[muscle.theirs], points, strict=True))
            for name, points in ours.items()
            if [a[0] for a in own[muscle.theirs]] == [b[0] for b in points]
        }
        if f"{muscle.ours}_r" not in distances:  # the quadriceps of gait2392 ends on the tibia, without a patella
            continue
        n_compared += 1
        assert distances[f"{muscle.ours}_r"] < min(distances.values()) + NEAREST, muscle
    assert n_compared >= 34


def changed(data_dir: Path, folder: Path, file: str, old: str, new: str, count: int = -1) -> Path:
    text = (data_dir / file).read_text()
    assert old in text
    path = folder / "changed.osim"
    path.write_text(text.replace(old, new, count))
    return path


GAIT = "mocap/gait2392_walk/subject01.osim"


def test_a_reduced_model_says_which_muscles_one_stands_for(data_dir: Path, tmp_path: Path):
    text = (data_dir / GAIT).read_text()
    for gone in ("vas_med", "vas_lat", "add_long", "add_brev", "add_mag1", "add_mag3"):
        text = text.replace(f"{gone}_", f"{gone}_removed_")
    path = tmp_path / "reduced.osim"
    path.write_text(text)
    family = recognise_family(path)
    assert family.name == "gait2354"
    (vasti,) = (muscle for muscle in family.muscles_of("left") if muscle.theirs == "vas_int_l")
    assert (vasti.ours, vasti.stands_for) == ("vasint", ("vasint", "vaslat", "vasmed"))
    (soleus,) = (muscle for muscle in family.muscles_of("left") if muscle.theirs == "soleus_l")
    assert soleus.stands_for == ("soleus",)


def test_an_unknown_family_keeps_the_names_that_are_known(data_dir: Path, tmp_path: Path):
    path = changed(data_dir, tmp_path, GAIT, "rect_fem_", "rectus_")
    family = recognise_family(path)
    assert family.name == "unknown"
    assert family.coordinate("knee_angle_r").sign == -1
    assert "rectus_r" in family.other_muscles
    assert "vasmed" in {muscle.ours for muscle in family.muscles_of("right")}


@pytest.mark.parametrize(("file", "words"), [(GAIT, "of the family gait2392"), (None, "of an unknown family")])
def test_another_family_without_opensim_is_refused_with_the_remedy(
    data_dir: Path, tmp_path: Path, file: str | None, words: str
):
    path = data_dir / file if file else changed(data_dir, tmp_path, GAIT, "rect_fem_", "rectus_")
    family = recognise_family(path)
    with pytest.raises(ModelError) as caught:
        check_engine(family, has_opensim=False)
    assert words in str(caught.value)
    assert "pip install 'trochlea[opensim]'" in str(caught.value)
    assert "\n" not in str(caught.value)
    check_engine(family, has_opensim=True)


def test_the_rajagopal_family_needs_no_opensim(data_dir: Path):
    for file in ("models/Rajagopal2016.osim", "models/RajagopalLaiUhlrich2023.osim"):
        check_engine(recognise_family(data_dir / file), has_opensim=False)


KNEE_RANGE = "<range>-2.0943950999999998 0.17453293</range>"


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        (KNEE_RANGE, "<range>-0.17453293 2.0943951</range>", ModelError, "knee_angle_r runs from -10 to 120 degrees"),
        (KNEE_RANGE, "<range>-2 2</range>", ModelError, "negative values flexion; expected a range that mostly bends"),
        (KNEE_RANGE, "<range>-2 x</range>", FormatError, "a joint that cannot be read"),
        (
            "<coefficients> 1 0</coefficients>",
            "<coefficients>0 0</coefficients>",
            ModelError,
            "its sign cannot be told",
        ),
        ("<optimal_fiber_length>", "<optimal_fiber_length>x", FormatError, "glut_med1_r/optimal_fiber_length"),
    ],
)
def test_a_model_whose_signs_cannot_be_told_is_refused_in_one_line(
    data_dir: Path, tmp_path: Path, old: str, new: str, error: type, message: str
):
    path = changed(data_dir, tmp_path, GAIT, old, new)
    with pytest.raises(error) as caught:
        recognise_family(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_motion_or_coordinate_that_the_model_does_not_have_is_refused(data_dir: Path):
    family = recognise_family(data_dir / "lenhart2015/lenhart2015.osim")
    series = TimeSeries(times=[0.0], values=[[1.0]], names=("hip_flexion_r",), units=("rad",))  # type: ignore[arg-type]
    with pytest.raises(ModelError, match=r"the motion's columns \(hip_flexion_r"):
        to_ours(series, family)
    other = TimeSeries(times=[0.0], values=[[1.0]], names=("wing_angle_r",), units=("rad",))  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="has none of the motion's coordinates"):
        from_ours(other, family)
    with pytest.raises(ModelError, match="has no coordinate for wing_angle_r"):
        family.coordinate("wing_angle_r")


def test_state_paths_are_values_and_speeds_are_left_out(data_dir: Path):
    family = recognise_family(data_dir / GAIT)
    series = TimeSeries(
        times=np.array([0.0]),
        values=np.array([[-1.0, 3.0]]),
        names=("/jointset/knee_r/knee_angle_r/value", "/jointset/knee_r/knee_angle_r/speed"),
        units=("rad", "rad/s"),
    )
    ours = to_ours(series, family)
    assert ours.names == ("knee_angle_r",)
    assert ours.values.tolist() == [[1.0]]


def test_the_model_tells_which_columns_of_a_file_in_degrees_are_in_radians(data_dir: Path):
    folder = data_dir / "lenhart2015"
    model = folder / "lenhart2015.osim"
    # The left knee of this model is driven by a spline, so that OpenSim writes it in radians beside degrees.
    walk = to_ours(read_model_motion(folder / "walking_values.sto", model), recognise_family(model))
    for side in "rl":
        flexion = np.rad2deg(walk.column(f"knee_angle_{side}"))
        assert 50 < flexion.max() < 80
        assert flexion.min() > -10


def test_names_that_no_family_has_are_read_with_their_model(data_dir: Path, tmp_path: Path):
    path = changed(data_dir, tmp_path, GAIT, "hip_flexion_r", "schenkel")
    motion = tmp_path / "walk.mot"
    motion.write_text("Coordinates\ninDegrees=yes\nendheader\ntime\tschenkel\tpelvis_tx\n0\t90\t0.5\n1\t45\t0.5\n")
    with pytest.raises(FormatError, match="cannot tell whether column schenkel is an angle"):
        read_storage(motion)
    series = read_model_motion(motion, path)
    assert series.units == ("rad", "m")
    assert series.values[:, 0] == pytest.approx(np.deg2rad([90, 45]))
    assert series.column("pelvis_tx").tolist() == [0.5, 0.5]
    with pytest.raises(ModelError, match=r"its columns \(ground_force_vx, .* are none of the coordinates"):
        read_model_motion(data_dir / "mocap/gait2392_walk/subject01_walk1_grf.mot", path)


def test_a_motion_of_another_family_bends_its_knees_backwards_and_is_refused(data_dir: Path):
    walk = read_storage(data_dir / "mocap/gait2392_walk/subject01_walk1_ik.mot")
    rajagopal = recognise_family(data_dir / "models/Rajagopal2016.osim")
    with pytest.raises(ModelError) as caught:
        check_knees(to_ours(walk, rajagopal), name="subject01_walk1_ik")
    assert "subject01_walk1_ik: with this model knee_angle_r runs from -70 to 1 degrees" in str(caught.value)
    assert "give that model" in str(caught.value)
    assert "\n" not in str(caught.value)
    check_knees(to_ours(walk, recognise_family(data_dir / GAIT)), name="walk")
    own = read_storage(data_dir / "mocap/rajagopal_walk/ik.mot")
    check_knees(to_ours(own, rajagopal), name="ik")
    with pytest.raises(ModelError, match="a knee that bends backwards"):
        check_knees(to_ours(own, recognise_family(data_dir / GAIT)), name="ik")


def test_moments_of_the_knee_are_no_angles():
    series = TimeSeries(times=np.array([0.0]), values=np.array([[-40.0]]), names=("knee_angle_r",), units=("N.m",))
    check_knees(series, name="moments")
