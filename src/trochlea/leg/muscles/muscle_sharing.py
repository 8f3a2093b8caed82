"""The muscles that carry the moments of a motion; cheap, and repeated for every what-if."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.leg.extensor import ExtensorLoad, ExtensorMechanism
from trochlea.leg.leg_engine import LegEngine
from trochlea.leg.leg_result import LegResult
from trochlea.leg.muscles.hill import capacity, fibers
from trochlea.leg.muscles.muscle_parameters import MuscleParameters, strength_factors
from trochlea.leg.muscles.quadriceps_arm import with_mechanism
from trochlea.leg.muscles.quadriceps_heads import head_tensions
from trochlea.leg.muscles.static_optimisation import Exponent, share_load
from trochlea.leg.prepared_leg import PreparedLeg, prepare_leg
from trochlea.motion.motion import Motion, Side
from trochlea.motion.timeseries import Array

LOCKED_COORDINATES = ("subtalar_angle",)
"""Axes whose moment bones and ligaments are left to carry: the model family locks them
(`rajagopal-2016-model`)."""

LARGEST_RESERVE = 1.0
"""A frame whose muscles leave more than this uncarried is flagged [N.m]. Assumed: 1 % of a squat's knee
moment."""


VASTI = ("vasint", "vaslat", "vasmed")
"""Heads of the quadriceps that cross the knee only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """How muscles share a load: least sum of weight times activation to the power of the exponent.

    Least squares alone would drive the larger vastus lateralis twice as hard as medialis, since their lever arms agree.
    People drive them nearly alike: of the input to vastus medialis and lateralis most is shared, and lateralis leads
    only as far as its size does (`hug-2015-vasti`). So the vasti have one activation, and their forces are as their
    sizes, which is also how the published shares of the quadriceps are made (`farahmand-1998-quadriceps`).

    Attributes:
        exponent: 2 or 3.
        weights: Weight of a muscle by its base name; 1 where not named [-].
        lowest_activation: Floor of every activation [-]: 0, or what a person co-contracts; OpenSim's muscles keep 0.01.
        alike: Groups of muscles with one activation, by base names; muscles that a model lacks are passed over. Empty
            for OpenSim's static optimisation.

    Raises:
        InputError: If the exponent is another, a weight is not positive, or the floor is outside 0 to 1.
    """

    exponent: Exponent = 2
    weights: Mapping[str, float] = field(default_factory=dict)
    lowest_activation: float = 0.0
    alike: tuple[tuple[str, ...], ...] = (VASTI,)

    def __post_init__(self) -> None:
        """Refuse what the solver cannot use."""
        object.__setattr__(self, "weights", MappingProxyType(dict(self.weights)))
        if self.exponent not in get_args(Exponent):
            raise InputError(f"exponent of muscle sharing: expected 2 or 3, found {self.exponent}")
        if not 0.0 <= self.lowest_activation < 1.0:
            raise InputError(f"co-contraction: expected 0 to below 1, found {self.lowest_activation:g}")
        for muscle, weight in self.weights.items():
            if not (np.isfinite(weight) and weight > 0.0):
                raise InputError(f"weight of {muscle} in muscle sharing: expected more than 0, found {weight:g}")


DEFAULT_SHARING = Sharing()
"""Least sum of squared activations, the vasti driven alike, no floor."""


def solve_leg(
    leg: LegEngine,
    parameters: MuscleParameters,
    motion: Motion,
    side: Side,
    *,
    factors: Mapping[str, float] | None = None,
    extensor: ExtensorMechanism | None = None,
    sharing: Sharing = DEFAULT_SHARING,
    start: float | None = None,
    end: float | None = None,
) -> LegResult:
    """Muscle forces of one leg over a motion.

    Args:
        leg: The leg model.
        parameters: Of all its muscles, in its order.
        motion: Joint angles and ground forces.
        side: Which leg.
        factors: Strength factors by muscle; 1 where not named [-].
        extensor: Gives the quadriceps' lever arm at the knee; the leg model's own pulley if None.
        sharing: What is made least.
        start: Start of the window [s]; the first frame if None.
        end: End of the window [s]; the last frame if None.

    Returns:
        Moments, activations, forces and flags.

    Raises:
        InputError: If no frame of the window has a ground force for this leg, or the knee leaves `extensor`.
    """
    prepared = prepare_leg(leg, motion, side, start=start, end=end)
    return share(prepared, parameters, factors, extensor=extensor, sharing=sharing)


