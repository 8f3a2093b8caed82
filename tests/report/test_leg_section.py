"""The leg's part of report, series and JSON, on the built-in squat with gaps put in."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from trochlea.knee.lever_arms import compare_lever_arms
from trochlea.knee.rotation_cases import RotationCases
from trochlea.leg.markers.inverse_kinematics import InverseKinematics
from trochlea.leg.root_residual import RootResidual
from trochlea.motion.timeseries import TimeSeries
from trochlea.report import leg_figures, motion_figures
from trochlea.report.leg_json import leg_json, lever_arms_json, residual_json
from trochlea.report.leg_section import leg_section, lever_arms_sentence, rotation_sentence
from trochlea.report.page import render_report
from trochlea.report.result_json import simulation_json
from trochlea.report.rotation_json import markers_json, rotation_json
from trochlea.report.series import all_series
from trochlea.report.study import run_study
from trochlea.report.study_inputs import read_inputs
from trochlea.report.study_request import StudyRequest

GAP = slice(10, 14)


@pytest.fixture(scope="module")
def solved():
    """Findings of the demo person's squat."""
    inputs = read_inputs(StudyRequest())
    return run_study(inputs, with_advice=False, say=lambda line: None, tick=lambda done, total: None).findings


@pytest.fixture(scope="module")
def findings(solved):
    """The same with four frames without a force, and a muscle that leaves its lengths."""
    leg = solved.result.leg
    valid, outside = leg.is_valid.copy(), leg.is_fiber_outside.copy()
    valid[GAP] = False
    outside[8:18, leg.muscles.index("semimem")] = True  # over the gap as well

    def without(values):
        values = values.copy()
        values[GAP] = np.nan
        return values

    leg = replace(
        leg,
        is_valid=valid,
        is_fiber_outside=outside,
        moments=without(leg.moments),
        activations=without(leg.activations),
        tendon_forces=without(leg.tendon_forces),
        reserves=without(leg.reserves),
    )
    return replace(solved, result=replace(solved.result, leg=leg))


def kinematics(frames=12):
    errors = np.full((frames, 2), 0.01)
    errors[3, 1] = 0.05
    errors[5] = np.nan
    return InverseKinematics(
        coordinates=TimeSeries(
            times=np.arange(frames) * 0.1, values=np.zeros((frames, 1)), names=("knee_angle_r",), units=("rad",)
        ),
        status=tuple("too_few_markers" if i == 5 else "solved" for i in range(frames)),
        names=("A", "B"),
        errors=errors,
        model_positions=np.zeros((frames, 2, 3)),
        weights=np.ones((frames, 2)),
        rms=np.sqrt(np.mean(errors**2, axis=1)),
        worst=np.max(errors, axis=1),
        is_beside_gap=np.zeros(frames, dtype=bool),
        locked=("subtalar_angle_r",),
        notes=(),
    )


def texts(svg):
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def lines(svg, colour):
    """Number of unbroken pieces of the lines of one colour."""
    paths = re.findall(r'<path d="([^"]*)"[^>]*style="fill: none; stroke: var\(--(\w+)\); stroke-width', svg)
    return [path.count("M") for path, name in paths if name == colour]


def test_a_gap_breaks_every_line_of_the_moments_and_is_hatched(findings):
    svg = leg_figures.moments_figure(findings.result.leg, mass=70)
    assert lines(svg, "knee") == [2]
    assert lines(svg, "hip") == [2, 2, 2]
    assert "var(--invalid)" in svg


def test_each_group_is_named_with_its_peak(findings):
    leg = findings.result.leg
    labels = texts(leg_figures.groups_figure(leg, body_weight=600))
    peak = np.nanmax(leg.force_of("quadriceps"))
    assert f"quadriceps: {peak:,.0f} N".replace(",", "\N{NARROW NO-BREAK SPACE}") in labels


def test_only_muscles_that_leave_their_lengths_have_a_row(findings):
    leg = findings.result.leg
    assert "semimem" in leg_figures.outside_muscles(leg)
    rows = texts(leg_figures.fibres_figure(leg))
    assert set(leg_figures.outside_muscles(leg)) <= set(rows)
    assert "soleus" not in rows


def test_a_residual_is_drawn_in_body_weights():
    residual = RootResidual(
        times=np.arange(5.0), names=("pelvis_tx",) * 6, values=np.tile([3.0, 4.0, 0, 0, 6.0, 8.0], (5, 1)),
        ground_force=1000.0,
    )  # fmt: skip
    svg = motion_figures.residual_figure(residual, body_weight=100.0)
    assert "Force at most 5 N, 0.05 body weights; moment at most 10 N.m." in svg
    found = residual_json(residual, 100.0)
    assert found["force_peak_percent_of_ground_force"] == pytest.approx(0.5, rel=1e-12, abs=0)


