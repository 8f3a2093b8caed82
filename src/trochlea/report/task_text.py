"""One task done by one person, as text to read."""

import numpy as np

from trochlea.exercise.exercise import LISTED_MUSCLES, activation_of
from trochlea.exercise.open_choice import OpenChoice, OpenEnd
from trochlea.knee.shortfall import shortfall
from trochlea.knee.task_result import Interval, TaskResult
from trochlea.knee.task_values import ANGLES
from trochlea.report.posture_text import ASSOCIATED, origins, prediction_words, predictions, style_line
from trochlea.report.strategies_text import strategies_text
from trochlea.report.task_study import TaskStudy
from trochlea.report.task_values_shown import ANGLE_WORDS, NOT_ANY, WORDS, shown_values

SMALL = 5.0
"""A change of force below this is called small [%]: some degrees of trunk flexion do as much."""


def task_text(study: TaskStudy) -> str:
    """A summary to read."""
    result, task = study.result, study.result.task
    who = result.person.label or "a person"
    weak = shortfall(result.leg)
    blocks = [
        [
            f"{task.title}, {result.side} leg ({who}, {result.person.mass:g} kg, {result.person.height:g} m)",
            task.about,
            *([] if weak is None else [_sentence(weak.words())]),
        ],
        _value_lines(study),
        _posture_lines(study),
        _turn_lines(study),
        [] if study.strategies is None else strategies_text(study.strategies).splitlines(),
        _activation_lines(study),
        _input_lines(study),
        _choice_block(study.choices),
        [f"Note: {note}" for note in (*result.notes, *study.notes) if weak is None or note != weak.words()],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _value_lines(study: TaskStudy) -> list[str]:
    values = shown_values(study.result)
    lines = [f"{'':<44}{'':>9}  {'':<14}95 % interval"] if study.result.n_draws else []
    lines += [_value_line(name, values[name]) for name in WORDS if values[name] is not NOT_ANY]
    effect, exchange = study.quadriceps, study.exchange
    if effect is not None and study.result.task.position in ("standing", "seated"):
        words = f"hip extensors at {effect.ratio:.0%}, same posture"
        small = " (small)" if abs(effect.percent) < SMALL else ""
        change = (
            "the posture is not held" if effect.is_overloaded else f"{effect.percent:+z.1f} % quadriceps force{small}"
        )
        lines.append(f"  {words:<46}{change}")
    if exchange is not None:
        low, high = np.degrees(exchange.flexion[[0, -1]])
        words = "a degree more trunk flexion, same knee"
        lines.append(
            f"  {words:<46}{exchange.percent_per_degree:+z.1f} % kneecap force (from {low:.0f} to {high:.0f} degrees"
            f"{_turning(exchange.contact_force, np.degrees(exchange.flexion))})"
        )
    return lines


def _turning(force: np.ndarray, degrees: np.ndarray) -> str:
    """Where a straight line says too little: the force is least or greatest between the ends."""
    lowest, highest = int(force.argmin()), int(force.argmax())
    for i, words in ((lowest, "least"), (highest, "most")):
        if 0 < i < force.size - 1:
            return f"; {words} at {degrees[i]:.0f}"
    return ""


def _value_line(name: str, one: Interval) -> str:
    words, unit, digits = WORDS[name]
    return f"{words:<44}{_number(one.value, digits):>9}  {unit:<14}{_between(one, digits)}".rstrip()


def _posture_lines(study: TaskStudy) -> list[str]:
    values = shown_values(study.result)
    where = "turning point" if study.result.task.posture else "largest kneecap force"
    origin = origins(study, {name.removesuffix("_deg"): quantity for name, quantity in ANGLES.items()})
    lines = [
        f"{f'posture at the {where}, degrees':<44}{'':>9}  {'95 % interval' if study.result.n_draws else '':<16}from"
    ]
    for name, words in ANGLE_WORDS.items():
        if values[name] is not NOT_ANY:
            number, between = _number(values[name].value, 1), _between(values[name], 1)
            lines.append(f"{words:<44}{number:>9}  {between:<16}{origin[name.removesuffix('_deg')]}")
    parts = predictions(study)
    for quantity, one in parts.items():
        if f"{quantity}_deg" not in ANGLES:
            angle = f"{np.degrees(study.result.posture[quantity].value):.1f}"
            lines.append(f"{quantity.replace('_', ' '):<44}{angle:>9}  {'':<16}{prediction_words(one)}; {one.note}")
    if parts:
        lines.append(style_line(study))
    if study.result.posture:
        lines.append(ASSOCIATED)
    if study.seen is not None:
        lines += [f"Not in {study.request.posture_file}: {_missing(study)}."] if study.seen.missing else []
    return lines


def _missing(study: TaskStudy) -> str:
    assert study.seen is not None
    return "; ".join(f"{quantity.replace('_', ' ')} ({why})" for quantity, why in study.seen.missing.items())


def _turn_lines(study: TaskStudy) -> list[str]:
    if study.unturned is None:
        return []
    lines = [f"femur turned inwards over its foot by {study.request.femur_turn_deg:g} degrees (given)"]
    lines.append(f"  {'':<42}{'without':>9}{'with':>12}")
    for name in ("peak_contact_force_n", "peak_pressure_mpa", "lateral_share"):
        words, unit, digits = WORDS[name]
        before, after = (_number(one.values[name].value, digits) for one in (study.unturned, study.result))
        lines.append(f"  {', '.join(part for part in (words, unit) if part):<42}{before:>9}{after:>12}")
    for name, words, unit in (("shift", "kneecap further out", "mm"), ("tilt", "kneecap's lateral tilt", "degrees")):
        before, after = (f"{_at_peak(one, name):z.1f}" for one in (study.unturned, study.result))
        lines.append(f"  {f'{words}, {unit}':<42}{before:>9}{after:>12}")
    return lines


def _at_peak(result: TaskResult, name: str) -> float:
    peak = int(np.nan_to_num(result.kneecap.contact_force).argmax())
    value = float(getattr(result.kneecap, name)[peak])
    return 1e3 * value if name == "shift" else float(np.degrees(value))


def _activation_lines(study: TaskStudy) -> list[str]:
    lines = [f"{'activation, 1 is all a muscle can give':<44}{'peak':>9}{'mean':>9}"]
    for name, muscles in LISTED_MUSCLES.items():
        over_time = activation_of(study.result.leg, muscles)
        lines.append(f"{name.replace('_', ' '):<44}{np.nanmax(over_time):>9.2f}{np.nanmean(over_time):>9.2f}")
    return lines


def _input_lines(study: TaskStudy) -> list[str]:
    inputs = study.result.task.inputs
    if not inputs:
        return []
    width = max(len(name) for name in inputs) + 2
    lines = ["inputs, changed with --set NAME=VALUE"]
    for name, one in inputs.items():
        is_seen = study.seen is not None and one.value.note == "set" and name not in study.request.settings
        predicted = one.value.note.startswith("associated")
        origin = "observed" if is_seen else "set" if one.value.note == "set" else one.value.source
        lines.append(f"  {name:<{width}}{one.value.value:>7.4g}  {one.words} ({'predicted' if predicted else origin})")
    return lines


def _choice_block(choices: tuple[OpenChoice, ...]) -> list[str]:
    lines = []
    for choice in choices:
        name, used = choice.input.name, choice.input.value.value
        lines.append(f"  {name} = {used:g} was used; at the ends of what is likely:")
        lines += [f"    {_end_words(end)}" for end in choice.ends]
    return ["left open by statics", *lines] if lines else []


def _end_words(end: OpenEnd) -> str:
    if end.refused:
        return f"{end.value:g}: not possible: {end.refused}"
    trained = ", ".join(f"{muscle.replace('_', ' ')} {value:.2f}" for muscle, value in end.trained.items())
    return f"{end.value:g}: kneecap {end.peak_contact_force_bw:.2f} body weights; {trained}"


def _number(value: float, digits: int) -> str:
    return f"{value:z.{digits}f}" if np.isfinite(value) else "-"


def _between(one: Interval, digits: int) -> str:
    return "" if one.low is None or one.high is None else f"{one.low:z.{digits}f} to {one.high:z.{digits}f}"


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."
