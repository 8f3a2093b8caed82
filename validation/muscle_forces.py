"""Muscle and kneecap forces of the measured walk against OpenSim's static optimisation and joint reactions.

Code against code: both share the model file's muscles and geometry, so agreement is no proof of validity. OpenSim's
muscles are at least 1 % active; ours are too in this comparison.

Run from the checkout: python validation/muscle_forces.py [--data FOLDER]
"""

import argparse
from pathlib import Path

import numpy as np

from trochlea.leg.leg_result import MUSCLES_OF
from trochlea.leg.model import build_leg_from_osim
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscle_sharing import Sharing, share
from trochlea.leg.osim import read_osim
from trochlea.leg.prepared_leg import prepare_leg
from trochlea.motion.storage import read_storage
from trochlea.motion.trial import read_motion

DATA = Path(__file__).parents[2] / "shared" / "data"
GROUPS = ("quadriceps", "gluteus_medius", "gluteus_maximus", "hamstrings", "calf")
LOWEST_ACTIVATION = 0.01
WINDOW = (0.5, 1.7)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the trials (default: %(default)s)")
    trial = parser.parse_args().data / "mocap" / "rajagopal_walk"
    forces = read_storage(trial / "reference" / "static_optimization_force.sto")
    leg = MujocoLeg(model=build_leg_from_osim(read_osim(trial / "subject.osim")))
    motion = read_motion(trial / "ik_filtered_6hz.mot", trial / "external_loads.xml")
    print(f"{'group':<20}{'r':>7}{'RMSE N':>9}{'peak ours':>11}{'peak OpenSim':>14}{'largest reserve N.m':>21}")
    for side in ("right", "left"):
        prepared = prepare_leg(leg, motion, side, start=WINDOW[0], end=WINDOW[1])
        result = share(prepared, leg.parameters(side), sharing=Sharing(lowest_activation=LOWEST_ACTIVATION))
        for group in GROUPS:
            columns = [forces.column(f"{muscle}_{side[0]}") for muscle in MUSCLES_OF[group]]
            theirs = np.interp(result.times, forces.times, np.sum(columns, axis=0))
            ours = result.force_of(group)
            print(
                f"{group + ' ' + side:<20}{np.corrcoef(ours, theirs)[0, 1]:>7.3f}"
                f"{np.sqrt(((ours - theirs) ** 2).mean()):>9.0f}{ours.max():>11.0f}{theirs.max():>14.0f}"
                f"{np.abs(result.reserves).max():>21.3f}"
            )


if __name__ == "__main__":
    main()
