"""How far a hip that is not held gives way sideways: one degree of freedom, its sign and size put in by hand.

All that the stance hip carries turns about it as one piece. Muscles resist with their short-range stiffness, in
proportion to strength: as if the drive stayed what it was and the person did not respond to being weak. With the share
c compensated, the hip adducts by

    (1 - c) [M / (s K - Kg) - M / (K - Kg)]

where M is the moment that the abductors carry, s the new strength of their muscles over the old (not of a dynamometer's
reading, beside which they hold the leg up), Kg what gravity takes away.
"""

from dataclasses import dataclass

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.leg_result import LegResult
from trochlea.leg.muscles.muscle_parameters import MuscleParameters
from trochlea.leg.prepared_leg import PreparedLeg
from trochlea.leg.skeleton.model import LegModel

FIBRE_STIFFNESS = 23.4
"""Short-range stiffness of active fibres, over force over optimal length [-]. `cui-2008-stiffness`."""

TENDON_STIFFNESS = 28.0
"""Stiffness of a tendon over greatest force over slack length [-]. Assumed: 4.9 % of stretch at that force, steeper at
its end than on the way."""

COMPENSATED = 0.5
"""Share c of the giving way that a person makes up for [-]. Assumed: with it an 18 % smaller reading in a single-leg
squat lets the hip adduct by about the 1.8 degrees that go with it in the regression of `person.posture_prediction` (1.7
and 1.8 for a woman and a man of norm strength, 2.1 for the example person)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HipStiffness:
    """The stance hip in one posture.

    Attributes:
        moment: That the abductors carry, M [N.m].
        muscles: Stiffness of the muscles in adduction, K [N.m/rad].
        gravity: What gravity takes away, Kg [N.m/rad].
    """

    moment: float
    muscles: float
    gravity: float

    def gives_way(self, strength: float, *, compensated: float = COMPENSATED) -> float:
        """How much further the hip adducts when strength is multiplied [rad]; less than 0 if it grows.

        Args:
            strength: Of the abductors' muscles, new over old [-].
            compensated: Share c that the person makes up for [-].

        Raises:
            InputError: If c is outside 0 to 1, or so weak a hip has no equilibrium.
        """
        if not 0.0 <= compensated <= 1.0:
            raise InputError(f"share compensated: expected 0 to 1, found {compensated:g}")
        reason = self.refusal(strength)
        if reason:
            raise InputError(f"gives way: {reason}")
        left, before = strength * self.muscles - self.gravity, self.muscles - self.gravity
        return (1.0 - compensated) * self.moment * (1.0 / left - 1.0 / before)

    def refusal(self, strength: float) -> str:
        """Why the hip has no equilibrium with strength multiplied, or has none today; empty if it has.

        Args:
            strength: New over old [-].
        """
        least = min(strength, 1.0)
        if least * self.muscles > self.gravity:
            return ""
        return (
            f"at {least:.0%} of the muscles' strength of today the hip has no equilibrium; expected a stiffness above "
            f"{self.gravity:.0f} N.m/rad, found {least * self.muscles:.0f}: ask for a smaller loss or less depth"
        )


def hip_stiffness(
    leg: LegModel, parameters: MuscleParameters, prepared: PreparedLeg, result: LegResult
) -> HipStiffness:
    """The stance hip in the first frame of a prepared movement.

    Args:
        leg: The leg model.
        parameters: Of its muscles.
        prepared: What the posture demands.
        result: Muscle forces.

    References:
        cui-2008-stiffness: fibres in series with tendon.
    """
    axis = prepared.geometry.coordinates.index("hip_adduction")
    force, arms = result.tendon_forces[0], prepared.geometry.moment_arms[0, :, axis]
    fibre = FIBRE_STIFFNESS * force / parameters.optimal_fiber_length
    slack = np.maximum(parameters.tendon_slack_length, 1e-3)  # a path without tendon is as stiff as its fibres
    tendon = TENDON_STIFFNESS * parameters.max_isometric_force / slack
    return HipStiffness(
        moment=float(-prepared.moments[0, axis]),
        muscles=float(np.sum(arms**2 * fibre * tendon / (fibre + tendon))),
        gravity=_gravity(leg, prepared),
    )


def _gravity(leg: LegModel, prepared: PreparedLeg) -> float:
    """Weight above the stance hip times the height of its centre over the hip [N.m/rad]."""
    letter, segments = prepared.side[0], prepared.segments
    own = {f"{body}_{letter}" for body in ("femur", "patella", "tibia", "talus", "calcn", "toes")}
    hip = segments.body(f"femur_{letter}")[0][0]
    turning = 0.0
    for name in segments.names:
        if name not in own:
            body, (position, rotation) = leg.mj.body(name), segments.body(name)
            turning += float(body.mass[0] * ((position[0] + rotation[0] @ body.ipos)[1] - hip[1]))
    return -float(leg.mj.opt.gravity[1]) * turning
