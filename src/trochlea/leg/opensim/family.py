"""Which family a model belongs to, and how its coordinates and muscles are called and counted in ours.

The family is told from the model's own joints, coordinates and muscles, never from a file name. Names differ between
families (`hip_flex_r`, `vas_med_r`), and so do signs: gait2392 bends the knee with a negative angle.
"""

import csv
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import numpy as np

from trochlea.errors import FormatError, ModelError
from trochlea.leg.muscles.muscle_parameters import muscle_parameters
from trochlea.leg.opensim.coordinate_axes import CoordinateAxis, coordinate_axes
from trochlea.leg.opensim.osim import model_element
from trochlea.motion.motion import Side

FamilyName = Literal["rajagopal-2016", "lai-uhlrich", "gait2392", "gait2354", "gait10dof", "lenhart", "unknown"]

SAME_AXIS = 0.5
"""Least cosine between a coordinate's axis and the anatomical one. Assumed: 60 degrees; the most oblique axis of the
known families is the subtalar's, 38 degrees from the x axis."""

CLEAR_RANGE = 2.0
"""A knee bends at least this many times farther than it overextends. Assumed; the known families have 12 and more."""

MORE_MUSCLES = ("gem", "pect", "pertert", "quadfem")
"""Muscles of the Lenhart model that the Rajagopal family does not have. `lenhart-2015-knee`."""

SAME_RATIO = 0.005
"""Two sets of muscle parameters are told apart by fibre over tendon length, which scaling a model keeps; ratios within
this share are the same. The two published sets differ by at least 1.6 % in 11 muscles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyCoordinate:
    """One coordinate that both the model and the conventions of this package have.

    Attributes:
        ours: Name here, e.g. "knee_angle_r".
        theirs: Name in the model, e.g. "knee_flex_r".
        sign: 1 or -1; our value is the sign times the model's.
        lower: Lower end of the model's range, in our sign [rad, m].
        upper: Upper end, in our sign [rad, m].
        is_locked: Whether the model locks it.
    """

    ours: str
    theirs: str
    sign: int
    lower: float
    upper: float
    is_locked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyMuscle:
    """One muscle of the model that has a name here.

    Attributes:
        ours: Base name here, e.g. "recfem".
        theirs: Name in the model, e.g. "rect_fem_r".
        side: Leg.
        stands_for: Base names here of all muscles that it is in a reduced model; only ``ours`` elsewhere.
    """

    ours: str
    theirs: str
    side: Side
    stands_for: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFamily:
    """A model's family, with its names and signs.

    Attributes:
        path: The model file.
        name: Family, "unknown" where none is recognised.
        coordinates: Coordinates that have a counterpart here, in the model's order.
        other_coordinates: Names of the others (arms, patella).
        muscles: Muscles that have a counterpart here, in the model's order.
        other_muscles: Names of the others (trunk, muscles of an unknown naming).
    """

    path: str
    name: FamilyName
    coordinates: tuple[FamilyCoordinate, ...]
    other_coordinates: tuple[str, ...]
    muscles: tuple[FamilyMuscle, ...]
    other_muscles: tuple[str, ...]

    def muscles_of(self, side: Side) -> tuple[FamilyMuscle, ...]:
        """The muscles of one leg, in the model's order."""
        return tuple(muscle for muscle in self.muscles if muscle.side == side)

    def coordinate(self, ours: str) -> FamilyCoordinate:
        """The model's coordinate for one of ours.

        Raises:
            ModelError: If the model has none.
        """
        for coordinate in self.coordinates:
            if coordinate.ours == ours:
                return coordinate
        known = ", ".join(coordinate.ours for coordinate in self.coordinates) or "none of ours"
        raise ModelError(f"{self.path}: has no coordinate for {ours}; it has {known}; give a model that moves there")


