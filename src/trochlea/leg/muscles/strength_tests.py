"""How a person's strength is tested, and what each muscle of the leg model gives in each test.

A test fixes the pelvis, the thigh and every joint but the tested axis. The fixture then carries all other
moments, so the largest moment about the tested axis with only the group's members active is simply the sum
of those members that pull the right way in that position, each fully active. Where they also hold the limb up, a
dynamometer reads that much less: in side-lying, the weight of the leg is a third of what abductors give.
"""

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import get_args

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.extensor import ExtensorMechanism
from trochlea.leg.kinematics import LEG_COORDINATES
from trochlea.leg.leg_engine import LegEngine
from trochlea.leg.muscles.hill import capacity
from trochlea.leg.muscles.muscle_parameters import MuscleParameters
from trochlea.leg.muscles.quadriceps_arm import with_mechanism
from trochlea.leg.pelvis_position import pelvis_angles
from trochlea.motion.motion import Side
from trochlea.motion.task import Position
from trochlea.motion.timeseries import Array, TimeSeries, read_only


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPosition:
    """How one strength is tested.

    Attributes:
        group: Muscle group, e.g. "hip_abduction".
        axis: Coordinate about which the moment is measured, without side.
        direction: +1 if the group drives that coordinate up, -1 if down.
        position: How the body lies, which decides what the limb's weight asks for.
        angles: Joint angles of the tested leg, without side [rad].
    """

    __test__ = False  # not a test case, whatever pytest makes of the name

    group: str
    axis: str
    direction: int
    position: Position
    angles: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthTests:
    """What each muscle of a leg gives in each strength test.

    Attributes:
        groups: Names of the G tests.
        muscles: Names of the M muscles.
        moments: Moment in the tested direction of each member at full activation; 0 for others and for
            members that pull the other way, shape (G, M) [N.m].
        weights: Moment in the tested direction that holds the limb up, which no dynamometer reads; negative where
            the weight helps, shape (G,) [N.m].
    """

    groups: tuple[str, ...]
    muscles: tuple[str, ...]
    moments: Array
    weights: Array

    def readings(self, factors: Array) -> Array:
        """What a dynamometer reads with every muscle's strength times its factor, shape (G,) [N.m]."""
        return self.moments @ factors - self.weights

    def corrected(self, groups: Collection[str]) -> "StrengthTests":
        """The same for readings of some groups to which the limb's weight was added already."""
        is_raw = np.array([group not in groups for group in self.groups])
        return replace(self, weights=read_only(self.weights * is_raw))


@cache
def group_members() -> Mapping[str, tuple[str, ...]]:
    """Muscles of each group, the same for everybody.

    Two published groups are cut to their prime movers, so that one test does not set the strength of muscles
    that another test is about: hip extension without gluteus medius, minimus and adductor longus, hip
    adduction without the hamstrings. Knee flexion is without gastrocnemius: the dynamometer holds the shank
    and the foot hangs free, so that nothing holds the ankle against it.

    References:
        rajagopal-2016-model: groups of the model file.
        lenhart-2015-knee: gemelli and quadratus femoris.
        dostal-1981-hip: muscles whose line, from its table 1, turns or adducts the neutral thigh that way.
    """
    members: dict[str, list[str]] = {}
    for row in _rows("groups.csv"):
        members.setdefault(row["group"], []).append(row["muscle"])
    return {group: tuple(muscles) for group, muscles in members.items()}


@cache
def standard_positions() -> tuple[TestPosition, ...]:
    """Test position of each group.

    References:
        ahn-2018-rotators: rotation tested in sitting; the other positions are assumed.
    """
    return tuple(
        TestPosition(
            group=row["group"],
            axis=row["axis"],
            direction=int(row["direction"]),
            position=_position(row["position"]),
            angles={
                name.removesuffix("_deg"): float(np.radians(float(value)))
                for name, value in row.items()
                if name.endswith("_deg")
            },
        )
        for row in _rows("strength_positions.csv")
    )


def strength_tests(
    leg: LegEngine,
    parameters: MuscleParameters,
    side: Side,
    *,
    positions: tuple[TestPosition, ...] | None = None,
    extensor: ExtensorMechanism | None = None,
) -> StrengthTests:
    """What each muscle gives in each test position.

    Args:
        leg: The leg model.
        parameters: Of all its muscles, in its order, with strength factors 1.
        side: The tested leg.
        positions: Test positions; the standard ones if not given.
        extensor: Gives the quadriceps' lever arm at the knee; the leg model's own pulley if None.

    Returns:
        Moments by test and muscle.

    Raises:
        InputError: If a position names an unknown group or axis.
    """
    positions = standard_positions() if positions is None else positions
    pose = leg.static_pose(_postures(positions, side))
    flexion = np.array([position.angles.get("knee_angle", 0.0) for position in positions])
    geometry = with_mechanism(leg.muscle_geometry(pose, side), flexion, extensor)
    for position in positions:
        for kind, name, known in (
            ("group", position.group, tuple(group_members())),
            ("axis", position.axis, geometry.coordinates),
        ):
            if name not in known:
                raise InputError(f"strength test {kind} {name!r}: expected one of {', '.join(known)}")
    capacities, held, moments, weights = capacity(parameters, geometry), leg.joint_moments(pose, (), side), [], []
    for i, position in enumerate(positions):
        axis = geometry.coordinates.index(position.axis)
        pull = position.direction * geometry.moment_arms[i, :, axis] * capacities[i]
        is_member = np.isin(geometry.names, group_members()[position.group])
        moments.append(np.where(is_member, np.maximum(pull, 0.0), 0.0))
        weights.append(position.direction * held[i, LEG_COORDINATES.index(position.axis)])
    return StrengthTests(
        groups=tuple(position.group for position in positions),
        muscles=parameters.names,
        moments=read_only(moments),
        weights=read_only(weights),
    )


def _postures(positions: tuple[TestPosition, ...], side: Side) -> TimeSeries:
    """All positions, a frame each."""
    postures = [
        {f"{name}_{side[0]}": angle for name, angle in position.angles.items()} | pelvis_angles(position.position, side)
        for position in positions
    ]
    names = tuple(sorted({name for posture in postures for name in posture}))
    return TimeSeries(
        times=np.arange(len(positions), dtype=np.float64),
        values=np.array([[posture.get(name, 0.0) for name in names] for posture in postures]),
        names=names,
        units=("rad",) * len(names),
    )


def _position(text: str) -> Position:
    """A position of the table."""
    return next(known for known in get_args(Position) if known == text)


def _rows(name: str) -> list[dict[str, str]]:
    text = files("trochlea.leg.muscles").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
