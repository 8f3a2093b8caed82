"""Reading of a study: a person, and a measured trial or the built-in movement with the leg that does it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from trochlea import __version__
from trochlea.leg.leg_engine import LegEngine
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.deep_rotators import deep_rotator_paths
from trochlea.leg.posture.task_motion import simulate_task
from trochlea.leg.skeleton.model import build_leg
from trochlea.motion.files.external_loads import force_file
from trochlea.motion.motion import Motion, Side
from trochlea.motion.task import prescribed
from trochlea.motion.task_file import read_task
from trochlea.motion.task_posture import with_posture
from trochlea.person.measured import Measured
from trochlea.person.person import Person
from trochlea.person.posture_prediction import predict_posture
from trochlea.person.read import demo_person, read_person
from trochlea.report.measured_trial import MeasuredTrial, read_measured_trial
from trochlea.report.study_request import C3D, FILES, StudyRequest

Say = Callable[[str], None]

BUILT_IN = "single_leg_squat"
"""The movement of a study without a trial."""

N_FRAMES = 41
"""Its instants, out and back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyInputs:
    """What was read.

    Attributes:
        request: What was asked for.
        person: Who.
        leg: The leg model, of the given `.osim`, of markers, or of the person's height and mass.
        motion: A measured trial, or the built-in single-leg squat.
        side: Which leg.
        trial: How the measured trial came about; None for the built-in movement.
        posture: What the built-in movement prescribes; empty for a measured one.
        input_hash: SHA-256 of the files and settings.
    """

    request: StudyRequest
    person: Person
    leg: LegEngine
    motion: Motion
    side: Side
    trial: MeasuredTrial | None
    posture: Mapping[str, Measured]
    input_hash: str


def read_inputs(request: StudyRequest, *, say: Say = lambda line: None) -> StudyInputs:
    """Read a person and a movement; without a trial, the built-in single-leg squat.

    Args:
        request: Files and settings.
        say: Told what is being done.

    Raises:
        FormatError: If a file is damaged.
        InputError: If files are missing or do not belong together.
        ModelError: If no engine can run the model.
    """
    request = request.with_session()
    request.check()
    person = demo_person() if request.person is None else read_person(request.person)
    side = request.side or person.side
    trial, posture = None, {}
    if request.is_measured:
        trial = read_measured_trial(request, person, side, say=say)
        leg, motion = trial.leg, trial.motion
    else:
        leg, motion, posture = _built_in(person, side, say)
    return StudyInputs(
        request=request,
        person=person,
        leg=leg,
        motion=motion,
        side=side,
        trial=trial,
        posture=posture,
        input_hash=_hash(request, side),
    )


def _built_in(person: Person, side: Side, say: Say) -> tuple[LegEngine, Motion, dict[str, Measured]]:
    """The single-leg squat of a leg made from height and mass, in the posture that is predicted of this person."""
    say("building the leg from height and mass")
    model = build_leg(mass=person.mass, height=person.height, sex=person.sex, extra_muscles=deep_rotator_paths())
    say("finding the postures of a single-leg squat")
    task = read_task(BUILT_IN)
    task = with_posture(task, predict_posture(person, task.name))
    motion = simulate_task(model, task, side, n_frames=N_FRAMES).motion
    return MujocoLeg(model=model), motion, prescribed(task)


def _hash(request: StudyRequest, side: Side) -> str:
    """SHA-256 of the version, the settings and every file that was read."""
    settings = {name: value for name, value in request.settings().items() if name not in FILES}
    digest = hashlib.sha256(f"{__version__} {side} {sorted(settings.items())}".encode())
    for path in _files(request):
        digest.update(b"\0" if path is None else path.read_bytes())
    return digest.hexdigest()


def _files(request: StudyRequest) -> list[Path | None]:
    """Every file of a request, those that other files name included."""
    paths: list[Path | None] = [getattr(request, name) for name in FILES]
    is_xml = request.forces is not None and request.forces.suffix.lower() != C3D
    return [*paths, force_file(request.forces) if is_xml and request.forces is not None else None]
