"""What the muscles of one leg do in a motion."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trochlea.leg.extensor import QUADRICEPS_HEADS, ExtensorLoad
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array

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
class LegResult:
    """Muscle forces of one leg, frame by frame; NaN where the frame is not valid, forces also where it is not solved.

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


def leg_at(leg: LegResult, frames: NDArray[np.int64]) -> LegResult:
    """What the muscles do at some of the frames only."""
    load = leg.extensor
    return replace(
        leg,
        times=leg.times[frames],
        moments=leg.moments[frames],
        activations=leg.activations[frames],
        tendon_forces=leg.tendon_forces[frames],
        capacities=leg.capacities[frames],
        reserves=leg.reserves[frames],
        is_valid=leg.is_valid[frames],
        is_converged=leg.is_converged[frames],
        is_overloaded=leg.is_overloaded[frames],
        is_fiber_outside=leg.is_fiber_outside[frames],
        pulley_force=leg.pulley_force[frames],
        extensor=replace(
            load,
            times=load.times[frames],
            tibiofemoral_flexion=load.tibiofemoral_flexion[frames],
            femoral_rotation=load.femoral_rotation[frames],
            tibial_rotation=load.tibial_rotation[frames],
            knee_valgus=load.knee_valgus[frames],
            tension=load.tension[frames],
            itb_tension=None if load.itb_tension is None else load.itb_tension[frames],
        ),
    )
