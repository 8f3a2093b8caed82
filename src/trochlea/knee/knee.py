"""One knee, ready to be solved: geometry, tissue and cartilage."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from trochlea.errors import InputError
from trochlea.knee.patella import Patella, build_patella
from trochlea.knee.shape import KneeShape, knee_shape
from trochlea.knee.tissue import Tissue, build_tissue
from trochlea.knee.trochlea import Trochlea, build_trochlea
from trochlea.motion.timeseries import Array, read_only
from trochlea.units import MILLIMETRE

ROUNDING = 0.02 * MILLIMETRE
"""Depth over which first touch is rounded [m]; a numerical choice, below any imaging resolution."""


BOTTOM_STRAIN = 0.6
"""Overlap over layer thickness at which the linear law begins to bottom out on bone [-]. Assumed: above what any
calibration row reaches. Without it, knees under several kilonewtons rest with one edge pressed through twice the layer.
"""

ContactLaw = Literal["linear", "nonlinear"]
"""Pressure against overlap: proportional, or stiffening as the layers grow thin (see `foundation_law`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knee:
    """A right knee. A left one is solved as its mirror image.

    Attributes:
        shape: What it was built from.
        trochlea: Femoral cartilage surface.
        patella: Contact points.
        tissue: Muscles, tendon, retinacula.
        foundation_stiffness: Pressure per depth of overlap at first touch, both layers [Pa/m].
        contact_law: Linear or nonlinear.
    """

    shape: KneeShape
    trochlea: Trochlea
    patella: Patella
    tissue: Tissue
    foundation_stiffness: float
    contact_law: ContactLaw = "linear"


def foundation_stiffness(shape: KneeShape) -> float:
    """Pressure per depth of overlap [Pa/m]: confined modulus over the thickness of both layers.

    References:
        smith-2018-comak: linear elastic foundation.
    """
    nu = shape.cartilage_poisson_ratio
    confined = shape.cartilage_modulus * (1 - nu) / ((1 + nu) * (1 - 2 * nu))
    return confined / (shape.patellar_cartilage_thickness + shape.trochlear_cartilage_thickness)


def foundation_law(knee: Knee) -> Array:
    """The kernels' numbers for cartilage under pressure.

    Stiffness [Pa/m], rounding [m], layer [m] or 0 if linear, and the overlap at which a linear layer bottoms out [m].

    With confined modulus K, overlap d and thickness h, the linear law is p = K d / h and the nonlinear one
    p = -K ln(1 - d / h). Both cartilages have the same modulus, so both layers share the overlap in proportion to
    their thickness and act as one layer of their summed thickness, in both laws.

    References:
        bei-2004-contact: linear and nonlinear pressure of a thin layer, as documented with smith-2018-comak.
        zevenbergen-2018-defects: both layers bear the same pressure and their overlaps add up.
    """
    layers = knee.shape.patellar_cartilage_thickness + knee.shape.trochlear_cartilage_thickness
    return read_only(
        np.array(
            [
                knee.foundation_stiffness,
                ROUNDING,
                layers if knee.contact_law == "nonlinear" else 0.0,
                0.0 if knee.contact_law == "nonlinear" else BOTTOM_STRAIN * layers,
            ]
        )
    )


def checked_law(law: str) -> ContactLaw:
    """The name of a contact law, or a refusal that lists them."""
    for name in get_args(ContactLaw):
        if law == name:
            return name
    raise InputError(f"law is {law!r}; expected one of {', '.join(get_args(ContactLaw))}")


def build_knee(shape: KneeShape | None = None, *, sex: str, law: ContactLaw = "linear") -> Knee:
    """Build one knee.

    Args:
        shape: The person's shape (see `knee_shape`); the norm of `sex` if None.
        sex: "female" or "male"; chooses the norms.
        law: How pressure grows with overlap.

    Raises:
        InputError: If `sex` or `law` is unknown.
    """
    chosen = knee_shape(sex=sex) if shape is None else shape
    return Knee(
        shape=chosen,
        trochlea=build_trochlea(chosen),
        patella=build_patella(chosen),
        tissue=build_tissue(chosen),
        foundation_stiffness=foundation_stiffness(chosen),
        contact_law=checked_law(law),
    )
