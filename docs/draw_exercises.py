"""Draw every exercise into docs/images/exercises, and write the page that shows them all.

Run it after a change of the tasks or of the drawing.

The drawn person has norm strengths and moves as norms say; the right leg works.
"""

import sys
from pathlib import Path

from trochlea.knee.person_leg import build_person_leg
from trochlea.knee.task_result import person_engine, solve_task
from trochlea.motion.task import Task
from trochlea.motion.task_file import read_task, task_names
from trochlea.person.read import build_person
from trochlea.person.schema import PersonFile
from trochlea.report.camera import view_words
from trochlea.report.exercise_picture import exercise_svg

FOLDER = Path(__file__).parent / "images" / "exercises"

PAGE = Path(__file__).parent / "exercise-pictures.md"

WHO = PersonFile(sex="female", side="right", label="", numbers={"age_years": 30.0, "mass_kg": 62.0, "height_m": 1.68})
"""Whom the pictures show."""

DRAWN = {"bridge": {"band_n": 30.0}, "straight_leg_raise": {"weight_kg": 2.0}, "knee_extension": {"pad_n": 200.0}}
"""Inputs that show what a band, a weight and a pad look like."""

HEAD = """# Pictures of the exercises

Each picture shows the start and the end of a movement that was computed: bones and muscles stand where the leg model
has them, for {who}, of norm strength, whose right leg works. `trochlea task NAME --out FOLDER` draws one for any
person and any task of your own, as `side.svg` and `front.svg`; `python docs/draw_exercises.py` draws all below.

- **Views**: who stands or sits is seen from the side and from the front. Who lies or kneels is seen from the side and,
  for such a body hides itself along its own length, aslant from the feet; who lies on the side from the front and from
  above. The words below a picture say which it is.
- **Bones**: the model's own meshes, scaled as the model is. Those of the leg that does not work are paler.
- **Muscles**: the model's own lines, of the working leg only, drawn if their activation is at least 5 %. The broader
  and deeper in tint (on a dark screen: the brighter), the more active: "works a little" from 5 %, "works" from 15,
  "works hard" from 30 and "works very hard" from 50 % of all that the muscle can give, in either of the two positions.
- **Arrow**: the computed way of the part that moves farthest, set beside the body. Where that part comes towards the
  reader there is none.
- **Body** round the bones: simple shapes with the breadths that the published radii of gyration of each segment imply.
  The sole is where the computed forces act.
- **Drawn freely**: arms, face, bent toes, chairs, mats, walls, the height of a step that the task does not name. The
  model's arms hang and belong to the trunk. A task's `props` say what is drawn; bands, weights, pads and plates are
  where their computed forces are.

Colours are the picture's own: plain on light paper, dark where the reader asked for a dark screen, and told apart by
brightness alone in a print without colour.
"""


def main(names: list[str]) -> None:
    """Draw the named exercises, or all."""
    person = build_person(WHO)
    engine = person_engine(person)
    own = build_person_leg(person, engine, "right")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names or task_names():
        result = solve_task(person, read_task(name, DRAWN.get(name)), "right", own=own)
        activations = dict(zip(result.leg.muscles, result.leg.activations.T, strict=True))
        for view in ("side", "front"):
            picture = exercise_svg(
                result.movement,
                engine.model,
                "right",
                activations=activations,
                view=view,
                has_legend=view == "side",
            )
            path = FOLDER / f"{name}-{view}.svg"
            path.write_text(picture + "\n", encoding="utf-8")
            print(f"{path.name}: {path.stat().st_size / 1024:.0f} KB")
    who = f"a woman of {person.age_years:g} years, {person.mass:g} kg and {person.height:g} m"
    PAGE.write_text(
        HEAD.format(who=who) + "".join(_section(read_task(name)) for name in task_names()), encoding="utf-8"
    )


def _section(task: Task) -> str:
    pictures = "\n\n".join(
        f"![{task.title}, {task.ends[0]} and {task.ends[1]}, {view_words(view, task.position)}]"
        f"(images/exercises/{task.name}-{view}.svg)"
        for view in ("side", "front")
    )
    options = DRAWN.get(task.name, {})
    drawn = "".join(f" Drawn with `--set {name}={value:g}`." for name, value in options.items())
    return f"\n## {task.title}\n\n{task.about}{drawn}\n\n{pictures}\n"


if __name__ == "__main__":
    main(sys.argv[1:])
