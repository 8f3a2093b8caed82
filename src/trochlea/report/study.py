"""One study of one person in one movement: read, build, solve, advise; then write everything at once."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
from trochlea.knee.shape import knee_shape
from trochlea.leg.deep_rotators import deep_rotator_paths
from trochlea.leg.leg_engine import LegEngine
from trochlea.leg.model import build_leg, build_leg_from_osim
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.osim import read_osim
from trochlea.leg.squat import simulate_squat
from trochlea.motion.activity import recognise_activity
from trochlea.motion.external_loads import force_file
from trochlea.motion.motion import Motion, Side
from trochlea.motion.tasks import SingleLegSquat, posture_of
from trochlea.motion.trial import read_motion
from trochlea.person.measured import Measured
from trochlea.person.person import Person
from trochlea.person.read import demo_person, read_person
from trochlea.report.content import ReportContent, Reserve, StrengthMatch
from trochlea.report.page import write_report
from trochlea.report.result_json import Json, assessment_json, dumps, simulation_json
from trochlea.report.series import write_series
from trochlea.report.warnings import warnings_of

SEED = 20210
"""Start of the random draws; the same input gives the same intervals."""

Say = Callable[[str], None]
Tick = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyInputs:
    """What was read.

    Attributes:
        person: Who.
        leg: The leg model, of the given `.osim` or of the person's height and mass.
        motion: A measured trial, or the built-in single-leg squat.
        side: Which leg.
        start: Start of the window [s]; the first frame if None.
        end: End of the window [s]; the last frame if None.
        posture: What the built-in movement prescribes; empty for a measured one.
        input_hash: SHA-256 of the files and settings.
    """

    person: Person
    leg: LegEngine
    motion: Motion
    side: Side
    start: float | None
    end: float | None
    posture: Mapping[str, Measured]
    input_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A finished study.

    Attributes:
        chain: What was built.
        result: Muscle forces and kneecap at the best values of all inputs.
        recommendation: The mechanical answer; None for a bare simulation.
        evidence: The trials' answer.
        warnings: What a reader must know.
        posture: What the built-in movement prescribes; empty for a measured one.
        input_hash: SHA-256 of the files and settings.
    """

    chain: Chain
    result: ChainResult
    recommendation: Recommendation | None
    evidence: EvidenceAnswer
    warnings: tuple[str, ...]
    posture: Mapping[str, Measured]
    input_hash: str

    def json(self) -> Json:
        """The result for machines."""
        simulation = simulation_json(
            self.chain, self.result, posture=self.posture, input_hash=self.input_hash, warnings=self.warnings
        )
        if self.recommendation is None:
            return simulation
        return assessment_json(simulation, self.recommendation, self.evidence)

    def json_text(self) -> str:
        """The result for machines, as text."""
        return dumps(self.json())

    def write(self, folder: Path) -> None:
        """Write the time series, the JSON (`result.json` with advice, else `summary.json`) and the report."""
        write_series(folder, self.result)
        name = "summary.json" if self.recommendation is None else "result.json"
        (folder / name).write_text(self.json_text(), encoding="utf-8")
        write_report(folder / "report.html", self._content())

    def _content(self) -> ReportContent:
        leg, kneecap, person = self.result.leg, self.result.kneecap, self.chain.person
        return ReportContent(
            person=person,
            kneecap=kneecap,
            knee=build_knee(knee_shape(person.knee, sex=person.sex), sex=person.sex),
            task=recognise_activity(self.chain.motion) or self.chain.motion.name,
            motion_source=self.chain.motion.source,
            recommendation=self.recommendation,
            evidence=self.evidence,
            strengths=tuple(
                StrengthMatch(
                    group=found.group,
                    factor=found.after / found.before,
                    wanted=found.target.value,
                    reached=found.after,
                    is_met=found.is_met,
                    source=found.target.source,
                )
                for found in self.result.strengths.groups
            ),
            reserves=tuple(
                Reserve(
                    coordinate=f"{name}_{leg.side[0]}",
                    peak=float(np.nanmax(np.abs(leg.reserves[:, i]))),
                    time=float(leg.times[int(np.nanargmax(np.abs(leg.reserves[:, i])))]),
                )
                for i, name in enumerate(leg.carried)
            ),
            warnings=self.warnings,
            posture=self.posture,
            muscle_factors=tuple(self.result.strengths.factors.items()),
            made_on=date.today(),
            version=__version__,
            input_hash=self.input_hash,
        )


