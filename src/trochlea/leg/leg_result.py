"""What the muscles of one leg do in a motion."""

from dataclasses import dataclass

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
