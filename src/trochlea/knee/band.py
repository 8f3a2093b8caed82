"""The iliotibial-patellar band: a line of given tension from the patella's lateral border over the lateral condyle."""

import numpy as np

from trochlea.knee.shape import KneeShape
from trochlea.motion.timeseries import Array

PATELLAR_END = (0.85, 0.05, 0.42)
"""Forward of the ridge in thicknesses, proximal of the centre in heights, lateral of it in widths. Assumed: on the
front of the lateral border, over the lateral patellofemoral ligament (retinacula.csv); calibrated as below."""

CONDYLAR_END = np.array([0.005, 0.006, 0.055])
"""What the band pulls towards, knee frame, size 1 [m]. Assumed: over the lateral epicondyle, on the outside of which
the iliotibial tract runs. The straight line to the tract of `lenhart-2015-knee-model` runs through the condyle and
hardly pulls sideways. With 175 N of quadriceps and 90 N, default male knee, beside cadaver knees whose whole tract was
loaded and whose tibia was free: patella 1.6 to 1.1 mm lateral at 30 to 60 degrees (1.4 mm in mid-range,
`merican-2009-tract`); force at 10 mm of lateral shift +44 % at 30, -1 % at 60 and -37 % at 90 degrees (at most -25 %,
at 60), at 10 mm of medial shift +22 to +43 % from 30 degrees on (at most +50 %, at 90; `merican-2009-stability`)."""


def band_line(shape: KneeShape) -> tuple[Array, Array]:
    """Patellar end (patella frame) and other end (femur frame) of the band, both of shape (3,) [m]."""
    forward, proximal, lateral = PATELLAR_END
    size = np.array([shape.patella_thickness, shape.patella_height, shape.patella_width])
    return np.array([forward - 0.5, proximal, lateral]) * size, shape.knee_size * CONDYLAR_END
