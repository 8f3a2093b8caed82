"""Forces of the ground on the feet of a measured trial, from an ExternalLoads file or from force plates."""

from dataclasses import dataclass
from pathlib import Path

from trochlea.errors import InputError
from trochlea.leg.segments import Segments
from trochlea.leg.trial_checks import foot_paths
from trochlea.motion.files.c3d import read_c3d
from trochlea.motion.filtering import as_given
from trochlea.motion.motion import ContactLoad, Motion
from trochlea.motion.trial import join_trial, trial_loads
from trochlea.report.study_request import C3D, StudyRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundForces:
    """Loads of the feet at a motion's times.

    Attributes:
        contacts: One for each foot that has a force.
        preparation: What was done to them, each a sentence.
        flags: Spans that were given to no foot, and why, each one line.
    """

    contacts: tuple[ContactLoad, ...]
    preparation: tuple[str, ...]
    flags: tuple[str, ...]


def read_ground_forces(
    path: Path, request: StudyRequest, motion: Motion, segments: Segments, *, cutoff: float | None
) -> GroundForces:
    """Forces on both feet.

    Args:
        path: ExternalLoads XML, or a `.c3d` whose plates are joined to the feet.
        request: Axes of the laboratory.
        motion: Joint angles; its contacts are not looked at.
        segments: Where the model's bodies are in its frames.
        cutoff: Low-pass at the forces' own rate [Hz]; as given if None.

    Raises:
        FormatError: If a file is damaged.
        ModelError: If the forces of an ExternalLoads file act on other bodies than the feet.
        InputError: If forces and motion do not belong together, or the cut-off is impossible.
    """
    times = motion.coordinates.times
    if path.suffix.lower() != C3D:
        contacts, records = trial_loads(path, times, cutoff=cutoff, name=motion.name)
        return GroundForces(contacts=contacts, preparation=tuple(r.sentence() for r in records), flags=())
    trial = read_c3d(path, up=request.up, forward=request.forward)
    if not trial.plates:
        raise InputError(f"{path}: no force plates in it; give the forces of this trial with --forces")
    joined = join_trial(
        motion.name,
        motion.coordinates,
        trial.plates,
        foot_paths(segments, times),
        segments.body("pelvis")[0],
        markers=as_given("joint angles"),
        force_cutoff=cutoff,
    )
    axes = f"force plates: {len(trial.plates)}, forward {trial.lab.forward}, up {trial.lab.up} ({trial.lab.source})"
    return GroundForces(
        contacts=joined.motion.contacts,
        preparation=(axes, *(record.sentence() for record in joined.filtering[1:])),
        flags=joined.notes,
    )
