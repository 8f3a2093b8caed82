"""Figures hold the numbers they are given, in the right place."""

import re

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from trochlea.report import ink
from trochlea.report.figures import force_figure, pressure_figure, what_if_figure
from trochlea.report.movement_axes import invalid_spans
from trochlea.report.published_peaks import published_peaks


def text_of(svg):
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_an_unknown_colour_is_refused():
    with matplotlib.rc_context(ink.settings("bad")):
        figure = Figure()
        figure.subplots().plot([0, 1], color="red")
        with pytest.raises(ValueError, match="#ff0000"):
            ink.to_svg(figure, name="bad", title="t", description="d")


def test_ids_of_two_figures_do_not_collide(content):
    one = set(re.findall(r'\bid="([^"]+)"', pressure_figure(content.kneecap)))
    other = set(re.findall(r'\bid="([^"]+)"', force_figure(content.kneecap, (), body_weight=600)))
    assert one
    assert other
    assert not one & other


def test_a_figure_has_no_address_and_no_style_for_the_whole_page(content):
    svg = force_figure(content.kneecap, (), body_weight=600)
    assert "http" not in svg
    assert "<style" not in svg


def test_drawing_leaves_the_settings_of_matplotlib_alone(content):
    before = dict(matplotlib.rcParams)
    pressure_figure(content.kneecap)
    assert dict(matplotlib.rcParams) == before


def test_published_peaks_are_drawn_only_where_there_are_any(content):
    walking = published_peaks("walking")
    with_markers = force_figure(content.kneecap, walking, body_weight=600)
    without = force_figure(content.kneecap, (), body_weight=600)
    assert "var(--published)" in with_markers
    assert "var(--published)" not in without
    assert "No published figure found" in without


def test_a_gap_breaks_the_line_and_is_hatched(content):
    spans = invalid_spans(content.kneecap.times, np.isfinite(content.kneecap.contact_force))
    times = content.kneecap.times
    half = 0.5 * (times[1] - times[0])
    expected = [(times[20] - half, times[22] + half), (times[55] - half, times[55] + half)]
    assert np.array(spans) == pytest.approx(np.array(expected), rel=1e-12, abs=1e-12)


def test_bars_name_their_lever_and_value(content):
    labels = text_of(what_if_figure(content.recommendation, "peak_contact_force"))
    assert "Hip: abductors and external rotators: −1.4 %" in labels
    assert "Knee: VMO share: +0.1 %" in labels


def test_text_on_figures_is_text_and_uses_the_typeface_of_the_page(content):
    svg = what_if_figure(content.recommendation, "lateral_peak_pressure")
    assert "font-family" not in svg
    assert "DejaVu" not in svg
