"""One study of one person in one movement: build, solve, advise; then write everything at once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from trochlea import __version__
from trochlea.advice.assessment import assess
from trochlea.advice.recommendation import Recommendation
from trochlea.advice.whatif import pull_levers
from trochlea.errors import InputError
from trochlea.evidence.question import EvidenceAnswer, hip_against_knee
from trochlea.knee.chain import Chain, ChainResult, build_chain, solve_chain
from trochlea.knee.knee import build_knee
from trochlea.knee.lever_arms import compare_lever_arms
from trochlea.knee.person_leg import ChainSettings
from trochlea.knee.rotation_cases import solve_rotation_cases
from trochlea.knee.shape import knee_shape
from trochlea.leg.leg_result import LegResult
from trochlea.leg.muscles.muscle_sharing import Sharing
from trochlea.leg.muscles.strength_fit import StrengthFit
from trochlea.leg.root_residual import root_residual
from trochlea.leg.rotation.rotation_evidence import RotationEvidence
from trochlea.motion.activity import recognise_activity
from trochlea.report.content import ReportContent, Reserve, StrengthMatch
from trochlea.report.findings import Findings
from trochlea.report.page import write_report
from trochlea.report.peaks import furthest
from trochlea.report.result_json import Json, assessment_json, dumps, simulation_json
from trochlea.report.series import write_series
from trochlea.report.study_inputs import StudyInputs
from trochlea.report.warnings import warnings_of

SEED = 20210
"""Start of the random draws; the same input gives the same intervals."""

Say = Callable[[str], None]
Tick = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A finished study.

    Attributes:
        findings: What was found about the movement.
        recommendation: The mechanical answer; None for a bare simulation.
        evidence: The trials' answer.
    """

    findings: Findings
    recommendation: Recommendation | None
    evidence: EvidenceAnswer

    @property
    def chain(self) -> Chain:
        """What was built."""
        return self.findings.chain

    @property
    def result(self) -> ChainResult:
        """Muscle forces and kneecap at the best values of all inputs."""
        return self.findings.result

    def json(self) -> Json:
        """The result for machines."""
        simulation = simulation_json(self.findings)
        if self.recommendation is None:
            return simulation
        return assessment_json(simulation, self.recommendation, self.evidence)

    def json_text(self) -> str:
        """The result for machines, as text."""
        return dumps(self.json())

    def write(self, folder: Path) -> None:
        """Write the time series, the JSON (`result.json` with advice, else `summary.json`) and the report."""
        write_series(folder, self.findings)
        name = "summary.json" if self.recommendation is None else "result.json"
        (folder / name).write_text(self.json_text(), encoding="utf-8")
        write_report(folder / "report.html", self._content())

    def _content(self) -> ReportContent:
        person, result = self.chain.person, self.result
        return ReportContent(
            person=person,
            kneecap=result.kneecap,
            knee=build_knee(knee_shape(person.knee, sex=person.sex), sex=person.sex),
            task=recognise_activity(self.chain.motion) or self.chain.motion.name,
            motion_source=self.chain.motion.source,
            recommendation=self.recommendation,
            evidence=self.evidence,
            findings=self.findings,
            strengths=_strengths(result.strengths),
            reserves=_reserves(result.leg),
            warnings=self.findings.warnings,
            posture=self.findings.posture,
            muscle_factors=tuple(result.strengths.factors.items()),
            made_on=date.today(),
            version=__version__,
            input_hash=self.findings.input_hash,
        )


def run_study(inputs: StudyInputs, *, with_advice: bool, say: Say, tick: Tick) -> Study:
    """Solve the movement and, if asked, the what-ifs.

    Args:
        inputs: What was read.
        with_advice: Whether to pull the levers.
        say: Told what is being done.
        tick: Told how many draws are done, and of how many.
    """
    request, trial = inputs.request, inputs.trial
    window = {"start": request.start, "end": request.end}
    say("joint moments, muscle forces")
    chain, notes = _chain(inputs)
    say("equilibrium of the kneecap (its solver is compiled once, on the first run)")
    result = solve_chain(chain)
    residual = root_residual(inputs.leg, inputs.motion, **window)
    flags = notes if trial is None else (*trial.flags, *notes)
    findings = Findings(
        chain=chain,
        result=result,
        residual=residual,
        lever_arms=compare_lever_arms(chain, result),
        rotation_cases=solve_rotation_cases(chain, result),
        kinematics=None if trial is None or trial.markers is None else trial.markers.kinematics,
        cycles=() if trial is None else trial.cycles,
        posture=inputs.posture,
        settings=request.settings(),
        preparation=() if trial is None else trial.preparation,
        warnings=(*warnings_of(chain, result, None, residual=residual), *flags),
        input_hash=inputs.input_hash,
    )
    if not with_advice:
        return Study(findings=findings, recommendation=None, evidence=hip_against_knee())
    what_if = pull_levers(chain, result, rng=np.random.default_rng(SEED), on_draw=tick)
    return Study(
        findings=replace(findings, warnings=(*warnings_of(chain, result, what_if, residual=residual), *flags)),
        recommendation=assess(what_if),
        evidence=hip_against_knee(),
    )


def _chain(inputs: StudyInputs) -> tuple[Chain, tuple[str, ...]]:
    """The chain with what is known of the femur's rotation, and what stood in for it."""
    request, trial = inputs.request, inputs.trial
    evidence = RotationEvidence(standing=None if trial is None else trial.standing, share=request.share)
    sharing = Sharing(exponent=request.exponent, lowest_activation=request.co_contraction)
    settings = ChainSettings(
        lever_arm=request.lever_arm,
        muscles=request.muscles,
        sharing=sharing if request.vasti == "alike" else replace(sharing, alike=()),
        rotation=evidence,
    )

    def build(settings: ChainSettings) -> Chain:
        return build_chain(
            inputs.person,
            inputs.leg,
            inputs.motion,
            inputs.side,
            start=request.start,
            end=request.end,
            settings=settings,
        )

    if trial is None or trial.markers is None:
        return build(settings), ()
    seen = replace(evidence, markers=trial.markers.markers, marker_set=trial.markers.marker_set)
    try:
        return build(replace(settings, rotation=seen)), ()
    except InputError as error:  # too few markers on a bone: the joint angles alone say how it is turned
        return build(settings), (f"rotation at the knee from joint angles alone: {error}",)


def _strengths(fit: StrengthFit) -> tuple[StrengthMatch, ...]:
    """How the model was fitted to each strength."""
    return tuple(
        StrengthMatch(
            group=found.group,
            factor=(found.after + found.weight) / (found.before + found.weight),
            wanted=found.target.value,
            reached=found.after,
            is_met=found.is_met,
            source=found.target.source,
        )
        for found in fit.groups
    )


def _reserves(leg: LegResult) -> tuple[Reserve, ...]:
    """The largest reserve of each coordinate."""
    peaks = {name: furthest(leg.times, leg.reserves[:, i]) for i, name in enumerate(leg.carried)}
    return tuple(
        Reserve(coordinate=f"{name}_{leg.side[0]}", peak=abs(peak.value), time=peak.time)
        for name, peak in peaks.items()
        if peak is not None
    )
