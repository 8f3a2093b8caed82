"""Motions of a model: read with its own units, and carried between its names and signs and ours."""

from pathlib import Path

import numpy as np

from trochlea.errors import ModelError
from trochlea.leg.opensim.coordinate_axes import coordinate_axes, coordinate_units
from trochlea.leg.opensim.family import ModelFamily
from trochlea.leg.opensim.osim import model_element
from trochlea.motion.files.column import coordinate_name
from trochlea.motion.files.storage import read_storage
from trochlea.motion.timeseries import TimeSeries

FARTHEST_OVEREXTENSION = np.deg2rad(20)
"""No knee overextends farther than this [rad]. Assumed: the known families' models stop at 10 degrees or earlier."""


def read_model_motion(path: Path | str, model_path: Path | str) -> TimeSeries:
    """A motion file of a model in its own names and signs, in SI units and radians.

    The model says which of its coordinates are rotations and which are coupled, so that no name has to be known.

    Args:
        path: Joint angles, `.mot` or `.sto`.
        model_path: The .osim that they were made with.

    Raises:
        FormatError: If one of the files is damaged.
        ModelError: If no column is a coordinate of the model.
    """
    units = coordinate_units(coordinate_axes(model_element(Path(model_path))))
    series = read_storage(path, model=units)
    if not any(coordinate_name(name)[0] in units for name in series.names):
        first = ", ".join(series.names[:3])
        raise ModelError(f"{path}: its columns ({first}, ...) are none of the coordinates of {model_path}")
    return series


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


def check_knees(series: TimeSeries, *, name: str) -> None:
    """Refuse a motion whose knees bend backwards: it was made with a model of another family.

    Args:
        series: Joint angles in our names and signs [rad].
        name: Motion, for the message.

    Raises:
        ModelError: If a knee overextends farther than knees do, and farther than it bends.
    """
    for column, unit in zip(series.names, series.units, strict=True):
        if column not in ("knee_angle_r", "knee_angle_l") or unit != "rad":
            continue
        flexion = series.column(column)
        backwards, bent = float(-flexion.min()), float(flexion.max())
        if backwards > max(FARTHEST_OVEREXTENSION, bent):
            raise ModelError(
                f"{name}: with this model {column} runs from {np.rad2deg(-backwards):.0f} to {np.rad2deg(bent):.0f} "
                "degrees of flexion, a knee that bends backwards; expected mostly flexion: the motion was made with a "
                "model of another family (gait2392 counts flexion negative), give that model"
            )


def _value_name(column: str) -> str:
    """A column's coordinate if it is a value, else nothing."""
    base, is_speed = coordinate_name(column)
    return "" if is_speed else base
