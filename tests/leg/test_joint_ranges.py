"""How far each joint of the leg model goes."""

from dataclasses import replace

import numpy as np

from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.skeleton.joint_ranges import joint_ranges
from trochlea.leg.skeleton.model import build_leg, build_leg_from_osim


def test_ranges_are_the_files_or_the_skeletons(data_dir) -> None:
    generic = build_leg(mass=75, height=1.7, sex="male")
    ranges = dict(zip(generic.coordinates, np.degrees(joint_ranges(generic)), strict=True))
    np.testing.assert_allclose(ranges["ankle_angle_r"], [-40, 30], rtol=0, atol=0.01)
    np.testing.assert_array_equal(ranges["pelvis_rotation"], [-np.inf, np.inf])
    deep = build_leg(mass=75, height=1.7, sex="male", paths="lai-uhlrich-2023")
    ranges = dict(zip(deep.coordinates, np.degrees(joint_ranges(deep)), strict=True))
    np.testing.assert_allclose(
        [*ranges["ankle_angle_l"], *ranges["knee_angle_l"]], [-50, 50, 0, 140], rtol=0, atol=0.01
    )
    subject = build_leg_from_osim(read_osim(data_dir / "mocap" / "rajagopal_walk" / "subject.osim"))
    osim = subject.osim
    stiff = replace(osim.coordinates["knee_angle_r"], upper=0.5)
    own = replace(subject, osim=replace(osim, coordinates=osim.coordinates | {"knee_angle_r": stiff}))
    assert dict(zip(own.coordinates, joint_ranges(own), strict=True))["knee_angle_r"][1] == 0.5
