"""When muscles are active on the walk: electromyography beside our activations and OpenSim's.

Reported, not tuned. The envelope is the rectified signal of 20 to 400 Hz, smoothed at 6 Hz (assumed: common choices),
all filters without delay. A muscle's force follows its electrical activity by some tens of milliseconds, which neither
program models: an envelope should lead.
"""

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from markdown_table import print_table
from scipy.signal import butter, sosfiltfilt

from trochlea.leg.leg_result import LegResult
from trochlea.motion.files.storage import read_storage
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array
from trochlea.motion.trial import read_motion

BAND = (20.0, 400.0)
SMOOTH = 6.0
ORDER = 2
"""Of each filter; run forwards and backwards it doubles."""

LARGEST_LAG = 0.2
"""Lags that are tried [s]. Assumed: half of a stance phase, so that another burst is not matched."""

LOADED = 20.0
"""A foot is on its plate above this force [N]. Assumed."""

ACTIVE = 0.3
"""A muscle counts as active above this share of its range in the window. Assumed."""

MUSCLES = {
    "sol": ("soleus", ("soleus",)),
    "gas": ("gastrocnemius", ("gasmed", "gaslat")),
    "ta": ("tibialis anterior", ("tibant",)),
    "mh": ("medial hamstrings", ("semimem", "semiten")),
    "bf": ("biceps femoris", ("bflh",)),
    "vl": ("vastus lateralis", ("vaslat",)),
    "vm": ("vastus medialis", ("vasmed",)),
    "rf": ("rectus femoris", ("recfem",)),
    "gmax": ("gluteus maximus", ("glmax1", "glmax2", "glmax3")),
    "gmed": ("gluteus medius", ("glmed1", "glmed2", "glmed3")),
}
"""Channel of emg.csv: its muscle, and the model's."""


def print_timing(folder: Path, results: Mapping[Side, LegResult]) -> None:
    """Tables of the leg that the electrodes were on, and of each muscle's timing."""
    times, channels = _read(folder / "emg.csv")
    envelopes = {name: _envelope(times, raw) for name, raw in channels.items()}
    _print_leg(folder, times, envelopes)
    reference = read_storage(folder / "reference" / "static_optimization_activation.sto")
    forces = read_storage(folder / "reference" / "static_optimization_force.sto")
    result = results["right"]
    at, rows = reference.times, []
    for channel, (muscle, members) in MUSCLES.items():
        columns = [result.muscles.index(name) for name in members]
        force, capacity = result.tendon_forces[:, columns].sum(axis=1), result.capacities[:, columns].sum(axis=1)
        ours = np.interp(at, result.times, force / capacity)
        peaks = [forces.column(f"{name}_r").max() for name in members]
        theirs = np.average([reference.column(f"{name}_r") for name in members], axis=0, weights=peaks)
        both = (_compare(at, activation, times, envelopes[channel]) for activation in (ours, theirs))
        rows.append((muscle, *(word for fit in both for word in _words(*fit))))
    print_table(
        "Timing of activation against electromyography of the right leg, 0.50 to 1.70 s: r without a lag; the lag that "
        "fits best (positive: activation after the envelope) and r there; share of the time in which both or neither "
        "are active. Reported, not tuned.",
        ("muscle", "r", "lag [ms]", "r there", "agree [%]", "OpenSim: r", "lag [ms]", "r there", "agree [%]"),
        rows,
    )


def _words(here: float, lag: float, best: float, agree: float) -> tuple[str, ...]:
    return f"{here:.2f}", f"{lag * 1e3:.0f}", f"{best:.2f}", f"{agree * 100:.0f}"


def _print_leg(folder: Path, times: Array, envelopes: Mapping[str, Array]) -> None:
    """Mean envelope while one foot alone is on its plate: the calf works in its own leg's stance."""
    motion = read_motion(folder / "ik_filtered_6hz.mot", folder / "external_loads.xml")
    frames = motion.coordinates.times
    loaded = {load.side: load.force[:, 1] > LOADED for load in motion.contacts}
    covered = np.all([load.is_covered for load in motion.contacts], axis=0)
    alone = {side: covered & loaded[side] & ~loaded[other] for side, other in (("right", "left"), ("left", "right"))}
    rows = []
    for channel in ("sol", "gas", "gmed", "ta"):
        values = np.interp(frames, times, envelopes[channel])
        means = {side: values[where].mean() for side, where in alone.items()}
        middle = sum(means.values()) / 2
        rows.append((MUSCLES[channel][0], *(f"{mean / middle:.2f}" for mean in means.values())))
    print_table(
        f"Which leg the electrodes were on: mean envelope while one foot alone is loaded (above {LOADED:.0f} N) over "
        "the mean of both. Calf and abductors work in their own stance, tibialis anterior in its swing: the right leg.",
        ("muscle", "right foot", "left foot"),
        rows,
    )


def _read(path: Path) -> tuple[Array, dict[str, Array]]:
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    columns = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
    return columns.pop("time_s"), columns


def _envelope(times: Array, raw: Array) -> Array:
    rate = 1.0 / float(np.median(np.diff(times)))
    band = butter(ORDER, BAND, btype="bandpass", fs=rate, output="sos")
    smooth = butter(ORDER, SMOOTH, fs=rate, output="sos")
    return sosfiltfilt(smooth, np.abs(sosfiltfilt(band, raw)))


def _compare(at: Array, activation: Array, times: Array, envelope: Array) -> tuple[float, float, float, float]:
    """Correlation, best lag [s], correlation there, and share of the time in which both or neither are active."""
    lags = np.arange(-LARGEST_LAG, LARGEST_LAG + 1e-9, 0.005)
    fits = [float(np.corrcoef(activation, np.interp(at - lag, times, envelope))[0, 1]) for lag in lags]
    best = int(np.argmax(fits))
    now = np.interp(at, times, envelope)
    active = [(v - v.min()) > ACTIVE * np.ptp(v) for v in (activation, now)]
    return (
        float(np.corrcoef(activation, now)[0, 1]),
        float(lags[best]),
        fits[best],
        float((active[0] == active[1]).mean()),
    )
