"""The built-in tasks as a list to read and as JSON."""

import json

from trochlea.motion.task import Task

NAME_WIDTH = 26


def tasks_table(tasks: list[Task]) -> str:
    """Name, title and what each trains."""
    width = max(len(task.title) for task in tasks)
    lines = [f"{'name':<{NAME_WIDTH}}{'title':<{width + 2}}trains"]
    lines += [
        f"{task.name:<{NAME_WIDTH}}{task.title:<{width + 2}}"
        + (", ".join(muscle.replace("_", " ") for muscle in task.trains) or "-")
        for task in tasks
    ]
    lines += ["", "`trochlea task NAME` does one; `trochlea tasks --show NAME` prints it in YAML."]
    return "\n".join(lines) + "\n"


def tasks_json(tasks: list[Task]) -> str:
    """A list with one object a task."""
    found = [
        {
            "name": task.name,
            "title": task.title,
            "about": task.about,
            "trains": list(task.trains),
            "position": task.position,
            "ends": list(task.ends),
            "inputs": [
                {
                    "name": one.name,
                    "value": one.value.value,
                    "unit": one.value.unit,
                    "low": one.low,
                    "high": one.high,
                    "source": one.value.source,
                    "citation": one.value.citation,
                    "words": one.words,
                    "left_open_by_statics": one.open_range is not None,
                }
                for one in task.inputs.values()
            ],
            "notes": list(task.notes),
        }
        for task in tasks
    ]
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"
