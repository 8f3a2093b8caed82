"""Everything that one report says, as typed values; the report computes nothing but wording and drawing."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np

from trochlea.advice.recommendation import Recommendation
from trochlea.evidence.question import EvidenceAnswer
from trochlea.knee.knee import Knee
from trochlea.knee.result import KneecapResult
from trochlea.person.measured import Measured, Source
from trochlea.person.person import Person
from trochlea.report.findings import Findings
from trochlea.units import GRAVITY


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthMatch:
    """How the model was fitted to one measured or assumed strength.

    Attributes:
        group: Group of muscles, as in `Person.strength`.
        factor: Factor on the forces of the group's muscles [-].
        wanted: Moment that the person has [N.m].
        reached: Moment that the model reaches with the factor [N.m].
        is_met: False where the model's bounds or another strength kept it away.
        source: "measured" on this person, or "assumed": a norm that only draws the fit.
    """

    group: str
    source: Source
    factor: float
    wanted: float
    reached: float
    is_met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """Largest moment that the muscles could not supply at one coordinate.

    Attributes:
        coordinate: Name in the model, e.g. "hip_rotation_r".
        peak: Largest magnitude over the valid frames [N.m].
        time: When [s].
    """

    coordinate: str
    peak: float
    time: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContent:
    """One report.

    Attributes:
        person: Who.
        kneecap: What the kneecap did over the movement.
        task: Name of the movement; a published peak is looked up by it.
        motion_source: "measured" or "simulated".
        recommendation: The mechanical answer; None where no what-if was run.
        evidence: The trials' answer.
        strengths: One row for each group that the model was fitted to.
        reserves: Largest reserve at each coordinate.
        warnings: What a reader must know, each a sentence.
        made_on: Day of the report.
        version: Of the program.
        input_hash: SHA-256 of the input.
        knee: The knee that was solved, as a right one; None leaves the pictures of the kneecap out.
        findings: What was found about the leg; None leaves its section out.
        posture: What a built-in movement prescribes, by name; empty for a measured one.
        muscle_factors: Factor on the force of each muscle; empty where none was fitted.
        citations: Further keys in references.bib behind the model.
    """

    person: Person
    kneecap: KneecapResult
    task: str
    motion_source: Literal["measured", "simulated"]
    recommendation: Recommendation | None
    evidence: EvidenceAnswer
    strengths: tuple[StrengthMatch, ...]
    reserves: tuple[Reserve, ...]
    warnings: tuple[str, ...]
    made_on: date
    version: str
    input_hash: str
    knee: Knee | None = None
    findings: Findings | None = None
    posture: Mapping[str, Measured] = field(default_factory=dict)
    muscle_factors: tuple[tuple[str, float], ...] = ()
    citations: tuple[str, ...] = ()

    @property
    def body_weight(self) -> float:
        """Weight of the person [N]."""
        return self.person.mass * GRAVITY

    @property
    def peak_frame(self) -> int | None:
        """Frame of the largest kneecap force; None where no frame is valid."""
        force = self.kneecap.contact_force
        return int(np.nanargmax(force)) if np.isfinite(force).any() else None

    @property
    def n_dislocated(self) -> int:
        """Frames with a value in which the kneecap is out of the groove."""
        valid = np.isfinite(self.kneecap.contact_force)
        return sum(
            is_valid and status == "dislocated"
            for status, is_valid in zip(self.kneecap.solution.status, valid, strict=True)
        )

    @property
    def lost_frames(self) -> dict[str, int]:
        """Number of frames without a value, by status."""
        valid = np.isfinite(self.kneecap.contact_force)
        status = self.kneecap.solution.status
        return dict(Counter(s for s, is_valid in zip(status, valid, strict=True) if not is_valid))
