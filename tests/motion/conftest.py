"""Two measured walks as paths of feet: over ground with plates, and on a treadmill with its own events."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from trochlea.leg.kinematics import place
from trochlea.leg.model import build_leg_from_osim
from trochlea.leg.osim import read_osim
from trochlea.leg.segments import segments
from trochlea.leg.trial_checks import foot_paths
from trochlea.motion.filtering import filter_markers
from trochlea.motion.foot_path import FootPath
from trochlea.motion.markers import Markers
from trochlea.motion.motion import Motion
from trochlea.motion.plate_force import PlateForce
from trochlea.motion.trial import read_motion


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """The Rajagopal walk with where its feet are."""

    motion: Motion
    feet: tuple[FootPath, FootPath]
    pelvis: np.ndarray
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Treadmill:
    """A walk on two belts, each with its plate, and the events that its file gives: side, kind -> times [s]."""

    feet: tuple[FootPath, FootPath]
    pelvis: np.ndarray
    plates: tuple[PlateForce, ...]
    events: dict[tuple[str, str], np.ndarray]


@pytest.fixture(scope="session")
def walk(data_dir: Path) -> Walk:
    folder = data_dir / "mocap/rajagopal_walk"
    motion = read_motion(folder / "ik_filtered_6hz.mot", folder / "external_loads.xml")
    leg = build_leg_from_osim(read_osim(folder / "subject.osim"))
    where = segments(leg, place(leg, motion.coordinates))
    return Walk(
        motion=motion,
        feet=foot_paths(where, motion.coordinates.times),
        pelvis=where.body("pelvis")[0],
        folder=folder,
    )


def ground(vectors: np.ndarray) -> np.ndarray:
    """The treadmill's laboratory (z up, walking along -y), shape (3, n), in ground, shape (n, 3)."""
    return np.stack([-vectors[1], vectors[2], -vectors[0]], axis=-1)


@pytest.fixture(scope="session")
def treadmill(data_dir: Path) -> Treadmill:
    import ezc3d

    file = ezc3d.c3d(str(data_dir / "pose/gaitalytics_treadmill_events.c3d"))
    parameters, points, analog = file["parameters"], file["data"]["points"][:3] / 1000.0, file["data"]["analogs"][0]
    start = file["header"]["points"]["first_frame"] / 100.0
    times = start + np.arange(points.shape[2]) / 100.0
    labels, names = parameters["POINT"]["LABELS"]["value"], ("RHEE", "RMT2", "LHEE", "LMT2", "LPSIS", "RPSIS")
    positions = np.stack([ground(points[:, labels.index(name)]) for name in names], axis=1)
    markers, _ = filter_markers(Markers(times=times, names=names, positions=positions, source="c3d"))
    feet = (
        FootPath(side="right", times=times, heel=markers.marker("RHEE"), toe=markers.marker("RMT2")),
        FootPath(side="left", times=times, heel=markers.marker("LHEE"), toe=markers.marker("LMT2")),
    )
    event = parameters["EVENT"]
    kinds, sides = np.array(event["LABELS"]["value"]), np.array(event["CONTEXTS"]["value"])
    events = {
        (side, kind): np.sort(
            event["TIMES"]["value"][1][(sides == side.capitalize()) & (np.char.lower(kinds) == kind)].astype(float)
        )
        for side in ("right", "left")
        for kind in ("foot strike", "foot off")
    }
    corners = parameters["FORCE_PLATFORM"]["CORNERS"]["value"] / 1000.0
    return Treadmill(
        feet=feet,
        pelvis=(markers.marker("LPSIS") + markers.marker("RPSIS")) / 2,
        plates=tuple(plate(analog[6 * k : 6 * k + 6], corners[:, :, k], start, f"belt {k + 1}") for k in range(2)),
        events=events,
    )


def plate(channels: np.ndarray, corners: np.ndarray, start: float, name: str) -> PlateForce:
    """One belt: its x is the laboratory's -x, its z points down, its moments are about the laboratory's origin."""
    is_loaded = -channels[2] >= 20.0
    force = channels[:3] * np.array([[-1.0], [1.0], [-1.0]])
    vertical = np.where(is_loaded, channels[2], 1.0)
    point = np.stack([channels[4] / vertical, channels[3] / vertical, np.zeros(vertical.size)]) / 1000.0
    return PlateForce(
        name=name,
        times=start + np.arange(vertical.size) / 1000.0,
        force=np.where(is_loaded[:, None], ground(force), 0.0),
        point=np.where(is_loaded[:, None], ground(point), np.nan),
        free_moment=np.zeros((vertical.size, 3)),
        corners=ground(corners),
    )
