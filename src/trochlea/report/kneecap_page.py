"""One offline HTML page about a kneecap alone: its pictures, and a table of its frames."""

from collections.abc import Sequence
from dataclasses import dataclass

from trochlea import __version__
from trochlea.knee.knee import Knee
from trochlea.knee.result import KneecapResult
from trochlea.report.html import render_page
from trochlea.report.kneecap_pictures import draw_kneecap
from trochlea.report.series import PER_SI
from trochlea.report.wording import MULTIPLE_WORDS, STATUS_WORDS, number

COLUMNS = (
    ("tibiofemoral_flexion", "knee flexion (°)", "deg", 0),
    ("quadriceps_force", "quadriceps (N)", "N", 0),
    ("contact_force", "contact force (N)", "N", 0),
    ("contact_area", "area (mm²)", "mm2", 0),
    ("lateral_peak_pressure", "outer peak (MPa)", "MPa", 1),
    ("medial_peak_pressure", "inner peak (MPa)", "MPa", 1),
    ("shift", "shift (mm)", "mm", 1),
    ("tilt", "tilt (°)", "deg", 1),
    ("bisect_offset", "bisect offset", "-", 2),
)
"""Field of `KneecapResult`, heading, unit and digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One frame of the table.

    Attributes:
        cells: Text of each column.
        status: "converged", or what is wrong in words.
    """

    cells: tuple[str, ...]
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A further table of the page.

    Attributes:
        title: Heading.
        headings: Of the columns.
        rows: Text of each cell.
        notes: What a reader must know, each a sentence.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def kneecap_page(
    knee: Knee,
    result: KneecapResult,
    *,
    title: str,
    inputs: Sequence[tuple[str, str]] = (),
    notes: Sequence[str] = (),
    is_timed: bool = False,
    is_multiple: Sequence[bool] = (),
    tables: Sequence[Table] = (),
) -> str:
    """A page that opens without a network: pictures, 3-D view, table of frames, inputs.

    Args:
        knee: The knee that was solved, as a right one; parametric or from meshes.
        result: A sweep over flexion, or a movement.
        title: Heading.
        inputs: Name, and value with its unit and where it came from.
        notes: What a reader must know, each a sentence.
        is_timed: True for a movement, whose times are shown.
        is_multiple: Frames in which the kneecap could also rest elsewhere; empty where that was not looked for.
        tables: Shown below that of the frames.
    """
    frames = range(result.times.size)
    return render_page(
        "kneecap.html.j2",
        title=title,
        inputs=inputs,
        notes=notes,
        side=result.side,
        drawn=draw_kneecap(knee, result, is_timed=is_timed),
        headings=[heading for _, heading, _, _ in COLUMNS],
        rows=[_row(result, frame, is_multiple=bool(is_multiple and is_multiple[frame])) for frame in frames],
        tables=tables,
        version=__version__,
    )


def _row(result: KneecapResult, frame: int, *, is_multiple: bool) -> Row:
    status = result.solution.status[frame]
    cells = []
    for name, _, unit, digits in COLUMNS:
        value = float(getattr(result, name)[frame])
        cells.append("–" if value != value else number(value * PER_SI[unit], digits))
    if not is_multiple:
        return Row(cells=tuple(cells), status="converged" if status == "converged" else STATUS_WORDS[status])
    words = MULTIPLE_WORDS if status == "converged" else f"{STATUS_WORDS[status]}, {MULTIPLE_WORDS}"
    return Row(cells=tuple(cells), status=words)
