"""Two measured walks as paths of feet: over ground with plates, and on a treadmill with its own events."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from trochlea.leg.kinematics import place
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.segments import segments
from trochlea.leg.skeleton.model import build_leg_from_osim
from trochlea.leg.trial_checks import foot_paths
from trochlea.motion.files.c3d import read_c3d
from trochlea.motion.filtering import filter_markers
from trochlea.motion.foot_path import FootPath
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


@pytest.fixture(scope="session")
def treadmill(data_dir: Path) -> Treadmill:
    trial = read_c3d(data_dir / "pose/gaitalytics_treadmill_events.c3d")
    markers, _ = filter_markers(trial.markers)
    times = markers.times
    feet = (
        FootPath(side="right", times=times, heel=markers.marker("RHEE"), toe=markers.marker("RMT2")),
        FootPath(side="left", times=times, heel=markers.marker("LHEE"), toe=markers.marker("LMT2")),
    )
    events = {
        (side, kind): np.array([e.time for e in trial.events if (e.context.lower(), e.label.lower()) == (side, kind)])
        for side in ("right", "left")
        for kind in ("foot strike", "foot off")
    }
    return Treadmill(
        feet=feet,
        pelvis=(markers.marker("LPSIS") + markers.marker("RPSIS")) / 2,
        plates=trial.plates,
        events=events,
    )
