"""Isometric moment-angle curves of the leg's muscle groups beside published strengths, both sets of parameters.

Active moments only, every member of a group fully active, the pelvis and all other joints held. Published curves:
Anderson, Madigan and Nussbaum 2007 (J Biomech 40:3105, table 3, 18 to 25 years, seen as retyped in the public RBDL file
Millard2016TorqueMuscle.cc), c1 x weight x height x cos(c2 (angle - c3)). The angles that they measured and the posture
of the other joints were not seen; the cosine's flanks are not to be trusted. Single strengths stand in
isometric_strengths.csv with their test and source. The quadriceps has the leg model's own lever arm.

The last table holds passive moments of resting muscles against the equations of Riener and Edrich 1999 (J Biomech
32:539, seen in a public MATLAB file), and needs the OpenSim wheel for the model files' own curves.

Run from the checkout: python validation/strength_curves.py [--data FOLDER]
"""

import argparse
import csv
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.deep_rotators import deep_rotator_paths
from trochlea.leg.muscles.hill import capacity, fibers
from trochlea.leg.muscles.muscle_parameters import Generation
from trochlea.leg.muscles.strength_tests import group_members, standard_positions, strength_tests
from trochlea.leg.skeleton.model import build_leg
from trochlea.person.norms import LEVERS
from trochlea.units import GRAVITY

HERE = Path(__file__).parent
DATA = Path(__file__).parents[2] / "shared" / "data"
GENERATIONS: tuple[Generation, ...] = ("Rajagopal2016", "RajagopalLaiUhlrich2023")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A person of whom only size and sex are known: mass [kg], height [m]."""

    sex: str
    mass: float
    height: float


BODIES = (Body(sex="male", mass=75.0, height=1.75), Body(sex="female", mass=62.0, height=1.65))

CURVES = (
    ("knee_extension", "knee_angle", range(0, 101, 10), {"hip_flexion": 80}),
    ("knee_flexion", "knee_angle", range(0, 101, 10), {"hip_flexion": 80}),
    ("hip_extension", "hip_flexion", range(0, 101, 10), {"knee_angle": 90}),
    ("hip_extension", "hip_flexion", range(0, 91, 10), {"knee_angle": 0}),
    ("hip_flexion", "hip_flexion", range(-10, 101, 10), {"knee_angle": 90}),
    ("hip_abduction", "hip_adduction", range(-40, 11, 10), {}),
    ("hip_adduction", "hip_adduction", range(-40, 11, 10), {}),
    ("hip_external_rotation", "hip_flexion", (0, 10, 20, 40, 60, 90), {"knee_angle": 90}),
    ("hip_internal_rotation", "hip_flexion", (0, 10, 20, 40, 60, 90), {"knee_angle": 90}),
)
"""Group, joint that is turned from test to test, its angles and the other joints' [deg]."""

SHAPES = {
    "hip_abduction": "published: falls from adduction to abduction (Neumann 1988, abstract, no values)",
    "hip_external_rotation": "published: no difference between 10, 40 and 90 degrees (Johnson 2010, abstract)",
    "hip_internal_rotation": "published: greatest at 90, then 40, then 10 degrees (Johnson 2010, abstract)",
    "hip_flexion": "published elsewhere: least at 0, greatest at 105 degrees (Ito 2024, abstract, 195 people)",
}

