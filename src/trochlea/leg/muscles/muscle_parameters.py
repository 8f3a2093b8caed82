"""Strength and fibre lengths of the leg's muscles: published sets, or those of a given model file."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.opensim.osim import OsimModel
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array, read_only

Generation = Literal["Rajagopal2016", "RajagopalLaiUhlrich2023"]
"""Published sets of parameters that ship with the package."""

DEFAULT_GENERATION: Generation = "RajagopalLaiUhlrich2023"
"""Its vasti keep their strength in deep knee flexion, where those of 2016 run out of fibre length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MuscleParameters:
    """Parameters of the muscles of one leg, all of shape (muscles,).

    Attributes:
        names: Base names without side, e.g. "recfem".
        max_isometric_force: [N].
        optimal_fiber_length: [m].
        tendon_slack_length: Length of the path that is not fibre [m]. Negative for a muscle whose modelled
            path starts where its belly turns round a bone (obturator internus): the part behind the turn is
            fibre.
        pennation_angle: At optimal fibre length [rad].
        max_contraction_velocity: Optimal fibre lengths per second [1/s].
        sources: Where each row comes from: a key in references.bib, or the model file.
    """

    names: tuple[str, ...]
    max_isometric_force: Array
    optimal_fiber_length: Array
    tendon_slack_length: Array
    pennation_angle: Array
    max_contraction_velocity: Array
    sources: tuple[str, ...]

    def __post_init__(self) -> None:
        """Check shapes and that the muscles can exist."""
        n_muscles = len(self.names)
        if len(set(self.names)) != n_muscles or len(self.sources) != n_muscles:
            raise ValueError("names must be unique, with one source each")
        for field in (
            "max_isometric_force",
            "optimal_fiber_length",
            "tendon_slack_length",
            "pennation_angle",
            "max_contraction_velocity",
        ):
            values = read_only(getattr(self, field))
            if values.shape != (n_muscles,):
                raise ValueError(f"{field} has shape {values.shape}, expected {(n_muscles,)}")
            object.__setattr__(self, field, values)
        for field in ("max_isometric_force", "optimal_fiber_length", "max_contraction_velocity"):
            wrong = [name for name, v in zip(self.names, getattr(self, field), strict=True) if not v > 0]
            if wrong:
                raise InputError(f"{field} of {', '.join(wrong)}: expected more than 0")


def muscle_parameters(generation: Generation = DEFAULT_GENERATION) -> MuscleParameters:
    """Published parameters of the 40 muscles of a generic leg.

    Args:
        generation: Which published set.

    Returns:
        Parameters of the unscaled generic model.

    Raises:
        InputError: If the set is not known.

    References:
        rajagopal-2016-model: "Rajagopal2016".
        lai-2017-knee, uhlrich-2022-gait: "RajagopalLaiUhlrich2023".
    """
    if generation not in get_args(Generation):
        raise InputError(f"muscle set {generation!r}: expected one of {', '.join(get_args(Generation))}")
    return _published()[generation]


def parameters_from_osim(osim: OsimModel, side: Side) -> MuscleParameters:
    """A model file's own parameters for one side; they are already scaled to its subject."""
    suffix = "_r" if side == "right" else "_l"
    own = {name.removesuffix(suffix): m for name, m in osim.muscles.items() if name.endswith(suffix)}
    if not own:
        raise InputError(f"{osim.path}: expected muscles named like 'recfem{suffix}', found none for this side")
    return MuscleParameters(
        names=tuple(own),
        max_isometric_force=np.array([m.max_isometric_force for m in own.values()]),
        optimal_fiber_length=np.array([m.optimal_fiber_length for m in own.values()]),
        tendon_slack_length=np.array([m.tendon_slack_length for m in own.values()]),
        pennation_angle=np.array([m.pennation_angle for m in own.values()]),
        max_contraction_velocity=np.array([m.max_contraction_velocity for m in own.values()]),
        sources=(f"{osim.name} (model file)",) * len(own),
    )


