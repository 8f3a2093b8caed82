"""Parameters of all muscles of one leg model, at its size."""

from dataclasses import replace
from functools import cache

import numpy as np

from trochlea.leg.kinematics import muscle_geometry, static_pose
from trochlea.leg.muscles.deep_rotators import DEEP_ROTATORS, deep_rotator_parameters, deep_rotator_paths
from trochlea.leg.muscles.muscle_parameters import (
    DEFAULT_GENERATION,
    Generation,
    MuscleParameters,
    join_muscles,
    muscle_parameters,
    parameters_from_osim,
    scale_lengths,
    select_muscles,
)
from trochlea.leg.skeleton.model import MODEL_SEX, MODEL_STATURE, LegModel, MusclePaths, build_leg
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array

REFERENCE_POSTURE: dict[str, float] = {}
"""Posture in which muscle-tendon lengths of two sizes are compared: all coordinates 0, the models'
default."""

GENERIC_MASS = 75.0
"""Mass of the person whom the published strengths stand for [kg]; with 1.70 m the volumes below give them.
`rajagopal-2016-model`."""

VOLUME_PER_MASS_AND_HEIGHT = 47e-6
"""Growth of the volume of one leg's muscles with mass times height [m^2/kg]. `handsfield-2014-volumes`."""

VOLUME_AT_ZERO = 1285e-6
"""Intercept of that line [m^3]. `handsfield-2014-volumes`."""


def parameters_of(
    leg: LegModel,
    side: Side,
    *,
    generation: Generation | None = None,
) -> MuscleParameters:
    """Parameters of every muscle of a leg model, in its order.

    Of a leg built from mass and height, muscle volume follows the person's mass times height and force is
    volume over fibre length. Of a leg from a model file without a stature, published strengths stay as they
    are, which is what OpenSim's ScaleTool does.

    Args:
        leg: The leg model.
        side: Which leg.
        generation: Published set, scaled to the leg's size. If not given: the model file's own parameters
            where the leg was made from one, else the default set.

    Returns:
        Parameters, the added deep rotators included where the leg has them.

    Raises:
        InputError: If a muscle of the leg has no parameters.

    References:
        handsfield-2014-volumes: volume of the leg's muscles.
    """
    ratio = dict(zip(leg.muscles, length_ratio(leg, side), strict=True))
    added = tuple(name for name in DEEP_ROTATORS if name in leg.muscles)
    own = tuple(name for name in leg.muscles if name not in added)
    if generation is None and leg.osim is not None:
        return select_muscles(
            join_muscles(parameters_from_osim(leg.osim, side), _at_size(_deep(added), ratio, leg)),
            leg.muscles,
        )
    published = select_muscles(muscle_parameters(generation or DEFAULT_GENERATION), own)
    return select_muscles(_at_size(join_muscles(published, _deep(added)), ratio, leg), leg.muscles)


def muscle_volume(*, mass: float, height: float) -> float:
    """Volume of the muscles of one leg [m^3], of a person of this mass [kg] and height [m].

    References:
        handsfield-2014-volumes: regression on 24 people, seen as used in a public script.
    """
    return VOLUME_PER_MASS_AND_HEIGHT * mass * height + VOLUME_AT_ZERO


def length_ratio(leg: LegModel, side: Side) -> Array:
    """Muscle-tendon lengths over those of the generic leg of the same paths in the reference posture.

    Of the same paths, so that the ratio is the person's size and nothing else.

    Returns:
        Shape (muscles,) [-].
    """
    generic = generic_lengths(leg.paths)
    lengths = _lengths(leg, side)
    return np.array([lengths[name] / generic[name] for name in leg.muscles])


@cache
def generic_lengths(paths: MusclePaths) -> dict[str, float]:
    """Muscle-tendon lengths of the generic leg of these paths in the reference posture, by muscle [m]."""
    # The unscaled skeleton; mass does not change the lengths.
    leg = build_leg(
        mass=GENERIC_MASS, height=MODEL_STATURE, sex=MODEL_SEX, extra_muscles=deep_rotator_paths(), paths=paths
    )
    return _lengths(leg, "right")


def _lengths(leg: LegModel, side: Side) -> dict[str, float]:
    geometry = muscle_geometry(leg, static_pose(leg, REFERENCE_POSTURE), side)
    return dict(zip(geometry.names, geometry.lengths[0].tolist(), strict=True))


def _deep(names: tuple[str, ...]) -> MuscleParameters:
    return select_muscles(deep_rotator_parameters(), names)


def _at_size(parameters: MuscleParameters, ratio: dict[str, float], leg: LegModel) -> MuscleParameters:
    lengths = np.array([ratio[name] for name in parameters.names])
    scaled = scale_lengths(parameters, lengths)
    if leg.height is None:
        return scaled
    generic = muscle_volume(mass=GENERIC_MASS, height=MODEL_STATURE)
    volumes = muscle_volume(mass=leg.mass, height=leg.height) / generic
    return replace(scaled, max_isometric_force=scaled.max_isometric_force * volumes / lengths)