POSTURES = ((0, 0, 0), (0, 0, 15), (0, 0, 20), (0, 60, 20), (0, 60, 0), (0, 90, 0), (-15, 0, 0), (60, 0, 0), (90, 0, 0))
"""Hip flexion, knee flexion, ankle dorsiflexion [deg]."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the models (default: %(default)s)")
    data = parser.parse_args().data
    for body in BODIES:
        leg = MujocoLeg(
            model=build_leg(mass=body.mass, height=body.height, sex=body.sex, extra_muscles=deep_rotator_paths())
        )
        print(f"\n# {body.sex}, {body.mass:g} kg, {body.height:g} m\n")
        for group, joint, degrees, others in CURVES:
            _print_curve(leg, body, group, joint, degrees, others)
        _print_strengths(leg, body)
    _print_seated_rotators()
    _print_passive(data / "models")


def _print_curve(
    leg: MujocoLeg, body: Body, group: str, joint: str, degrees: Iterable[int], others: Mapping[str, float]
) -> None:
    published = {row["group"]: row for row in _rows("isometric_curves.csv") if row["sex"] == body.sex}.get(group)
    held = ", ".join(f"{name} {value}" for name, value in others.items()) or "other joints 0"
    print(f"**{group}** [N.m] against {joint} [deg]; {held}" + (f"; {SHAPES[group]}" if group in SHAPES else "") + "\n")
    print(
        "| angle | 2016 | 2023 | Anderson 2007 (SD) | 2016 / published | 2023 / published |\n|---|---|---|---|---|---|"
    )
    for angle in degrees:
        ours = [_moment(leg, group, {**others, joint: angle}, generation) for generation in GENERATIONS]
        if published is None:
            print(f"| {angle} | {ours[0]:.0f} | {ours[1]:.0f} | | | |")
            continue
        size = body.mass * GRAVITY * body.height
        shape = np.cos(float(published["c2"]) * (np.radians(angle) - float(published["c3"])))
        theirs, spread = (float(published[c]) * size * shape for c in ("c1", "c1_sd"))
        ratios = " | ".join(f"{value / theirs:.2f}" for value in ours)
        print(f"| {angle} | {ours[0]:.0f} | {ours[1]:.0f} | {theirs:.0f} ({spread:.0f}) | {ratios} |")
    print()


def _print_strengths(leg: MujocoLeg, body: Body) -> None:
    print(
        "**Single strengths** [N.m]; of hand-held dynamometers as they would read, less what holds the limb up. 'all' "
        "counts every muscle that pulls that way, member or not, and its weight\n"
    )
    print("| group | hip, knee | 2016 | 2023 | 2023, all | published | 2023 / published | test | source |")
    print("|---|---|---|---|---|---|---|---|---|")
    for row in _rows("isometric_strengths.csv"):
        if row["sex"] != body.sex:
            continue
        angles = {"hip_flexion": float(row["hip_flexion_deg"]), "knee_angle": float(row["knee_angle_deg"])}
        is_reading = row["unit"].startswith("%BW")  # hand-held; the machines' figures are per kilogram
        ours = [_moment(leg, row["group"], angles, generation, is_reading=is_reading) for generation in GENERATIONS]
        everyone = _moment(leg, row["group"], angles, GENERATIONS[1], is_everyone=True)
        factor = _to_moment(row["unit"], body)
        low, high = (float(row[c]) * factor if row[c] else None for c in ("low", "high"))
        middle = float(row["value"]) * factor if row["value"] else 0.5 * ((low or 0.0) + (high or 0.0))
        spread = f" ({low:.0f} to {high:.0f})" if low is not None and high is not None else ""
        print(
            f"| {row['group']} | {row['hip_flexion_deg']}, {row['knee_angle_deg']} | {ours[0]:.0f} | {ours[1]:.0f} "
            f"| {everyone:.0f} | {middle:.0f}{spread} | {ours[1] / middle:.2f} | {row['test']} | {row['source']} |"
        )
    print()


def _print_seated_rotators() -> None:
    """Where the seated external rotators' strength is."""
    body = BODIES[0]
    leg = MujocoLeg(
        model=build_leg(mass=body.mass, height=body.height, sex=body.sex, extra_muscles=deep_rotator_paths())
    )
    parameters = leg.parameters("right")
    print(
        "**External rotation arm, fibre length and outward moment at full activation**, hip 0 and 90, knee 90, 75 kg\n"
    )
    print("| muscle | member | arm mm, 0 | arm mm, 90 | fibre, 0 | fibre, 90 | N.m, 0 | N.m, 90 |\n" + "|---" * 8 + "|")
    columns = []
    for hip in (0.0, 90.0):
        pose = leg.static_pose({"hip_flexion_r": np.radians(hip), "knee_angle_r": np.radians(90.0)})
        geometry = leg.muscle_geometry(pose, "right")
        arms = -geometry.moment_arms[0, :, geometry.coordinates.index("hip_rotation")]
        columns.append((arms * 1e3, fibers(parameters, geometry).length[0], arms * capacity(parameters, geometry)[0]))
    members = group_members()["hip_external_rotation"]
    for i, muscle in enumerate(parameters.names):
        if muscle in members or max(columns[0][2][i], columns[1][2][i]) > 3.0:
            cells = [f"{columns[hip][k][i]:.{digits}f}" for k, digits in ((0, 0), (1, 2), (2, 1)) for hip in (0, 1)]
            print(f"| {muscle} | {'yes' if muscle in members else 'no'} | " + " | ".join(cells) + " |")
    print()


