"""OpenSim's ExternalLoads: which forces act on which foot, from the XML and the force file beside it."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trochlea.errors import FormatError, InputError, ModelError
from trochlea.motion.coverage import CONTACT_FORCE, contacts, covered_samples
from trochlea.motion.files.column import column_unit
from trochlea.motion.files.storage import Table, read_table, write_storage
from trochlea.motion.files.text_file import write_whole
from trochlea.motion.motion import ContactLoad, Side
from trochlea.motion.plate_force import PlateForce, combine
from trochlea.motion.resampling import resample_contact
from trochlea.motion.timeseries import Array, TimeSeries

SIDES: dict[str, Side] = {"calcn_r": "right", "calcn_l": "left"}
"""Body that a force may act on -> foot."""

LARGEST_POINT = 50.0
"""Centres of pressure farther from the origin than this [m] under a loaded foot are no metres. Assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalForce:
    """One force of an ExternalLoads file, as column prefixes of its force file."""

    name: str
    side: Side
    force: str
    point: str
    torque: str | None


def read_external_loads(path: Path | str, times: Array) -> tuple[ContactLoad, ...]:
    """Contact loads of each foot at the motion's times.

    Forces are interpolated linearly between neighbouring samples of the force file. Where the vertical force
    is below 1 N, or does not reach 20 N before it falls below 1 N again (noise), the foot is unloaded: the
    file's centre of pressure is ignored whatever it says (NaN), and force and free moment are zero. Between
    an unloaded and a loaded sample the loaded one's centre of pressure is held. At times outside the file, in
    its gaps, or where `trochlea.motion.coverage` cannot tell, `is_covered` is False.

    Args:
        path: ExternalLoads XML of any version; its `datafile` lies next to it.
        times: Shape (frames,) [s].

    Returns:
        One load for each foot that the file names, right foot first.

    Raises:
        FormatError: If either file is damaged or they do not belong together.
        ModelError: If a force acts on another body than a foot, or is not expressed in ground.
    """
    forces, data_path = _read_setup(Path(path))
    table = read_table(data_path)
    records = {}
    for side in ("right", "left"):
        own = [force for force in forces if force.side == side]
        if own:
            records[side] = combine([_read_plate(data_path, table, force) for force in own])
    verticals = {side: record.force[:, 1] for side, record in records.items()}
    loads = []
    for side, record in records.items():
        other = verticals.get("left" if side == "right" else "right")
        own = ContactLoad(
            side=side,
            force=record.force,
            point=record.point,
            free_moment=record.free_moment,
            is_covered=covered_samples(table.times, verticals[side], other),
        )
        loads.append(resample_contact(own, table.times, np.asarray(times, dtype=np.float64)))
    return tuple(loads)