def test_marker_errors_are_drawn_and_counted_with_their_gap():
    svg = motion_figures.marker_errors_figure(kinematics())
    assert "largest at most 50 mm" in svg
    assert "var(--invalid)" in svg
    found = markers_json(kinematics())
    assert (found["frames"], found["frames_solved"]) == (12, 11)
    assert found["largest_mm"]["value"] == pytest.approx(50.0, rel=1e-12, abs=0)
    assert found["rms_by_marker_mm"]["A"] == pytest.approx(10.0, rel=1e-12, abs=0)


def test_every_peak_of_the_leg_has_a_time_and_a_share_of_body_weight(findings):
    found = leg_json(findings)
    leg = findings.result.leg
    peak = found["muscle_groups"]["quadriceps"]["peak"]
    assert peak["value"] == pytest.approx(np.nanmax(leg.force_of("quadriceps")), rel=1e-12, abs=0)
    assert peak["body_weights"] == pytest.approx(peak["value"] / findings.body_weight, rel=1e-12, abs=0)
    assert 0 <= peak["percent_of_movement"] <= 100
    knee = found["moments"]["knee_angle"]["lowest"]
    assert knee["value_nm"] == pytest.approx(np.nanmin(leg.moments[:, leg.coordinates.index("knee_angle")]), rel=1e-12)
    assert found["muscles"]["semimem"]["frames_fibre_outside"] == 6
    assert set(found["reserves"]) == set(leg.carried)


def test_the_pulley_and_the_knees_own_arm_are_compared(findings):
    arms = findings.lever_arms
    assert (arms.used, arms.other) == ("knee", "pulley")
    found = lever_arms_json(arms)["quadriceps_peak_n"]
    assert found["knee"] == pytest.approx(np.nanmax(findings.result.kneecap.quadriceps_force), rel=1e-12, abs=0)
    # docs/conventions.md: the knee's arm is 14 to 17 % below the pulley's from 60 degrees on, where this squat ends.
    assert 0.75 < found["pulley"] / found["knee"] < 0.98
    assert f"{found['pulley']:.0f} N instead of {found['knee']:.0f} N" in lever_arms_sentence(arms)


def test_comparing_twice_comes_back_to_the_first_arm(solved):
    chain = replace(solved.chain, extensor=None)
    back = compare_lever_arms(chain, solved.result)
    assert back.other == "knee"
    assert np.nanmax(back.kneecap[:, 1]) == pytest.approx(
        np.nanmax(solved.result.kneecap.contact_force), rel=1e-9, abs=0
    )


def test_rotation_at_share_none_best_and_whole_stands_in_words_and_json(findings):
    kneecap = findings.result.kneecap
    cases = RotationCases(none=kneecap, best=kneecap, whole=replace(kneecap, contact_force=2 * kneecap.contact_force))
    with_cases = replace(findings, rotation_cases=cases)
    peak = np.nanmax(kneecap.contact_force)
    assert f"{2 * peak:.0f} N" in rotation_sentence(with_cases)
    found = rotation_json(with_cases)["kneecap_by_share"]
    assert found["1"]["contact_force"]["value"] == pytest.approx(2 * peak, rel=1e-12, abs=0)
    assert rotation_sentence(replace(findings, rotation_cases=None)) == ""


def test_figures_of_the_leg_have_ids_of_their_own(findings):
    section = leg_section(replace(findings, kinematics=kinematics()))
    found = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in section.pictures.values()]
    assert sum(map(len, found)) == len(set().union(*found))
    assert {"moments", "groups", "reserves", "markers", "fibres"} <= set(section.pictures)


def test_a_page_shows_the_leg_and_what_was_done_to_the_recordings(make, findings):
    findings = replace(findings, preparation=("joint angles: as given, not filtered",), kinematics=kinematics())
    text = render_report(make.make_content(findings=findings))
    assert "What the joints and muscles do" in text
    assert "joint angles: as given, not filtered" in text
    assert "OpenSim documentation" in text


def test_every_series_has_a_column_for_each_name(findings):
    found = all_series(replace(findings, kinematics=kinematics()))
    assert {
        "moments",
        "muscle_forces",
        "muscle_groups",
        "reserves",
        "knee_rotation",
        "kneecap",
        "marker_errors",
    } == set(found)
    for series in found.values():
        assert series.values.shape == (series.times.size, len(series.names))


def test_every_part_of_the_json_is_described(findings):
    described = (Path(__file__).parents[2] / "docs" / "trials.md").read_text(encoding="utf-8")
    table = described.split("## The result for machines")[1].split("##")[0]
    assert [key for key in simulation_json(findings) if f"`{key}`" not in table] == []
