"""The posture of a person's own trial, from a file of joint angles and, if need be, the model that they belong to."""

from pathlib import Path

from trochlea.errors import FormatError
from trochlea.leg.opensim.family import recognise_family
from trochlea.leg.opensim.family_motion import read_model_motion, to_ours
from trochlea.motion.files.storage import read_storage
from trochlea.motion.motion import Side
from trochlea.motion.seen_posture import SeenPosture, seen_posture

ENDINGS = (".mot", ".sto")


def read_trial_posture(path: Path, side: Side, *, model: Path | None = None) -> SeenPosture:
    """The posture at the deepest points of a trial.

    Args:
        path: Joint angles, `.mot` or `.sto`.
        side: The leg that works.
        model: The .osim that they were made with; names and signs of `rajagopal-2016-model` if None.

    Raises:
        FormatError: If a file is damaged or of another kind.
        InputError: If the trial shows no posture.
        ModelError: If the angles are not the model's.
    """
    if path.suffix.lower() not in ENDINGS:
        reason = "expected joint angles, .mot or .sto; angles seen on a video can be typed in with --set NAME=VALUE"
        raise FormatError(path, None, reason)
    if model is None:
        return seen_posture(read_storage(path), side, name=path.name)
    return seen_posture(to_ours(read_model_motion(path, model), recognise_family(model)), side, name=path.name)
