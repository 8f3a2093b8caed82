"""Laboratory trials of type `.c3d`: markers, modelled results, events and force plates, in ground and SI units."""

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from trochlea.errors import FormatError, InputError
from trochlea.motion.c3d_parameters import METRES, C3dParameters
from trochlea.motion.c3d_plates import c3d_plates
from trochlea.motion.lab_frame import AXES, LabFrame
from trochlea.motion.markers import Markers
from trochlea.motion.plate_force import PlateForce
from trochlea.motion.timeseries import Array, read_only

Kind = Literal["angles", "forces", "moments", "powers"]
GROUPS: dict[Kind, tuple[str, str]] = {
    "angles": ("ANGLES", "ANGLE_UNITS"),
    "forces": ("FORCES", "FORCE_UNITS"),
    "moments": ("MOMENTS", "MOMENT_UNITS"),
    "powers": ("POWERS", "POWER_UNITS"),
}
"""Kind of a result that another program put among the points -> parameters with the labels and with their unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelledResult:
    """Results of another program that the file keeps among its points; not markers.

    Attributes:
        kind: What they are.
        unit: As the file says it; "" where it does not.
        names: Labels, e.g. "LKneeAngles".
        values: Shape (frames, names, 3), as in the file, axes included; NaN in gaps.
    """

    kind: Kind
    unit: str
    names: tuple[str, ...]
    values: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialEvent:
    """Something that was marked in the trial.

    Attributes:
        context: Side or "General", e.g. "Left".
        label: What happened, e.g. "Foot Strike".
        time: On the markers' clock [s].
    """

    context: str
    label: str
    time: float


@dataclass(frozen=True, slots=True, kw_only=True)
class C3dTrial:
    """What a C3D file holds.

    Attributes:
        markers: Measured markers; the first frame's time is its number in the whole capture less one, over the rate.
        modelled_markers: Points that another program computed (POINT:MODELED_MARKERS); None where there is none.
        modelled: Its other results.
        events: In order of time.
        plates: Force plates at the rate of the analog channels, on the markers' clock.
        lab: How the laboratory's axes were turned to ground, and where this is known from.
        n_unlabelled: Points without a name, which are left out.
    """

    markers: Markers
    modelled_markers: Markers | None
    modelled: tuple[ModelledResult, ...]
    events: tuple[TrialEvent, ...]
    plates: tuple[PlateForce, ...]
    lab: LabFrame
    n_unlabelled: int


def read_c3d(
    path: Path | str, *, up: str | None = None, forward: str | None = None, take_off_baseline: bool = False
) -> C3dTrial:
    """A trial of a laboratory.

    Args:
        path: A `.c3d` file.
        up: The laboratory's axis that points up, e.g. "+Z"; by default the file's POINT:Y_SCREEN.
        forward: Its axis that becomes x of ground; by default POINT:X_SCREEN, else a horizontal one. It changes no
            angle between segments, no moment and no force.
        take_off_baseline: Subtract each plate channel's mean over the frames FORCE_PLATFORM:ZERO, in which the plates
            were unloaded. The format allows it and does not ask for it.

    Raises:
        FormatError: If the file is damaged or cut off, a unit is missing or unknown, or two markers have one name.
        InputError: If nothing says which axis points up, or a force plate cannot be used.
    """
    contents = _open(path)
    parameters = C3dParameters(path=path, groups=contents["parameters"])
    lab = _lab_frame(parameters, up, forward)
    labels, metres = parameters.texts("POINT", "LABELS"), _length_unit(parameters)
    points, times = _points(contents, labels), _times(path, contents, parameters)
    kinds: dict[Kind, set[str]] = {kind: set(parameters.texts("POINT", group)) for kind, (group, _) in GROUPS.items()}
    modelled_labels = set(parameters.texts("POINT", "MODELED_MARKERS"))
    others = set().union(modelled_labels, *kinds.values())
    named = [i for i, label in enumerate(labels) if label and not label.startswith("*")]
    own = [i for i in named if labels[i] not in others]
    virtual = [i for i in named if labels[i] in modelled_labels]
    return C3dTrial(
        markers=_markers(path, labels, own, points * metres, times, lab),
        modelled_markers=_markers(path, labels, virtual, points * metres, times, lab) if virtual else None,
        modelled=tuple(
            ModelledResult(
                kind=kind,
                unit=parameters.text("POINT", GROUPS[kind][1]) or "",
                names=tuple(labels[i] for i in chosen),
                values=read_only(points[:, chosen]),
            )
            for kind, own_labels in kinds.items()
            if (chosen := [i for i in named if labels[i] in own_labels])
        ),
        events=_events(parameters),
        plates=c3d_plates(contents, parameters, metres, lab, take_off_baseline),
        lab=lab,
        n_unlabelled=len(labels) - len(named),
    )


def _open(path: Path | str) -> Any:
    """The file as ezc3d reads it."""
    if not Path(path).is_file():
        raise FormatError(path, None, "cannot be read: there is no such file; give the path of a .c3d")
    try:
        return importlib.import_module("ezc3d").c3d(str(path))
    except (OSError, RuntimeError, ValueError) as error:
        reason = str(error).split(": iostream")[0]
        raise FormatError(path, None, f"is no C3D file or is damaged ({reason}); export the trial again") from None


def _lab_frame(parameters: C3dParameters, up: str | None, forward: str | None) -> LabFrame:
    """The laboratory's axes from what is given, else from the file."""
    screen = [(parameters.text("POINT", name) or "").upper() for name in ("X_SCREEN", "Y_SCREEN")]
    across, upward = (axis if axis in AXES else None for axis in screen)
    source = "given" if up else "POINT:Y_SCREEN"
    up = up or upward
    if up is None:
        raise InputError(
            f"{parameters.path}: does not say which axis points up (POINT:Y_SCREEN); expected one of "
            f"{', '.join(AXES)}: give it"
        )
    horizontal = [axis for axis in (across, "+X", "+Y") if axis is not None and axis[1] != up[-1:]]
    return LabFrame(forward=forward or horizontal[0], up=up, source=source)


