"""Hip, knee or both: what the mechanics says, with its reasons, and what it leaves out."""

from trochlea.advice.gains import HIP_GROUPS, KNEE_GROUP, VMO_SHARE, gains
from trochlea.advice.recommendation import OUTCOMES, Answer, Change, Lever, Outcome, Recommendation
from trochlea.advice.whatif import LEVERS, WhatIf
from trochlea.person.measured import Source

LEAST_CHANGE = 10.0
"""A lever counts only if it lowers an outcome by more than this [percent]. Assumed: below the error of such models,
which miss measured joint forces by 10 and 21 % (`trepczynski-2012-forces`)."""

LABELS = {
    "hip": "Hip: stronger abductors and external rotators",
    "knee_capacity": "Knee: stronger quadriceps",
    "knee_vmo_share": "Knee: larger share of the vastus medialis obliquus",
    "knee": "Knee: both of these",
    "both": "Hip and knee together",
}
"""Words for the bars."""

ELEMENTARY = ("hip", "knee_capacity", "knee_vmo_share")
"""Levers that are no sum of others; only these repeat where their gain comes from."""

WORDS: dict[Outcome, str] = {
    "peak_contact_force": "kneecap force",
    "lateral_peak_pressure": "lateral pressure",
}

CAVEATS = (
    "Posture is kept as it is: whether stronger hips change how this person moves is not part of this answer.",
    "With posture fixed, strength reaches the kneecap only through muscle sharing, a few percent.",
    "Pain is not pressure: a lower force does not promise less pain.",
)
"""What the mechanical answer leaves out."""


def assess(what_if: WhatIf) -> Recommendation:
    """The mechanical answer, from changes that are both certain and large.

    References:
        trepczynski-2012-forces: errors of a model against measured joint forces, as the yardstick for "large".
    """
    levers = tuple(_lever(name, what_if) for name in LEVERS)
    answer = _answer({lever.name: _helps(lever) for lever in levers})
    return Recommendation(
        answer=answer,
        sentence=_sentence(answer),
        levers=levers,
        n_draws=len(what_if.peak_contact_force),
        baseline_peak_contact_force=float(what_if.best[0, 0]),
        baseline_lateral_peak_pressure=float(what_if.best[1, 0]),
        reasons=tuple(_reason(lever) for lever in levers if lever.name in ("hip", "knee", "both")),
        caveats=CAVEATS,
    )


def _helps(lever: Lever) -> bool:
    """Certain and large: the interval lies below zero and the best value falls by more than LEAST_CHANGE."""
    return any(change.excludes_zero and change.percent < -LEAST_CHANGE for change in lever.changes)


def _answer(helps: dict[str, bool]) -> Answer:
    if helps["hip"] and helps["knee"]:
        return "both"
    if helps["hip"]:
        return "hip"
    if helps["knee"]:
        return "knee"
    return "both" if helps["both"] else "cannot_tell"


def _sentence(answer: Answer) -> str:
    if answer == "cannot_tell":
        return (
            "Mechanics cannot tell them apart: no lever changes the kneecap's load by more than "
            f"{LEAST_CHANGE:.0f} % with an interval that excludes zero."
        )
    which = {"hip": "hip programme", "knee": "knee programme", "both": "programme for hip and knee"}[answer]
    return (
        f"In this model a {which} lowers the kneecap's load by more than {LEAST_CHANGE:.0f} %, with an "
        "interval that excludes zero."
    )


def _lever(name: str, what_if: WhatIf) -> Lever:
    quantities = _quantities(name)
    found = [gains()[quantity] for quantity in quantities]
    source: Source = "assumed" if any(gain.source == "assumed" for gain in found) else "published"
    parts = [
        f"{quantity.replace('_', ' ')} {gain.value:+.0%} (SD {gain.sd:.0%}, {gain.source})"
        for quantity, gain in zip(quantities, found, strict=True)
    ]
    citations = [gain.citation for gain in found if gain.citation]
    return Lever(
        name=name,
        label=LABELS[name],
        what_changes="; ".join(parts),
        changes=tuple(_change(what_if, outcome, name) for outcome in OUTCOMES),
        gain_source=source,
        citation=citations[0] if citations else None,
        reasons=tuple(gain.note for gain in found) if name in ELEMENTARY else (),
    )


def _quantities(lever: str) -> tuple[str, ...]:
    parts = {"hip": HIP_GROUPS, "knee_capacity": (KNEE_GROUP,), "knee_vmo_share": (VMO_SHARE,)}
    parts["knee"] = parts["knee_capacity"] + parts["knee_vmo_share"]
    parts["both"] = parts["hip"] + parts["knee"]
    return parts[lever]


def _change(what_if: WhatIf, outcome: Outcome, lever: str) -> Change:
    best, low, high = what_if.change(outcome, lever)
    return Change(outcome=outcome, percent=best, ci_low=low, ci_high=high)


def _reason(lever: Lever) -> str:
    parts = [
        f"{WORDS[change.outcome]} {_signed(change.percent)} % ({_signed(change.ci_low)} to {_signed(change.ci_high)})"
        for change in lever.changes
    ]
    return f"{lever.label}: {', '.join(parts)}."


def _signed(value: float) -> str:
    """One decimal with its sign, a proper minus, and no minus zero."""
    rounded = round(value, 1) + 0.0
    return f"{rounded:+.1f}".replace("-", "\N{MINUS SIGN}") if rounded else "0.0"
