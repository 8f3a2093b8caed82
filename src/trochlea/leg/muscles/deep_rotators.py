"""The short external rotators that MyoLegs lacks: gemelli, obturators and quadratus femoris.

Attachments. Gemelli and quadratus femoris come from a model whose bones are those of the leg model at
another size: its 30 other hip points on the pelvis and 27 on the femur differ from the leg model's by the
same three factors, so the map is exact. The obturators are in no model of this family. Their points come
from a table measured from the hip centre along axes of the same directions (`dostal-1981-hip`, table 1,
seen as retyped in a public script), scaled along x, y and z by the distances from the hip centre to the
middle of the front iliac spines and between the hips: 0.954, 0.946, 0.914. Mapped that way, its points near
the obturators (gemelli, hamstrings, gracilis) fall 5 to 19 mm from the leg model's own: that is the
accuracy of the obturators' origins.

The signs of their moment arms are those measured on cadavers (`vaarbakken-2014-rotators`,
`vaarbakken-2015-rotators`): in the flexed hip obturator internus and gemelli abduct and extend, quadratus
femoris extends; in the extended hip obturator externus flexes and adducts.

Straight lines: nothing wraps round the femoral neck, so beyond about 100 degrees of hip flexion, or with
strong rotation, these lines are not to be trusted.

Strength. Cross-sections of ten hips, normalised by sarcomere length, times the leg model's own specific
tension. Fibres of a neutral hip have the length that the measured sarcomeres say, which sets the tendon's
slack length.
"""

import csv
from functools import cache
from importlib.resources import files

import numpy as np

from trochlea.leg.muscles.muscle_parameters import MuscleParameters
from trochlea.leg.skeleton.path import MusclePath

DEEP_ROTATORS = ("gem", "quadfem", "obtint", "obtext")
"""Base names of the added muscles: gemelli, quadratus femoris, obturator internus, obturator externus."""

HIP_CENTRE = (-0.056276, -0.07849, 0.07726)
"""Right hip centre in the generic pelvis frame [m]. `rajagopal-2016-model`."""

SPECIFIC_TENSION = 60e4
"""Force of a fully active muscle over its cross-section [N/m^2]. `rajagopal-2016-model`."""

OPTIMAL_SARCOMERE = 2.7
"""Sarcomere length at optimal fibre length [um]. `parvaresh-2019-rotators` (implied by its length ratios)."""

MAX_VELOCITY = 10.0
"""Optimal fibre lengths per second [1/s], as all other muscles of the leg. `rajagopal-2016-model`."""


@cache
def deep_rotator_paths() -> tuple[MusclePath, ...]:
    """Paths of the added muscles in the generic right leg.

    References:
        lenhart-2015-knee, delp-1990-lower-limb: gemelli, quadratus femoris.
        dostal-1981-hip: table 1, obturators.
    """
    rows = _rows("deep_rotator_paths.csv")
    return tuple(
        MusclePath(
            name=muscle,
            points=tuple(
                (row["body"], (float(row["x_m"]), float(row["y_m"]), float(row["z_m"])))
                for row in rows
                if row["muscle"] == muscle
            ),
        )
        for muscle in DEEP_ROTATORS
    )


@cache
def deep_rotator_parameters() -> MuscleParameters:
    """Parameters of the added muscles in the generic leg.

    References:
        parvaresh-2019-rotators: table 1 (gemelli: both together, by volume).
        delp-1990-lower-limb: quadratus femoris, whose row of that table was not seen.
    """
    rows = {row["muscle"]: row for row in _rows("deep_rotator_parameters.csv")}
    strengths, slacks = [], []
    for path in deep_rotator_paths():
        row = rows[path.name]
        if row["max_isometric_force_n"]:
            strengths.append(float(row["max_isometric_force_n"]))
            slacks.append(float(row["tendon_slack_length_m"]))
            continue
        strengths.append(float(row["pcsa_m2"]) * SPECIFIC_TENSION)
        fiber = float(row["optimal_fiber_length_m"]) * float(row["sarcomere_length_um"]) / OPTIMAL_SARCOMERE
        slacks.append(neutral_length(path) - fiber * np.cos(float(row["pennation_rad"])))
    in_order = [rows[name] for name in DEEP_ROTATORS]
    return MuscleParameters(
        names=DEEP_ROTATORS,
        max_isometric_force=np.array(strengths),
        optimal_fiber_length=np.array([float(row["optimal_fiber_length_m"]) for row in in_order]),
        tendon_slack_length=np.array(slacks),
        pennation_angle=np.array([float(row["pennation_rad"]) for row in in_order]),
        max_contraction_velocity=np.full(len(DEEP_ROTATORS), MAX_VELOCITY),
        sources=tuple(row["citation"] for row in in_order),
    )


def neutral_length(path: MusclePath) -> float:
    """Length of a pelvis-to-femur path with the hip at zero [m]."""
    offset = {"pelvis": np.zeros(3), "femur": np.array(HIP_CENTRE)}
    points = np.array([offset[body] + np.array(point) for body, point in path.points])
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


def _rows(name: str) -> list[dict[str, str]]:
    text = files("trochlea.leg.muscles").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
