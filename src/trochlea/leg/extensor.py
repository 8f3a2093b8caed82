"""What the leg hands to the knee: the tibiofemoral pose and the force of each head of the quadriceps."""

from dataclasses import dataclass

from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array

QUADRICEPS_HEADS = ("recfem", "vasint", "vaslat", "vasmed")
"""Heads of the quadriceps as the leg models name them; the order of `ExtensorLoad.tension`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensorLoad:
    """Tibiofemoral pose and quadriceps tension, frame by frame.

    A frame without a valid muscle force holds NaN in its row of `tension`.

    Attributes:
        times: Shape (frames,) [s].
        side: The leg.
        tibiofemoral_flexion: Shape (frames,) [rad], flexion positive.
        femoral_rotation: Shape (frames,) [rad]: femur on a fixed tibia about the tibia's long axis, internal positive.
        tibial_rotation: Shape (frames,) [rad]: added to the knee's own screw-home, internal positive.
        knee_valgus: Shape (frames,) [rad]: tibial abduction.
        tension: Tendon force of each head in QUADRICEPS_HEADS, shape (frames, 4) [N].
        itb_tension: Tension of the iliotibial-patellar band, shape (frames,) [N]; None where it does not pull.
    """

    times: Array
    side: Side
    tibiofemoral_flexion: Array
    femoral_rotation: Array
    tibial_rotation: Array
    knee_valgus: Array
    tension: Array
    itb_tension: Array | None = None
