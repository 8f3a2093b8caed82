"""Colours of the figures, and their way into an inline SVG that follows the reader's theme.

The drawing uses placeholder colours; each becomes a CSS variable, so that the page's own style decides what
they look like in light, in dark and on paper.
"""

import io
import re
import xml.etree.ElementTree as ElementTree
from html import escape
from typing import Any

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

INK = "#010101"
MUTED = "#020202"
RULE = "#030303"
SURFACE = "#040404"
LATERAL = "#050505"
MEDIAL = "#060606"
FORCE = "#070707"
PUBLISHED = "#080808"
HIP = "#090909"
KNEE = "#0a0a0a"
BOTH = "#0b0b0b"
CARTILAGE = "#0c0c0c"
BONE = "#0d0d0d"
TRIAL = "#0e0e0e"
INVALID = "#0f0f0f"
MARROW = "#101010"
ALERT = "#111111"

VARIABLES = {
    INK: "ink",
    MUTED: "muted",
    RULE: "rule",
    SURFACE: "surface",
    LATERAL: "lateral",
    MEDIAL: "medial",
    FORCE: "force",
    PUBLISHED: "published",
    HIP: "hip",
    KNEE: "knee",
    BOTH: "both",
    CARTILAGE: "cartilage",
    BONE: "bone",
    TRIAL: "trial",
    INVALID: "invalid",
    MARROW: "marrow",
    ALERT: "alert",
}
"""Placeholder to CSS variable."""

N_PRESSURE_STEPS = 20
"""Enough that neighbouring steps look continuous."""

PRESSURE_STEPS = tuple(f"#f0{step:02x}f0" for step in range(N_PRESSURE_STEPS))
"""Placeholders of the pressure scale, from low to high: variables --p0, --p1, ..."""

_LIGHT_RAMP = (0.90, 0.22)
_DARK_RAMP = (0.28, 0.98)
"""Ends of matplotlib's magma, whose lightness is even: low pressure stays near the page's own."""

TISSUE = {
    "light": {"cartilage": "#d9e0df", "bone": "#efe4cd"},
    "dark": {"cartilage": "#6d7d86", "bone": "#a2977f"},
}
"""Colours of surfaces in three dimensions, by theme."""

_SETTINGS = {
    "svg.fonttype": "none",
    "font.size": 11.0,
    "axes.edgecolor": RULE,
    "axes.facecolor": "none",
    "axes.labelcolor": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlecolor": INK,
    "axes.unicode_minus": True,
    "figure.facecolor": "none",
    "grid.color": RULE,
    "grid.linewidth": 0.7,
    "hatch.linewidth": 0.7,
    "lines.linewidth": 1.8,
    "text.color": INK,
    "xtick.color": RULE,
    "xtick.labelcolor": MUTED,
    "ytick.color": RULE,
    "ytick.labelcolor": MUTED,
}


def pressure_ramp(*, is_dark: bool, n: int = N_PRESSURE_STEPS) -> tuple[str, ...]:
    """Colours of `n` even steps of pressure, from low to high."""
    start, end = _DARK_RAMP if is_dark else _LIGHT_RAMP
    colours = matplotlib.colormaps["magma"]
    steps = [start + (end - start) * step / (n - 1) for step in range(n)]
    return tuple(to_hex(colours(step)) for step in steps)


def settings(name: str) -> dict[Any, Any]:
    """Matplotlib settings of one figure, to be used as a context around drawing and `to_svg`."""
    return {**_SETTINGS, "svg.hashsalt": name}


def to_svg(figure: Figure, *, name: str, title: str, description: str) -> str:
    """A figure as an inline SVG: no address, no fixed colour, no id that another figure could have.

    Args:
        figure: Drawn with the placeholders of this module.
        name: Unique on the page; prefix of every id.
        title: Short name, read aloud.
        description: What the figure shows, read aloud.

    Returns:
        An ``svg`` element.

    Raises:
        ValueError: If a colour is neither a placeholder nor "none".
    """
    stream = io.StringIO()
    metadata = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    FigureCanvasSVG(figure).print_svg(stream, metadata=metadata)
    text = stream.getvalue()
    root = ElementTree.fromstring(text[text.index("<svg") :])
    for parent in root.iter():
        for child in list(parent):
            if child.tag.endswith("metadata"):
                parent.remove(child)
    body = "".join(_serialise(child, name) for child in root)
    box = root.attrib["viewBox"]
    head = (
        f'<svg viewBox="{box}" role="img" aria-labelledby="{name}-title {name}-desc" class="figure">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
    )
    return head + _themed(body) + "</svg>"


def _serialise(element: ElementTree.Element, name: str) -> str:
    """An element without namespaces, its ids and references prefixed."""
    tag = element.tag.rpartition("}")[2]
    attributes = []
    for key, value in element.attrib.items():
        short = key.rpartition("}")[2]
        if short == "id":
            value = f"{name}-{value}"
        elif short == "href" and value.startswith("#"):
            value = f"#{name}-{value[1:]}"
        value = value.replace("url(#", f"url(#{name}-")
        if short in ("d", "points", "x", "y", "width", "height", "transform"):
            value = re.sub(r"(?<=\.\d\d)\d+", "", value)
        if short == "style":
            value = _with_page_font(value)
        attributes.append(f' {short}="{escape(value)}"')
    inner = escape(element.text or "", quote=False) if (element.text or "").strip() else ""
    inner += "".join(_serialise(child, name) for child in element)
    if tag == "style":
        return ""
    return f"<{tag}{''.join(attributes)}>{inner}</{tag}>"


def _with_page_font(style: str) -> str:
    """A style whose text uses the page's typeface in the figure's size and weight."""

    def shortened(match: re.Match[str]) -> str:
        weight = re.search(r"\b(\d{3}|bold)\b", match[1])
        return (f"font-weight: {weight[1]}; " if weight else "") + f"font-size: {match[2]}"

    style = re.sub(r"font:\s*([^;]*?)([\d.]+px)[^;]*", shortened, style)
    return re.sub(r"font-family:[^;]*;?\s*", "", style)


def _themed(body: str) -> str:
    """Placeholders replaced by CSS variables; anything else that is a colour is refused."""
    known = {**VARIABLES, **{colour: f"p{step}" for step, colour in enumerate(PRESSURE_STEPS)}}
    unknown = sorted(set(re.findall(r"(?<![(\w-])#[0-9a-f]{6}\b", body)) - set(known))
    if unknown:
        raise ValueError(f"colours {unknown} are not placeholders of report.ink")
    return re.sub(r"(?<![(\w-])#[0-9a-f]{6}\b", lambda match: f"var(--{known[match[0]]})", body)
