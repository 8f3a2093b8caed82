"""Session folders of OpenCap: joint angles, markers and the scaled model of smartphone video, without ground forces.

A session has `sessionMetadata.yaml`, `OpenSimData/Kinematics/TRIAL.mot`, `MarkerData/TRIAL.trc` and the scaled model in
`OpenSimData/Model`; sessions of one camera have a model in a folder of its own for each trial, and sessions that were
processed at home keep their markers in `MarkerData/PostAugmentation`. `opencap-2026-processing`.
"""

from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import Any, Literal

import yaml

from trochlea.errors import FormatError, InputError
from trochlea.motion.files.storage import read_storage
from trochlea.motion.files.trc import read_trc
from trochlea.motion.markers import Markers
from trochlea.motion.motion import Motion

NO_FORCES = (
    "OpenCap measures no ground forces, so that joint moments and muscle forces cannot be computed from this trial "
    "alone; give a file of ground forces of the same trial, or use its joint angles only"
)
"""What a user is told who asks an OpenCap trial for loads."""

NOT_MOVEMENTS = ("neutral", "calibration")
"""Trials of every session that scale the model and calibrate the cameras."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCapTrial:
    """One trial of a session.

    Attributes:
        motion: Joint angles in the model's own names and signs, without contact loads.
        markers: Computed markers in ground; None where the session has none of this trial.
        static_path: Markers of the neutral pose; None where the session has none.
        model_path: The model that belongs to these angles.
        mass: Of the person [kg].
        height: Of the person [m].
        sex: Of the person; None where the session does not say it.
    """

    motion: Motion
    markers: Markers | None
    static_path: Path | None
    model_path: Path
    mass: float
    height: float
    sex: Literal["female", "male"] | None


def list_trials(folder: Path | str) -> tuple[str, ...]:
    """Names of a session's movements, in alphabetical order.

    Raises:
        FormatError: If the folder is no session, or has no joint angles.
    """
    kinematics = Path(folder) / "OpenSimData" / "Kinematics"
    names = sorted(path.stem for path in kinematics.glob("*.mot") if path.stem not in NOT_MOVEMENTS)
    if not names:
        reason = "no joint angles in OpenSimData/Kinematics/*.mot; expected the folder of an OpenCap session, unpacked"
        raise FormatError(folder, None, reason)
    return tuple(names)


def read_opencap(folder: Path | str, trial: str) -> OpenCapTrial:
    """One trial of a session.

    Args:
        folder: The session's folder.
        trial: One of `list_trials`.

    Raises:
        FormatError: If the folder is no session, or one of its files is missing or damaged.
        InputError: If there is no such trial, or it cannot be told which model belongs to it.
    """
    session = Path(folder)
    known = list_trials(session)
    if trial not in known:
        raise InputError(f"{session}: no trial {trial!r}; there are {', '.join(known)}")
    metadata_path = session / "sessionMetadata.yaml"
    metadata = _metadata(metadata_path)
    markers_path = _markers_path(session, trial)
    motion_path = session / "OpenSimData" / "Kinematics" / f"{trial}.mot"
    motion = Motion(name=trial, coordinates=read_storage(motion_path), contacts=(), source="measured")
    return OpenCapTrial(
        motion=motion,
        markers=None if markers_path is None else read_trc(markers_path),
        static_path=_markers_path(session, "neutral"),
        model_path=_model_path(session, trial, metadata),
        mass=_number(metadata_path, metadata, "mass_kg"),
        height=_number(metadata_path, metadata, "height_m"),
        sex=_sex(metadata),
    )


def _metadata(path: Path) -> dict[str, Any]:
    """The session's description."""
    try:
        content = yaml.safe_load(path.read_bytes())
    except OSError as error:
        raise FormatError(
            path, None, f"cannot be read: {error.strerror or error}; expected mass_kg and height_m"
        ) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise FormatError(
            path, None if mark is None else mark.line + 1, "is not YAML; download the session again"
        ) from None
    if not isinstance(content, dict):
        raise FormatError(path, None, "expected lines such as mass_kg: 70; download the session again")
    return content


def _number(path: Path, metadata: dict[str, Any], key: str) -> float:
    """A positive number of the description."""
    value = metadata.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise FormatError(path, key, f"expected a number more than 0, found {value!r}: write the true one there")
    return float(value)


def _sex(metadata: dict[str, Any]) -> Literal["female", "male"] | None:
    """The person's sex as the session names it."""
    letter = str(metadata.get("gender_mf", "")).lower()[:1]
    if letter == "f":
        return "female"
    return "male" if letter == "m" else None


def _model_path(session: Path, trial: str, metadata: dict[str, Any]) -> Path:
    """The model of a trial: its own, else the session's."""
    models = session / "OpenSimData" / "Model"
    found = sorted((models / trial).glob("*.osim")) or sorted(models.glob("*.osim"))
    if len(found) > 1:
        named = f"{metadata.get('openSimModel')}_scaled"
        found = [path for path in found if path.stem == named] or found
    if not found:
        others = sorted(models.glob("*/*.osim"))
        hint = f"; other trials have {', '.join(path.parent.name for path in others)}" if others else ""
        raise FormatError(models, None, f"no model (*.osim) for trial {trial}; download the session again{hint}")
    if len(found) > 1:
        names = ", ".join(path.name for path in found)
        raise InputError(f"{models}: several models ({names}), none of them the session's own; keep the one that is")
    return found[0]


def _markers_path(session: Path, trial: str) -> Path | None:
    """The trial's marker file in the layouts of the service and of processing at home."""
    folder = session / "MarkerData"
    name = escape(trial)
    for pattern in (f"{name}.trc", f"PostAugmentation*/{name}/{name}.trc", f"PostAugmentation*/{name}.trc"):
        found = sorted(folder.glob(pattern))
        if len(found) > 1:
            names = ", ".join(str(path.relative_to(folder)) for path in found)
            raise InputError(f"{folder}: several marker files of trial {trial} ({names}); keep the one that is meant")
        if found:
            return found[0]
    return None
