"""Markers on the leg model: from a model file's marker set, or from the published sets that come along.

The published sets (markers.csv) hold positions on the unscaled skeleton and the weights of their own pipelines.
"""

import csv
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import FormatError, InputError
from trochlea.leg.engine import MjModel
from trochlea.motion.timeseries import Array, read_only

PLAIN_WEIGHT = 1.0
"""Weight of a marker for which no published weight was found [-]. Assumed: all such markers count alike."""

LISTED = 8
"""At most so many labels are listed in a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerSet:
    """Markers, each fixed to one body.

    Attributes:
        names: Of the markers, unique as `label_key` sees them.
        bodies: The body that carries each.
        positions: In that body's frame, shape (markers, 3) [m]; NaN where only the body is known and a static
            trial must tell the place.
        is_fixed: Shape (markers,): True where a static trial does not move the marker.
        weights: In inverse kinematics, shape (markers,) [-]; 0 leaves a marker out.
        static_weights: In the static pose, shape (markers,) [-].
        source: File or published set, with its citation keys.
        notes: What a reader must know.
    """

    names: tuple[str, ...]
    bodies: tuple[str, ...]
    positions: Array
    is_fixed: NDArray[np.bool_]
    weights: Array
    static_weights: Array
    source: str
    notes: tuple[str, ...] = ()

    def placed(self, positions: Array) -> "MarkerSet":
        """The same markers at other places, shape (markers, 3) [m]."""
        return replace(self, positions=read_only(positions))

    def weighted_for_placing(self) -> "MarkerSet":
        """The same markers with their static weights: bony landmarks count, markers yet to be placed do not."""
        return replace(self, weights=self.static_weights)

    def subset(self, rows: NDArray[np.intp]) -> "MarkerSet":
        """Some of the markers."""
        return replace(
            self,
            names=tuple(self.names[i] for i in rows),
            bodies=tuple(self.bodies[i] for i in rows),
            positions=read_only(self.positions[rows]),
            is_fixed=self.is_fixed[rows],
            weights=read_only(self.weights[rows]),
            static_weights=read_only(self.static_weights[rows]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMatch:
    """Which label of a trial is which marker of a set.

    Attributes:
        rows: Of the set, shape (matched,).
        columns: Of the trial, shape (matched,).
        unknown: Labels of the trial that the set does not have.
        missing: Markers of the set that the trial does not have.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]


def label_key(label: str) -> str:
    """A label without subject prefix ("Subject:RASI"), case, dots, blanks, dashes and underscores."""
    return re.sub(r"[^0-9a-z]", "", label.rsplit(":", 1)[-1].casefold())


def read_marker_set(path: Path | str) -> MarkerSet:
    """Markers of a model file (.osim) or of a marker set of its own (.xml), any version.

    Weights are those of the published set that has most of the names, else `PLAIN_WEIGHT`.

    Raises:
        FormatError: If the file is not XML or has no markers.
    """
    try:
        root = ET.fromstring(Path(path).read_bytes())
    except OSError as error:
        raise FormatError(path, None, f"cannot be read ({error.strerror}); give a .osim or a marker set") from None
    except ET.ParseError as error:
        reason = f"is not XML ({error.msg.split(':')[0]}); expected a .osim or a marker set"
        raise FormatError(path, error.position[0], reason) from None
    elements = list(root.iterfind(".//MarkerSet/objects/Marker"))
    if not elements:
        reason = "has no markers; give the model that was scaled with markers, or a static trial to place them"
        raise FormatError(path, "MarkerSet", reason)
    names = tuple(str(element.get("name")) for element in elements)
    keys = [label_key(name) for name in names]
    doubled = sorted({names[i] for i, key in enumerate(keys) if key in keys[:i]})
    if doubled:
        raise FormatError(path, "MarkerSet", f"marker {doubled[0]!r} stands there twice; give each its own name")
    weights, static_weights, weight_source = _weights_of(names)
    return MarkerSet(
        names=names,
        bodies=tuple(_body(element) for element in elements),
        positions=read_only([_location(path, element) for element in elements]),
        is_fixed=np.array([(element.findtext("fixed") or "").strip() == "true" for element in elements]),
        weights=weights,
        static_weights=static_weights,
        source=f"{path}; weights: {weight_source}",
    )


@cache
def published_marker_sets() -> dict[str, MarkerSet]:
    """The sets of markers.csv, by name; positions on the unscaled skeleton."""
    text = files("trochlea.leg.markers").joinpath("markers.csv").read_text(encoding="utf-8")
    table: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(text.splitlines()):
        table.setdefault(row["set"], []).append(row)
    return {name: _published(name, rows) for name, rows in table.items()}


