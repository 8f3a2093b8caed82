"""A load by flexion and quadriceps force, and the default knees."""

from collections.abc import Callable

import numpy as np
import pytest

from trochlea.knee.knee import Knee, build_knee
from trochlea.leg.extensor import ExtensorLoad

SPLIT = np.array([0.155, 0.195, 0.40, 0.25])
"""Shares of recfem, vasint, vaslat, vasmed. `farahmand-1998-quadriceps`: RF+VI 35, VL 40, VM 25 %."""


@pytest.fixture(scope="session")
def male() -> Knee:
    return build_knee(sex="male")


@pytest.fixture(scope="session")
def make_load() -> Callable[..., ExtensorLoad]:
    def make(flexion_deg, quadriceps, *, femoral=0.0, tibial=0.0, valgus=0.0, split=SPLIT, side="right"):
        flexion = np.radians(np.atleast_1d(np.asarray(flexion_deg, dtype=float)))
        ones = np.ones_like(flexion)
        return ExtensorLoad(
            times=np.arange(flexion.size, dtype=float),
            side=side,
            tibiofemoral_flexion=flexion,
            femoral_rotation=np.radians(femoral) * ones,
            tibial_rotation=np.radians(tibial) * ones,
            knee_valgus=np.radians(valgus) * ones,
            tension=np.outer(np.broadcast_to(quadriceps, flexion.shape), np.asarray(split)),
        )

    return make
