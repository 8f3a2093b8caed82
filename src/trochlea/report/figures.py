"""Line, bar and interval figures of the report, each an inline SVG."""

from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trochlea.advice.recommendation import Outcome, Recommendation
from trochlea.evidence.question import EvidenceAnswer
from trochlea.knee.result import KneecapResult
from trochlea.motion.timeseries import Array
from trochlea.report import ink
from trochlea.report.movement_axes import empty_figure, hatch_gaps
from trochlea.report.published_peaks import PublishedPeak
from trochlea.report.wording import OUTCOME_WORDS, number, signed
from trochlea.units import MEGAPASCAL

MINIMUM_EFFECT = 10.0
"""Change below which the advice calls a lever small [percent]."""


def _movement_axes(figure: Figure, result: KneecapResult) -> Axes:
    """A plot over time with knee flexion in a strip below it and invalid spans hatched."""
    upper, lower = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": (4.2, 1), "hspace": 0.12})
    lower.plot(result.times, np.rad2deg(result.tibiofemoral_flexion), color=ink.MUTED, linewidth=1.3)
    lower.set_xlabel("time (s)")
    lower.text(0.01, 0.98, "knee flexion (°)", transform=lower.transAxes, va="top", color=ink.MUTED, fontsize=10)
    lower.margins(y=0.15)
    lower.set_yticks([0, *_round_ticks(float(np.nanmax(np.rad2deg(result.tibiofemoral_flexion))))])
    for axes in (upper, lower):
        axes.tick_params(length=0)
        hatch_gaps(axes, result.times, np.isfinite(result.contact_force))
    upper.grid(axis="y")
    return upper


def _round_ticks(largest: float) -> list[float]:
    """One round tick near the largest value."""
    step = 30.0 if largest >= 30 else 10.0
    return [step * float(np.floor(largest / step + 0.05))] if largest >= 0.95 * step else []


def force_figure(result: KneecapResult, peaks: Sequence[PublishedPeak], *, body_weight: float) -> str:
    """Kneecap force over the movement, with published peaks beside it.

    Args:
        result: One movement with at least one valid frame.
        peaks: Usable published peaks of this task; none leaves the margin empty.
        body_weight: Weight of the person [N].
    """
    with matplotlib.rc_context(ink.settings("force")):
        figure = empty_figure(300)
        axes = _movement_axes(figure, result)
        force = result.contact_force
        axes.plot(result.times, force, color=ink.FORCE, linewidth=2.4)
        peak = int(np.nanargmax(force))
        _mark_peak(axes, result.times, force, f"{number(force[peak], 0)} N", ink.FORCE)
        top = max([float(force[peak])] + [(p.mean_bw + (p.sd_bw or 0)) * body_weight for p in peaks])
        axes.set_ylim(0, 1.18 * top)
        axes.set_ylabel("kneecap force (N)")
        _draw_published(axes, result.times, peaks, body_weight)
        weights = axes.secondary_yaxis(
            "right",
            functions=(
                lambda force: np.asarray(force, float) / body_weight,
                lambda weights: np.asarray(weights, float) * body_weight,
            ),
        )
        weights.set_ylabel("body weights")
        weights.tick_params(length=0)
        figure.subplots_adjust(left=0.125, right=0.885, top=0.985, bottom=0.135)
        weight = force[peak] / body_weight
        beside = "; ".join(f"published peak, {p.population}: {p.mean_bw:g} ± {p.sd_bw:g} body weights" for p in peaks)
        return ink.to_svg(
            figure,
            name="force",
            title="Force on the kneecap over the movement",
            description=f"Peak {force[peak]:.0f} N, {weight:.1f} body weights, at {result.times[peak]:.2f} s."
            + " "
            + (beside or "No published figure found for this task."),
        )


def _draw_published(axes: Axes, times: Array, peaks: Sequence[PublishedPeak], body_weight: float) -> None:
    """Means with standard deviations in a margin on the right of the movement."""
    span = float(times[-1] - times[0]) or 1.0
    for i, peak in enumerate(peaks):
        at = float(times[-1]) + span * (0.07 + 0.07 * i)
        axes.errorbar(
            at,
            peak.mean_bw * body_weight,
            yerr=(peak.sd_bw or 0.0) * body_weight,
            fmt="D" if i == 0 else "s",
            color=ink.PUBLISHED,
            markerfacecolor=ink.PUBLISHED if i == 0 else ink.SURFACE,
            markersize=6,
            capsize=4,
            linewidth=1.4,
        )
    axes.set_xlim(float(times[0]), float(times[-1]) + span * (0.02 if not peaks else 0.07 + 0.07 * len(peaks)))


