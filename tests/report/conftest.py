"""A made-up but plausible report: no number here comes from a person, a simulation or a trial."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import trochlea
from trochlea.advice.recommendation import OUTCOMES, Change, Lever, Recommendation
from trochlea.evidence.question import hip_against_knee
from trochlea.knee.knee import build_knee
from trochlea.knee.kneecap import solve_kneecap
from trochlea.knee.result import KneecapResult, Solution
from trochlea.leg.extensor import ExtensorLoad
from trochlea.motion.timeseries import read_only
from trochlea.person.read import read_person
from trochlea.report.content import ReportContent, Reserve, StrengthMatch

FRAMES = 61
SWEPT = (10, 20, 40, 50, 60, 80)
LOST = {20: "off_surface", 21: "off_surface", 22: "not_converged", 55: "no_load"}
DEMO = Path(trochlea.__file__).parent / "person" / "demo.yaml"


def surface():
    """Points of a patella-like surface: an oval with a ridge a little medial of its middle."""
    height, width = np.meshgrid(np.linspace(-14, 14, 21), np.linspace(-21, 21, 25), indexing="ij")
    inside = (width / 21.5) ** 2 + (height / 15) ** 2 < 1
    lateral, up = width[inside], height[inside]
    ridge = -3.0
    depth = np.where(lateral > ridge, 0.30, 0.45) * np.abs(lateral - ridge)
    return np.column_stack((depth, up, lateral)) * 1e-3, lateral > ridge


def make_kneecap(*, side="right", lost=LOST):
    """One squat: down to 60 degrees of flexion and up again."""
    phase = np.linspace(0, 1, FRAMES)
    times, depth = 2.4 * phase, np.sin(np.pi * phase) ** 2
    points, is_lateral = surface()
    valid = np.array([i not in lost for i in range(FRAMES)])

    def gaps(values):
        values = np.array(values, dtype=float)
        values[~valid] = np.nan
        return read_only(values)

    force = 120 + 1650 * depth
    centre = 9.0 - 3.0 * depth
    spot = np.exp(
        -((points[:, 2] * 1e3 - centre[:, None]) ** 2) / 60 - (points[:, 1] * 1e3 - 4 * depth[:, None]) ** 2 / 30
    )
    inner = 0.55 * np.exp(-((points[:, 2] * 1e3 + 9.0) ** 2) / 25 - (points[:, 1] * 1e3 - 4 * depth[:, None]) ** 2 / 25)
    pressure = gaps((spot + inner) * (1e6 + 5.5e6 * depth[:, None]))
    flat = gaps(np.full(FRAMES, 2e-4))
    status = tuple(lost.get(i, "converged") for i in range(FRAMES))
    lateral = np.where(is_lateral, pressure, np.nan)
    medial = np.where(is_lateral, np.nan, pressure)
    return KneecapResult(
        times=read_only(times),
        side=side,
        tibiofemoral_flexion=read_only(np.deg2rad(3 + 57 * depth)),
        solution=Solution(
            value=gaps(np.zeros((FRAMES, 6))),
            status=status,
            residual=flat,
            iterations=np.full(FRAMES, 8),
        ),
        quadriceps_force=gaps(1.1 * force),
        patellar_tendon_force=gaps(0.9 * force),
        contact_force=gaps(force),
        tendofemoral_force=gaps(0 * force),
        contact_area=flat,
        mri_like_area=flat,
        mean_pressure=flat,
        lateral_mean_pressure=flat,
        medial_mean_pressure=flat,
        centre_of_pressure=gaps(np.zeros((FRAMES, 3))),
        lateral_centre_of_pressure=gaps(np.zeros((FRAMES, 3))),
        medial_centre_of_pressure=gaps(np.zeros((FRAMES, 3))),
        peak_pressure=gaps(np.nanmax(np.nan_to_num(pressure), axis=1)),
        lateral_force=gaps(0.7 * force),
        medial_force=gaps(0.35 * force),
        lateral_area=flat,
        medial_area=flat,
        lateral_peak_pressure=gaps(np.nanmax(np.nan_to_num(lateral), axis=1)),
        medial_peak_pressure=gaps(np.nanmax(np.nan_to_num(medial), axis=1)),
        shift=flat,
        tilt=flat,
        patellar_flexion=flat,
        spin=flat,
        bisect_offset=flat,
        lateral_patellofemoral_angle=flat,
        congruence_angle=flat,
        pressure=pressure,
        points=read_only(points),
        point_areas=read_only(np.full(len(points), 2.5e-6)),
        is_lateral=is_lateral,
    )


def make_recommendation():
    """Four levers, all small."""
    rows = (
        ("hip", "Hip: abductors and external rotators", "published", (-1.4, -3.1, 0.2), (-2.0, -4.4, 0.5)),
        ("knee_capacity", "Knee: quadriceps capacity", "assumed", (-0.6, -1.9, 0.6), (-0.5, -2.2, 1.1)),
        ("knee_vmo_share", "Knee: VMO share", "assumed", (0.1, -0.4, 0.6), (-2.5, -7.8, 2.7)),
        ("both", "Both", "assumed", (-2.0, -4.4, 0.3), (-4.1, -9.0, 1.6)),
    )
    levers = tuple(
        Lever(
            name=name,
            label=label,
            what_changes="made-up gain of 20 % (SD 10)",
            changes=tuple(
                Change(outcome=outcome, percent=best, ci_low=low, ci_high=high)
                for outcome, (best, low, high) in zip(OUTCOMES, changes, strict=True)
            ),
            gain_source=source,
            citation="dolak-2011-hip" if source == "published" else None,
        )
        for name, label, source, *changes in rows
    )
    return Recommendation(
        answer="cannot_tell",
        sentence="No lever changes this kneecap's load by more than 10 %, with zero outside its interval.",
        levers=levers,
        n_draws=200,
        baseline_peak_contact_force=1770.0,
        baseline_lateral_peak_pressure=6.5e6,
        reasons=("The hip lever changes the peak force by -1.4 % (-3.1 to 0.2).",),
        caveats=("Posture is held fixed.",),
    )


def make_content(**changes):
    values = {
        "person": read_person(DEMO),
        "kneecap": make_kneecap(),
        "task": "single-leg squat",
        "motion_source": "simulated",
        "recommendation": make_recommendation(),
        "evidence": hip_against_knee(),
        "strengths": (
            StrengthMatch(
                group="hip_abduction", source="measured", factor=0.81, wanted=53.9, reached=53.9, is_met=True
            ),
            StrengthMatch(
                group="knee_extension", source="measured", factor=2.0, wanted=160.0, reached=148.2, is_met=False
            ),
        ),
        "reserves": (
            Reserve(coordinate="hip_rotation_r", peak=2.4, time=1.12),
            Reserve(coordinate="knee_angle_r", peak=0.3, time=0.2),
        ),
        "warnings": ("The centre of pressure is the task's own, not measured.",),
        "made_on": date(2026, 1, 2),
        "version": "0.0",
        "input_hash": "0" * 64,
    }
    return ReportContent(**{**values, **changes})


SPLIT = np.array([0.155, 0.195, 0.40, 0.25])
"""Shares of recfem, vasint, vaslat, vasmed. `farahmand-1998-quadriceps`: RF+VI 35, VL 40, VM 25 %."""


def solve_sweep(knee, flexion_deg, quadriceps, *, side="right"):
    """A kneecap solved at some flexions; a force of 0 gives a frame without a result."""
    flexion = np.radians(np.asarray(flexion_deg, dtype=float))
    flat = np.zeros_like(flexion)
    load = ExtensorLoad(
        times=np.arange(flexion.size) * 0.5,
        side=side,
        tibiofemoral_flexion=flexion,
        femoral_rotation=flat,
        tibial_rotation=flat,
        knee_valgus=flat,
        tension=np.outer(np.broadcast_to(quadriceps, flexion.shape), SPLIT),
    )
    return solve_kneecap(knee, load)


@pytest.fixture(scope="session")
def knee():
    return build_knee(sex="female")


@pytest.fixture(scope="session")
def sweep(knee):
    """10 to 80 degrees of flexion, without a force at 50 degrees."""
    return solve_sweep(knee, SWEPT, [300.0, 500.0, 800.0, 0.0, 1000.0, 1200.0])


@pytest.fixture(scope="session")
def left_sweep(knee):
    """The same of a left knee."""
    return solve_sweep(knee, SWEPT, [300.0, 500.0, 800.0, 0.0, 1000.0, 1200.0], side="left")


@pytest.fixture(scope="session")
def make():
    """The makers of this file, for tests that change a part."""
    return SimpleNamespace(make_content=make_content, make_kneecap=make_kneecap, solve_sweep=solve_sweep, FRAMES=FRAMES)


@pytest.fixture
def content():
    return make_content()
