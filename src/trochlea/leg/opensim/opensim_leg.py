"""A leg model of any family moved by the official OpenSim wheel: the `LegEngine` for other people's models."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.kinematics import MuscleGeometry, Pose
from trochlea.leg.muscles.muscle_parameters import (
    Generation,
    MuscleParameters,
    muscle_parameters,
    scale_lengths,
    select_muscles,
)
from trochlea.leg.muscles.muscle_set import REFERENCE_POSTURE, generic_lengths
from trochlea.leg.muscles.strength_tests import group_members, standard_positions
from trochlea.leg.opensim import opensim_dynamics, opensim_muscles, opensim_pose
from trochlea.leg.opensim.family import ModelFamily
from trochlea.leg.opensim.opensim_model import OpensimModel, read_opensim_model
from trochlea.leg.opensim.opensim_program import load_opensim
from trochlea.leg.segments import Segments
from trochlea.leg.skeleton.repairs import Repair
from trochlea.motion.motion import ContactLoad, Side
from trochlea.motion.timeseries import Array, TimeSeries


@dataclass(frozen=True, slots=True, kw_only=True)
class OpensimLeg:
    """An `OpensimModel` as a `LegEngine`.

    A pose's columns are the model's coordinates in its own order and signs; what goes in and what comes out is ours.

    Attributes:
        model: The model in the program's hands.
        notes: What a reader must know.
    """

    model: OpensimModel
    notes: tuple[str, ...]

    @property
    def program(self) -> str:
        """Name and version of the program."""
        return f"OpenSim {load_opensim().GetVersion()}"

    @property
    def source(self) -> str:
        """Where the model comes from."""
        return self.model.path

    @property
    def family(self) -> ModelFamily:
        """Names and signs that lead to ours."""
        return self.model.family

    @property
    def mass(self) -> float:
        """Whole body [kg]."""
        return self.model.mass

    @property
    def has_own_strength(self) -> bool:
        """The muscles' strengths are the model file's."""
        return True

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """None: a model of one's own is taken as it is."""
        return ()

    def place(self, coordinates: TimeSeries, *, times: Array | None = None) -> Pose:
        """See `opensim_pose.place`."""
        return opensim_pose.place(self.model, coordinates, times=times)

    def static_pose(self, coordinates: Mapping[str, float] | TimeSeries) -> Pose:
        """See `opensim_pose.static_pose`."""
        return opensim_pose.static_pose(self.model, coordinates)

    def segments(self, pose: Pose) -> Segments:
        """See `opensim_dynamics.segments`."""
        return opensim_dynamics.segments(self.model, pose)

    def joint_moments(self, pose: Pose, contacts: tuple[ContactLoad, ...], side: Side) -> Array:
        """See `opensim_dynamics.joint_moments`."""
        return opensim_dynamics.joint_moments(self.model, pose, contacts, side)

    def root_residual(self, pose: Pose, contacts: tuple[ContactLoad, ...]) -> Array:
        """See `opensim_dynamics.root_residual`."""
        return opensim_dynamics.root_residual(self.model, pose, contacts)

    def muscle_geometry(self, pose: Pose, side: Side) -> MuscleGeometry:
        """See `opensim_muscles.muscle_geometry`."""
        return opensim_muscles.muscle_geometry(self.model, pose, side)

    def parameters(self, side: Side, *, generation: Generation | None = None) -> MuscleParameters:
        """The model's own parameters, or those of a published set scaled to its muscle-tendon lengths.

        Raises:
            InputError: If a muscle of the model is not in the published set.
        """
        own = opensim_muscles.own_parameters(self.model, side)
        if generation is None:
            return own
        published = muscle_parameters(generation)
        missing = [name for name in own.names if name not in published.names]
        if missing:
            raise InputError(
                f"{self.source}: {generation} has no parameters for {', '.join(missing)}; leave the model its own"
            )
        geometry = self.muscle_geometry(self.static_pose(REFERENCE_POSTURE), side)
        generic = generic_lengths("lai-uhlrich-2023" if self.family.name == "lai-uhlrich" else "rajagopal-2016")
        ratio = geometry.lengths[0] / np.array([generic[name] for name in geometry.names])
        return scale_lengths(select_muscles(published, own.names), ratio)


def build_opensim_leg(path: Path | str) -> OpensimLeg:
    """A person's own model, taken as it is.

    Args:
        path: A .osim file of any family whose legs' coordinates can be told.

    Raises:
        FormatError: If the file is not a model.
        ModelError: If the wheel is not installed or cannot load the model, or if a part of it is not supported.
    """
    model = read_opensim_model(path)
    powerless = _powerless_tests(model)
    notes = (f"the model cannot do the strength tests of {', '.join(powerless)}",) if powerless else ()
    return OpensimLeg(model=model, notes=(*model.notes, *notes))


def _powerless_tests(model: OpensimModel) -> list[str]:
    """Strength tests about an axis, or of muscles, that the model does not have."""
    names = {member.name for side in model.muscles.values() for member in side}
    axes = {c.ours[:-2] for c in model.coordinates if c.ours is not None}
    return [
        test.group
        for test in standard_positions()
        if test.axis not in axes or not names.intersection(group_members()[test.group])
    ]
