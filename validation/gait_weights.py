"""What the assumed weights of the computed ground force do to the kneecap's peak force."""

from collections.abc import Iterator
from unittest.mock import patch

import numpy as np
from gait_people import GAITS
from markdown_table import print_table

from trochlea.leg.gait import gait_forces
from trochlea.leg.gait.gait_motion import simulate_gait
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.muscle_sharing import share
from trochlea.leg.prepared_leg import prepare_leg
from trochlea.leg.skeleton.model import build_leg
from trochlea.units import GRAVITY


def print_weights() -> None:
    leg = build_leg(mass=75.0, height=1.75, sex="male")
    engine = MujocoLeg(model=leg)

    def peak(name: str) -> float:
        done = simulate_gait(leg, name, "right")
        ready = prepare_leg(engine, done.motion, "right", start=done.start, end=done.end)
        return float(np.nanmax(share(ready, engine.parameters("right")).pulley_force)) / (leg.mass * GRAVITY)

    def rows() -> Iterator[tuple[str, ...]]:
        yield ("as they are", *(f"{peak(name):.2f}" for name in GAITS))
        for weight in ("SLIP", "TURN", "TIP", "ROUGH", "LIFTED", "HEEL_OFF", "SETTLE", "ASIDE", "FRICTION"):
            found = []
            for name in GAITS:
                for factor in (0.5, 2.0):
                    with patch.object(gait_forces, weight, factor * getattr(gait_forces, weight)):
                        found.append(f"{peak(name):.2f}")
            yield weight, " / ".join(found[:2]), " / ".join(found[2:])

    print_table(
        "The assumed weights of what the forces leave over, each halved / doubled: peak force on the kneecap as a "
        "frictionless pulley, published strengths [body weights] (man).",
        ("weight", "walk", "run"),
        rows(),
    )
