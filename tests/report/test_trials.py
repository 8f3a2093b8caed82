"""Plots and page of the trials: every mark in sight, readable without colour, offline, and true to the numbers."""

import math
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import pytest
from matplotlib.figure import Figure

import trochlea.report
from trochlea.evidence.analysis import analyse
from trochlea.evidence.claim import read_claim
from trochlea.evidence.dataset import read_dataset
from trochlea.evidence.pooling import estimate_of
from trochlea.evidence.subgroup import pool_subgroups
from trochlea.report.trials.forest import axis_limits, forest_picture, forest_rows
from trochlea.report.trials.gallery import PlotChoices, pictures, write_pictures
from trochlea.report.trials.page import evidence_page
from trochlea.report.trials.palette import DARK, LIGHT, style
from trochlea.report.trials.rank_plot import rank_picture
from trochlea.report.trials.study_text import studies_text
from trochlea.report.trials.tau_plot import tau_picture
from trochlea.report.trials.text import analysis_text, claim_text, network_text

CONTRAST = 3.0
"""Smallest contrast of marks against their background that this project accepts; text has 4.5."""


@pytest.fixture(scope="module")
def data():
    return read_dataset()


@pytest.fixture(scope="module")
def analysis(data):
    return analyse(data)


@pytest.fixture(scope="module")
def hip_or_knee(analysis):
    return next(a for a in analysis.answers if a.name == "hip minus knee" and a.common and a.timepoint == "short")


@pytest.fixture(scope="module")
def drawn(data, analysis):
    return pictures(data, analysis, PlotChoices())


@pytest.fixture(scope="module")
def page(data, analysis, drawn):
    return evidence_page(data, analysis, read_claim(data, analysis.answers), drawn)


def luminance(colour: str) -> float:
    values = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in values]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_marks_and_text_stand_out_in_grey(palette):
    assert contrast(palette.ink, palette.surface) >= 4.5
    assert contrast(palette.muted, palette.surface) >= 4.5
    assert contrast(palette.study, palette.surface) >= CONTRAST
    assert luminance(palette.band) != luminance(palette.shade)


def test_the_palette_is_the_pages_own():
    css = (Path(trochlea.report.__file__).parent / "templates" / "report.css.j2").read_text(encoding="utf-8")
    light, dark = css.split("@media (prefers-color-scheme: dark)")[:2]
    for palette, part in ((LIGHT, light), (DARK, dark)):
        for declaration in style(palette).split("; "):
            assert declaration.strip(" ;") in part


def test_a_forest_has_every_trial_both_models_and_no_interval_it_cannot_tell(hip_or_knee):
    rows = forest_rows(hip_or_knee)
    assert [row.kind for row in rows] == ["study", "study", "common", "random"]
    assert [row.label for row in rows[:2]] == ["Hott 2019, 3 months", "Hansen 2023, 12 weeks"]
    assert "82 %" in rows[1].numbers
    assert sum(row.weight for row in rows) == pytest.approx(1.0, rel=1e-12, abs=0)


def test_the_interval_for_a_new_trial_is_a_choice(hip_or_knee):
    random = replace(hip_or_knee.random, prediction_low=-9.0, prediction_high=8.0)
    answer = replace(hip_or_knee, random=random)
    with_it, without = forest_rows(answer), forest_rows(answer, with_prediction=False)
    assert (with_it[-1].kind, with_it[-1].low, with_it[-1].high) == ("prediction", -9.0, 8.0)
    assert [row.kind for row in without] == ["study", "study", "common", "random"]


def test_one_trial_stands_alone_without_a_pool(analysis):
    answer = next(a for a in analysis.answers if a.common is not None and a.common.k == 1)
    assert [row.kind for row in forest_rows(answer)] == ["study"]


def test_subgroups_stand_below_the_trials(hip_or_knee):
    estimates = [estimate_of(trial.contrast) for trial in hip_or_knee.trials]
    groups = pool_subgroups(estimates, ["three arms", "two arms"])
    rows = forest_rows(hip_or_knee, subgroups=groups)
    headings = [row.label for row in rows if row.kind == "heading"]
    assert headings[:2] == ["three arms", "two arms"]
    # Two single trials: Q between them is the pool's own Q, 0.20 on 1 degree of freedom.
    assert headings[2] == "Between groups: Q 0.20, p 0.66"
    assert rows[-1].kind == "random"


def test_the_axis_holds_every_mark_and_zero(hip_or_knee):
    rows = forest_rows(hip_or_knee)
    low, high = axis_limits(rows, hip_or_knee.important_change)
    assert low < min(row.low for row in rows) < 0 < max(row.high for row in rows) < high
    assert low < -10 < 10 < high, "the smallest change that matters is in sight"
    assert axis_limits(rows, 1000.0)[1] < 20, "but not at the price of the trials"


@pytest.mark.parametrize(("better", "right"), [("higher", "hip better →"), ("lower", "knee better →")])
def test_the_sides_are_named_by_which_way_is_better(hip_or_knee, better, right):
    picture = forest_picture(replace(hip_or_knee, better=better))
    figure = Figure(figsize=(6, 4))
    picture.draw(figure, LIGHT)
    words = {text.get_text(): text for text in figure.axes[0].texts}
    left = f"← {'knee' if better == 'higher' else 'hip'} better"
    assert words[right].xy[0] > words[left].xy[0]


