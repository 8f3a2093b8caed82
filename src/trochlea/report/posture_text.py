"""Where each angle of a person's posture comes from: seen, set, or predicted, and then from what."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trochlea.motion.task_posture import decided_angles
from trochlea.person.posture_norm import norms_of_task
from trochlea.person.posture_prediction import style_gap
from trochlea.report.task_study import TaskStudy

IN_GAIT = {
    "trunk_flexion": "held throughout",
    "trunk_lean": "held throughout",
    "pelvic_drop": "published mean",
    "hip_adduction": "follows from the others",
    "hip_internal_rotation": "follows from the others",
}
"""Where the angles of walking and running come from: `leg.gait.gait_posture`."""

ASSOCIATED = "A posture is associated with strength and with pain; neither is said to bring it about."


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """The parts of one predicted angle.

    Attributes:
        usual_deg: Of people without kneecap pain and of the norm's strength [degrees].
        strength_deg: What goes with this person's strength [degrees].
        style_deg: What goes with the movement style [degrees].
        sd_deg: By how much a person differs from such a prediction [degrees].
        note: What a reader must know.
    """

    usual_deg: float
    strength_deg: float
    style_deg: float
    sd_deg: float
    note: str


def predictions(study: TaskStudy) -> dict[str, Prediction]:
    """The parts of every angle that was predicted, by quantity."""
    posture, style = study.result.posture, movement_style(study)
    norms = {norm.quantity: norm for norm in norms_of_task(study.result.task.name)}
    found = {}
    for quantity, angle in posture.items():
        if angle.source == "measured":
            continue
        norm = norms[quantity]
        by_style = style * style_gap(norm, study.request.correlation)
        parts = (norm.control, angle.value - norm.control - by_style, by_style, angle.sd or 0.0)
        usual, strength, own, sd = np.degrees(parts).tolist()
        found[quantity] = Prediction(usual_deg=usual, strength_deg=strength, style_deg=own, sd_deg=sd, note=norm.note)
    return found


def movement_style(study: TaskStudy) -> float:
    """The style that was used [-]."""
    own = study.result.person.movement_style.value
    return own if study.request.style is None else study.request.style


def origins(study: TaskStudy, quantities: Mapping[str, str]) -> dict[str, str]:
    """Where the angle of each quantity comes from, in a few words.

    Args:
        study: The task, done.
        quantities: Quantity of the posture, by the name that an input would have without the degrees.
    """
    parts = predictions(study)
    return {name: _origin(study, name, quantity, parts) for name, quantity in quantities.items()}


def prediction_words(one: Prediction) -> str:
    """A prediction's parts, e.g. "predicted: 10.8 usual, +1.8 strength, +0.0 style; SD 5.9"."""
    style = f", {one.style_deg:+z.1f} style" if one.style_deg else ""
    return f"predicted: {one.usual_deg:.1f} usual, {one.strength_deg:+z.1f} strength{style}; SD {one.sd_deg:.1f}"


def style_line(study: TaskStudy) -> str:
    """The style and the correlation behind predicted angles."""
    style, person = movement_style(study), study.result.person.movement_style
    words = {0.0: ", as people without kneecap pain", 1.0: ", as people with kneecap pain"}.get(style, "")
    source = "assumed" if study.request.style is None and person.source == "assumed" else "given"
    r = "assumed" if study.request.r is None else "given"
    return (
        f"Movement style {style:g}{words} ({source}); correlation of strength with posture "
        f"{study.request.correlation:g} ({r})."
    )


def _origin(study: TaskStudy, name: str, quantity: str, parts: Mapping[str, Prediction]) -> str:
    task = study.result.task
    if not task.posture:
        return IN_GAIT[name]
    one = task.inputs.get(f"{name}_deg")
    if one is None or name not in decided_angles(task):
        course = task.posture.get(quantity)
        return "follows from the others" if course is None or isinstance(course.end, str) else "the task's description"
    if one.value.note == "set":
        was_seen = study.seen is not None and name in study.seen.angles and one.name not in study.request.settings
        return _seen(study, name) if was_seen else "set"
    if one.value.source == "measured":
        was_seen = study.seen is not None and name in study.seen.angles
        return _seen(study, name) if was_seen else "observed (person file)"
    return prediction_words(parts[name]) if name in parts else f"the task's inputs ({one.value.source})"


def _seen(study: TaskStudy, name: str) -> str:
    assert study.seen is not None
    angle = study.seen.angles[name]
    spread = "" if angle.sd is None else f"; SD {np.degrees(angle.sd):.1f}"
    return f"observed: {angle.note}{spread}"
