"""The iliotibial-patellar band: a line of given tension from the lateral border of the patella to the iliotibial tract.

The tract's place is kept on the femur: that it moves back by some millimetres in flexion is left out (assumed).
"""

import numpy as np

from trochlea.knee.shape import KneeShape
from trochlea.motion.timeseries import Array

TRACT_PROXIMAL = np.array([-0.0037, 0.3698, 0.0567])
"""A point of the iliotibial tract on the greater trochanter, knee frame, size 1 [m]. `lenhart-2015-knee-model`: ITB1-P2
less the origin of femur_distal_r, both in femur_r."""

TRACT_DISTAL = np.array([0.0049, -0.0313, 0.0349])
"""Where the tract ends on the straight tibia, knee frame, size 1 [m]. `lenhart-2015-knee-model`: ITB1-P3 less the origin
of tibia_proximal_r, both in tibia_r."""

PATELLAR_END = (0.52, 0.05, 0.46)
"""Forward of the ridge in thicknesses, proximal of the centre in heights, lateral of it in widths. Assumed: beside the
middle fibre of the lateral patellofemoral ligament (retinacula.csv)."""


def band_line(shape: KneeShape) -> tuple[Array, Array]:
    """Patellar end (patella frame) and other end (femur frame) of the band, both of shape (3,) [m].

    The other end is where the tract passes the epicondyles (assumed).
    """
    forward, proximal, lateral = PATELLAR_END
    size = np.array([shape.patella_thickness, shape.patella_height, shape.patella_width])
    end = (np.array([forward, proximal, lateral]) - np.array([0.5, 0.0, 0.0])) * size
    along = TRACT_PROXIMAL[1] / (TRACT_PROXIMAL[1] - TRACT_DISTAL[1])
    return end, shape.knee_size * (TRACT_PROXIMAL + along * (TRACT_DISTAL - TRACT_PROXIMAL))