def select_muscles(parameters: MuscleParameters, names: Iterable[str]) -> MuscleParameters:
    """The same parameters for these muscles, in this order.

    Raises:
        InputError: If a muscle has no parameters.
    """
    names = tuple(names)
    missing = [name for name in names if name not in parameters.names]
    if missing:
        raise InputError(f"no muscle parameters for {', '.join(missing)}; there are {', '.join(parameters.names)}")
    rows = [parameters.names.index(name) for name in names]
    return MuscleParameters(
        names=names,
        max_isometric_force=parameters.max_isometric_force[rows],
        optimal_fiber_length=parameters.optimal_fiber_length[rows],
        tendon_slack_length=parameters.tendon_slack_length[rows],
        pennation_angle=parameters.pennation_angle[rows],
        max_contraction_velocity=parameters.max_contraction_velocity[rows],
        sources=tuple(parameters.sources[row] for row in rows),
    )


def join_muscles(first: MuscleParameters, second: MuscleParameters) -> MuscleParameters:
    """Both sets, one after the other."""
    return MuscleParameters(
        names=first.names + second.names,
        max_isometric_force=np.append(first.max_isometric_force, second.max_isometric_force),
        optimal_fiber_length=np.append(first.optimal_fiber_length, second.optimal_fiber_length),
        tendon_slack_length=np.append(first.tendon_slack_length, second.tendon_slack_length),
        pennation_angle=np.append(first.pennation_angle, second.pennation_angle),
        max_contraction_velocity=np.append(first.max_contraction_velocity, second.max_contraction_velocity),
        sources=first.sources + second.sources,
    )


def scale_lengths(parameters: MuscleParameters, length_ratio: Array) -> MuscleParameters:
    """Fibre and tendon lengths for a leg of another size; strength stays.

    Optimal fibre length and tendon slack length keep their share of the muscle-tendon length in the reference
    posture, which is what OpenSim's ScaleTool does.

    Args:
        parameters: Of the generic leg.
        length_ratio: Muscle-tendon length of the scaled leg over that of the generic leg in one reference
            posture, shape (muscles,) [-].

    Returns:
        Parameters of the scaled leg.
    """
    return replace(
        parameters,
        optimal_fiber_length=parameters.optimal_fiber_length * length_ratio,
        tendon_slack_length=parameters.tendon_slack_length * length_ratio,
    )


def strength_factors(muscles: tuple[str, ...], factors: Mapping[str, float | Array]) -> Array:
    """Factors in the order of the muscles, 1 where one is not named.

    Args:
        muscles: Base names.
        factors: By muscle: a number, or one for each frame, shape (frames,) [-].

    Returns:
        Shape (muscles,), or (frames, muscles) if they differ between frames [-].

    Raises:
        InputError: If a factor names a muscle that the leg lacks.
    """
    unknown = [name for name in factors if name not in muscles]
    if unknown:
        raise InputError(f"strength factor for unknown muscle {', '.join(unknown)}")
    return np.stack(np.broadcast_arrays(*(factors.get(name, 1.0) for name in muscles)), axis=-1)


@cache
def _published() -> dict[str, MuscleParameters]:
    text = files("trochlea.leg.muscles").joinpath("muscle_parameters.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return {
        generation: _from_rows([row for row in rows if row["generation"] == generation])
        for generation in get_args(Generation)
    }


def _from_rows(rows: list[dict[str, str]]) -> MuscleParameters:
    def column(name: str) -> Array:
        return np.array([float(row[name]) for row in rows])

    return MuscleParameters(
        names=tuple(row["muscle"] for row in rows),
        max_isometric_force=column("max_isometric_force_n"),
        optimal_fiber_length=column("optimal_fiber_length_m"),
        tendon_slack_length=column("tendon_slack_length_m"),
        pennation_angle=column("pennation_rad"),
        max_contraction_velocity=column("max_velocity_l0_per_s"),
        sources=tuple(row["citation"] for row in rows),
    )
