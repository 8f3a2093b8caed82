"""From a motion to muscle forces: moments that it demands, and the muscles that carry them.

`prepare_leg` does what depends on the motion only; `share` is cheap and is repeated for every what-if.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.leg.extensor import QUADRICEPS_HEADS, ExtensorLoad, ExtensorMechanism
from trochlea.leg.hill import capacity, fibers
from trochlea.leg.kinematics import MuscleGeometry, Pose
from trochlea.leg.leg_engine import LegEngine
from trochlea.leg.muscle_parameters import MuscleParameters, scale_strength
from trochlea.leg.quadriceps_arm import with_mechanism
from trochlea.leg.quadriceps_heads import head_tensions
from trochlea.leg.static_optimisation import share_load
from trochlea.motion.motion import Motion, Side
from trochlea.motion.timeseries import Array
from trochlea.motion.trial import trim

LOCKED_COORDINATES = ("subtalar_angle",)
"""Axes whose moment bones and ligaments are left to carry: the model family locks them
(`rajagopal-2016-model`)."""

LARGEST_RESERVE = 1.0
"""A frame whose muscles leave more than this uncarried is flagged [N.m]. Assumed: 1 % of a squat's knee
moment."""

MUSCLES_OF = {
    "quadriceps": QUADRICEPS_HEADS,
    "gluteus_maximus": ("glmax1", "glmax2", "glmax3"),
    "gluteus_medius": ("glmed1", "glmed2", "glmed3"),
    "gluteus_minimus": ("glmin1", "glmin2", "glmin3"),
    "hamstrings": ("bflh", "semimem", "semiten"),
    "adductors": ("addbrev", "addlong", "addmagDist", "addmagIsch", "addmagMid", "addmagProx"),
    "iliopsoas": ("iliacus", "psoas"),
    "deep_rotators": ("piri", "gem", "quadfem", "obtint", "obtext"),
    "calf": ("gaslat", "gasmed", "soleus"),
}
"""Muscles by the name that a report gives them; forces of one name are added up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedLeg:
    """What a motion demands of one leg, whatever the strength of its muscles.

    Attributes:
        side: The leg.
        times: Shape (frames,) [s].
        knee_angle: Tibiofemoral flexion, shape (frames,) [rad].
        moments: Internal generalised forces along LEG_COORDINATES, shape (frames, 6) [N.m].
        geometry: Muscle lengths, velocities and moment arms.
        is_valid: Frames with a measured (or simulated) ground force for this leg, shape (frames,).
    """

    side: Side
    times: Array
    knee_angle: Array
    moments: Array
    geometry: MuscleGeometry
    is_valid: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class LegResult:
    """Muscle forces of one leg, frame by frame; NaN where the frame is not valid.

    Attributes:
        side: The leg.
        times: Shape (frames,) [s].
        muscles: Base names of the M muscles.
        coordinates: Names of the axes of `moments`, without side.
        carried: Names of the axes of `reserves`: those that muscles carry.
        moments: Joint moments, shape (frames, 6) [N.m].
        activations: Shape (frames, M) [-].
        tendon_forces: Shape (frames, M) [N].
        capacities: Tendon force at full activation, shape (frames, M) [N].
        reserves: Moment that the muscles could not carry, shape (frames, carried) [N.m].
        is_valid: Frames with forces, shape (frames,).
        is_converged: Frames whose sharing problem was solved, shape (frames,).
        is_overloaded: Frames with a reserve above LARGEST_RESERVE, shape (frames,).
        is_fiber_outside: Fibres outside their valid range of lengths, shape (frames, M).
        extensor: Quadriceps tensions and knee pose, for the knee.
        pulley_force: Force of the quadriceps on the patella in the sagittal plane, the patella a frictionless
            pulley, shape (frames,) [N]; for comparison only.
    """

    side: Side
    times: Array
    muscles: tuple[str, ...]
    coordinates: tuple[str, ...]
    carried: tuple[str, ...]
    moments: Array
    activations: Array
    tendon_forces: Array
    capacities: Array
    reserves: Array
    is_valid: NDArray[np.bool_]
    is_converged: NDArray[np.bool_]
    is_overloaded: NDArray[np.bool_]
    is_fiber_outside: NDArray[np.bool_]
    extensor: ExtensorLoad
    pulley_force: Array

    def force_of(self, name: str) -> Array:
        """Summed tendon force of one of MUSCLES_OF, or of a single muscle, shape (frames,) [N]."""
        members = MUSCLES_OF.get(name, (name,))
        columns = [self.muscles.index(muscle) for muscle in members if muscle in self.muscles]
        if not columns:
            raise KeyError(f"no muscle {name!r}; there are {', '.join((*MUSCLES_OF, *self.muscles))}")
        return self.tendon_forces[:, columns].sum(axis=1)


