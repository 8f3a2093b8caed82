"""Markers of model files and of the published sets, and labels by name."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from trochlea.errors import FormatError, InputError
from trochlea.leg.markers.marker_set import (
    choose_marker_set,
    label_key,
    match_labels,
    on_leg,
    published_marker_sets,
    read_marker_set,
)
from trochlea.leg.skeleton.model import build_leg

PRINTED = 1e-6
"""markers.csv holds seven digits of the model file's numbers [m]."""


def _marker_file(folder, names, *, body="/bodyset/pelvis", location="0.1 0.2 0.3"):
    marker = "<Marker name='{}'><socket_parent_frame>{}</socket_parent_frame><location>{}</location></Marker>"
    inner = "".join(marker.format(name, body, location) for name in names)
    path = folder / "markers.xml"
    path.write_text(
        f"<OpenSimDocument Version='40000'><MarkerSet><objects>{inner}</objects></MarkerSet></OpenSimDocument>"
    )
    return path


@pytest.mark.parametrize("label", ["RASI", "Subject:RASI", "r.asi", "R_ASI", "R ASI", "Team:One:rasi", "R-ASI"])
def test_prefix_case_and_dots_do_not_matter(label) -> None:
    assert label_key(label) == "rasi"


def test_the_published_set_is_the_model_files(data_dir) -> None:
    ours, file = published_marker_sets()["rajagopal-2016"], data_dir / "models" / "Rajagopal2016.osim"
    found = {}
    for element in ET.parse(file).getroot().iter("Marker"):
        body = (element.findtext("socket_parent_frame") or "").split("/")[-1]
        found[element.get("name")] = (body, [float(word) for word in (element.findtext("location") or "").split()])
    assert len(ours.names) == 46
    for name, body, position in zip(ours.names, ours.bodies, ours.positions, strict=True):
        assert body == found[name][0]
        np.testing.assert_allclose(position, found[name][1], rtol=0, atol=PRINTED)


@pytest.mark.parametrize("name", sorted(published_marker_sets()))
def test_left_markers_mirror_right_ones(name) -> None:
    found = published_marker_sets()[name]
    keys = {label_key(n): i for i, n in enumerate(found.names)}
    pairs = [(i, keys["l" + key[1:]]) for key, i in keys.items() if key[0] == "r" and "l" + key[1:] in keys]
    assert len(pairs) >= 8
    for right, left in pairs:
        assert found.bodies[right].replace("_r", "_l") == found.bodies[left]
        if np.isfinite(found.positions[right]).all() and name != "opencap-mocap":
            # The published sets differ by up to 8 mm between sides (RPSH, LPSH); opencap-mocap is one person's.
            np.testing.assert_allclose(found.positions[right] * [1, 1, -1], found.positions[left], rtol=0, atol=0.009)


def test_the_set_that_knows_most_labels_is_chosen() -> None:
    assert choose_marker_set(("Anna:RASI", "Anna:LKNE", "Anna:RHEE")).source.startswith("plug-in-gait")
    assert choose_marker_set(("R.ASIS", "R.TH4", "L.TH4", "S2")).source.startswith("rajagopal-walk")
    assert choose_marker_set(("r_calc_study", "RHJC_study")).source.startswith("opencap ")


def test_unknown_labels_are_left_out_and_listed() -> None:
    marker_set = published_marker_sets()["rajagopal-2016"]
    match = match_labels(marker_set, ("nose", "A:LASI", "RASI"))
    assert match.unknown == ("nose",)
    assert "RPSI" in match.missing
    assert {(marker_set.names[r], c) for r, c in zip(match.rows, match.columns, strict=True)} == {
        ("LASI", 1),
        ("RASI", 2),
    }


@pytest.mark.parametrize(
    ("labels", "message"),
    [(("nose", "ear"), "no name in common.*nose, ear"), (("A:RASI", "B:RASI"), "same marker.*one person")],
)
def test_labels_that_cannot_be_matched_are_refused(labels, message) -> None:
    with pytest.raises(InputError, match=message):
        match_labels(published_marker_sets()["rajagopal-2016"], labels)


def test_a_trial_without_any_known_label_is_refused() -> None:
    with pytest.raises(InputError, match=r"no marker has a known name: found \*12; expected those of rajagopal-2016"):
        choose_marker_set(("*12",))


def test_a_model_files_markers_are_read_with_the_weights_of_their_own_pipeline(data_dir) -> None:
    found = read_marker_set(data_dir / "mocap" / "rajagopal_walk" / "subject.osim")
    assert len(found.names) == 41
    row = found.names.index("R.ASIS")
    assert (found.bodies[row], found.weights[row], found.static_weights[row]) == ("pelvis", 50.0, 20.0)
    np.testing.assert_allclose(found.positions[row], [0.01618022, 0.03005002, 0.15326185], rtol=0, atol=1e-8)
    assert found.is_fixed[row]
    assert not found.is_fixed[found.names.index("R.PSIS")]


def test_markers_of_the_arms_are_left_out_and_named(data_dir) -> None:
    found = read_marker_set(data_dir / "mocap" / "rajagopal_walk" / "subject.osim")
    kept, left_out = on_leg(found, build_leg(mass=75, height=1.7, sex="male").mj)
    assert len(kept.names) == 33
    assert left_out == tuple(f"{side}.{name}" for side in "RL" for name in ("Biceps", "Elbow", "Forearm", "Wrist"))


def test_names_of_nobody_count_alike(tmp_path) -> None:
    found = read_marker_set(_marker_file(tmp_path, ["one", "two"]))
    assert found.weights.tolist() == [1.0, 1.0]
    assert "assumed" in found.source


@pytest.mark.parametrize(
    ("names", "kinds", "message"),
    [
        ((), {}, "has no markers"),
        (("RASI", "R.ASI"), {}, "stands there twice"),
        (("RASI",), {"location": "0.1 nan 0.3"}, "expected 3 numbers"),
        (("RASI",), {"location": "0.1 0.2"}, "expected 3 numbers"),
    ],
)
def test_a_damaged_marker_set_is_refused(tmp_path, names, kinds, message) -> None:
    with pytest.raises(FormatError, match=message):
        read_marker_set(_marker_file(tmp_path, names, **kinds))


def test_what_is_no_marker_file_is_refused(tmp_path) -> None:
    (tmp_path / "x.osim").write_text("<not closed")
    with pytest.raises(FormatError, match="is not XML"):
        read_marker_set(tmp_path / "x.osim")
    with pytest.raises(FormatError, match="cannot be read"):
        read_marker_set(tmp_path / "absent.osim")
    (tmp_path / "arm.osim").write_text("<not closed")
    with pytest.raises(InputError, match="no marker of .* sits on the leg model"):
        on_leg(
            read_marker_set(_marker_file(tmp_path, ["RELB"], body="humerus_r")),
            build_leg(mass=75, height=1.7, sex="male").mj,
        )