def _mark_peak(axes: Axes, times: Array, values: Array, label: str, colour: str) -> None:
    """A dot on the largest value, named above it."""
    peak = int(np.nanargmax(values))
    share = (times[peak] - times[0]) / ((times[-1] - times[0]) or 1.0)
    axes.plot(times[peak], values[peak], "o", color=colour, markersize=6)
    axes.annotate(
        label,
        (times[peak], values[peak]),
        xytext=(0, 7),
        textcoords="offset points",
        ha="left" if share < 0.2 else "right" if share > 0.8 else "center",
        va="bottom",
        color=colour,
        fontweight="bold",
    )


def pressure_figure(result: KneecapResult) -> str:
    """Peak pressure on the lateral and on the medial facet over the movement."""
    with matplotlib.rc_context(ink.settings("pressure")):
        figure = empty_figure(300)
        axes = _movement_axes(figure, result)
        sides = (
            ("lateral", result.lateral_peak_pressure, ink.LATERAL, "-"),
            ("medial", result.medial_peak_pressure, ink.MEDIAL, (0, (5, 2))),
        )
        words = []
        for i, (name, pressure, colour, dashes) in enumerate(sides):
            values = pressure / MEGAPASCAL
            axes.plot(result.times, values, color=colour, linestyle=dashes, linewidth=2.4)
            if np.isfinite(values).any():
                peak = int(np.nanargmax(values))
                axes.plot(result.times[peak], values[peak], "o", color=colour, markersize=6)
                words.append(f"{name} {number(float(values[peak]), 1)} MPa")
                place = {"transform": axes.transAxes, "ha": "left", "va": "bottom", "fontweight": "bold"}
                axes.text(0.02 + 0.33 * i, 1.02, words[-1], color=colour, **place)
        axes.set_ylim(0, 1.08 * axes.dataLim.y1)
        axes.set_ylabel("peak pressure (MPa)")
        figure.subplots_adjust(left=0.125, right=0.985, top=0.92, bottom=0.135)
        return ink.to_svg(
            figure,
            name="pressure",
            title="Peak pressure on each side of the kneecap over the movement",
            description="Largest pressure: " + ", ".join(words) + ".",
        )


def what_if_figure(recommendation: Recommendation, outcome: Outcome) -> str:
    """Change of one outcome by lever, with its 95 % interval."""
    name = f"whatif-{outcome.replace('_', '-')}"
    levers = recommendation.levers
    with matplotlib.rc_context(ink.settings(name)):
        figure = empty_figure(74 + 46 * len(levers))
        axes = figure.subplots()
        reach = MINIMUM_EFFECT * 1.15
        for i, lever in enumerate(levers):
            change = lever.change(outcome)
            colour = _lever_colour(lever.name)
            hatch = "////" if lever.gain_source == "assumed" else None
            axes.barh(
                i, change.percent, height=0.34, color=colour if hatch is None else "none",
                edgecolor=colour, hatch=hatch, linewidth=1.2,
            )  # fmt: skip
            axes.plot((change.ci_low, change.ci_high), (i, i), color=ink.INK, linewidth=1.4)
            axes.plot((change.ci_low, change.ci_high), (i, i), "|", color=ink.INK, markersize=9)
            label = f"{lever.label}: {signed(change.percent, 1)} %"
            _boxed_text(axes, 0.0, i - 0.3, label, ha="left")
            reach = max(reach, 1.1 * abs(change.ci_low), 1.1 * abs(change.ci_high))
        for edge in (-MINIMUM_EFFECT, MINIMUM_EFFECT):
            axes.axvline(edge, color=ink.MUTED, linewidth=0.9, linestyle=(0, (2, 3)))
        axes.axvline(0, color=ink.INK, linewidth=0.9)
        axes.set_xlim(-reach, reach)
        axes.set_ylim(len(levers) - 0.55, -0.85)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.tick_params(length=0)
        axes.set_xlabel("less load   ◂   change (%)   ▸   more load")
        figure.subplots_adjust(left=0.02, right=0.98, top=0.995, bottom=40 / (74 + 46 * len(levers)))
        description = "; ".join(
            f"{lever.label}: {c.percent:.1f} % (95 % interval {c.ci_low:.1f} to {c.ci_high:.1f})"
            for lever in levers
            for c in (lever.change(outcome),)
        )
        title = f"Change of the {OUTCOME_WORDS[outcome]} by what is trained"
        return ink.to_svg(figure, name=name, title=title, description=description + ".")