def recognise_family(path: Path | str) -> ModelFamily:
    """The family of a model, told from its joints, coordinates and muscles.

    Args:
        path: A .osim file of OpenSim 4.

    Raises:
        FormatError: If the file is not such a model.
        ModelError: If the knee's range and its axis contradict each other, or a leg's coordinate turns about an
            axis that is not the anatomical one.
    """
    model = model_element(Path(path))
    try:
        axes = coordinate_axes(model)
    except (ValueError, IndexError) as error:
        reason = f"a joint that cannot be read ({error}); open and save the model in OpenSim 4"
        raise FormatError(path, "JointSet", reason) from None
    lengths = _muscle_lengths(path, model)
    name = _family(axes, lengths)
    coordinates = tuple(_coordinate(path, name, theirs, axis) for theirs, axis in axes.items() if _ours(name, theirs))
    muscles = tuple(muscle for theirs in lengths if (muscle := _muscle(name, theirs)) is not None)
    return ModelFamily(
        path=str(path),
        name=name,
        coordinates=coordinates,
        other_coordinates=tuple(n for n in axes if n not in {c.theirs for c in coordinates}),
        muscles=muscles,
        other_muscles=tuple(n for n in lengths if n not in {m.theirs for m in muscles}),
    )


def check_engine(family: ModelFamily, *, has_opensim: bool) -> None:
    """Refuse a model that only OpenSim itself could run, where it is not installed.

    Raises:
        ModelError: With the remedy.
    """
    if family.name not in ("rajagopal-2016", "lai-uhlrich") and not has_opensim:
        family_name = "of an unknown family" if family.name == "unknown" else f"of the family {family.name}"
        raise ModelError(
            f"{family.path}: {family_name}, which only the OpenSim engine runs; expected a scaled Rajagopal 2016 or "
            "Lai-Uhlrich model: give one, or pip install 'trochlea[opensim]'"
        )


def _muscle_lengths(path: Path | str, model: ET.Element) -> dict[str, float]:
    """Fibre over tendon length of each muscle by name; NaN where the file does not say."""
    found: dict[str, float] = {}
    for element in model.iterfind("ForceSet/objects/*"):
        if element.tag.endswith(("Muscle", "Muscle_Deprecated")):
            texts = [element.findtext(tag) for tag in ("optimal_fiber_length", "tendon_slack_length")]
            try:
                fibre, tendon = (float(text) if text else np.nan for text in texts)
            except ValueError:
                where = f"{element.get('name')}/optimal_fiber_length"
                raise FormatError(path, where, "is no number; save the model again in OpenSim") from None
            found[str(element.get("name"))] = fibre / tendon if tendon > 0 else np.nan
    return found


def _family(axes: dict[str, CoordinateAxis], lengths: dict[str, float]) -> FamilyName:
    """The family whose marks a model has."""
    joints = {axis.joint for axis in axes.values()}
    bases = {name[:-2] for name in lengths if name.endswith(("_r", "_l"))}
    if {"walker_knee_r", "walker_knee_l", "patellofemoral_r", "patellofemoral_l", "hip_r", "hip_l"} <= joints:
        return "lai-uhlrich" if _follows_lai(lengths) else "rajagopal-2016"
    if {"knee_flex_r", "hip_flex_r", "pf_flex_r", "pf_tilt_r"} <= set(axes) and {"vasmed", "recfem"} <= bases:
        return "lenhart"
    if {"knee_angle_r", "hip_flexion_r"} <= set(axes) and "rect_fem" in bases:
        if {"glut_med1", "vas_int", "vas_med", "vas_lat"} <= bases:
            return "gait2392"
        if {"glut_med1", "vas_int"} <= bases:
            return "gait2354"
        if {"glut_max", "vasti", "hamstrings"} <= bases:
            return "gait10dof"
    return "unknown"


def _follows_lai(lengths: dict[str, float]) -> bool:
    """Whether more muscles have the proportions of Lai and Uhlrich than those of Rajagopal."""
    ratios = []
    for generation in ("Rajagopal2016", "RajagopalLaiUhlrich2023"):
        own = muscle_parameters(generation)
        ratios.append(dict(zip(own.names, own.optimal_fiber_length / own.tendon_slack_length, strict=True)))
    old, new = ratios
    votes = 0
    for name, ratio in lengths.items():
        base = name[:-2]
        if base in old and base in new and abs(new[base] / old[base] - 1) > 2 * SAME_RATIO:
            votes += int(abs(ratio / new[base] - 1) < SAME_RATIO) - int(abs(ratio / old[base] - 1) < SAME_RATIO)
    return votes > 0


