"""A motion made with somebody's own model, in the names and signs of this package."""

from dataclasses import replace

import numpy as np

from trochlea.leg.family import ModelFamily
from trochlea.leg.family_motion import to_ours
from trochlea.leg.leg_engine import LegEngine
from trochlea.leg.opensim_leg import OpensimLeg
from trochlea.motion.motion import Motion
from trochlea.motion.timeseries import TimeSeries


def in_our_terms(leg: LegEngine, motion: Motion) -> Motion:
    """The motion of a model's own file with knees that flex positively and our names.

    The built-in leg's family counts as we do: its motion is returned as it is.

    Args:
        leg: The model that the motion was made with.
        motion: Its coordinates, as read.

    Raises:
        ModelError: If no column belongs to the model.
    """
    if not isinstance(leg, OpensimLeg):
        return motion
    return replace(motion, coordinates=_with_others(motion.coordinates, leg.family))


def _with_others(series: TimeSeries, family: ModelFamily) -> TimeSeries:
    """Our columns, then those of the model's that we have no name for (arms, kneecap), as they are."""
    ours = to_ours(series, family)
    others = [i for i, name in enumerate(series.names) if name in family.other_coordinates]
    return TimeSeries(
        times=series.times,
        values=np.column_stack([ours.values, series.values[:, others]]),
        names=(*ours.names, *(series.names[i] for i in others)),
        units=(*ours.units, *(series.units[i] for i in others)),
    )