def _lever_colour(name: str) -> str:
    """Hip, knee or both."""
    if name.startswith("hip"):
        return ink.HIP
    return ink.KNEE if name.startswith("knee") else ink.BOTH


def evidence_figure(answer: EvidenceAnswer) -> str:
    """Each trial and the pool as hip minus knee, with 95 % intervals and the margins that trials set."""
    rows = [(t.contrast.trial, t.contrast) for t in answer.trials]
    with matplotlib.rc_context(ink.settings("evidence")):
        height = 78 + 40 * (len(rows) + 1)
        figure = empty_figure(height)
        axes = figure.subplots()
        pooled = answer.pooled
        shares = dict(zip(pooled.studies, pooled.weights, strict=True))
        margins = [c.equivalence_margin for _, c in rows if c.equivalence_margin is not None]
        reach = max([abs(c.ci_low or 0) for _, c in rows] + [abs(c.ci_high or 0) for _, c in rows] + margins)
        for i, (trial, contrast) in enumerate(rows):
            low, high = contrast.ci_low or 0.0, contrast.ci_high or 0.0
            axes.plot((low, high), (i, i), color=ink.TRIAL, linewidth=1.6)
            size = 4 + 8 * shares[trial] ** 0.5
            axes.plot(contrast.estimate or 0.0, i, "s", color=ink.TRIAL, markersize=size)
            n = (contrast.n_a or 0) + (contrast.n_b or 0)
            numbers = f"{signed(contrast.estimate or 0.0, 1)} ({signed(low, 1)} to {signed(high, 1)})"
            _boxed_text(axes, 0.0, i - 0.26, f"{trial}, n {n}", ha="left")
            _boxed_text(axes, 1.0, i - 0.26, numbers, ha="right")
            margin = contrast.equivalence_margin
            if margin is not None:
                for edge in (-margin, margin):
                    axes.plot((edge, edge), (i - 0.22, i + 0.22), color=ink.TRIAL, linewidth=1, linestyle=":")
        i = len(rows)
        diamond = (
            (pooled.ci_low, i),
            (pooled.estimate, i - 0.2),
            (pooled.ci_high, i),
            (pooled.estimate, i + 0.2),
        )
        axes.fill(*zip(*diamond, strict=True), color=ink.INK)
        numbers = f"{signed(pooled.estimate, 2)} ({signed(pooled.ci_low, 2)} to {signed(pooled.ci_high, 2)})"
        _boxed_text(axes, 0.0, i - 0.26, f"pooled, k {pooled.k}", ha="left", fontweight="bold")
        _boxed_text(axes, 1.0, i - 0.26, numbers, ha="right", fontweight="bold")
        axes.axvline(0, color=ink.INK, linewidth=0.9)
        axes.set_xlim(-1.15 * reach, 1.15 * reach)
        axes.set_ylim(i + 0.5, -0.8)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.tick_params(length=0)
        axes.set_xlabel("knee exercises better   ◂   AKPS points   ▸   hip exercises better")
        figure.subplots_adjust(left=0.02, right=0.98, top=0.995, bottom=40 / height)
        title = "Hip minus knee exercises in the trials"
        return ink.to_svg(figure, name="evidence", title=title, description=answer.sentence)


def _boxed_text(axes: Axes, at: float, row: float, text: str, *, ha: str, fontweight: str = "normal") -> None:
    """Text above a row, `at` a share of the width, on a patch of page so that no line runs through it."""
    box = {"facecolor": ink.SURFACE, "edgecolor": "none", "pad": 1.0}
    place = axes.get_yaxis_transform()
    axes.text(
        at,
        row,
        text,
        transform=place,
        va="bottom",
        fontsize=11.5,
        bbox=box,
        zorder=5,
        ha=ha,
        fontweight=fontweight,
    )
