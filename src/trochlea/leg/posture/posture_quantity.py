"""What a task can prescribe of a posture: joint angles, how segments stand against the vertical, where points are.

Every quantity is a function of a few points of the bodies, or a coordinate. A name says whose it is: `working_...` is
the leg that the task is about, `other_...` its fellow; angles of pelvis and trunk count positive towards the working
side. `ground` is x forward (of a person who stands), y up, z right.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

from trochlea.errors import InputError
from trochlea.leg.posture.contact_points import SOLE, UPPER_BACK, elbow
from trochlea.motion.motion import Side

Kind = Literal["coordinate", "elevation", "bearing", "position", "balance"]
Vector = tuple[float, float, float]

X, Y, Z = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
ORIGIN = (0.0, 0.0, 0.0)

UNDER = (0.0, SOLE, 0.0)
"""Sole below heel or toe joint, in the unscaled body [m]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One quantity of a posture of one leg model.

    Attributes:
        name: E.g. "working_hip_adduction".
        kind: "coordinate"; "elevation" of a body's axis above the horizontal; "bearing" of a body's axis, from one
            ground axis towards another; "position" of a point along a ground axis; "balance", centre of mass over a
            point of the feet.
        unit: "rad" or "m".
        sign: Multiplies the value: the left leg's side is mirrored [-].
        coordinate: Of kind "coordinate": its name.
        body: Of the other kinds.
        vector: The body's axis, or the point in the unscaled body [m].
        axes: Ground axes: of a bearing from and towards, of a position or balance the one [0, 1, 2].
    """

    name: str
    kind: Kind
    unit: str
    sign: float = 1.0
    coordinate: str = ""
    body: str = ""
    vector: Vector = ORIGIN
    axes: tuple[int, ...] = ()


SIDED = {
    "hip_flexion": "hip_flexion",
    "hip_adduction": "hip_adduction",
    "hip_rotation": "hip_rotation",
    "knee_flexion": "knee_angle",
    "ankle_dorsiflexion": "ankle_angle",
    "subtalar_inversion": "subtalar_angle",
}
"""Quantity of a leg -> coordinate, without side; all positive as in `docs/conventions.md`."""

UNSIDED = {
    "pelvis_tilt": ("pelvis_tilt", False),
    "pelvis_list": ("pelvis_list", True),
    "pelvis_rotation": ("pelvis_rotation", True),
    "lumbar_extension": ("lumbar_extension", False),
    "lumbar_bending": ("lumbar_bending", True),
    "lumbar_rotation": ("lumbar_rotation", True),
}
"""Quantity -> coordinate, and whether it is mirrored for the left leg."""

SEGMENTS = {"foot": "calcn", "shank": "tibia", "thigh": "femur"}


def quantity(name: str, side: Side) -> Quantity:
    """A quantity by name, for the leg that works.

    Raises:
        InputError: If there is no such quantity; lists them.
    """
    found = _quantities(side).get(name)
    if found is None:
        near = difflib.get_close_matches(name, quantity_names(), n=1)
        known = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(quantity_names())}"
        raise InputError(f"posture: no quantity {name!r}; {known}")
    return found


def quantity_names() -> tuple[str, ...]:
    """Names of all quantities."""
    return tuple(_quantities("right"))


@cache
def _quantities(side: Side) -> Mapping[str, Quantity]:
    outward = 1.0 if side == "right" else -1.0
    found = [
        Quantity(name=name, kind="coordinate", unit="rad", coordinate=of, sign=outward if mirrored else 1.0)
        for name, (of, mirrored) in UNSIDED.items()
    ]
    found += [
        Quantity(name="pelvic_drop", kind="elevation", unit="rad", body="pelvis", vector=Z, sign=outward),
        Quantity(name="pelvis_turn", kind="bearing", unit="rad", body="pelvis", vector=Z, axes=(2, 0), sign=outward),
        Quantity(name="pelvis_aside", kind="position", unit="m", body="pelvis", axes=(2,), sign=outward),
        Quantity(name="trunk_flexion", kind="bearing", unit="rad", body="torso", vector=Y, axes=(1, 0)),
        Quantity(name="trunk_lean", kind="bearing", unit="rad", body="torso", vector=Y, axes=(1, 2), sign=outward),
        Quantity(name="trunk_elevation", kind="elevation", unit="rad", body="torso", vector=Y),
        Quantity(name="upper_back_height", kind="position", unit="m", body="torso", vector=UPPER_BACK, axes=(1,)),
        Quantity(name="upper_back_forward", kind="position", unit="m", body="torso", vector=UPPER_BACK, axes=(0,)),
        Quantity(
            name="working_elbow_height",
            kind="position",
            unit="m",
            body="torso",
            vector=elbow(outward),
            axes=(1,),
        ),
        Quantity(name="balance_forward", kind="balance", unit="m", axes=(0,)),
        Quantity(name="balance_sideways", kind="balance", unit="m", axes=(2,), sign=outward),
    ]
    for whose, own in (("working", side), ("other", "left" if side == "right" else "right")):
        found += _of_leg(whose, "r" if own == "right" else "l", 1.0 if own == "right" else -1.0)
    return MappingProxyType({one.name: one for one in found})


def _of_leg(whose: str, letter: str, outward: float) -> list[Quantity]:
    """Quantities of one leg; `outward` is the sign of ground z away from the body's middle."""
    found = [
        Quantity(name=f"{whose}_{name}", kind="coordinate", unit="rad", coordinate=f"{of}_{letter}")
        for name, of in SIDED.items()
    ]
    foot = f"calcn_{letter}"
    found += [
        Quantity(name=f"{whose}_foot_pitch", kind="elevation", unit="rad", body=foot, vector=X),
        Quantity(name=f"{whose}_foot_roll", kind="elevation", unit="rad", body=foot, vector=Z, sign=outward),
        Quantity(name=f"{whose}_toe_out", kind="bearing", unit="rad", body=foot, vector=X, axes=(0, 2), sign=outward),
        Quantity(name=f"{whose}_shank_elevation", kind="elevation", unit="rad", body=f"tibia_{letter}", vector=Y),
        Quantity(
            name=f"{whose}_thigh_elevation", kind="elevation", unit="rad", body=f"femur_{letter}", vector=Y, sign=-1.0
        ),
    ]
    for axis, word in enumerate(("forward", "height", "aside")):
        sign = outward if word == "aside" else 1.0
        for point, body in (("foot", foot), ("toe", f"toes_{letter}")):
            name = f"{whose}_{point}_{word}"
            found.append(
                Quantity(name=name, kind="position", unit="m", body=body, vector=UNDER, axes=(axis,), sign=sign)
            )
    return found