def share(
    prepared: PreparedLeg,
    parameters: MuscleParameters,
    factors: Mapping[str, float | Array] | None = None,
    *,
    extensor: ExtensorMechanism | None = None,
    sharing: Sharing = DEFAULT_SHARING,
) -> LegResult:
    """Share the joint moments among muscles of given strength.

    Args:
        prepared: What the motion demands.
        parameters: Of all muscles, in the geometry's order.
        factors: Strength factors by muscle, each a number or one for each frame; 1 where not named [-].
        extensor: Gives the quadriceps' lever arm at the knee; the leg model's own pulley if None.
        sharing: What is made least.

    Returns:
        Activations, forces and flags.

    Raises:
        InputError: If the knee leaves the table of `extensor`, or `sharing` weighs a muscle that is not there.
    """
    valid = prepared.is_valid
    geometry = with_mechanism(prepared.geometry, prepared.knee_angle, extensor)
    carried = tuple(
        name for name in geometry.coordinates if name not in (*LOCKED_COORDINATES, *prepared.carried_outside)
    )
    axes = [geometry.coordinates.index(name) for name in carried]
    capacities = capacity(parameters, geometry) * strength_factors(parameters.names, factors or {})
    arms = np.swapaxes(geometry.moment_arms[:, :, axes] * capacities[:, :, None], 1, 2)
    unit = _units(sharing, geometry.names)
    shared = share_load(
        arms[valid] @ unit,
        prepared.moments[valid][:, axes],
        exponent=sharing.exponent,
        weights=_weights(sharing, geometry.names) @ unit,
        lowest_activation=sharing.lowest_activation,
    )
    solved = shared.is_converged[:, None]
    activations = _spread(np.where(solved, shared.activations @ unit.T, np.nan), valid)
    forces = activations * capacities
    reserves = _spread(np.where(solved, shared.reserves, np.nan), valid)
    converged = np.zeros(valid.size, dtype=bool)
    converged[valid] = shared.is_converged
    return LegResult(
        side=prepared.side,
        times=prepared.times,
        muscles=geometry.names,
        coordinates=geometry.coordinates,
        carried=carried,
        moments=np.where(valid[:, None], prepared.moments, np.nan),
        activations=activations,
        tendon_forces=forces,
        capacities=capacities,
        reserves=reserves,
        is_valid=valid,
        is_converged=converged,
        is_overloaded=valid & (np.abs(np.nan_to_num(reserves)).max(axis=1) > LARGEST_RESERVE),
        is_fiber_outside=fibers(parameters, geometry).is_outside,
        extensor=_extensor_load(prepared, forces),
        pulley_force=np.linalg.norm(np.einsum("fm,fmk->fk", forces, geometry.patella_arms), axis=1),
    )


def _units(sharing: Sharing, muscles: tuple[str, ...]) -> Array:
    """Which muscles have one activation together, shape (muscles, units); each its own where none are alike."""
    leader = {muscle: muscle for muscle in muscles}
    for group in sharing.alike:
        present = [muscle for muscle in group if muscle in leader]
        leader |= {muscle: present[0] for muscle in present}
    leaders = list(dict.fromkeys(leader.values()))
    unit = np.zeros((len(muscles), len(leaders)))
    unit[np.arange(len(muscles)), [leaders.index(leader[muscle]) for muscle in muscles]] = 1.0
    return unit


def _weights(sharing: Sharing, muscles: tuple[str, ...]) -> Array:
    """Weight of each muscle, shape (muscles,) [-]."""
    unknown = sorted(set(sharing.weights) - set(muscles))
    if unknown:
        raise InputError(f"weight of {unknown[0]!r} in muscle sharing: expected one of {', '.join(muscles)}")
    return np.array([sharing.weights.get(muscle, 1.0) for muscle in muscles])


def _spread(values: Array, valid: NDArray[np.bool_]) -> Array:
    """Rows of the valid frames among rows of NaN."""
    full = np.full((valid.size, values.shape[1]), np.nan)
    full[valid] = values
    return full


def _extensor_load(prepared: PreparedLeg, forces: Array) -> ExtensorLoad:
    """The leg's knee is a hinge with its own coupled rotations: it adds no rotation or valgus of its own."""
    still = np.zeros(prepared.times.size)
    return ExtensorLoad(
        times=prepared.times,
        side=prepared.side,
        tibiofemoral_flexion=prepared.knee_angle,
        femoral_rotation=still,
        tibial_rotation=still,
        knee_valgus=still,
        tension=head_tensions(prepared.geometry.names, forces),
    )