def _split_side(name: str) -> tuple[str, Side | None]:
    """A name without its side, and the side."""
    if name.endswith("_r"):
        return name[:-2], "right"
    return (name[:-2], "left") if name.endswith("_l") else (name, None)


def _ours(family: FamilyName, theirs: str) -> str | None:
    """Our name of a model's coordinate, or None."""
    base, side = _split_side(theirs)
    for row in _coordinate_rows():
        known = row["lenhart"] if family == "lenhart" else row["coordinate"]
        if known == base and (row["is_sided"] == "yes") == (side is not None):
            return row["coordinate"] if side is None else f"{row['coordinate']}_{side[0]}"
    return None


def _coordinate(path: Path | str, family: FamilyName, theirs: str, axis: CoordinateAxis) -> FamilyCoordinate:
    """Name, sign and range of a coordinate that has a counterpart here."""
    ours = str(_ours(family, theirs))
    base, side = _split_side(ours)
    (row,) = (row for row in _coordinate_rows() if row["coordinate"] == base)
    expected = np.array([float(row[k]) for k in "xyz"])
    if side == "left":
        # The mirror image of a rotation axis: what lies in the sagittal plane turns over, the rest stays.
        expected *= (-1, -1, 1)
    cosine = 0.0 if axis.axis is None or axis.kind != row["kind"] else float(axis.axis @ expected)
    if abs(cosine) < SAME_AXIS:
        raise ModelError(
            f"{path}: {theirs} of joint {axis.joint} does not grow about or along the axis of {ours} (cosine "
            f"{cosine:.2f}, expected {SAME_AXIS} or more either way); its sign cannot be told: use a model of a known "
            "family"
        )
    sign = 1 if cosine > 0 else -1
    if base == "knee_angle":
        _check_knee(path, theirs, sign, axis)
    lower, upper = sorted((sign * axis.lower, sign * axis.upper))
    return FamilyCoordinate(ours=ours, theirs=theirs, sign=sign, lower=lower, upper=upper, is_locked=axis.is_locked)


def _check_knee(path: Path | str, theirs: str, sign: int, axis: CoordinateAxis) -> None:
    """Refuse a knee whose range bends it the wrong way."""
    bending, overextension = max(sign * axis.lower, sign * axis.upper), -min(sign * axis.lower, sign * axis.upper)
    if not bending > CLEAR_RANGE * overextension:
        low, high = np.rad2deg([axis.lower, axis.upper])
        raise ModelError(
            f"{path}: {theirs} runs from {low:.0f} to {high:.0f} degrees, but its axis makes "
            f"{'positive' if sign > 0 else 'negative'} values flexion; expected a range that mostly bends the knee: "
            "correct the coordinate's range in the model"
        )


def _muscle(family: FamilyName, theirs: str) -> FamilyMuscle | None:
    """Our name of a model's muscle, or None."""
    base, side = _split_side(theirs)
    names = _muscle_names(family)
    if side is None or base not in names:
        return None
    ours, stands_for = names[base]
    return FamilyMuscle(ours=ours, theirs=theirs, side=side, stands_for=stands_for)


@cache
def _muscle_names(family: FamilyName) -> dict[str, tuple[str, tuple[str, ...]]]:
    """A family's base names of muscles -> ours, and all that the muscle stands for."""
    ours = {name: (name, (name,)) for name in (*muscle_parameters().names, *MORE_MUSCLES)}
    if family in ("rajagopal-2016", "lai-uhlrich", "lenhart"):
        return ours
    naming = "gait2392" if family == "unknown" else family
    with files("trochlea.leg.opensim").joinpath("family_muscles.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["naming"] == naming]
    theirs = {row["muscle"]: (row["ours"], tuple((row["stands_for"] or row["ours"]).split(";"))) for row in rows}
    return theirs | ours if family == "unknown" else theirs


@cache
def _coordinate_rows() -> tuple[dict[str, str], ...]:
    """Our coordinates with their anatomical axes on the right side and their names elsewhere."""
    with files("trochlea.leg.opensim").joinpath("family_coordinates.csv").open(encoding="utf-8") as stream:
        return tuple(csv.DictReader(stream))
