"""Draw the images of pictures.md again: run it when a picture or the default knee has changed."""

import base64
from pathlib import Path

import numpy as np

from trochlea.knee.knee import build_knee
from trochlea.knee.kneecap import solve_kneecap
from trochlea.leg.extensor import ExtensorLoad
from trochlea.report.kneecap_pictures import draw_kneecap
from trochlea.report.standalone import standalone

IMAGES = Path(__file__).parent / "images"

QUADRICEPS = 600.0
"""Held over the sweep [N]."""

SHARES = (0.155, 0.195, 0.40, 0.25)
"""Of recfem, vasint, vaslat, vasmed: RF+VI 35, VL 40, VM 25 % (farahmand-1998-quadriceps)."""


def draw() -> None:
    """A sweep of the median woman's knee, drawn as the report draws it."""
    flexion = np.radians(np.arange(0.0, 121.0, 10.0))
    flat = np.zeros_like(flexion)
    load = ExtensorLoad(
        times=np.arange(flexion.size, dtype=float),
        side="right",
        tibiofemoral_flexion=flexion,
        femoral_rotation=flat,
        tibial_rotation=flat,
        knee_valgus=flat,
        tension=np.outer(np.full(flexion.size, QUADRICEPS), SHARES),
    )
    knee = build_knee(sex="female")
    drawn = draw_kneecap(knee, solve_kneecap(knee, load), is_timed=False)
    assert drawn is not None
    figures = {"pressure": drawn.pressure, "skyline": drawn.skyline, "track": drawn.track, "tracking": drawn.tracking}
    for name, svg in figures.items():
        (IMAGES / f"pictures-{name}.svg").write_text(standalone(svg), encoding="utf-8")
    for theme, png in drawn.stills.items():
        (IMAGES / f"pictures-view-{theme}.png").write_bytes(base64.b64decode(png))


if __name__ == "__main__":
    draw()
