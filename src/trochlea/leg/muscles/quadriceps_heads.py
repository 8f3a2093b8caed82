"""The four heads of the quadriceps among a model's muscles, also where one muscle stands for all vasti."""

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.extensor import QUADRICEPS_HEADS, QUADRICEPS_SPLIT
from trochlea.motion.timeseries import Array

WHOLE_VASTI = "vasint"
"""Name of the muscle that stands for all vasti where the others are absent (`family_muscles.csv`: gait2354,
gait10dof)."""


def head_carriers(muscles: tuple[str, ...]) -> list[int]:
    """Which muscle carries each of QUADRICEPS_HEADS.

    Args:
        muscles: Base names.

    Raises:
        InputError: If a head is absent and no other muscle stands for it.
    """
    carriers = {head: head for head in QUADRICEPS_HEADS if head in muscles}
    if WHOLE_VASTI in muscles and "vaslat" not in muscles and "vasmed" not in muscles:
        carriers |= {"vaslat": WHOLE_VASTI, "vasmed": WHOLE_VASTI}
    missing = [head for head in QUADRICEPS_HEADS if head not in carriers]
    if missing:
        raise InputError(
            f"the leg model has no {', '.join(missing)}; expected the quadriceps' heads {', '.join(QUADRICEPS_HEADS)}: "
            "the kneecap cannot be loaded without them, give a model that has them"
        )
    return [muscles.index(carriers[head]) for head in QUADRICEPS_HEADS]


def head_tensions(muscles: tuple[str, ...], forces: Array) -> Array:
    """Tendon force of each of QUADRICEPS_HEADS, shape (frames, 4) [N].

    A muscle that stands for several heads is divided by their published shares after the load is shared: divided
    before, it would count as several muscles and be asked for less.

    Args:
        muscles: Base names.
        forces: Tendon forces, shape (frames, muscles) [N].

    Raises:
        InputError: If a head is absent and no other muscle stands for it.

    References:
        farahmand-1998-quadriceps: the shares.
    """
    carriers = np.array(head_carriers(muscles))
    shares = np.array([QUADRICEPS_SPLIT[head] for head in QUADRICEPS_HEADS])
    of_carrier = np.array([shares[carriers == carrier].sum() for carrier in carriers])
    return forces[:, carriers] * (shares / of_carrier)
