"""Joint moments of the measured walk against OpenSim's inverse dynamics: RMSE and largest difference.

The remainder at hip flexion and knee is OpenSim's own: at 15 degrees of knee flexion and 6 rad/s its acceleration of
the tibia is 0.12 m/s^2 off the second difference of its own positions, which is 0.4 N.m at the knee. Ours balance
(tests/leg/test_inverse_dynamics.py: power of the generalised forces is the rate of energy).

Run from the checkout: python validation/inverse_dynamics.py [--data FOLDER]
"""

import argparse
from pathlib import Path

import numpy as np

from trochlea.leg.inverse_dynamics import joint_moments
from trochlea.leg.kinematics import LEG_COORDINATES, place
from trochlea.leg.model import build_leg_from_osim
from trochlea.leg.osim import read_osim
from trochlea.motion.external_loads import read_external_loads
from trochlea.motion.storage import read_storage

DATA = Path(__file__).parents[2] / "shared" / "data"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the trials (default: %(default)s)")
    trial = parser.parse_args().data / "mocap" / "rajagopal_walk"
    reference = read_storage(trial / "reference" / "inverse_dynamics.sto")
    leg = build_leg_from_osim(read_osim(trial / "subject.osim"))
    pose = place(leg, read_storage(trial / "ik_filtered_6hz.mot"), times=reference.times)
    contacts = read_external_loads(trial / "external_loads.xml", pose.times)
    print(f"{'coordinate':<18}{'RMSE N.m':>10}{'largest':>10}{'peak OpenSim':>14}{'peak ours':>11}")
    for side in ("right", "left"):
        ours = joint_moments(leg, pose, contacts, side)
        for i, name in enumerate(LEG_COORDINATES):
            theirs = reference.column(f"{name}_{side[0]}_moment")
            difference = ours[:, i] - theirs
            print(
                f"{name + '_' + side[0]:<18}{np.sqrt((difference**2).mean()):>10.4f}"
                f"{np.abs(difference).max():>10.4f}"
                f"{np.abs(theirs).max():>14.2f}{np.abs(ours[:, i]).max():>11.2f}"
            )


if __name__ == "__main__":
    main()
