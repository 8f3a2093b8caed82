"""A motion made with somebody's own model, in the names and signs of this package."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from trochlea.errors import ModelError
from trochlea.leg.leg_engine import LegEngine
from trochlea.leg.opensim.family import ModelFamily
from trochlea.leg.opensim.family_motion import check_knees, read_model_motion, to_ours
from trochlea.leg.opensim.opensim_leg import OpensimLeg
from trochlea.motion.files.column import CoordinateUnit, coordinate_name
from trochlea.motion.files.storage import read_storage
from trochlea.motion.motion import Motion
from trochlea.motion.timeseries import TimeSeries


def read_own_motion(path: Path | str, leg: LegEngine) -> TimeSeries:
    """Joint angles of a model's own file, in the model's names and signs, in SI units and radians.

    As `read_model_motion`, but from a model that is loaded already: it may be of an older format, which only the
    program reads.

    Args:
        path: Joint angles, `.mot` or `.sto`.
        leg: The model that they were made with.

    Raises:
        FormatError: If a file is damaged.
        ModelError: If no column is a coordinate of the model.
    """
    if not isinstance(leg, OpensimLeg):
        return read_model_motion(path, leg.source)
    coordinates = leg.model.coordinates
    units = {c.name: CoordinateUnit(unit=c.unit or "rad", is_coupled=c.unit is None) for c in coordinates}
    series = read_storage(path, model=units)
    if not any(coordinate_name(name)[0] in units for name in series.names):
        first = ", ".join(series.names[:3])
        raise ModelError(f"{path}: its columns ({first}, ...) are none of the coordinates of {leg.source}")
    return series


def in_our_terms(leg: LegEngine, motion: Motion) -> Motion:
    """The motion of a model's own file with knees that flex positively and our names.

    The built-in leg's family counts as we do: its motion is returned as it is.

    Args:
        leg: The model that the motion was made with.
        motion: Its coordinates, as read.

    Raises:
        ModelError: If no column belongs to the model, or the knees bend backwards: the motion is another model's.
    """
    if isinstance(leg, OpensimLeg):
        motion = replace(motion, coordinates=_with_others(motion.coordinates, leg.family))
    check_knees(motion.coordinates, name=motion.name)
    return motion


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
