"""Which program moves a given model: the built-in leg where it fits, else the official OpenSim wheel."""

from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

from trochlea.errors import InputError, ModelError
from trochlea.leg.family import check_engine, recognise_family
from trochlea.leg.leg_engine import LegEngine
from trochlea.leg.model import build_leg_from_osim
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.opensim_leg import build_opensim_leg
from trochlea.leg.opensim_model import READABLE_VERSION, file_version
from trochlea.leg.opensim_program import has_opensim
from trochlea.leg.osim import read_osim
from trochlea.leg.path import MusclePath

EnginePreference = Literal["auto", "mujoco", "opensim"]

BUILT_IN_FAMILIES = ("rajagopal-2016", "lai-uhlrich")
"""Families that the built-in leg can be scaled to."""


def choose_engine(
    path: Path | str, prefer: EnginePreference = "auto", *, extra_muscles: tuple[MusclePath, ...] = ()
) -> LegEngine:
    """The engine for a model file.

    Args:
        path: A .osim file.
        prefer: "mujoco" for the built-in leg, "opensim" for the wheel, "auto" for the built-in leg where the model is
            one that it can be scaled to, and the wheel elsewhere.
        extra_muscles: Muscles to add where the built-in leg is taken; the wheel takes a model as it is.

    Returns:
        The engine; its notes say so where the wheel stands in.

    Raises:
        FormatError: If the file is not a model.
        ModelError: If no engine can run it, with the remedy.
        InputError: If the preference is none of the three.
    """
    if prefer not in get_args(EnginePreference):
        raise InputError(f"engine {prefer!r}: expected one of {', '.join(get_args(EnginePreference))}")
    if prefer == "opensim" or (prefer == "auto" and file_version(path) < READABLE_VERSION):
        return build_opensim_leg(path)
    if prefer == "mujoco":
        return MujocoLeg(model=build_leg_from_osim(read_osim(path), extra_muscles=extra_muscles))
    family = recognise_family(path)
    check_engine(family, has_opensim=has_opensim())
    reason = (
        f"the model is of the family {family.name}" if family.name != "unknown" else "the model is of no known family"
    )
    if family.name in BUILT_IN_FAMILIES:
        try:
            return MujocoLeg(model=build_leg_from_osim(read_osim(path), extra_muscles=extra_muscles))
        except ModelError as refusal:
            if not has_opensim():
                raise ModelError(f"{refusal}; or pip install 'trochlea[opensim]' to run the model as it is") from None
            reason = f"the built-in leg does not fit ({refusal})"
    leg = build_opensim_leg(path)
    return replace(leg, notes=(f"{leg.program} moves this leg: {reason}", *leg.notes))