def choose_marker_set(labels: tuple[str, ...]) -> MarkerSet:
    """The published set that knows most of a trial's labels; the first of markers.csv among equals.

    Raises:
        InputError: If none knows any of them.
    """
    sets = published_marker_sets()
    keys = {label_key(label) for label in labels}
    counts = {name: len(keys & {label_key(n) for n in found.names}) for name, found in sets.items()}
    best = max(counts, key=lambda name: counts[name])
    if counts[best] == 0:
        raise InputError(
            f"no marker has a known name: found {listed(labels)}; expected those of {', '.join(sets)}; rename them, "
            "or give a scaled model (.osim) that has these markers"
        )
    return sets[best]


def match_labels(marker_set: MarkerSet, labels: tuple[str, ...]) -> LabelMatch:
    """Which label is which marker.

    Raises:
        InputError: If there is no common name, or two labels are the same but for prefix, case or dots.
    """
    columns: dict[str, int] = {}
    for i, label in enumerate(labels):
        if label_key(label) in columns:
            twin = labels[columns[label_key(label)]]
            raise InputError(f"labels {twin!r} and {label!r} name the same marker; keep one person and one label each")
        columns[label_key(label)] = i
    keys = [label_key(name) for name in marker_set.names]
    rows = [i for i, key in enumerate(keys) if key in columns]
    if not rows:
        raise InputError(
            f"the trial and the marker set have no name in common: found {listed(labels)}; expected "
            f"{listed(marker_set.names)} ({marker_set.source}); rename the labels or give the model that has them"
        )
    return LabelMatch(
        rows=np.array(rows),
        columns=np.array([columns[keys[i]] for i in rows]),
        unknown=tuple(label for label in labels if label_key(label) not in keys),
        missing=tuple(name for name, key in zip(marker_set.names, keys, strict=True) if key not in columns),
    )


def on_leg(marker_set: MarkerSet, mj: MjModel) -> tuple[MarkerSet, tuple[str, ...]]:
    """The markers that sit on bodies of the leg model, and the names of the others (arms)."""
    known = {mj.body(i).name for i in range(mj.nbody)}
    rows = np.array([i for i, body in enumerate(marker_set.bodies) if body in known], dtype=np.intp)
    if not rows.size:
        raise InputError(
            f"no marker of {marker_set.source} sits on the leg model; expected bodies such as pelvis, femur_r, found "
            f"{listed(tuple(dict.fromkeys(marker_set.bodies)))}; give a model of the Rajagopal family"
        )
    left_out = tuple(n for n, body in zip(marker_set.names, marker_set.bodies, strict=True) if body not in known)
    return marker_set.subset(rows), left_out


def listed(labels: tuple[str, ...]) -> str:
    """The first few labels, for a message."""
    return ", ".join(labels[:LISTED]) + (f", ... ({len(labels)} in all)" if len(labels) > LISTED else "")


def _published(name: str, rows: list[dict[str, str]]) -> MarkerSet:
    def numbers(column: str) -> Array:
        return read_only([float(row[column]) if row[column] else np.nan for row in rows])

    cells = (row[column] for row in rows for column in ("citation", "weight_citation"))
    keys = dict.fromkeys(key for cell in cells for key in cell.split())
    return MarkerSet(
        names=tuple(row["marker"] for row in rows),
        bodies=tuple(row["body"] for row in rows),
        positions=read_only(np.column_stack([numbers(axis) for axis in "xyz"])),
        is_fixed=np.array([row["is_fixed"] == "yes" for row in rows]),
        weights=numbers("weight"),
        static_weights=numbers("static_weight"),
        source=f"{name} ({', '.join(keys)})",
    )


def _weights_of(names: tuple[str, ...]) -> tuple[Array, Array, str]:
    """Weights of the published set that knows most of the names; of the others `PLAIN_WEIGHT`."""
    try:
        published = choose_marker_set(names)
    except InputError:
        plain = read_only(np.full(len(names), PLAIN_WEIGHT))
        return plain, plain, "all markers alike (assumed)"
    match = {label_key(name): i for i, name in enumerate(published.names)}
    known = [match.get(label_key(name)) for name in names]
    both = []
    for column in (published.weights, published.static_weights):
        both.append(read_only([PLAIN_WEIGHT if i is None else column[i] for i in known]))
    return both[0], both[1], published.source


def _body(element: ET.Element) -> str:
    text = element.findtext("socket_parent_frame") or element.findtext("body") or ""
    return text.strip().rsplit("/", 1)[-1]


def _location(path: Path | str, element: ET.Element) -> Array:
    text = element.findtext("location") or ""
    try:
        values = np.array([float(word) for word in text.split()])
    except ValueError:
        values = np.array([])
    if values.size != 3 or not bool(np.all(np.isfinite(values))):
        where = f"Marker {element.get('name')}/location"
        raise FormatError(path, where, f"expected 3 numbers [m], found {text.strip()[:40]!r}")
    return values
