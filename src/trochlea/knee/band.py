"""The iliotibial-patellar band: a line of given tension from the patella's lateral border over the lateral condyle."""

import numpy as np

from trochlea.knee.shape import KneeShape
from trochlea.motion.timeseries import Array

PATELLAR_END = (0.52, 0.05, 0.46)
"""Forward of the ridge in thicknesses, proximal of the centre in heights, lateral of it in widths. Assumed: beside the
middle fibre of the lateral patellofemoral ligament (retinacula.csv)."""

CONDYLAR_END = np.array([0.025, 0.006, 0.044])
"""Where the band bends over the lateral condyle, knee frame, size 1 [m]. Assumed: in front, where the foremost fibres
of the lateral patellofemoral ligament end on the femur (`lenhart-2015-knee-model`: lPFL4, 25, 7 and 34 mm), and 10 mm
outside them. The straight line to the iliotibial tract of that model runs through the condyle and hardly pulls
sideways. With 175 N of quadriceps 90 N move the patella of the default male knee 0.5 to 1.0 mm laterally at 30 to 60
degrees; `merican-2009-tract` measured 1.4 mm with the whole tract loaded and the tibia free to turn outwards."""


def band_line(shape: KneeShape) -> tuple[Array, Array]:
    """Patellar end (patella frame) and other end (femur frame) of the band, both of shape (3,) [m]."""
    forward, proximal, lateral = PATELLAR_END
    size = np.array([shape.patella_thickness, shape.patella_height, shape.patella_width])
    return (np.array([forward - 0.5, proximal, lateral])) * size, shape.knee_size * CONDYLAR_END