def write_external_loads(path: Path | str, times: Array, contacts: Sequence[ContactLoad]) -> Path:
    """Write contact loads for OpenSim: the XML, and a force file `.mot` of the same name beside it.

    Where a foot is unloaded the centre of pressure of the nearest loaded sample is written, so that a program that
    interpolates between samples moves it nowhere.

    Args:
        path: Target of the XML; both files are replaced if they exist, the XML last.
        times: Shape (frames,) [s].
        contacts: Loads at these times.

    Returns:
        Path of the force file.

    Raises:
        InputError: If there are no contacts, or a frame is not covered: an unknown force would be read as zero.
    """
    target = Path(path)
    if not contacts:
        raise InputError(f"{target}: no contact loads to write; expected those of at least one foot")
    names, columns = [], []
    for load in contacts:
        _check_covered(target, times, load)
        foot = load.side[0]
        names += [f"ground_force_{foot}_v{axis}" for axis in "xyz"]
        names += [f"ground_force_{foot}_p{axis}" for axis in "xyz"]
        names += [f"ground_torque_{foot}_{axis}" for axis in "xyz"]
        columns += [load.force, _held(load.point), load.free_moment]
    units = tuple(column_unit(name) or "" for name in names)
    series = TimeSeries(times=times, values=np.hstack(columns), names=tuple(names), units=units)
    data_path = target.with_suffix(".mot")
    write_storage(data_path, series, in_degrees=False, name=f"{target.stem} ground forces")
    root = ET.Element("OpenSimDocument", Version="40000")
    loads = ET.SubElement(root, "ExternalLoads", name=target.stem)
    objects = ET.SubElement(loads, "objects")
    for load in contacts:
        _add_force(objects, load.side)
    ET.SubElement(loads, "datafile").text = data_path.name
    ET.indent(root)
    write_whole(target, ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n")
    return data_path


def force_file(path: Path | str) -> Path:
    """The force file that an ExternalLoads XML names.

    Raises:
        FormatError: If the XML is damaged or the file is not next to it.
    """
    return _read_setup(Path(path))[1]


def _read_setup(path: Path) -> tuple[list[ExternalForce], Path]:
    """Active forces and the force file's path."""
    try:
        root = ET.fromstring(path.read_bytes())
    except OSError as error:
        raise FormatError(path, None, f"cannot be read: {error.strerror or error}") from None
    except ET.ParseError as error:
        reason = (
            "is not XML; expected OpenSim ExternalLoads, the file that says which columns of the force file act on "
            "which foot"
        )
        raise FormatError(path, error.position[0], reason) from None
    loads = root if root.tag == "ExternalLoads" else root.find("ExternalLoads")
    if loads is None:
        raise FormatError(path, None, f"no ExternalLoads element; found <{root.tag}>")
    objects = loads.find("objects")
    elements = [] if objects is None else objects.findall("ExternalForce")
    forces = [_read_force(path, element) for element in elements if _is_active(element)]
    if not forces:
        raise FormatError(path, "ExternalLoads/objects", "no ExternalForce that applies; expected one for each foot")
    name = _text(loads, "datafile")
    if name is None:
        raise FormatError(path, "datafile", "missing; expected the name of the force file next to this XML")
    data_path = path.parent / name
    if not data_path.is_file():
        reason = f"the force file {name!r} is not next to this XML; expected it at {data_path}"
        raise FormatError(path, "datafile", reason)
    return forces, data_path


def _is_active(element: ET.Element) -> bool:
    """Whether a force applies, in the words of old (isDisabled) and new (appliesForce) versions."""
    is_disabled = (_text(element, "isDisabled") or "false").lower() == "true"
    return not is_disabled and (_text(element, "appliesForce") or "true").lower() == "true"


def _read_force(path: Path, element: ET.Element) -> ExternalForce:
    """One ExternalForce; refuses other bodies and frames."""
    name = element.get("name", "unnamed")
    where = f"{path}: ExternalForce {name}"
    body = (_text(element, "applied_to_body") or "").rsplit("/", 1)[-1]
    if body not in SIDES:
        raise ModelError(f"{where}: acts on body {body!r}; expected {' or '.join(SIDES)}")
    for tag in ("force_expressed_in_body", "point_expressed_in_body"):
        frame = (_text(element, tag) or "ground").rsplit("/", 1)[-1]
        if frame != "ground":
            raise ModelError(f"{where}: {tag} is {frame!r}; expected ground: express the data in ground")
    force, point = _text(element, "force_identifier"), _text(element, "point_identifier")
    if force is None or point is None:
        missing = "force_identifier" if force is None else "point_identifier"
        reason = f"{missing} is missing; expected the start of three column names, e.g. ground_force_v"
        raise FormatError(path, f"ExternalForce {name}", reason)
    torque = _text(element, "torque_identifier")
    return ExternalForce(name=name, side=SIDES[body], force=force, point=point, torque=torque)


def _text(element: ET.Element, tag: str) -> str | None:
    """Text of a child, or None where it is absent, empty or "Unassigned"."""
    text = (element.findtext(tag) or "").strip()
    return None if text.lower() in ("", "unassigned") else text


def _read_plate(path: Path, table: Table, force: ExternalForce) -> PlateForce:
    """Columns of one force, with the centre of pressure removed where the foot is unloaded."""
    vector = _columns(path, table, force.force, force.name)
    point = _columns(path, table, force.point, force.name)
    zero = np.zeros_like(vector)
    moment = _columns(path, table, force.torque, force.name) if force.torque else zero
    is_loaded = np.zeros((len(vector), 1), dtype=bool)
    for start, end in contacts(vector[:, 1]):
        is_loaded[start:end] = True
    record = PlateForce(
        name=force.name,
        times=table.times,
        force=np.where(is_loaded, vector, 0.0),
        point=np.where(is_loaded, point, np.nan),
        free_moment=np.where(is_loaded, moment, 0.0),
    )
    _check_units(path, force, vector, record)
    return record


def _columns(path: Path, table: Table, prefix: str, force: str) -> Array:
    """Three columns that start with a prefix and end with x, y, z."""
    names = [prefix + axis for axis in "xyz"]
    missing = [name for name in names if name not in table.names]
    if missing:
        reason = f"no column {missing[0]}, which ExternalForce {force} names; there are {', '.join(table.names)}"
        raise FormatError(path, table.header_line + 1, reason)
    return table.values[:, [table.names.index(name) for name in names]]


def _check_units(path: Path, force: ExternalForce, vector: Array, record: PlateForce) -> None:
    """Refuse forces that point the wrong way and centres of pressure that cannot be in metres."""
    lowest, highest = float(vector[:, 1].min()), float(vector[:, 1].max())
    if -lowest > max(highest, CONTACT_FORCE):
        reason = f"runs from {lowest:.0f} to {highest:.0f} N; expected the upward force of ground on foot"
        raise FormatError(path, f"column {force.force}y", reason)
    points = record.point[np.isfinite(record.point).all(axis=1)]
    typical = float(np.median(np.abs(points).max(axis=1))) if len(points) else 0.0
    if typical > LARGEST_POINT:
        reason = f"centre of pressure {typical:.0f} under a loaded foot; expected metres: are these millimetres?"
        raise FormatError(path, f"columns {force.point}x, y, z", reason)


def _check_covered(path: Path, times: Array, load: ContactLoad) -> None:
    """Refuse frames at which a foot's force is not known."""
    if not load.is_covered.all():
        first = float(times[int(np.argmin(load.is_covered))])
        known = times[load.is_covered]
        span = f"{known[0]:g} to {known[-1]:g} s" if known.size else "no time"
        raise InputError(
            f"{path}: the force on the {load.side} foot is not known at {first:g} s and would be read as zero; "
            f"expected covered frames only (the foot is covered within {span}): cut the motion to them"
        )


def _held(point: Array) -> Array:
    """The points with gaps filled by the nearest sample in time, or zeros if there is none."""
    known = np.flatnonzero(np.isfinite(point).all(axis=1))
    if not known.size:
        return np.zeros_like(point)
    frames = np.arange(len(point))
    return point[known[np.abs(frames[:, None] - known).argmin(axis=1)]]


def _add_force(objects: ET.Element, side: Side) -> None:
    """One ExternalForce that acts on a foot and is expressed in ground."""
    (body,) = (name for name, foot in SIDES.items() if foot == side)
    force = ET.SubElement(objects, "ExternalForce", name=f"{side}_foot")
    for tag, text in (
        ("appliesForce", "true"),
        ("applied_to_body", body),
        ("force_expressed_in_body", "ground"),
        ("point_expressed_in_body", "ground"),
        ("force_identifier", f"ground_force_{side[0]}_v"),
        ("point_identifier", f"ground_force_{side[0]}_p"),
        ("torque_identifier", f"ground_torque_{side[0]}_"),
    ):
        ET.SubElement(force, tag).text = text
