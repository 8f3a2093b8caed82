"""Measured against computed activation, one panel a muscle."""

from pathlib import Path
from typing import Protocol

import matplotlib
from matplotlib.figure import Figure

from trochlea.motion.task_file import read_task
from trochlea.report import ink
from trochlea.report.standalone import standalone

SIZE = (9.6, 8.6)
"""[inches]"""


class Activity(Protocol):
    """What is drawn of one exercise."""

    muscle: str
    task: str
    measured: float
    low: float
    high: float
    ours: float


def write_scatter(path: Path, found: list) -> None:
    """Draw the points of two muscles side by side."""
    name = "exercises-emg"
    with matplotlib.rc_context(ink.settings(name)):
        figure = Figure(figsize=SIZE, layout="constrained")
        panels = figure.subplots(2, 2, height_ratios=(5, 4))
        for axes, muscle in zip(panels[0], ("gluteus_medius", "gluteus_maximus"), strict=True):
            own: list[Activity] = sorted((one for one in found if one.muscle == muscle), key=lambda one: one.ours)
            colour = ink.HIP if muscle == "gluteus_medius" else ink.KNEE
            for row, one in enumerate(own):
                axes.plot(
                    [one.low, one.high],
                    [row, row],
                    color=ink.PUBLISHED,
                    linewidth=5,
                    solid_capstyle="round",
                    alpha=0.35,
                )
                axes.plot([one.measured], [row], "o", color=ink.PUBLISHED, markersize=6)
                axes.plot([one.ours], [row], "D", color=colour, markersize=7)
            axes.set_yticks(range(len(own)), [read_task(one.task).title for one in own])
            axes.set_xlim(0, 110)
            axes.set_xlabel("per cent of maximum")
            axes.set_title(muscle.replace("_", " ").capitalize(), loc="left")
            axes.grid(axis="x")
        for axes, muscle in zip(panels[1], ("gluteus_medius", "gluteus_maximus"), strict=True):
            own = [one for one in found if one.muscle == muscle]
            colour = ink.HIP if muscle == "gluteus_medius" else ink.KNEE
            axes.hlines(
                [one.ours for one in own],
                [one.low for one in own],
                [one.high for one in own],
                color=ink.PUBLISHED,
                linewidth=3,
                alpha=0.35,
            )
            axes.plot([one.measured for one in own], [one.ours for one in own], "D", color=colour, markersize=7)
            axes.set(xlim=(0, 110), ylim=(0, 80), xlabel="measured, per cent", ylabel="computed, per cent")
            axes.grid()
        svg = ink.to_svg(
            figure,
            name=name,
            title="Measured and computed activation of the gluteal muscles",
            description="Exercises in the order of the computed activation (diamonds), with published activity (dots) "
            "and its range (bars); below, computed against measured.",
        )
    path.write_text(standalone(svg), encoding="utf-8")
