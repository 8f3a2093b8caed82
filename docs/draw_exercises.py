"""Draw every exercise into docs/images/exercises, and write the page that shows them all.

Run it after a change of the tasks or of the drawing.

The drawn person is a man of 75 kg and 1.75 m, the right leg works, nothing else is set.
"""

import sys
from pathlib import Path

from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.deep_rotators import deep_rotator_paths
from trochlea.leg.muscles.muscle_sharing import solve_leg
from trochlea.leg.posture.task_motion import simulate_task
from trochlea.leg.skeleton.model import build_leg
from trochlea.motion.task_file import read_task, task_names
from trochlea.report.exercise_picture import exercise_svg

FOLDER = Path(__file__).parent / "images" / "exercises"

PAGE = Path(__file__).parent / "exercise-pictures.md"

HEAD = """# Pictures of the exercises

Each picture shows the start and the end of a movement that was computed: bones and muscles stand where the leg model
has them, for a man of 75 kg and 1.75 m whose right leg works. `python docs/draw_exercises.py` draws them all.

- Bones: the model's own meshes, scaled as the model is. Those of the leg that does not work are paler.
- Muscles: the model's own lines, of the working leg only, drawn if their activation is at least 5 %. The broader and
  deeper in tint (on a dark screen: the brighter), the more active: from 5, 15, 30 and 50 %.
- Body round the bones: simple shapes with the breadths that the published radii of gyration of each segment imply.
- Drawn freely: arms, face, bent toes, chairs, mats, the height of a step that the task does not name. The model's arms
  hang and belong to the trunk. Bands, weights and pads are where their computed forces are.
- "From the front" is from the feet where the person lies.
"""


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
    PAGE.write_text(HEAD + "".join(_section(name) for name in task_names()), encoding="utf-8")


def _section(name: str) -> str:
    task = read_task(name)
    pictures = " ".join(
        f"![{task.title}, start and end, {view} view](images/exercises/{name}-{view}.svg)" for view in ("side", "front")
    )
    return f"\n## {task.title}\n\n{task.about}\n\n{pictures}\n"


if __name__ == "__main__":
    main(sys.argv[1:])
