"""Postures as named columns."""

import numpy as np

from trochlea.leg.skeleton.model import LegModel
from trochlea.leg.skeleton.repairs import PELVIS_SLIDES
from trochlea.motion.timeseries import Array, TimeSeries


def posture_series(leg: LegModel, values: Array, times: Array | None = None) -> TimeSeries:
    """Independent coordinates as a time series.

    Args:
        leg: The leg model.
        values: Shape (frames, coordinates) [rad, m].
        times: Shape (frames,) [s]; frame numbers if None.
    """
    return TimeSeries(
        times=np.arange(float(len(values))) if times is None else times,
        values=values,
        names=leg.coordinates,
        units=tuple("m" if name in PELVIS_SLIDES else "rad" for name in leg.coordinates),
    )
