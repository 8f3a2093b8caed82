"""Which program moves a given model: the built-in leg where it fits, else the official OpenSim wheel."""

from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

from trochlea.errors import InputError, ModelError
from trochlea.leg.leg_engine import LegEngine
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.opensim.family import check_engine, recognise_family
from trochlea.leg.opensim.opensim_leg import OpensimLeg, build_opensim_leg
from trochlea.leg.opensim.opensim_model import READABLE_VERSION, file_version
from trochlea.leg.opensim.opensim_program import has_opensim
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.skeleton.model import build_leg_from_osim
from trochlea.leg.skeleton.path import MusclePath

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
    if prefer == "opensim":
        return build_opensim_leg(path)
    if prefer == "mujoco":
        return MujocoLeg(model=build_leg_from_osim(read_osim(path), extra_muscles=extra_muscles))
    version = file_version(path)
    if version < READABLE_VERSION:
        return _with_reason(path, f"the file is of an older format (version {version or 'not told'})")
    family = recognise_family(path)
    check_engine(family, has_opensim=has_opensim())
    if family.name not in BUILT_IN_FAMILIES:
        known = "no known family" if family.name == "unknown" else f"the family {family.name}"
        return _with_reason(path, f"the model is of {known}")
    try:
        return MujocoLeg(model=build_leg_from_osim(read_osim(path), extra_muscles=extra_muscles))
    except ModelError as refusal:
        if not has_opensim():
            raise ModelError(f"{refusal}; or pip install 'trochlea[opensim]' to run the model as it is") from None
        return _with_reason(path, f"the built-in leg does not fit ({refusal})")


def _with_reason(path: Path | str, reason: str) -> OpensimLeg:
    """The wheel, and why it was taken."""
    leg = build_opensim_leg(path)
    return replace(leg, notes=(f"{leg.program} moves this leg: {reason}", *leg.notes))
