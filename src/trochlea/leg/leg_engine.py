"""What muscle sharing and the kneecap ask of a leg model, whichever program moves it."""

from collections.abc import Mapping
from typing import Protocol

from trochlea.leg.kinematics import MuscleGeometry, Pose
from trochlea.leg.muscles.muscle_parameters import Generation, MuscleParameters
from trochlea.leg.segments import Segments
from trochlea.leg.skeleton.repairs import Repair
from trochlea.motion.motion import ContactLoad, Side
from trochlea.motion.timeseries import Array, TimeSeries


class LegEngine(Protocol):
    """A leg model together with the program that computes it.

    Names and signs are those of `docs/conventions.md` whatever the model's own are: LEG_COORDINATES, bodies
    "femur_r", "tibia_r", "calcn_r", ..., muscles by the base names of MyoLegs.
    """

    @property
    def program(self) -> str:
        """Name and version of the program, e.g. "MuJoCo 3.3.7"."""
        ...

    @property
    def source(self) -> str:
        """Where the model comes from: "anthropometry", or the path of a file."""
        ...

    @property
    def mass(self) -> float:
        """Whole body [kg]."""
        ...

    @property
    def has_own_strength(self) -> bool:
        """Whether the muscles' strengths are a given model file's, rather than of a published set."""
        ...

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """What was repaired on loading, and what did not need it."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know, e.g. what was assumed."""
        ...

    def place(self, coordinates: TimeSeries, *, times: Array | None = None) -> Pose:
        """Pose over a motion, with velocities and accelerations; see `kinematics.place`."""
        ...

    def static_pose(self, coordinates: Mapping[str, float] | TimeSeries) -> Pose:
        """Frames at rest; see `kinematics.static_pose`."""
        ...

    def segments(self, pose: Pose) -> Segments:
        """Body frames and centre of mass in ground."""
        ...

    def joint_moments(self, pose: Pose, contacts: tuple[ContactLoad, ...], side: Side) -> Array:
        """Internal generalised forces along LEG_COORDINATES, shape (frames, 6) [N.m]."""
        ...

    def root_residual(self, pose: Pose, contacts: tuple[ContactLoad, ...]) -> Array:
        """Force and moment on the pelvis that motion and contacts leave over, shape (frames, 6) [N, N.m]."""
        ...

    def muscle_geometry(self, pose: Pose, side: Side) -> MuscleGeometry:
        """Lengths, velocities and moment arms of one side's muscles."""
        ...

    def parameters(self, side: Side, *, generation: Generation | None = None) -> MuscleParameters:
        """Parameters of these muscles: of a published set scaled to the leg, or the model's own or default set."""
        ...
