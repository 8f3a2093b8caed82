"""Models of two families with a walk each, for the tests of the OpenSim engine."""

import pytest

from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.opensim.model_motion import in_our_terms
from trochlea.leg.opensim.opensim_leg import build_opensim_leg
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.skeleton.model import build_leg_from_osim
from trochlea.motion.trial import read_motion


@pytest.fixture(scope="session")
def rajagopal_walk(data_dir):
    folder = data_dir / "mocap" / "rajagopal_walk"
    return folder / "subject.osim", read_motion(folder / "ik_filtered_6hz.mot", folder / "external_loads.xml")


@pytest.fixture(scope="session")
def opensim_rajagopal(rajagopal_walk, opensim):
    """The Rajagopal subject in the wheel."""
    return build_opensim_leg(rajagopal_walk[0])


@pytest.fixture(scope="session")
def mujoco_rajagopal(rajagopal_walk):
    return MujocoLeg(model=build_leg_from_osim(read_osim(rajagopal_walk[0])))


@pytest.fixture(scope="session")
def gait_folder(data_dir):
    return data_dir / "mocap" / "gait2392_walk"


@pytest.fixture(scope="session")
def opensim_gait(gait_folder, opensim):
    return build_opensim_leg(gait_folder / "subject01.osim")


@pytest.fixture(scope="session")
def gait_walk(opensim_gait, gait_folder):
    read = read_motion(gait_folder / "subject01_walk1_ik.mot", gait_folder / "subject01_walk1_grf.xml")
    return in_our_terms(opensim_gait, read)


@pytest.fixture(scope="session")
def edited(opensim):
    """A function that writes a copy of a model file after the program itself has changed it."""

    def edit(source, target, change):
        model = opensim.Model(str(source))
        change(model)
        model.finalizeConnections()
        model.printToXML(str(target))
        return target

    return edit
