"""Draw every exercise into docs/images/exercises: run it after a change of the tasks or of the drawing.

The drawn person is a man of 75 kg and 1.75 m, the right leg works, nothing else is set.
"""

import sys
from pathlib import Path

from trochlea.leg.deep_rotators import deep_rotator_paths
from trochlea.leg.model import build_leg
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscle_sharing import solve_leg
from trochlea.leg.task_motion import simulate_task
from trochlea.motion.task_file import read_task, task_names
from trochlea.report.exercise_picture import exercise_svg

FOLDER = Path(__file__).parent / "images" / "exercises"


def main(names: list[str]) -> None:
    """Draw the named exercises, or all."""
    leg = build_leg(mass=75.0, height=1.75, sex="male", extra_muscles=deep_rotator_paths())
    engine = MujocoLeg(model=leg)
    parameters = engine.parameters("right")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names or task_names():
        done = simulate_task(leg, read_task(name), "right")
        result = solve_leg(engine, parameters, done.motion, "right")
        activations = dict(zip(result.muscles, result.activations.T, strict=True))
        for view in ("side", "front"):
            picture = exercise_svg(done, leg, "right", activations=activations, view=view)
            path = FOLDER / f"{name}-{view}.svg"
            path.write_text(picture + "\n", encoding="utf-8")
            print(f"{path.name}: {len(picture) / 1024:.0f} KB")


if __name__ == "__main__":
    main(sys.argv[1:])