def solve_leg(
    leg: LegEngine,
    parameters: MuscleParameters,
    motion: Motion,
    side: Side,
    *,
    factors: Mapping[str, float] | None = None,
    extensor: ExtensorMechanism | None = None,
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
        start: Start of the window [s]; the first frame if None.
        end: End of the window [s]; the last frame if None.

    Returns:
        Moments, activations, forces and flags.

    Raises:
        InputError: If no frame of the window has a ground force for this leg, or the knee leaves `extensor`.
    """
    return share(prepare_leg(leg, motion, side, start=start, end=end), parameters, factors, extensor=extensor)


def prepare_leg(
    leg: LegEngine,
    motion: Motion,
    side: Side,
    *,
    start: float | None = None,
    end: float | None = None,
) -> PreparedLeg:
    """What a motion demands of one leg.

    A built-in task is quasi-static: its speeds and accelerations load no joint, but its muscles do shorten
    and lengthen.

    Args:
        leg: The leg model.
        motion: The whole motion: derivatives at the edges of a window need the frames outside it.
        side: Which leg.
        start: Start of the window [s]; the first frame if None.
        end: End of the window [s]; the last frame if None.

    Returns:
        Moments and muscle geometry in the window.

    Raises:
        InputError: If no frame of the window has a ground force for this leg.
    """
    window = trim(motion, start=start, end=end)
    is_valid = _valid_frames(window, side)
    try:
        pose = leg.place(motion.coordinates, times=window.coordinates.times)
    except InputError as error:
        raise InputError(f"{motion.name}: {error}") from error
    loaded_pose = _at_rest(pose) if motion.source == "simulated" else pose
    return PreparedLeg(
        side=side,
        times=window.coordinates.times,
        knee_angle=window.coordinates.column(f"knee_angle_{side[0]}"),
        moments=leg.joint_moments(loaded_pose, window.contacts, side),
        geometry=leg.muscle_geometry(pose, side),
        is_valid=is_valid,
    )


def prepared_at(prepared: PreparedLeg, frames: NDArray[np.int64]) -> PreparedLeg:
    """What the motion demands at some of its frames only."""
    geometry = prepared.geometry
    return replace(
        prepared,
        times=prepared.times[frames],
        knee_angle=prepared.knee_angle[frames],
        moments=prepared.moments[frames],
        is_valid=prepared.is_valid[frames],
        geometry=replace(
            geometry,
            lengths=geometry.lengths[frames],
            velocities=geometry.velocities[frames],
            moment_arms=geometry.moment_arms[frames],
            patella_arms=geometry.patella_arms[frames],
        ),
    )


def share(
    prepared: PreparedLeg,
    parameters: MuscleParameters,
    factors: Mapping[str, float] | None = None,
    *,
    extensor: ExtensorMechanism | None = None,
    lowest_activation: float = 0.0,
) -> LegResult:
    """Share the joint moments among muscles of given strength.

    Args:
        prepared: What the motion demands.
        parameters: Of all muscles, in the geometry's order.
        factors: Strength factors by muscle; 1 where not named [-].
        extensor: Gives the quadriceps' lever arm at the knee; the leg model's own pulley if None.
        lowest_activation: Lower bound of every activation [-]; OpenSim's muscles keep 0.01.

    Returns:
        Activations, forces and flags.

    Raises:
        InputError: If the knee leaves the table of `extensor`.
    """
    if factors:
        parameters = scale_strength(parameters, factors)
    valid = prepared.is_valid
    geometry = with_mechanism(prepared.geometry, prepared.knee_angle, extensor)
    carried = tuple(name for name in geometry.coordinates if name not in LOCKED_COORDINATES)
    axes = [geometry.coordinates.index(name) for name in carried]
    capacities = capacity(parameters, geometry)
    arms = np.swapaxes(geometry.moment_arms[:, :, axes] * capacities[:, :, None], 1, 2)
    shared = share_load(arms[valid], prepared.moments[valid][:, axes], lowest_activation=lowest_activation)
    activations = _spread(shared.activations, valid)
    forces = activations * capacities
    reserves = _spread(shared.reserves, valid)
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


def _valid_frames(motion: Motion, side: Side) -> NDArray[np.bool_]:
    own = [contact for contact in motion.contacts if contact.side == side]
    if not own:
        if motion.source == "simulated":  # a foot off the floor, known to carry nothing
            return np.ones(motion.coordinates.times.size, dtype=bool)
        raise InputError(f"{motion.name}: no ground force of the {side} foot; give the other side or its forces")
    is_valid = np.all([contact.is_covered for contact in own], axis=0)
    if not is_valid.any():
        raise InputError(f"{motion.name}: the {side} foot's ground force covers none of the {is_valid.size} frames")
    return is_valid


def _at_rest(pose: Pose) -> Pose:
    return replace(pose, qvel=np.zeros_like(pose.qvel), qacc=np.zeros_like(pose.qacc))


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
