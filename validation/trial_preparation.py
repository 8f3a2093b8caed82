"""How well events, repetitions and owners of plates are told, against plates, a file's own events and its notes.

Errors in milliseconds: mean and largest, positive where ours are late.

Run from the checkout: python validation/trial_preparation.py [--data FOLDER]
"""

import argparse
from pathlib import Path

import numpy as np

from trochlea.leg.kinematics import place
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.segments import segments
from trochlea.leg.skeleton.model import build_leg_from_osim
from trochlea.leg.trial_checks import foot_paths
from trochlea.motion.coverage import contacts
from trochlea.motion.files.c3d import read_c3d
from trochlea.motion.files.external_loads import force_file, read_external_loads
from trochlea.motion.files.storage import read_storage, read_table
from trochlea.motion.filtering import filter_contact, filter_markers
from trochlea.motion.foot_path import FootPath, ground_speed
from trochlea.motion.gait_events import GaitEvent, force_events, gait_events
from trochlea.motion.plate_feet import join_plates
from trochlea.motion.repetitions import repetitions
from trochlea.motion.resampling import resample_contact
from trochlea.motion.trial import read_motion

DATA = Path(__file__).parents[2] / "shared" / "data"

SQUATS = (0.95, 2.46, 3.97, 5.56, 7.18)
"""Deepest moments of the five squats [s], from the notes of the data."""

KINDS = [(side, kind) for kind in ("foot strike", "foot off") for side in ("right", "left")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the trials (default: %(default)s)")
    data = parser.parse_args().data
    walk_over_ground(data / "mocap" / "rajagopal_walk")
    treadmill(data / "pose" / "gaitalytics_treadmill_events.c3d")
    squats(data / "pose" / "opencap_squats1_videoAndMocap.mot")
    for trial in ("rajagopal_walk/external_loads.xml", "gait2392_walk/subject01_walk1_grf.xml"):
        filtered_forces(data / "mocap" / trial)


def walk_over_ground(folder: Path) -> None:
    """Events told from movement against those of the plates at their own rate."""
    motion = read_motion(folder / "ik_filtered_6hz.mot", folder / "external_loads.xml")
    leg = build_leg_from_osim(read_osim(folder / "subject.osim"))
    where = segments(leg, place(leg, motion.coordinates))
    times = motion.coordinates.times
    moved = gait_events(times, (), foot_paths(where, times), where.body("pelvis")[0])
    own = read_table(force_file(folder / "external_loads.xml")).times
    plates = [e for load in read_external_loads(folder / "external_loads.xml", own) for e, _ in force_events(own, load)]
    print("walk over ground: events from movement against plates")
    for side, kind in KINDS:
        show(side, kind, moved, np.array([e.time for e in plates if (e.side, e.kind) == (side, kind)]))


def treadmill(path: Path) -> None:
    """Events told with and without the belts' plates against the file's own events."""
    trial = read_c3d(path)
    markers, record = filter_markers(trial.markers)
    times = markers.times
    feet = (
        FootPath(side="right", times=times, heel=markers.marker("RHEE"), toe=markers.marker("RMT2")),
        FootPath(side="left", times=times, heel=markers.marker("LHEE"), toe=markers.marker("LMT2")),
    )
    pelvis = (markers.marker("LPSIS") + markers.marker("RPSIS")) / 2
    joined = join_plates(trial.plates, feet, ground=ground_speed(feet, pelvis))
    loads = tuple(resample_contact(load, joined.times, times) for load in joined.contacts)
    print(f"treadmill ({record.sentence()}): events against the file's own")
    for title, given in (("movement only", ()), ("with plates", loads)):
        events = gait_events(times, given, feet, pelvis)
        for side, kind in KINDS:
            named = [e.time for e in trial.events if (e.context.lower(), e.label.lower()) == (side, kind)]
            inside = [t for t in named if times[0] + 0.25 < t < times[-1] - 0.1]
            show(side, kind, events, np.array(inside), title)
    for load in joined.contacts:
        print(f"  {load.side:<6} force known at {load.is_covered.mean():.0%} of the samples")


def show(side: str, kind: str, events: tuple[GaitEvent, ...], truth: np.ndarray, title: str = "") -> None:
    """One line: how many events, and their errors by source."""
    own = [e for e in events if (e.side, e.kind) == (side, kind)]
    nearest = [min(own, key=lambda e: abs(e.time - t)) for t in truth]
    errors = 1000.0 * (np.array([e.time for e in nearest]) - truth)
    by_force = sum(e.source == "force" for e in nearest)
    print(
        f"  {title:<14}{side:<6}{kind:<12}{len(truth):>3} events, {by_force:>2} by force: "
        f"mean {errors.mean():>6.1f} ms, largest {np.abs(errors).max():>5.1f} ms"
    )


def squats(path: Path) -> None:
    """Deepest moments against the notes of the data."""
    series = read_storage(path)
    found = repetitions(series.times, series.column("knee_angle_r"))
    errors = 1000.0 * (np.array([r.deepest for r in found]) - SQUATS)
    print(f"squats: {len(found)} of {len(SQUATS)} repetitions, largest error {np.abs(errors).max():.1f} ms")


def filtered_forces(path: Path) -> None:
    """What the low-pass does to a contact's impulse and peak."""
    times = read_table(force_file(path)).times
    impulses, peaks = [], []
    for load in read_external_loads(path, times):
        smooth, _ = filter_contact(times, load)
        for start, end in contacts(load.force[:, 1]):
            span = slice(start, end)
            before, after = load.force[span, 1], smooth.force[span, 1]
            impulses.append(np.trapezoid(after, times[span]) / np.trapezoid(before, times[span]) - 1)
            peaks.append(after.max() / before.max() - 1)
    worst = [100 * float(np.abs(changes).max()) for changes in (impulses, peaks)]
    print(f"{path.parent.name}: forces at 6 Hz change impulse by at most {worst[0]:.2f} %, peak by {worst[1]:.2f} %")


if __name__ == "__main__":
    main()
