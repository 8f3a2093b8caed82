"""One knee and how it is pulled and posed: norms of a sex, a person's measurements, and inputs set by NAME.

Everything is applied to values: setting an input gives a new setup, and setting it to the value it has changes
nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from trochlea.errors import InputError
from trochlea.knee.groove_measures import DEPTH
from trochlea.knee.inputs import SEX, ScalarInput, checked_value, find_input, scalar_inputs
from trochlea.knee.knee import Knee, build_knee
from trochlea.knee.shape import SEXES, KneeShape, knee_shape, shape_norms
from trochlea.knee.trochlea import trochlear_depth
from trochlea.leg.extensor import QUADRICEPS_HEADS, QUADRICEPS_SPLIT, ExtensorLoad
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array, read_only
from trochlea.person.groove import complete_groove
from trochlea.person.measured import Measured
from trochlea.person.norms import knee_norms
from trochlea.person.person import Person, Sex

SET_BY = "set by "
"""Begins the note of a measure that was set by NAME; the NAME follows."""

LAYERS = ("patellar_cartilage_thickness", "trochlear_cartilage_thickness")

SCALES = {
    "RF": ("rf_scale",),
    "VI": ("vi_scale",),
    "VLL": ("vl_scale", "vll_scale"),
    "VLO": ("vl_scale", "vlo_scale"),
    "VML": ("vm_scale", "vml_scale"),
    "VMO": ("vm_scale", "vmo_scale"),
}
"""Inputs that multiply each head."""

POSE = ("femoral_rotation", "tibial_rotation", "knee_valgus")


@dataclass(frozen=True, slots=True, kw_only=True)
class KneeSetup:
    """A knee as it was described at the door; SI units.

    Attributes:
        sex: Chooses the norms.
        measured: What was measured or set of the shape, by field of `KneeShape`.
        settings: Inputs of kind "setting" that were set, by NAME.
        keep_total: Whether the heads without a set scale make up for those with one.
    """

    sex: Sex
    measured: Mapping[str, Measured]
    settings: Mapping[str, float]
    keep_total: bool

    def __post_init__(self) -> None:
        """Make the mappings read-only."""
        object.__setattr__(self, "measured", MappingProxyType(dict(self.measured)))
        object.__setattr__(self, "settings", MappingProxyType(dict(self.settings)))


def knee_setup(
    person: Person | None = None,
    *,
    values: Mapping[str, float | str] | None = None,
    keep_total: bool = False,
) -> KneeSetup:
    """Describe one knee.

    Args:
        person: Whose sex and measured knee are taken; if None, the median adult of `values["sex"]` (male if that is
            not given).
        values: Inputs by NAME, in the units of their names, applied in this order; "sex" is a word.
        keep_total: Whether the heads without a set scale make up for those with one.

    Raises:
        InputError: If a NAME is unknown, a value out of its range, or nothing is left to make up for a scaled head.
    """
    given = dict(values or {})
    sex = given.pop(SEX, "male" if person is None else person.sex)
    if sex not in SEXES:
        raise InputError(f"sex is {sex!r}; expected {' or '.join(SEXES)}")
    known = {} if person is None else person.knee
    setup = KneeSetup(
        sex="female" if sex == "female" else "male",
        measured={name: value for name, value in known.items() if value.source == "measured"},
        settings={},
        keep_total=keep_total,
    )
    for name, value in given.items():
        setup = set_input(setup, name, value)
    head_shares(setup)
    return setup


def set_input(setup: KneeSetup, name: str, value: float | str) -> KneeSetup:
    """The setup with one input set, in the unit of its name.

    Raises:
        InputError: If the NAME is unknown or the value out of its range.
    """
    scalar = find_input(name)
    if isinstance(value, str):
        raise InputError(f"{name} is {value!r}; expected a number")
    number = checked_value(scalar, value)
    if scalar.kind == "setting":
        return replace(setup, settings={**setup.settings, name: number})
    if scalar.kind == "shape":
        return replace(setup, measured={**setup.measured, scalar.quantity: _set(scalar, number)})
    present = described_shape(setup)
    layers = {layer: getattr(present, layer) for layer in LAYERS}
    scale = number / sum(layers.values())
    both = {layer: _set(scalar, scale * thickness) for layer, thickness in layers.items()}
    return replace(setup, measured={**setup.measured, **both})


def _set(scalar: ScalarInput, value: float) -> Measured:
    units = {"mm": "m", "deg": "rad", "MPa": "Pa", "N/mm": "N/m"}
    unit = units.get(scalar.unit, scalar.unit)
    return Measured(value=value, sd=None, unit=unit, source="measured", note=f"{SET_BY}{scalar.name}")


def input_value(setup: KneeSetup, name: str) -> float:
    """The value that an input has in a setup, in the unit of its name."""
    scalar = find_input(name)
    if scalar.kind == "setting":
        default = 0.0 if scalar.default is None else scalar.default
        return setup.settings[name] / scalar.factor if name in setup.settings else default
    shape = described_shape(setup)
    layers = LAYERS if scalar.kind == "thickness" else (scalar.quantity,)
    return sum(_of_shape(shape, layer) for layer in layers) / scalar.factor


def input_spread(setup: KneeSetup, name: str) -> tuple[float, str | None]:
    """How far an input differs between people, in the unit of its name, and the key of its source (None: assumed).

    The published standard deviation where there is one, else the table's step.
    """
    scalar = find_input(name)
    norms = shape_norms(sex=setup.sex)
    norm = norms.get(scalar.quantity)
    if norm is not None and norm.sd is not None:
        return norm.sd / scalar.factor, None if "spread assumed" in norm.note else norm.citation
    if scalar.step is None:
        raise ValueError(f"inputs.csv: {name} has neither a published spread nor a step")
    return scalar.step, None


def _of_shape(shape: KneeShape, quantity: str) -> float:
    """A measure of a shape by name [SI]; the depth follows from the others."""
    return trochlear_depth(shape) if quantity == DEPTH else getattr(shape, quantity)


def _setting(setup: KneeSetup, name: str) -> float:
    return input_value(setup, name) * scalar_inputs()[name].factor


def described_shape(setup: KneeSetup) -> KneeShape:
    """The shape as measured and set, before tissues, heads and tubercle are changed."""
    norms = knee_norms(setup.sex)
    groove = complete_groove({name: value for name, value in setup.measured.items() if name in norms}, norms)
    return knee_shape({**setup.measured, **groove}, sex=setup.sex)


def head_shares(setup: KneeSetup) -> dict[str, float]:
    """Force of each head of `tissue.HEADS` over the quadriceps force that was asked for [-].

    Raises:
        InputError: If the total is to be kept and the heads that are left cannot make up for the scaled ones.
    """
    shape, split = described_shape(setup), QUADRICEPS_SPLIT
    shares = {
        "RF": split["recfem"],
        "VI": split["vasint"],
        "VLL": split["vaslat"] * (1 - shape.vlo_share),
        "VLO": split["vaslat"] * shape.vlo_share,
        "VML": split["vasmed"] * (1 - shape.vmo_share),
        "VMO": split["vasmed"] * shape.vmo_share,
    }
    for head, names in SCALES.items():
        for name in names:
            shares[head] *= _setting(setup, name)
    if not setup.keep_total:
        return shares
    named = [head for head, names in SCALES.items() if set(names) & set(setup.settings)]
    rest = sum(share for head, share in shares.items() if head not in named)
    left = 1.0 - sum(shares[head] for head in named)
    if not named:
        return shares
    if rest <= 0 or left < 0:
        raise InputError(
            f"--keep-total: {', '.join(named)} take {1 - left:.0%} of the quadriceps force and the other heads "
            f"{rest:.0%} before they make up for it; expected heads that are left to carry the rest: "
            "leave one without a scale, or scale by less"
        )
    return {head: share if head in named else share * left / rest for head, share in shares.items()}


def setup_shape(setup: KneeSetup) -> KneeShape:
    """The shape that is built: tubercle moved, tissues weakened, oblique shares as the scaled heads leave them."""
    shape, shares = described_shape(setup), head_shares(setup)
    medial = _setting(setup, "medial_retinaculum_scale") * _setting(setup, "mpfl_scale")
    return replace(
        shape,
        tt_tg=shape.tt_tg - _setting(setup, "tubercle_medialisation_mm"),
        mpfl_stiffness=shape.mpfl_stiffness * medial,
        lateral_retinaculum_stiffness=shape.lateral_retinaculum_stiffness
        * _setting(setup, "lateral_retinaculum_scale"),
        vmo_share=_oblique(shares["VMO"], shares["VML"], shape.vmo_share),
        vlo_share=_oblique(shares["VLO"], shares["VLL"], shape.vlo_share),
    )


def _oblique(oblique: float, longus: float, otherwise: float) -> float:
    """Oblique share of a vastus; of one without force, whatever it was."""
    return oblique / (oblique + longus) if oblique + longus > 0 else otherwise


def setup_knee(setup: KneeSetup) -> Knee:
    """Build the knee."""
    return build_knee(setup_shape(setup), sex=setup.sex)


def setup_load(setup: KneeSetup, *, flexion: Array, quadriceps: float | Array, side: Side = "right") -> ExtensorLoad:
    """Pose and muscle forces, one frame for each angle.

    Args:
        setup: The knee.
        flexion: Tibiofemoral flexion, shape (frames,) [rad].
        quadriceps: Sum of the heads' forces before any is scaled, a number or shape (frames,) [N].
        side: The knee's side.
    """
    angles = np.atleast_1d(np.asarray(flexion, dtype=np.float64))
    still = np.ones_like(angles)
    shares = head_shares(setup)
    leg = {
        "recfem": shares["RF"],
        "vasint": shares["VI"],
        "vaslat": shares["VLL"] + shares["VLO"],
        "vasmed": shares["VML"] + shares["VMO"],
    }
    pose = {name: read_only(still * _setting(setup, f"{name}_deg")) for name in POSE}
    total = np.broadcast_to(np.asarray(quadriceps, dtype=np.float64), angles.shape)
    return ExtensorLoad(
        times=read_only(np.arange(angles.size, dtype=np.float64)),
        side=side,
        tibiofemoral_flexion=read_only(angles),
        tension=read_only(np.outer(total, [leg[head] for head in QUADRICEPS_HEADS])),
        itb_tension=read_only(still * _setting(setup, "itb_force_n")),
        **pose,
    )
