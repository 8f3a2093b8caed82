"""The iliotibial-patellar band: a line of given tension from the patella's lateral border over the lateral condyle."""

import numpy as np

from trochlea.knee.shape import KneeShape
from trochlea.motion.timeseries import Array

PATELLAR_END = (0.85, 0.05, 0.42)
"""Forward of the ridge in thicknesses, proximal of the centre in heights, lateral of it in widths. Assumed: on the
front of the lateral border, over the lateral patellofemoral ligament (retinacula.csv); calibrated as below."""

CONDYLAR_END = np.array([0.025, 0.006, 0.055])
"""What the band pulls towards, knee frame, size 1 [m]. Assumed: over the front of the lateral condyle, where the
foremost fibres of the lateral patellofemoral ligament end (`lenhart-2015-knee-model`: lPFL4, 25, 7 and 34 mm), and
outside it by as much as the published effects ask. The straight line to the iliotibial tract of that model runs through
the condyle and hardly pulls sideways. With 175 N of quadriceps and 90 N, default male knee, beside cadaver knees whose
whole tract was loaded and whose tibia was free: patella 4.2 to 2.3 mm lateral at 30 to 60 degrees (1.4 mm in mid-range,
`merican-2009-tract`); force at 10 mm of lateral shift +91 % at 30, +22 % at 60 and -26 % at 90 degrees (at most -25 %,
at 60), at 10 mm of medial shift +11 to +57 % (at most +50 %, at 90; `merican-2009-stability`). Too much since the knee
was calibrated anew."""


def band_line(shape: KneeShape) -> tuple[Array, Array]:
    """Patellar end (patella frame) and other end (femur frame) of the band, both of shape (3,) [m]."""
    forward, proximal, lateral = PATELLAR_END
    size = np.array([shape.patella_thickness, shape.patella_height, shape.patella_width])
    return np.array([forward - 0.5, proximal, lateral]) * size, shape.knee_size * CONDYLAR_END
