"""The built-in leg model moved by MuJoCo: the default `LegEngine`."""

from collections.abc import Mapping
from dataclasses import dataclass

from trochlea.leg import inverse_dynamics, kinematics, segments
from trochlea.leg.engine import load_engine
from trochlea.leg.kinematics import MuscleGeometry, Pose
from trochlea.leg.muscles import muscle_set
from trochlea.leg.muscles.muscle_parameters import Generation, MuscleParameters
from trochlea.leg.segments import Segments
from trochlea.leg.skeleton.model import LegModel
from trochlea.leg.skeleton.repairs import Repair
from trochlea.motion.motion import ContactLoad, Side
from trochlea.motion.timeseries import Array, TimeSeries


@dataclass(frozen=True, slots=True, kw_only=True)
class MujocoLeg:
    """A `LegModel` as a `LegEngine`.

    Attributes:
        model: The compiled model.
    """

    model: LegModel

    @property
    def program(self) -> str:
        """Name and version of the program."""
        return f"MuJoCo {load_engine().__version__}"

    @property
    def source(self) -> str:
        """Where the model comes from."""
        return self.model.source

    @property
    def mass(self) -> float:
        """Whole body [kg]."""
        return self.model.mass

    @property
    def has_own_strength(self) -> bool:
        """Whether a model file gave the muscles' strengths."""
        return self.model.osim is not None

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """What was repaired on loading, and what did not need it."""
        return self.model.repairs

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know."""
        return self.model.notes

    def place(self, coordinates: TimeSeries, *, times: Array | None = None) -> Pose:
        """See `kinematics.place`."""
        return kinematics.place(self.model, coordinates, times=times)

    def static_pose(self, coordinates: Mapping[str, float] | TimeSeries) -> Pose:
        """See `kinematics.static_pose`."""
        return kinematics.static_pose(self.model, coordinates)

    def segments(self, pose: Pose) -> Segments:
        """See `segments.segments`."""
        return segments.segments(self.model, pose)

    def joint_moments(self, pose: Pose, contacts: tuple[ContactLoad, ...], side: Side) -> Array:
        """See `inverse_dynamics.joint_moments`."""
        return inverse_dynamics.joint_moments(self.model, pose, contacts, side)

    def root_residual(self, pose: Pose, contacts: tuple[ContactLoad, ...]) -> Array:
        """See `inverse_dynamics.root_residual`."""
        return inverse_dynamics.root_residual(self.model, pose, contacts)

    def muscle_geometry(self, pose: Pose, side: Side) -> MuscleGeometry:
        """See `kinematics.muscle_geometry`."""
        return kinematics.muscle_geometry(self.model, pose, side)

    def parameters(self, side: Side, *, generation: Generation | None = None) -> MuscleParameters:
        """See `muscle_set.parameters_of`."""
        return muscle_set.parameters_of(self.model, side, generation=generation)
