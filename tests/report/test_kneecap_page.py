"""The page of a kneecap alone: whole, offline, useful without scripts, and open about frames without a result."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from trochlea.report import ink
from trochlea.report.content import ReportContent
from trochlea.report.html import POLICY
from trochlea.report.kneecap_page import kneecap_page
from trochlea.report.kneecap_pictures import draw_kneecap
from trochlea.report.page import render_report

VOID = {"meta", "br", "link", "img", "hr", "input", "source"}

LARGEST_PAGE = 2_000_000
"""Bytes of a page, library included; the largest seen is 1.5 million."""


class Page(HTMLParser):
    """Tags in order, ids, and words outside of styles and scripts."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.open, self.words = [], [], ""
        self.feed(text)
        self.close()
        self.ids = [attributes["id"] for _, attributes in self.tags if "id" in attributes]

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> inside {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data):
        if not self.open or self.open[-1] not in {"style", "script"}:
            self.words += " " + " ".join(data.split())


@pytest.fixture(scope="module")
def html(knee, sweep):
    return kneecap_page(
        knee, sweep, title="A <sweep>", inputs=[("quadriceps", "300 to 1200 N")], notes=["Made up & short."]
    )


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


@pytest.fixture(scope="module")
def report(make, knee, sweep) -> str:
    content: ReportContent = make.make_content(kneecap=sweep, knee=knee)
    return render_report(content)


def test_every_tag_closes_and_every_id_is_there_once(page, report):
    for one in (page, Page(report)):
        assert one.open == []
        assert len(one.ids) == len(set(one.ids))


def test_nothing_is_loaded_and_the_browser_would_refuse_to(page, html, report):
    for one in (page, Page(report)):
        for tag, attributes in one.tags:
            assert tag not in {"link", "iframe", "object", "embed", "base", "video", "audio"}
            for name in ("src", "srcset"):
                assert attributes.get(name, "data:").startswith("data:image/png;base64,") or name not in attributes
            assert tag != "script" or "src" not in attributes
        policies = [a["content"] for tag, a in one.tags if a.get("http-equiv") == "Content-Security-Policy"]
        assert policies == [POLICY]
    assert "default-src 'none'" in POLICY
    assert "http" not in POLICY
    assert re.findall(r"url\((?!#)", html) == []


def test_references_inside_the_page_have_their_target(page, html):
    targets = set(re.findall(r"url\(#([^)]+)\)", html))
    for _, attributes in page.tags:
        for name in ("aria-labelledby", "aria-describedby"):
            targets |= set((attributes.get(name) or "").split())
    assert targets - set(page.ids) == set()


def test_the_page_stays_small(html, report):
    assert len(html.encode()) < LARGEST_PAGE
    assert len(report.encode()) < LARGEST_PAGE


def test_without_scripts_there_is_a_picture_with_words_for_each_theme(page):
    images = [attributes for tag, attributes in page.tags if tag == "img"]
    assert len(images) == 1
    assert "thigh bone" in images[0]["alt"]
    sources = [attributes for tag, attributes in page.tags if tag == "source"]
    assert [source["media"] for source in sources] == ["(prefers-color-scheme: dark)"]
    assert any(tag == "noscript" for tag, _ in page.tags)
    live = next(attributes for _, attributes in page.tags if attributes.get("data-part") == "live")
    assert "hidden" in live


def test_paper_gets_the_picture_and_not_the_view(html):
    paper = html[html.index("@media print") :].partition("</style>")[0]
    assert ".viewer .live { display: none; }" in paper
    assert ".viewer.is-live .still { display: block; }" in paper


def test_the_view_can_be_used_with_a_keyboard(page):
    canvas = next(attributes for tag, attributes in page.tags if tag == "canvas")
    assert canvas["tabindex"] == "0"
    assert canvas["aria-label"]
    buttons = [attributes for tag, attributes in page.tags if tag == "button"]
    assert len(buttons) == 6
    assert all(button["type"] == "button" for button in buttons)
    slider = next(a for tag, a in page.tags if tag == "input" and a["type"] == "range")
    assert slider["aria-label"]


def test_every_figure_has_a_title_and_a_description(page):
    figures = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert len(figures) == 2 + 2 * 5 + 3 + 2  # large ones, panels, colour scales, tracking
    assert all(figure["role"] == "img" and figure["aria-labelledby"] for figure in figures)


def test_figures_hold_no_colour_of_their_own(html):
    body = html[html.index("<body>") : html.index('<script type="application/json"')]
    assert re.findall(r"(?<!&)#[0-9a-fA-F]{6}\b|rgb\(", re.sub(r"base64,[^\"]*", "", body)) == []


def test_every_frame_is_in_the_table_with_its_status(page, html, sweep):
    rows = re.findall(r"<tr>(<td.*?)</tr>", html[html.index('id="frames"') : html.index('id="inputs"')])
    assert len(rows) == len(sweep.times)
    assert "in which the quadriceps does not pull or its force is unknown" in rows[3]
    assert rows[3].count("–</td>") == 7
    assert f">{sweep.contact_force[2]:.0f}<" in rows[2]
    assert "converged" in rows[2]


def test_what_was_given_is_printed_and_escaped(page, html):
    assert "A &lt;sweep&gt;" in html
    assert "300 to 1200 N" in page.words
    assert "Made up & short." in page.words
    assert "0.00 s" not in page.words  # the times of a sweep mean nothing


def test_without_any_result_nothing_is_drawn_and_the_table_says_why(knee, make):
    lost = make.solve_sweep(knee, [20, 40], 0.0)
    assert draw_kneecap(knee, lost) is None
    page = Page(kneecap_page(knee, lost, title="Nothing"))
    assert "nothing is drawn" in page.words
    assert all(tag not in {"svg", "canvas", "script"} for tag, _ in page.tags)


def test_a_dislocated_frame_is_drawn_and_named(knee, sweep):
    status = ("dislocated", *sweep.solution.status[1:])
    out = replace(sweep, solution=replace(sweep.solution, status=status))
    drawn = draw_kneecap(knee, out)
    assert drawn.panels[0].status == "with the kneecap out of the groove"
    assert drawn.panels[1].status == "converged"


def test_the_report_shows_the_same_pictures_with_their_times(report, knee, sweep):
    page = Page(report)
    assert "Track over the unrolled groove" in page.words
    assert "2.50 s" in page.words
    drawn = draw_kneecap(knee, sweep)
    assert drawn.label == "knee bent 80°, 2.50 s"
    assert drawn.track in report


def test_the_same_values_give_the_same_page(knee, sweep, html):
    again = kneecap_page(
        knee, sweep, title="A <sweep>", inputs=[("quadriceps", "300 to 1200 N")], notes=["Made up & short."]
    )
    assert again == html


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pressure_can_be_told_from_cartilage_without_colour(theme):
    """In grey, each end of the scale differs from the cartilage it lies on."""
    ramp, tissue = ink.pressure_ramp(is_dark=theme == "dark"), ink.TISSUE[theme]["cartilage"]

    def grey(colour):
        return np.dot([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)], (0.299, 0.587, 0.114))

    steps = [grey(colour) for colour in ramp]
    assert abs(steps[-1] - grey(tissue)) > 0.3
    assert np.all(np.diff(steps) > 0) or np.all(np.diff(steps) < 0)