def _length_unit(parameters: C3dParameters) -> float:
    """Metres in the file's unit of length."""
    unit = parameters.text("POINT", "UNITS")
    if unit is None or unit.lower() not in METRES:
        found = "it is missing" if unit is None else f"found {unit!r}"
        raise FormatError(parameters.path, "POINT:UNITS", f"{found}; expected mm, cm or m: correct it in the file")
    return METRES[unit.lower()]


def _points(contents: Any, labels: tuple[str, ...]) -> Array:
    """All points as in the file, shape (frames, points, 3); NaN where the residual is negative or all three are 0."""
    # ezc3d gives NaN where the residual is negative.
    points = np.asarray(contents["data"]["points"], dtype=np.float64)[:3].transpose(2, 1, 0)
    return np.where((points == 0).all(axis=2, keepdims=True), np.nan, points)[:, : len(labels)]


def _times(path: Path | str, contents: Any, parameters: C3dParameters) -> Array:
    """Times of the frames [s]."""
    n_frames = contents["data"]["points"].shape[2]
    if n_frames == 0 or contents["data"]["points"].shape[1] == 0:
        raise FormatError(path, None, "holds no markers; expected a trial with movement")
    announced = _announced_frames(path)
    if announced > n_frames:
        reason = f"the header says {announced} frames, the data end after {n_frames}; the file is cut off"
        raise FormatError(path, None, reason)
    rate = parameters.number("POINT", "RATE")
    if not rate > 0:
        raise FormatError(path, "POINT:RATE", f"must be more than 0 frames a second, found {rate:g}")
    return (int(contents["header"]["points"]["first_frame"]) + np.arange(n_frames)) / rate


def _announced_frames(path: Path | str) -> int:
    """Frames that the file's own header promises; ezc3d replaces the number by that of the frames it finds.

    References:
        motionlab-2021-c3d-guide: header section, words 4 and 5, and the processor type.
    """
    data = Path(path).read_bytes()
    is_big_endian = data[(data[0] - 1) * 512 + 3] == 86
    first, last = np.frombuffer(data[6:10], dtype=">u2" if is_big_endian else "<u2").tolist()
    return last - first + 1


def _markers(
    path: Path | str, labels: tuple[str, ...], chosen: list[int], points: Array, times: Array, lab: LabFrame
) -> Markers:
    """Some of the points as markers, without the subject's name before a colon."""
    names = [labels[i] for i in chosen]
    subjects = {name.split(":", 1)[0] for name in names if ":" in name}
    if len(subjects) == 1 and all(":" in name for name in names):
        names = [name.split(":", 1)[1] for name in names]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        reason = f"marker {repeated[0]} appears {names.count(repeated[0])} times; names must be unique: rename one"
        raise FormatError(path, "POINT:LABELS", reason)
    return Markers(times=times, names=tuple(names), positions=lab.to_ground(points[:, chosen]), source=str(path))


def _events(parameters: C3dParameters) -> tuple[TrialEvent, ...]:
    """Events in order of time."""
    if not parameters.has("EVENT", "TIMES") or not parameters.has("EVENT", "LABELS"):
        return ()
    minutes, seconds = parameters.numbers("EVENT", "TIMES").reshape(2, -1)
    labels, contexts = parameters.texts("EVENT", "LABELS"), parameters.texts("EVENT", "CONTEXTS")
    contexts += ("General",) * (len(labels) - len(contexts))
    times = (60 * minutes + seconds).tolist()
    events = (
        TrialEvent(context=context, label=label, time=time)
        for context, label, time in zip(contexts, labels, times, strict=False)
    )
    return tuple(sorted(events, key=lambda event: event.time))
