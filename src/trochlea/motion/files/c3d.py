"""Laboratory trials of type `.c3d`: markers, modelled results, events and force plates, in ground and SI units."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from trochlea.errors import FormatError, InputError
from trochlea.motion.files.c3d_file import C3dFile, open_c3d
from trochlea.motion.files.c3d_plates import c3d_plates
from trochlea.motion.files.lab_frame import AXES, LabFrame, check_upright
from trochlea.motion.markers import Markers
from trochlea.motion.plate_force import PlateForce
from trochlea.motion.timeseries import Array, read_only
from trochlea.units import METRES

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
        up: The laboratory's axis that points up, e.g. "+Z"; by default the file's POINT:Y_SCREEN, which is refused if
            the markers do not stand along it.
        forward: Its axis that becomes x of ground; by default POINT:X_SCREEN, else a horizontal one. It changes no
            angle between segments, no moment and no force.
        take_off_baseline: Subtract each plate channel's mean over the frames FORCE_PLATFORM:ZERO, in which the plates
            were unloaded. The format allows it and does not ask for it.

    Raises:
        FormatError: If the file is damaged or cut off, a unit is missing or unknown, or two markers have one name.
        InputError: If nothing says which axis points up, or a force plate cannot be used.
    """
    file = open_c3d(path)
    lab = _lab_frame(file, up, forward)
    labels, metres = file.texts("POINT", "LABELS"), _length_unit(file)
    if len(labels) != file.points.shape[1]:
        reason = f"names {len(labels)} points, the file holds {file.points.shape[1]}; export the trial again"
        raise FormatError(path, "POINT:LABELS", reason)
    points, times = file.points, _times(file)
    kinds: dict[Kind, set[str]] = {kind: set(file.texts("POINT", group)) for kind, (group, _) in GROUPS.items()}
    modelled_labels = set(file.texts("POINT", "MODELED_MARKERS"))
    others = set().union(modelled_labels, *kinds.values())
    named = [i for i, label in enumerate(labels) if label and not label.startswith("*")]
    own = [i for i in named if labels[i] not in others]
    if up is None:
        check_upright(path, lab.to_ground(points[:, own]), lab)
    virtual = [i for i in named if labels[i] in modelled_labels]
    return C3dTrial(
        markers=_markers(path, labels, own, points * metres, times, lab),
        modelled_markers=_markers(path, labels, virtual, points * metres, times, lab) if virtual else None,
        modelled=tuple(
            ModelledResult(
                kind=kind,
                unit=file.text("POINT", GROUPS[kind][1]) or "",
                names=tuple(labels[i] for i in chosen),
                values=read_only(points[:, chosen]),
            )
            for kind, own_labels in kinds.items()
            if (chosen := [i for i in named if labels[i] in own_labels])
        ),
        events=_events(file),
        plates=c3d_plates(file, metres, lab, take_off_baseline),
        lab=lab,
        n_unlabelled=len(labels) - len(named),
    )


def _lab_frame(file: C3dFile, up: str | None, forward: str | None) -> LabFrame:
    """The laboratory's axes from what is given, else from the file."""
    screen = [(file.text("POINT", name) or "").upper() for name in ("X_SCREEN", "Y_SCREEN")]
    across, upward = (axis if axis in AXES else None for axis in screen)
    source = "given" if up else "POINT:Y_SCREEN"
    up = up or upward
    if up is None:
        raise InputError(
            f"{file.path}: does not say which axis points up (POINT:Y_SCREEN); expected one of "
            f"{', '.join(AXES)}: give it"
        )
    horizontal = [axis for axis in (across, "+X", "+Y") if axis is not None and axis[1] != up[-1:]]
    return LabFrame(forward=forward or horizontal[0], up=up, source=source)


def _length_unit(file: C3dFile) -> float:
    """Metres in the file's unit of length."""
    unit = file.text("POINT", "UNITS")
    if unit is None or unit.lower() not in METRES:
        found = "it is missing" if unit is None else f"found {unit!r}"
        raise FormatError(file.path, "POINT:UNITS", f"{found}; expected mm, cm or m: correct it in the file")
    return METRES[unit.lower()]


def _times(file: C3dFile) -> Array:
    """Times of the frames [s]."""
    rate = file.number("POINT", "RATE")
    if not rate > 0:
        raise FormatError(file.path, "POINT:RATE", f"must be more than 0 frames a second, found {rate:g}")
    return (file.first_frame - 1 + np.arange(len(file.points))) / rate


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


def _events(file: C3dFile) -> tuple[TrialEvent, ...]:
    """Events in order of time."""
    if not file.has("EVENT", "TIMES") or not file.has("EVENT", "LABELS"):
        return ()
    minutes, seconds = file.numbers("EVENT", "TIMES").reshape(2, -1)
    labels, contexts = file.texts("EVENT", "LABELS"), file.texts("EVENT", "CONTEXTS")
    contexts += ("General",) * (len(labels) - len(contexts))
    times = (60 * minutes + seconds).tolist()
    events = (
        TrialEvent(context=context, label=label, time=time)
        for context, label, time in zip(contexts, labels, times, strict=False)
    )
    return tuple(sorted(events, key=lambda event: event.time))
