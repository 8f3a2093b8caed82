"""Joint angles belong to the model that they were made with."""

from trochlea.errors import InputError
from trochlea.leg.leg_engine import LegEngine
from trochlea.motion.motion import Motion

ANTHROPOMETRY = "anthropometry"
"""Source of a leg of which only mass, height and sex are known."""


def refuse_foreign_motion(engine: LegEngine, motion: Motion) -> None:
    """Refuse measured joint angles on a leg that is not the one they were made with.

    Angles of another model, its segment lengths and its pelvis origin put the feet beside the measured forces: on a
    walk of gait2392 the hip moment was 10 N.m wrong and the knee moment had the wrong sign.

    Args:
        engine: The leg that is to move.
        motion: The movement; built-in tasks are made for the leg and pass.

    Raises:
        InputError: If the angles were measured and the leg was made from height alone.
    """
    if motion.source != "measured" or engine.source != ANTHROPOMETRY:
        return
    raise InputError(
        f"{motion.name}: joint angles fit only the model they were made with, and no model was given: give that model "
        "(.osim), or the markers of this movement and of a static trial, from which the angles are found on this leg"
    )
