import re
from pathlib import Path

import numpy as np
import pytest

from trochlea.errors import FormatError, ModelError, TrochleaError
from trochlea.leg.opensim.osim import PROGRAM_MAX_CONTRACTION_VELOCITY, read_osim

MINIMAL = '<OpenSimDocument Version="40600"><Model name="m">{}</Model></OpenSimDocument>'

BAD = {
    "empty": (b"", FormatError, "is empty; expected an OpenSim model"),
    "blank": (b"  \n ", FormatError, "is empty"),
    "binary": (bytes(range(256)), FormatError, "line 1: is not XML"),
    "cut_short": (b"<OpenSimDocument>\n<Model>\n<Bo", FormatError, "line 3: is not XML"),
    "other_xml": (b"<html><body/></html>", FormatError, "found <html>"),
    "no_model": (b'<OpenSimDocument Version="40600"/>', FormatError, "with a <Model>"),
    "old": (
        b'<OpenSimDocument Version="30000"><Model/></OpenSimDocument>',
        FormatError,
        "version 30000, expected 40000 or newer; open and save",
    ),
    "no_joints": (MINIMAL.format("").encode(), ModelError, "not of the Rajagopal family"),
    "bad_mass": (
        MINIMAL.format(
            '<BodySet><objects><Body name="pelvis"><mass>heavy</mass><mass_center>0 0 0</mass_center>'
            "<inertia>1 1 1 0 0 0</inertia></Body></objects></BodySet>"
        ).encode(),
        FormatError,
        "pelvis/mass: expected 1 number(s), found 'heavy'",
    ),
    "short_inertia": (
        MINIMAL.format(
            '<BodySet><objects><Body name="pelvis"><mass>1</mass><mass_center>0 0 0</mass_center>'
            "<inertia>1 1 1</inertia></Body></objects></BodySet>"
        ).encode(),
        FormatError,
        "pelvis/inertia: expected 6 number(s), found '1 1 1'",
    ),
    "not_a_number": (
        MINIMAL.format(
            '<BodySet><objects><Body name="pelvis"><mass>nan</mass><mass_center>0 0 0</mass_center>'
            "<inertia>1 1 1 0 0 0</inertia></Body></objects></BodySet>"
        ).encode(),
        FormatError,
        "pelvis/mass: expected 1 number(s), found 'nan'",
    ),
}


@pytest.mark.parametrize("case", sorted(BAD))
def test_a_bad_file_is_refused_in_one_line_that_names_it(tmp_path, case):
    content, error, message = BAD[case]
    path = tmp_path / f"{case}.osim"
    path.write_bytes(content)
    with pytest.raises(error, match=re.escape(message)) as caught:
        read_osim(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(FormatError, match="cannot be read"):
        read_osim(tmp_path / "absent.osim")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(TrochleaError, match="cannot be read"):
        read_osim(tmp_path)


@pytest.fixture
def subject(data_dir: Path):
    return read_osim(data_dir / "mocap" / "rajagopal_walk" / "subject.osim")


def test_a_scaled_subject_is_read(subject):
    # Figures read off the file by eye.
    assert subject.name == "subject_scale_walk"
    np.testing.assert_allclose(subject.gravity, [0, -9.80665, 0], rtol=0, atol=1e-12)
    assert len(subject.bodies) == 22
    assert len(subject.muscles) == 80
    assert subject.bodies["femur_r"].mass == pytest.approx(10.502679, abs=1e-6)
    assert subject.bodies["toes_r"].inertia[1, 1] == pytest.approx(0.0016897694, abs=1e-9)
    assert subject.coordinates["subtalar_angle_r"].is_locked
    assert not subject.coordinates["knee_angle_r"].is_locked
    assert subject.coordinates["hip_flexion_l"].upper == pytest.approx(2.0943951)
    np.testing.assert_allclose(
        subject.joints["hip_l"].parent_offset, [-0.070042907, -0.078620879, -0.092507895], rtol=0, atol=1e-8
    )
    recfem = subject.muscles["recfem_r"]
    assert recfem.max_isometric_force == pytest.approx(2191.740984, abs=1e-5)
    assert recfem.optimal_fiber_length == pytest.approx(0.0743267816, abs=1e-9)
    assert recfem.max_contraction_velocity == 10.0  # stands among the file's defaults
    assert [body for body, _ in recfem.points] == ["pelvis", "patella_r", "patella_r", "patella_r", "tibia_r"]


def test_a_parameter_missing_from_muscle_and_defaults_is_refused(data_dir, tmp_path):
    text = (data_dir / "mocap" / "rajagopal_walk" / "subject.osim").read_text()
    path = tmp_path / "no_tendon.osim"
    path.write_text(re.sub(r"<tendon_slack_length>.*?</tendon_slack_length>", "", text))
    with pytest.raises(FormatError, match="addbrev_r/tendon_slack_length: is missing"):
        read_osim(path)


def test_a_parameter_of_the_files_defaults_is_used(data_dir, tmp_path):
    text = (data_dir / "mocap" / "rajagopal_walk" / "subject.osim").read_text()
    path = tmp_path / "slow.osim"
    path.write_text(text.replace("<max_contraction_velocity>10<", "<max_contraction_velocity>8<"))
    assert read_osim(path).muscles["recfem_r"].max_contraction_velocity == 8.0


def test_the_programs_own_default_speed_is_opensims(opensim):
    theirs = opensim.Millard2012EquilibriumMuscle().get_max_contraction_velocity()
    assert theirs == PROGRAM_MAX_CONTRACTION_VELOCITY


def test_another_family_is_refused_with_a_remedy(data_dir):
    with pytest.raises(ModelError, match="not of the Rajagopal family: .*patellofemoral.*; scale the Rajagopal"):
        read_osim(data_dir / "mocap" / "gait2392_walk" / "subject01.osim")


def test_a_file_that_ends_in_the_middle_is_refused(data_dir, tmp_path):
    whole = (data_dir / "mocap" / "rajagopal_walk" / "subject.osim").read_bytes()
    path = tmp_path / "half.osim"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FormatError, match=r"half\.osim: line \d+: is not XML"):
        read_osim(path)


def test_a_contact_force_as_opensim_writes_it_does_not_make_a_file_unreadable(data_dir, tmp_path):
    source = data_dir / "mocap/rajagopal_walk/subject.osim"
    contact = (
        '<HuntCrossleyForce name="heel"><HuntCrossleyForce::ContactParametersSet name="contact_parameters">'
        "<objects/></HuntCrossleyForce::ContactParametersSet></HuntCrossleyForce>"
    )
    head, objects, rest = source.read_text().partition("<objects>")
    start, force_set, end = (head + objects + rest).partition('<ForceSet name="forceset">')
    assert force_set
    path = tmp_path / "contact.osim"
    path.write_text(start + force_set + end.replace("<objects>", f"<objects>{contact}", 1))
    assert read_osim(path).muscles.keys() == read_osim(source).muscles.keys()