def _print_passive(models: Path) -> None:
    try:
        import opensim
    except ImportError:
        print("Passive moments: needs the OpenSim wheel, pip install 'trochlea[opensim]'")
        return
    leg = MujocoLeg(model=build_leg(mass=75.0, height=1.70, sex="male"))
    print(
        "**Passive moments of resting muscles** on rigid tendons [N.m]: 2016, 2023, measured (Riener and Edrich 1999)\n"
    )
    print("| hip, knee, ankle | hip flexion | knee flexion | ankle dorsiflexion |\n|---|---|---|---|")
    for posture in POSTURES:
        names = ("hip_flexion_r", "knee_angle_r", "ankle_angle_r")
        pose = leg.static_pose({n: np.radians(a) for n, a in zip(names, posture, strict=True)})
        geometry = leg.muscle_geometry(pose, "right")
        moments = []
        for generation in GENERATIONS:
            parameters = leg.parameters("right", generation=generation)
            state = fibers(parameters, geometry)
            curves = _passive_curves(opensim, models / f"{generation}.osim")
            pull = [curves[n].calcValue(float(x)) for n, x in zip(geometry.names, state.length[0], strict=True)]
            forces = np.array(pull) * parameters.max_isometric_force * state.cos_pennation[0]
            moments.append((forces @ geometry.moment_arms[0])[[0, 3, 4]])
        rows = np.array([*moments, _measured_passive(*posture)])
        print(
            f"| {posture[0]}, {posture[1]}, {posture[2]} | " + " | ".join(_triple(rows[:, k]) for k in range(3)) + " |"
        )


def _triple(values) -> str:
    return ", ".join(f"{value:.0f}" for value in values)


def _passive_curves(opensim, path: Path) -> dict:
    """Passive force-length curves of a model file's own muscles, right side."""
    curves = {}
    for muscle in ElementTree.parse(path).getroot().iter("Millard2012EquilibriumMuscle"):
        if not muscle.get("name", "").endswith("_r"):
            continue
        own = {child.tag: float(child.text or "nan") for child in muscle.find("FiberForceLengthCurve") or ()}
        zero, one = own["strain_at_zero_force"], own["strain_at_one_norm_force"]
        # What a file leaves out OpenSim fills in: these are the values that its own curve then reports.
        stiff = own.get("stiffness_at_one_norm_force", 2.0 / (one - zero))
        low, bend = own.get("stiffness_at_low_force", 0.2), own.get("curviness", 0.75)
        curves[muscle.get("name", "")[:-2]] = opensim.FiberForceLengthCurve(zero, one, low, stiff, bend)
    return curves


def _measured_passive(hip: float, knee: float, ankle: float) -> np.ndarray:
    """Moments about hip flexion, knee flexion and ankle dorsiflexion [N.m]; angles in degrees, flexion positive."""
    hip_moment = np.exp(1.4655 - 0.0034 * knee - 0.0750 * hip) - np.exp(1.3403 - 0.0226 * knee + 0.0305 * hip) + 8.072
    knee_moment = np.exp(1.800 + 0.0460 * ankle - 0.0352 * knee + 0.0217 * hip) - 4.820 + np.exp(2.220 - 1.50 * knee)
    knee_moment -= np.exp(-3.971 + 0.0004 * ankle + 0.0495 * knee - 0.0128 * hip)
    ankle_moment = np.exp(-7.9763 - 0.1949 * ankle + 0.0008 * knee) + 1.792
    ankle_moment -= np.exp(2.1016 + 0.0843 * ankle - 0.0176 * knee)
    return np.array([hip_moment, knee_moment, ankle_moment])


def _moment(
    leg: MujocoLeg,
    group: str,
    degrees: Mapping[str, float],
    generation: Generation,
    *,
    is_everyone: bool = False,
    is_reading: bool = False,
) -> float:
    """Moment of a group [N.m]; less what holds the limb up in the test if it is compared with a reading."""
    standard = next(p for p in standard_positions() if p.group == group)
    angles = {name: float(np.radians(value)) for name, value in degrees.items()}
    position = replace(standard, angles=angles)
    parameters = leg.parameters("right", generation=generation)
    if not is_everyone:
        tests = strength_tests(leg, parameters, "right", positions=(position,))
        return float((tests.moments.sum(axis=1) - (tests.weights if is_reading else 0.0))[0])
    pose = leg.static_pose({f"{name}_r": value for name, value in angles.items()})
    geometry = leg.muscle_geometry(pose, "right")
    arms = position.direction * geometry.moment_arms[0, :, geometry.coordinates.index(position.axis)]
    return float((np.maximum(arms, 0.0) * capacity(parameters, geometry)[0]).sum())


def _to_moment(unit: str, body: Body) -> float:
    """Factor from a published unit to N.m."""
    if unit == "N.m/kg":
        return body.mass
    if unit == "%BW.H":
        return body.mass * GRAVITY * body.height / 100
    kind, segment = unit.split(".")
    if kind == "%BW" and segment in LEVERS:
        return body.mass * GRAVITY / 100 * LEVERS[segment] * body.height
    raise ValueError(f"isometric_strengths.csv: unknown unit {unit!r}")


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((HERE / name).read_text(encoding="utf-8").splitlines()))


if __name__ == "__main__":
    main()
