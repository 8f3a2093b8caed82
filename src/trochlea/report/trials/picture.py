"""One plot in three forms: inline for a page, an SVG file that follows the reader's theme, and a PNG file."""

import io
from collections.abc import Callable
from dataclasses import dataclass

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from trochlea.report import ink
from trochlea.report.trials.palette import DARK, LIGHT, THEMED, Palette, settings, style

WIDTH = 460
"""Width in the plot's own units: readable on a phone."""

PNG_DPI = 200
"""About 1,280 pixels across: sharp in print at the width of a column."""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A plot that can be drawn in any palette.

    Attributes:
        name: Unique on a page; the name of its files.
        title: Short name, read aloud.
        description: What it shows, read aloud.
        height: Height in units of which it is WIDTH wide.
        draw: Draws it on an empty figure.
    """

    name: str
    title: str
    description: str
    height: float
    draw: Callable[[Figure, Palette], None]

    def inline(self) -> str:
        """An ``svg`` element that follows the page's theme."""
        with matplotlib.rc_context(settings(self.name, THEMED)):
            figure = Figure(figsize=(WIDTH / 72, self.height / 72))
            self.draw(figure, THEMED)
            return ink.to_svg(figure, name=self.name, title=self.title, description=self.description)

    def svg(self) -> str:
        """An SVG file with its own light and dark style."""
        head, _, rest = self.inline().partition(">")
        css = (
            f"svg {{ {style(LIGHT)} background: var(--surface); }} text {{ font-family: {FONT}; }} "
            f"@media (prefers-color-scheme: dark) {{ svg {{ {style(DARK)} }} }}"
        )
        head = head.replace(
            "<svg ", '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ', 1
        )
        return f"{head}><style>{css}</style>{rest}\n"

    def png(self, palette: Palette = LIGHT) -> bytes:
        """A PNG file in fixed colours."""
        with matplotlib.rc_context({**settings(self.name, palette), "figure.facecolor": palette.surface}):
            figure = Figure(figsize=(WIDTH / 72, self.height / 72), dpi=PNG_DPI)
            self.draw(figure, palette)
            stream = io.BytesIO()
            FigureCanvasAgg(figure).print_png(stream, metadata={"Software": None})
            return stream.getvalue()
