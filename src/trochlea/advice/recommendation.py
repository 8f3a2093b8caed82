"""What mechanics says about "hip, knee or both?", with the numbers behind it."""

from dataclasses import dataclass
from typing import Literal, get_args

from trochlea.person.measured import Source

Answer = Literal["hip", "knee", "both", "cannot_tell"]
"""`cannot_tell`: mechanics cannot tell them apart."""

Outcome = Literal["peak_contact_force", "lateral_peak_pressure"]
"""Peaks over the movement: contact force of the kneecap, pressure on its lateral facet."""

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Change of one outcome against the baseline when one lever is pulled.

    Attributes:
        outcome: The quantity that changes.
        percent: Best value, in percent of the baseline; below zero is less load.
        ci_low: Lower end of the 95 % interval over the draws [percent].
        ci_high: Upper end [percent].
    """

    outcome: Outcome
    percent: float
    ci_low: float
    ci_high: float

    def __post_init__(self) -> None:
        """Check the outcome's name and the order of the interval."""
        if self.outcome not in OUTCOMES:
            raise ValueError(f"outcome {self.outcome!r}; expected one of {', '.join(OUTCOMES)}")
        if not self.ci_low <= self.percent <= self.ci_high:
            raise ValueError(f"{self.outcome}: {self.percent} is outside its interval {self.ci_low} to {self.ci_high}")

    @property
    def excludes_zero(self) -> bool:
        """True when the interval lies on one side of no change."""
        return self.ci_low > 0 or self.ci_high < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """One thing that training could change, and what that does to the kneecap.

    Attributes:
        name: Short name, unique in a recommendation, e.g. "hip", "knee_capacity", "knee_vmo_share".
        label: Words for the bar, e.g. "Hip: stronger abductors and external rotators".
        what_changes: The input that is changed and by how much, in words with units.
        changes: One change for each of OUTCOMES, in that order.
        gain_source: Where the size of the gain comes from.
        citation: Key in references.bib; None where the gain is assumed.
        reasons: Why the number is what it is, each a sentence.
    """

    name: str
    label: str
    what_changes: str
    changes: tuple[Change, ...]
    gain_source: Source
    citation: str | None = None
    reasons: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check that both outcomes are there and that a published gain has its citation."""
        outcomes = tuple(change.outcome for change in self.changes)
        if outcomes != OUTCOMES:
            raise ValueError(f"lever {self.name!r} has outcomes {outcomes}, expected {OUTCOMES}")
        if self.gain_source == "published" and self.citation is None:
            raise ValueError(f"lever {self.name!r}: a published gain needs the key of its citation")

    def change(self, outcome: Outcome) -> Change:
        """The change of one outcome."""
        return self.changes[OUTCOMES.index(outcome)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """The mechanical answer; the trials' answer stays apart, in `evidence`.

    Attributes:
        answer: Which lever, or that they cannot be told apart.
        sentence: The answer in plain words.
        levers: What was tried.
        n_draws: Random draws of the uncertain inputs behind each interval.
        baseline_peak_contact_force: Before any change [N].
        baseline_lateral_peak_pressure: Before any change [Pa].
        reasons: Why this answer, each pointing at a number.
        caveats: What the answer leaves out.
    """

    answer: Answer
    sentence: str
    levers: tuple[Lever, ...]
    n_draws: int
    baseline_peak_contact_force: float
    baseline_lateral_peak_pressure: float
    reasons: tuple[str, ...]
    caveats: tuple[str, ...]

    def __post_init__(self) -> None:
        """Check the answer, the levers' names and the number of draws."""
        if self.answer not in get_args(Answer):
            raise ValueError(f"answer {self.answer!r}; expected one of {', '.join(get_args(Answer))}")
        names = [lever.name for lever in self.levers]
        if not names or len(set(names)) != len(names):
            raise ValueError(f"levers need unique names and at least one, found {names}")
        if self.n_draws < 1:
            raise ValueError(f"{self.n_draws} draws; an interval needs at least one")
