"""Forces of the ground on the feet of a measured trial, from an ExternalLoads file or from force plates."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.segments import Segments
from trochlea.leg.trial_checks import foot_paths
from trochlea.motion.c3d import read_c3d
from trochlea.motion.filtering import as_given, filter_contact
from trochlea.motion.foot_path import ground_speed
from trochlea.motion.motion import ContactLoad
from trochlea.motion.plate_feet import join_plates
from trochlea.motion.resampling import resample_contact
from trochlea.motion.timeseries import Array
from trochlea.motion.trial import trial_loads
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
    path: Path, request: StudyRequest, times: Array, segments: Segments, *, cutoff: float | None, name: str
) -> GroundForces:
    """Forces on both feet.

    Args:
        path: ExternalLoads XML, or a `.c3d` whose plates are joined to the feet.
        request: Axes of the laboratory.
        times: Of the motion, shape (frames,) [s].
        segments: Where the model's feet are at these times.
        cutoff: Low-pass at the forces' own rate [Hz]; as given if None.
        name: The motion, for messages.

    Raises:
        FormatError: If a file is damaged.
        ModelError: If the forces of an ExternalLoads file act on other bodies than the feet.
        InputError: If forces and motion do not belong together, or the cut-off is impossible.
    """
    if path.suffix.lower() != C3D:
        contacts, records = trial_loads(path, times, cutoff=cutoff, name=name)
        return GroundForces(contacts=contacts, preparation=tuple(r.sentence() for r in records), flags=())
    trial = read_c3d(path, up=request.up, forward=request.forward)
    if not trial.plates:
        raise InputError(f"{path}: no force plates in it; give the forces of this trial with --forces")
    feet = foot_paths(segments, times)
    joined = join_plates(trial.plates, feet, ground=ground_speed(feet, segments.body("pelvis")[0]))
    loads, sentences = [], []
    for load in joined.contacts:
        record = as_given(f"force on the {load.side} foot")
        if cutoff is not None:
            load, record = filter_contact(joined.times, load, cutoff=cutoff)
        loads.append(resample_contact(load, joined.times, np.asarray(times)))
        sentences.append(record.sentence())
    axes = f"force plates: {len(trial.plates)}, forward {trial.lab.forward}, up {trial.lab.up} ({trial.lab.source})"
    return GroundForces(contacts=tuple(loads), preparation=(axes, *sentences), flags=joined.notes)
