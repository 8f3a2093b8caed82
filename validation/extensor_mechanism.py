"""Print lever arm and force ratios of the quadriceps against flexion: the leg's pulley, the knee, published figures.

Run from the checkout: python validation/extensor_mechanism.py
"""

import numpy as np

from trochlea.knee.extensor_mechanism import extensor_mechanism
from trochlea.knee.setup import knee_setup
from trochlea.leg.extensor import ExtensorMechanism, at_flexion
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.quadriceps_arm import own_mechanism
from trochlea.leg.skeleton.model import build_leg

FLEXION_DEG = np.arange(0.0, 121.0, 10.0)

IN_VIVO_MM = {"male": {10.0: 47.1, 50.0: 31.5}, "female": {10.0: 45.5, 50.0: 32.9}}
"""Effective quadriceps lever arm, cine phase-contrast MRI of 10 men and 30 women (force_ratios.csv, PMC4662057)."""

TENDON_RATIO = {10.0: 1 / 0.86, 70.0: 1 / 1.55}
"""Tendon over quadriceps force, 8 cadaver knees (force_ratios.csv, PMID 3339023)."""

BODIES = {"male": (75.0, 1.75), "female": (62.0, 1.65)}
"""Mass [kg] and height [m] of the leg models; the lever arm grows with height. Assumed: usual adults."""


def lever_arm_fit(degrees: np.ndarray) -> np.ndarray:
    """Van Eijden's lever arm [m] as printed in force_ratios.csv, 0 to 90 degrees."""
    arm = 8e-8 * degrees**3 - 1.3e-5 * degrees**2 + 2.8e-4 * degrees + 0.046
    return np.where(degrees <= 90, arm, np.nan)


def contact_ratio_fit(degrees: np.ndarray) -> np.ndarray:
    """Van Eijden's kneecap over quadriceps force [-] as printed in force_ratios.csv."""
    above = 0.462 + 1.47e-3 * degrees - 3.84e-5 * degrees**2
    return above / (1 - 1.62e-2 * degrees + 1.55e-4 * degrees**2 - 6.98e-7 * degrees**3)


def in_vivo_error(mechanism: ExtensorMechanism, sex: str) -> float:
    """Root mean square of the differences from the lever arms measured in living people [mm]."""
    measured = IN_VIVO_MM[sex]
    arms = at_flexion(mechanism, np.radians(list(measured)))[0] * 1e3
    return float(np.sqrt(np.mean((arms - np.array(list(measured.values()))) ** 2)))


def main() -> None:
    flexion = np.radians(FLEXION_DEG)
    for sex in ("male", "female"):
        mass, height = BODIES[sex]
        leg = own_mechanism(MujocoLeg(model=build_leg(mass=mass, height=height, sex=sex)), flexion)
        knee, strong = (extensor_mechanism(knee_setup(values={"sex": sex}), quadriceps=q) for q in (600.0, 3000.0))
        arm, tendon, contact = at_flexion(knee, flexion)
        strong_arm, strong_tendon, strong_contact = at_flexion(strong, flexion)
        print(f"{sex}; leg of {mass:g} kg and {height:g} m")
        print(f"{'':>8}{'lever arm [mm]':^48}{'tendon/quadriceps':^20}{'contact/quadriceps':^26}")
        print(f"{'flexion':>8}{'leg':>8}{'knee':>8}{'knee/leg':>10}{'fit':>8}{'in vivo':>9}{'':5}"
              f"{'knee':>9}{'measured':>11}{'leg':>9}{'knee':>8}{'fit':>8}")  # fmt: skip
        for i, degrees in enumerate(FLEXION_DEG):
            seen, ratio = IN_VIVO_MM[sex].get(degrees), TENDON_RATIO.get(degrees)
            print(f"{degrees:8.0f}{leg.lever_arm[i] * 1e3:8.1f}{arm[i] * 1e3:8.1f}{arm[i] / leg.lever_arm[i]:10.2f}"
                  f"{lever_arm_fit(degrees) * 1e3:8.1f}{seen or '-':>9}{'':5}{tendon[i]:9.2f}"
                  f"{f'{ratio:.2f}' if ratio else '-':>11}{leg.contact_ratio[i]:9.2f}{contact[i]:8.2f}"
                  f"{contact_ratio_fit(degrees):8.2f}")  # fmt: skip
        print(
            f"RMS difference from in vivo: leg {in_vivo_error(leg, sex):.1f} mm, knee {in_vivo_error(knee, sex):.1f} mm"
        )
        changes = [np.abs(b / a - 1).max() for a, b in
                   ((arm, strong_arm), (tendon, strong_tendon), (contact, strong_contact))]  # fmt: skip
        print("largest change from 600 to 3000 N: arm {:.1%}, tendon {:.1%}, contact {:.1%}\n".format(*changes))


if __name__ == "__main__":
    main()
