"""How much the choice of the quadriceps' lever arm matters: the same movement solved with the other one."""

from dataclasses import dataclass, replace

import numpy as np

from trochlea.errors import InputError
from trochlea.knee.chain import Chain, ChainResult, solve_chain
from trochlea.knee.extensor_mechanism import extensor_mechanism
from trochlea.knee.person_leg import LeverArm, tests_of
from trochlea.knee.setup import knee_setup
from trochlea.leg.muscles.strength_tests import strength_tests
from trochlea.motion.timeseries import Array, read_only


@dataclass(frozen=True, slots=True, kw_only=True)
class LeverArms:
    """Quadriceps and kneecap force of one movement with either lever arm.

    Attributes:
        used: The lever arm of the result.
        other: The one that it is compared with.
        times: Shape (frames,) [s].
        quadriceps: Quadriceps force, used and other, shape (frames, 2) [N].
        kneecap: Kneecap contact force, used and other, shape (frames, 2) [N].
    """

    used: LeverArm
    other: LeverArm
    times: Array
    quadriceps: Array
    kneecap: Array


def compare_lever_arms(chain: Chain, result: ChainResult) -> LeverArms | None:
    """Solve the movement again with the lever arm that was not used.

    Strengths are fitted anew, because a strength test of the knee has the same lever arm.

    Returns:
        None where the other lever arm does not exist over the movement.
    """
    used: LeverArm = "pulley" if chain.extensor is None else "knee"
    other: LeverArm = "knee" if used == "pulley" else "pulley"
    try:
        extensor = extensor_mechanism(knee_setup(chain.person)) if other == "knee" else None
        raw = strength_tests(chain.leg, chain.parameters, chain.side, extensor=extensor)
        tests = tests_of(chain.person, raw)
        second = solve_chain(replace(chain, extensor=extensor, tests=tests))
    except InputError:
        return None
    return LeverArms(
        used=used,
        other=other,
        times=result.leg.times,
        quadriceps=_pair(result.kneecap.quadriceps_force, second.kneecap.quadriceps_force),
        kneecap=_pair(result.kneecap.contact_force, second.kneecap.contact_force),
    )


def _pair(used: Array, other: Array) -> Array:
    return read_only(np.column_stack([used, other]))