def test_every_plot_is_a_well_formed_svg_and_a_png(drawn, tmp_path):
    names = write_pictures(tmp_path / "plots", drawn)
    assert {name.split("-")[0] for name in names} == {"forest", "funnel", "network", "ranks", "tau"}
    for name in names:
        path = tmp_path / "plots" / name
        if name.endswith(".svg"):
            root = ElementTree.parse(path).getroot()
            assert root.tag == "{http://www.w3.org/2000/svg}svg"
            text = path.read_text(encoding="utf-8")
            assert "prefers-color-scheme: dark" in text
            used = set(re.findall(r"var\((--[a-z]+)\)", text))
            assert all(f"{variable}:" in text for variable in used), "a colour has no value"
        else:
            assert path.read_bytes().startswith(b"\x89PNG")


def test_a_plot_is_the_same_twice(drawn):
    assert drawn[0].svg() == drawn[0].svg()
    assert drawn[0].png() == drawn[0].png()


def test_dark_and_light_pngs_differ(drawn):
    assert drawn[0].png(LIGHT) != drawn[0].png(DARK)


def test_the_graph_marks_what_is_not_connected(drawn):
    graph = next(p for p in drawn if p.name == "network-function-short-akps")
    text = graph.inline()
    assert text.count("not connected") >= 1
    assert "stroke-dasharray" in text
    assert "Hansen 2023" in text


def test_withheld_ranks_are_told_and_not_drawn(analysis):
    network = next(n for n in analysis.networks if n.parts)
    picture = rank_picture(network.parts[0].ranking, name="r", title="Ranks")
    figure = Figure()
    picture.draw(figure, LIGHT)
    assert figure.axes == []
    assert "withheld" in figure.texts[0].get_text()


def test_shown_ranks_are_drawn_with_their_interval(analysis):
    ranking = next(n for n in analysis.networks if n.parts).parts[0].ranking
    ranks = tuple(
        replace(rank, score=0.8 - 0.3 * i, mean_rank=1.2 + i, rank_low=1, rank_high=3, withheld="")
        for i, rank in enumerate(ranking.ranks)
    )
    figure = Figure()
    rank_picture(replace(ranking, ranks=ranks, sentence=""), name="r", title="Ranks").draw(figure, LIGHT)
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == [rank.treatment for rank in ranks]
    assert [list(line.get_xdata()) for line in axes.lines[::2]] == [[1, 3]] * len(ranks)


def test_the_page_asks_for_nothing_and_has_no_fixed_address_but_references(page):
    assert not re.search(r"<(script|link|img|iframe)\b", page)
    assert "url(http" not in page
    assert set(re.findall(r'(?:src|action)="([^"]*)"', page)) == set()


def test_every_mark_of_a_source_leads_to_an_entry(page):
    targets = set(re.findall(r'<a href="#([a-z0-9-]+)">\[', page))
    entries = set(re.findall(r'<li id="([a-z0-9-]+)">', page))
    assert targets
    assert targets <= entries


def test_the_page_tells_the_three_levels_and_the_two_questions(page):
    for words in (
        "Level 1: randomised trials",
        "Level 2: published pooled estimates, never pooled with trials",
        "Level 3: guidelines and consensus votes, never pooled",
        "Is hip and knee better than knee alone?",
        "Is hip alone better than knee alone?",
        "counted once in every pool",
        "−0.35 (−2.71 to 2.01)",
        "equivalent within the 8 points",
        "not estimable from these data",
    ):
        assert words in page, words


def test_the_page_lists_every_row_left_out(page, analysis):
    for row in analysis.excluded:
        assert f"<td>{row.id}</td>" in page
    for item in analysis.silent:
        assert f"<li>{item.study}: " in page


def test_a_name_with_markup_stays_text(data, analysis, drawn):
    study = replace(data.studies[0], id="<b>bold</b>")
    text = evidence_page(
        replace(data, studies=(study, *data.studies[1:])), analysis, read_claim(data, analysis.answers), drawn
    )
    assert "&lt;b&gt;bold" in text
    assert "<b>bold" not in text


def test_the_text_fits_a_terminal_and_has_every_number(data, analysis):
    for text in (
        analysis_text(analysis),
        network_text(analysis.networks),
        studies_text(data, analysis),
        claim_text(read_claim(data, analysis.answers)),
    ):
        assert max(len(line) for line in text.splitlines()) <= 100
    text = " ".join(analysis_text(analysis).split())
    assert "−0.35 (−2.71 to 2.01); weights Hott 2019 18 %, Hansen 2023 82 %" in text
    assert "contrasts.csv C17 (Şahin 2016; hip+knee v knee; pain): P value only" in text


def test_the_posterior_of_tau_is_drawn_over_its_prior(analysis):
    posterior = next(n for n in analysis.networks if n.parts).parts[0].posteriors[0]
    figure = Figure()
    tau_picture(posterior, name="t", title="tau", scale="AKPS").draw(figure, LIGHT)
    (axes,) = figure.axes
    assert "hardly inform tau" in axes.get_title(loc="left")
    prior, after = axes.lines
    step = posterior.tau_grid[1] - posterior.tau_grid[0]
    # Half-normal with scale 5: at tau = 5 its density is sqrt(2/pi)/5 exp(-1/2).
    index = int(round(5.0 / step)) - 1
    tau = prior.get_xdata()[index]
    expected = math.sqrt(2 / math.pi) / 5 * math.exp(-0.5 * (tau / 5) ** 2)
    assert prior.get_ydata()[index] == pytest.approx(expected, rel=1e-12, abs=0)
    assert step * after.get_ydata().sum() == pytest.approx(1.0, rel=0, abs=0.06), "all but its upper tail"


def test_an_empty_list_is_told_as_none(analysis):
    text = analysis_text(replace(analysis, excluded=(), silent=()))
    assert text.count("- none") == 2
