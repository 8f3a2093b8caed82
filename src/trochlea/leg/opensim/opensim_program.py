"""The official OpenSim wheel, loaded when first used; it ships no type stubs: its objects are `Any` to the checker."""

import importlib
import importlib.util
from typing import Any

from trochlea.errors import ModelError

Opensim = Any
"""The module, and the objects that come from it."""


def has_opensim() -> bool:
    """Whether the optional wheel is installed."""
    return importlib.util.find_spec("opensim") is not None


def load_opensim() -> Opensim:
    """The opensim module, with its log off: it would leave an opensim.log in the user's folder.

    Raises:
        ModelError: If the wheel is not installed, or does not run here.
    """
    if not has_opensim():
        raise ModelError("this model needs the OpenSim engine, which is not installed: pip install 'trochlea[opensim]'")
    try:
        opensim = importlib.import_module("opensim")
    except ImportError as error:  # e.g. a system library that it needs
        remedy = "install it anew: pip install --force-reinstall 'trochlea[opensim]'"
        raise ModelError(f"the OpenSim wheel is installed but cannot be loaded ({error}); {remedy}") from error
    opensim.Logger.setLevelString("off")
    return opensim
