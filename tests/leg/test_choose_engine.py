"""Which program moves a model, and what is refused."""

import re

import pytest

from trochlea.errors import FormatError, InputError, ModelError
from trochlea.leg import choose_engine as module
from trochlea.leg.choose_engine import choose_engine
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.deep_rotators import deep_rotator_paths
from trochlea.leg.muscles.quadriceps_heads import head_carriers
from trochlea.leg.opensim import opensim_model
from trochlea.leg.opensim.opensim_leg import OpensimLeg


@pytest.fixture(scope="module")
def files(data_dir, tmp_path_factory):
    """Model files by what they are."""
    tmp_path = tmp_path_factory.mktemp("models")
    gait = (data_dir / "mocap/gait2392_walk/subject01.osim").read_text()
    rajagopal = (data_dir / "mocap/rajagopal_walk/subject.osim").read_text()
    unknown, bent, old = (tmp_path / f"{name}.osim" for name in ("unknown", "bent", "old"))
    unknown.write_text(gait.replace("rect_fem", "rectus"))
    # A femur of its own shape: no scaling of the built-in leg gives this hip.
    bent.write_text(re.sub(r"(<location>)-?0\.\d+ ", r"\g<1>0.09 ", rajagopal))
    old.write_text(gait.replace('Version="40000"', 'Version="30516"'))
    return {
        "rajagopal": data_dir / "mocap/rajagopal_walk/subject.osim",
        "lai": data_dir / "models/RajagopalLaiUhlrich2023.osim",
        "gait": data_dir / "mocap/gait2392_walk/subject01.osim",
        "unknown": unknown,
        "bent": bent,
        "old": old,
    }


@pytest.fixture
def no_wheel(monkeypatch):
    """As on a machine without the extra."""
    for place in (module, opensim_model):
        monkeypatch.setattr(place, "has_opensim", lambda: False)


@pytest.mark.parametrize("which", ["rajagopal", "lai"])
def test_the_built_in_leg_moves_its_own_family_with_the_added_muscles(files, which):
    leg = choose_engine(files[which], extra_muscles=deep_rotator_paths())
    assert isinstance(leg, MujocoLeg)
    assert "obtint" in leg.model.muscles


@pytest.mark.parametrize(
    ("which", "reason"),
    [
        ("gait", "of the family gait2392"),
        ("unknown", "of no known family"),
        ("bent", "the built-in leg does not fit ("),
    ],
)
def test_the_wheel_moves_what_the_built_in_leg_does_not_fit_and_says_why(files, opensim, which, reason):
    leg = choose_engine(files[which])
    assert isinstance(leg, OpensimLeg)
    assert leg.program.startswith("OpenSim ")
    assert leg.notes[0].startswith(f"{leg.program} moves this leg: ")
    assert reason in leg.notes[0]
    assert "\n" not in leg.notes[0]


def test_a_file_of_an_older_format_goes_through_the_program(files, opensim):
    leg = choose_engine(files["old"])
    assert isinstance(leg, OpensimLeg)
    assert leg.family.name == "gait2392"
    assert leg.source == leg.family.path == str(files["old"])  # not the copy that the program made


def test_the_wheel_can_be_asked_for(files, opensim):
    assert isinstance(choose_engine(files["rajagopal"], "opensim"), OpensimLeg)


def test_an_unknown_family_runs_as_far_as_its_names_go(files, opensim):
    leg = choose_engine(files["unknown"])
    assert leg.joint_moments(leg.static_pose({"hip_flexion_r": 0.5}), (), "right")[0, 0] > 5
    with pytest.raises(InputError, match="the leg model has no recfem"):
        head_carriers(leg.parameters("right").names)


REFUSED = {
    "gait": "of the family gait2392, which only the OpenSim engine runs; .*pip install 'trochlea\\[opensim\\]'",
    "unknown": "of an unknown family, which only the OpenSim engine runs; .*pip install 'trochlea\\[opensim\\]'",
    "bent": "or pip install 'trochlea\\[opensim\\]' to run the model as it is",
    "old": "only the OpenSim engine runs it; pip install 'trochlea\\[opensim\\]'",
}


@pytest.mark.parametrize("which", sorted(REFUSED))
def test_without_the_wheel_it_is_refused_in_one_line_with_the_remedy(files, no_wheel, which):
    with pytest.raises(ModelError, match=REFUSED[which]) as caught:
        choose_engine(files[which])
    assert str(files[which]) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_without_the_wheel_the_built_in_leg_still_moves_its_own_family(files, no_wheel):
    assert isinstance(choose_engine(files["rajagopal"]), MujocoLeg)


def test_the_built_in_leg_is_never_bent_to_another_family(files):
    with pytest.raises(ModelError, match="not of the Rajagopal family"):
        choose_engine(files["gait"], "mujoco")


def test_a_wrong_preference_is_refused(files):
    with pytest.raises(InputError, match="engine 'jam': expected one of auto, mujoco, opensim"):
        choose_engine(files["gait"], "jam")


def test_what_is_no_model_is_refused_whatever_is_preferred(tmp_path):
    path = tmp_path / "table.osim"
    path.write_text("<html/>")
    for prefer in ("auto", "mujoco"):
        with pytest.raises(FormatError, match="found <html>"):
            choose_engine(path, prefer)
