"""MuJoCo, loaded when first used; it ships no type stubs, so its objects are `Any` to the type checker."""

import importlib
from typing import Any

MjSpec = Any
"""A model that can still be changed."""

MjModel = Any
"""A compiled model."""

MjData = Any
"""The state of a compiled model, and what was computed from it."""

MjsBody = Any
"""A body of a spec."""

MjsGeom = Any
"""A surface of a spec."""


def load_engine() -> Any:
    """The mujoco module."""
    return importlib.import_module("mujoco")
