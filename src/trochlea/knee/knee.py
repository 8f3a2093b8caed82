"""One knee, ready to be solved: geometry, tissue and cartilage."""

from dataclasses import dataclass

from trochlea.knee.patella import Patella, build_patella
from trochlea.knee.shape import KneeShape, knee_shape
from trochlea.knee.tissue import Tissue, build_tissue
from trochlea.knee.trochlea import Trochlea, build_trochlea
from trochlea.units import MILLIMETRE

ROUNDING = 0.02 * MILLIMETRE
"""Depth over which first touch is rounded [m]; a numerical choice, below any imaging resolution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knee:
    """A right knee. A left one is solved as its mirror image.

    Attributes:
        shape: What it was built from.
        trochlea: Femoral cartilage surface.
        patella: Contact points.
        tissue: Muscles, tendon, retinacula.
        foundation_stiffness: Pressure per depth of overlap, both layers [Pa/m].
    """

    shape: KneeShape
    trochlea: Trochlea
    patella: Patella
    tissue: Tissue
    foundation_stiffness: float


def foundation_stiffness(shape: KneeShape) -> float:
    """Pressure per depth of overlap [Pa/m]: confined modulus over the thickness of both layers.

    References:
        smith-2018-comak: linear elastic foundation.
    """
    nu = shape.cartilage_poisson_ratio
    confined = shape.cartilage_modulus * (1 - nu) / ((1 + nu) * (1 - 2 * nu))
    return confined / (shape.patellar_cartilage_thickness + shape.trochlear_cartilage_thickness)


def build_knee(shape: KneeShape | None = None, *, sex: str) -> Knee:
    """Build one knee.

    Args:
        shape: The person's shape (see `knee_shape`); the norm of `sex` if None.
        sex: "female" or "male"; chooses the norms.

    Raises:
        InputError: If `sex` is unknown.
    """
    chosen = knee_shape(sex=sex) if shape is None else shape
    return Knee(
        shape=chosen,
        trochlea=build_trochlea(chosen),
        patella=build_patella(chosen),
        tissue=build_tissue(chosen),
        foundation_stiffness=foundation_stiffness(chosen),
    )
