"""A recommendation that contradicts itself cannot be made."""

import pytest

from trochlea.advice.recommendation import OUTCOMES, Change, Lever, Recommendation


def change(outcome="peak_contact_force", percent=-1.0, low=-2.0, high=0.5):
    return Change(outcome=outcome, percent=percent, ci_low=low, ci_high=high)


def lever(**changes):
    values = {
        "name": "hip",
        "label": "Hip",
        "what_changes": "20 % more",
        "changes": tuple(change(outcome) for outcome in OUTCOMES),
        "gain_source": "assumed",
    }
    return Lever(**{**values, **changes})


def recommendation(**changes):
    values = {
        "answer": "cannot_tell",
        "sentence": "No difference.",
        "levers": (lever(),),
        "n_draws": 10,
        "baseline_peak_contact_force": 1000.0,
        "baseline_lateral_peak_pressure": 5e6,
        "reasons": (),
        "caveats": (),
    }
    return Recommendation(**{**values, **changes})


def test_a_whole_recommendation_is_accepted():
    assert recommendation().levers[0].change("lateral_peak_pressure").outcome == "lateral_peak_pressure"


@pytest.mark.parametrize(("low", "high", "excludes"), [(-2, 0.5, False), (-2, -0.5, True), (-1, 0, False)])
def test_an_interval_excludes_zero_only_on_one_side(low, high, excludes):
    assert change(percent=low, low=low, high=high).excludes_zero is excludes


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: change(percent=1.0), "outside its interval"),
        (lambda: change(outcome="force"), "expected one of peak_contact_force"),
        (lambda: change(percent=float("nan")), "outside its interval"),
        (lambda: lever(changes=(change(),)), "expected"),
        (lambda: lever(gain_source="published"), "needs the key of its citation"),
        (lambda: recommendation(answer="maybe"), "expected one of hip"),
        (lambda: recommendation(levers=()), "at least one"),
        (lambda: recommendation(levers=(lever(), lever())), "unique names"),
        (lambda: recommendation(n_draws=0), "at least one"),
    ],
)
def test_a_contradiction_is_refused(make, reason):
    with pytest.raises(ValueError, match=reason):
        make()
