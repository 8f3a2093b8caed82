"""How a person's strength is tested, and what each muscle of the leg model gives in each test.

A test fixes the pelvis, the thigh and every joint but the tested axis. The fixture then carries all other
moments, so the largest moment about the tested axis with only the group's members active is simply the sum
of those members that pull the right way in that position, each fully active.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.extensor import ExtensorMechanism
from trochlea.leg.kinematics import MuscleGeometry
from trochlea.leg.leg_engine import LegEngine
from trochlea.leg.muscles.hill import capacity
from trochlea.leg.muscles.muscle_parameters import MuscleParameters
from trochlea.leg.muscles.quadriceps_arm import with_mechanism
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array, TimeSeries, read_only


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPosition:
    """How one strength is tested.

    Attributes:
        group: Muscle group, e.g. "hip_abduction".
        axis: Coordinate about which the moment is measured, without side.
        direction: +1 if the group drives that coordinate up, -1 if down.
        angles: Joint angles of the tested leg, without side [rad].
    """

    __test__ = False  # not a test case, whatever pytest makes of the name

    group: str
    axis: str
    direction: int
    angles: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthTests:
    """What each muscle of a leg gives in each strength test.

    Attributes:
        groups: Names of the G tests.
        muscles: Names of the M muscles.
        moments: Moment in the tested direction of each member at full activation; 0 for others and for
            members that pull the other way, shape (G, M) [N.m].
    """

    groups: tuple[str, ...]
    muscles: tuple[str, ...]
    moments: Array


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
    geometry = _geometry(leg, positions, side, extensor)
    for position in positions:
        for kind, name, known in (
            ("group", position.group, tuple(group_members())),
            ("axis", position.axis, geometry.coordinates),
        ):
            if name not in known:
                raise InputError(f"strength test {kind} {name!r}: expected one of {', '.join(known)}")
    capacities, moments = capacity(parameters, geometry), []
    for i, position in enumerate(positions):
        axis = geometry.coordinates.index(position.axis)
        pull = position.direction * geometry.moment_arms[i, :, axis] * capacities[i]
        is_member = np.isin(geometry.names, group_members()[position.group])
        moments.append(np.where(is_member, np.maximum(pull, 0.0), 0.0))
    return StrengthTests(
        groups=tuple(position.group for position in positions),
        muscles=parameters.names,
        moments=read_only(moments),
    )


def _geometry(
    leg: LegEngine, positions: tuple[TestPosition, ...], side: Side, extensor: ExtensorMechanism | None
) -> MuscleGeometry:
    """Muscles in all positions at once, a frame each."""
    joints = tuple(sorted({name for position in positions for name in position.angles}))
    angles = np.array([[position.angles.get(name, 0.0) for name in joints] for position in positions])
    series = TimeSeries(
        times=np.arange(len(positions), dtype=np.float64),
        values=angles,
        names=tuple(f"{name}_{side[0]}" for name in joints),
        units=("rad",) * len(joints),
    )
    flexion = np.array([position.angles.get("knee_angle", 0.0) for position in positions])
    return with_mechanism(leg.muscle_geometry(leg.static_pose(series), side), flexion, extensor)


def _rows(name: str) -> list[dict[str, str]]:
    text = files("trochlea.leg.muscles").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
