"""Motions and results carried between a model's own names and signs and ours."""

import numpy as np

from trochlea.errors import ModelError
from trochlea.leg.family import ModelFamily
from trochlea.motion.column import coordinate_name
from trochlea.motion.timeseries import TimeSeries


def to_ours(series: TimeSeries, family: ModelFamily) -> TimeSeries:
    """A motion of the model in our names and signs; columns without a counterpart are left out.

    Args:
        series: Columns named as the model's coordinates, or as their state paths [rad, m].
        family: The model that the motion was made with.

    Raises:
        ModelError: If no column belongs to the model.
    """
    known = {coordinate.theirs: coordinate for coordinate in family.coordinates}
    columns = [(i, known[base]) for i, base in enumerate(map(_value_name, series.names)) if base in known]
    if not columns:
        first = ", ".join(series.names[:3])
        raise ModelError(f"{family.path}: the motion's columns ({first}, ...) are none of this model's coordinates")
    signs = np.array([coordinate.sign for _, coordinate in columns])
    return TimeSeries(
        times=series.times,
        values=series.values[:, [i for i, _ in columns]] * signs,
        names=tuple(coordinate.ours for _, coordinate in columns),
        units=tuple(series.units[i] for i, _ in columns),
    )


def from_ours(series: TimeSeries, family: ModelFamily) -> TimeSeries:
    """A motion in our names and signs as the model counts it; columns that the model does not have are left out.

    Raises:
        ModelError: If the model has none of the columns.
    """
    known = {coordinate.ours: coordinate for coordinate in family.coordinates}
    columns = [(i, known[name]) for i, name in enumerate(series.names) if name in known]
    if not columns:
        first = ", ".join(series.names[:3])
        raise ModelError(f"{family.path}: has none of the motion's coordinates ({first}, ...)")
    signs = np.array([coordinate.sign for _, coordinate in columns])
    return TimeSeries(
        times=series.times,
        values=series.values[:, [i for i, _ in columns]] * signs,
        names=tuple(coordinate.theirs for _, coordinate in columns),
        units=tuple(series.units[i] for i, _ in columns),
    )


def _value_name(column: str) -> str:
    """A column's coordinate if it is a value, else nothing."""
    base, is_speed = coordinate_name(column)
    return "" if is_speed else base