def read_inputs(
    *,
    person: Path | None,
    model: Path | None = None,
    motion: Path | None = None,
    forces: Path | None = None,
    side: Side | None = None,
    start: float | None = None,
    end: float | None = None,
    say: Say = lambda line: None,
) -> StudyInputs:
    """Read a person and a movement; without a motion, the built-in single-leg squat.

    Args:
        person: Person file; the demo person if None.
        model: The trial's own scaled model.
        motion: Joint angles of the trial.
        forces: OpenSim ExternalLoads of the trial.
        side: Which leg; the person file's if None.
        start: Start of the window [s].
        end: End of the window [s].
        say: Told what is being done.

    Raises:
        FormatError: If a file is damaged.
        InputError: If files are missing or do not belong together.
        ModelError: If the model is of another family.
    """
    _refuse_half_a_trial(model, motion, forces, start, end)
    who = demo_person() if person is None else read_person(person)
    chosen = side or who.side
    extra = deep_rotator_paths()
    posture: dict[str, Measured] = {}
    data: Path | None = None
    if motion is None or model is None or forces is None:
        say("building the leg from height and mass")
        model_of_person = build_leg(mass=who.mass, height=who.height, sex=who.sex, extra_muscles=extra)
        say("finding the postures of a single-leg squat")
        task = SingleLegSquat(side=chosen)
        movement, posture = simulate_squat(model_of_person, task), posture_of(task)
        leg = MujocoLeg(model=model_of_person)
    else:
        say(f"reading {motion.name} with {model.name}")
        leg = MujocoLeg(model=build_leg_from_osim(read_osim(model), extra_muscles=extra))
        movement = read_motion(motion, forces)
        data = force_file(forces)
    return StudyInputs(
        person=who,
        leg=leg,
        motion=movement,
        side=chosen,
        start=start,
        end=end,
        posture=posture,
        input_hash=_hash((person, model, motion, forces, data), repr((chosen, start, end))),
    )


def run_study(inputs: StudyInputs, *, with_advice: bool, say: Say, tick: Tick) -> Study:
    """Solve the movement and, if asked, the what-ifs.

    Args:
        inputs: What was read.
        with_advice: Whether to pull the levers.
        say: Told what is being done.
        tick: Told how many draws are done, and of how many.
    """
    say("joint moments, muscle forces")
    chain = build_chain(inputs.person, inputs.leg, inputs.motion, inputs.side, start=inputs.start, end=inputs.end)
    say("equilibrium of the kneecap (its solver is compiled once, on the first run)")
    result = solve_chain(chain)
    recommendation, what_if = None, None
    if with_advice:
        what_if = pull_levers(chain, result, rng=np.random.default_rng(SEED), on_draw=tick)
        recommendation = assess(what_if)
    return Study(
        chain=chain,
        result=result,
        recommendation=recommendation,
        evidence=hip_against_knee(),
        warnings=warnings_of(chain, result, what_if),
        posture=inputs.posture,
        input_hash=inputs.input_hash,
    )


def _refuse_half_a_trial(
    model: Path | None, motion: Path | None, forces: Path | None, start: float | None, end: float | None
) -> None:
    given = {"--model": model, "--motion": motion, "--forces": forces}
    missing = [name for name, path in given.items() if path is None]
    if 0 < len(missing) < 3:
        raise InputError(
            f"{' and '.join(missing)} missing: a measured trial needs its own scaled model, its joint angles and its "
            "ground forces; leave out all three for the built-in single-leg squat"
        )
    if missing and (start is not None or end is not None):
        raise InputError("--from and --to need a measured trial: give --model, --motion and --forces")
    if start is not None and end is not None and not start < end:
        raise InputError(f"--from {start:g} --to {end:g}: expected a start before the end")


def _hash(paths: tuple[Path | None, ...], settings: str) -> str:
    """SHA-256 of the version, the settings and every input file."""
    digest = hashlib.sha256(f"{__version__} {settings}".encode())
    for path in paths:
        digest.update(b"\0" if path is None else path.read_bytes())
    return digest.hexdigest()
