"""Knee and muscle paths for deep flexion, as changes of the repaired Rajagopal 2016 geometry.

Lai 2017 moved the knee's centre, let it flex to 140 degrees and moved the paths of five knee muscles; Uhlrich 2022
moved the hip abductors. Both stand in the model file RajagopalLaiUhlrich2023.osim. The right side is given, the left
mirrored.
"""

import csv
from dataclasses import replace
from importlib.resources import files

import numpy as np

from trochlea.leg.engine import MjSpec, load_engine
from trochlea.leg.skeleton.couplings import Coupling
from trochlea.leg.skeleton.repairs import KNEE_JOINTS, TIBIA_OFFSET, path_of, thread
from trochlea.motion.timeseries import Array, read_only

# `lai-2017-knee`, model file RajagopalLaiUhlrich2023.osim, joint walker_knee_r: offset frame of the femur [m].
KNEE_IN_FEMUR = np.array([-0.0045, -0.4096, -0.00175])
KNEE_UPPER = 2.4434609527920599
"""Largest knee flexion of the tibia's curves [rad]. `lai-2017-knee`, model file."""

# `lai-2017-knee`, model file: slides of the knee along its frame's x, y and z, highest power of the angle first
# [m/rad^k]. MyoLegs calls y and z "translation1" and "translation2" and has none along x.
SLIDES = {
    "translation3": (
        0.00015904478788503811,
        -0.001015149915669,
        0.001817510974968,
        2.6414266451992301e-05,
        -7.7465635324718924e-07,
    ),
    "translation1": (
        -0.00057968780523386836,
        0.0050797657456260002,
        -0.011442375726364,
        0.0039369086688440004,
        -2.5163503832135249e-05,
    ),
    "translation2": (
        0.001208086889206,
        -0.004453611224706,
        0.00061164940729817395,
        0.006265429606387,
        -1.461912533723326e-05,
    ),
}

# `lai-2017-knee`, model file: cylinders that differ, position in the body [m] where it does, and radius [m].
CYLINDERS = {
    "GasMed_at_shank": (None, 0.059),
    "SM_at_condyles": (None, 0.0345),
    "BF_at_gastroc": ((-0.039, -0.06, 0.0), 0.029),
}
VASTUS_CYLINDER = (0.00188828, -0.402732, 0.00209111)
"""Position of vastus lateralis' own cylinder in the femur [m], otherwise that of the quadriceps. `lai-2017-knee`."""

POINTS = files("trochlea.leg.skeleton") / "high_flexion_points.csv"


def apply_high_flexion(spec: MjSpec, couplings: tuple[Coupling, ...]) -> tuple[Coupling, ...]:
    """Change a repaired, unscaled spec in place; its equalities must be gone.

    Args:
        spec: Repaired MyoLegs.
        couplings: Its couplings, unscaled.

    Returns:
        Couplings of the changed knees.
    """
    for side, mirror in (("r", 1.0), ("l", -1.0)):
        flip = np.array([1.0, 1.0, mirror])
        _move_points(spec, side, flip)
        _change_cylinders(spec, side, flip)
        _rebuild_knee(spec, side, flip)
    return _couple(couplings)


def _move_points(spec: MjSpec, side: str, flip: Array) -> None:
    for row in csv.DictReader(POINTS.read_text(encoding="utf-8").splitlines()):
        path = path_of(spec, f"{row['muscle']}_{side}_tendon")
        sites = [target for kind, target, _ in path if kind == "site"]
        position = np.array([float(row[f"{axis}_m"]) for axis in "xyz"])
        spec.site(sites[int(row["point"]) - 1]).pos = position * flip


def _change_cylinders(spec: MjSpec, side: str, flip: Array) -> None:
    for name, (position, radius) in CYLINDERS.items():
        geom = spec.geom(f"{name}_wrap_{side}")
        geom.size = [radius, geom.size[1], geom.size[2]]
        if position is not None:
            geom.pos = np.array(position) * flip
    shared, own = spec.geom(f"KnExt_at_fem_wrap_{side}"), f"KnExtVL_at_fem_wrap_{side}"
    cylinder = spec.body(f"femur_{side}").add_geom(
        name=own,
        type=shared.type,
        size=shared.size,
        pos=np.array(VASTUS_CYLINDER) * flip,
        quat=shared.quat,
        mass=0.0,
        contype=0,
        conaffinity=0,
    )
    cylinder.material = ""
    tendon = f"vaslat_{side}_tendon"
    path = [(kind, own if kind == "geom" else target, site) for kind, target, site in path_of(spec, tendon)]
    thread(spec, tendon, path)


def _rebuild_knee(spec: MjSpec, side: str, flip: Array) -> None:
    """A third slide must come before the hinges, so all joints of the tibia are made anew."""
    mujoco = load_engine()
    body, offset = spec.body(f"tibia_{side}"), TIBIA_OFFSET * flip
    body.pos = KNEE_IN_FEMUR * flip - offset
    axes = {kind: np.array(spec.joint(joint_name(kind, side)).axis) for kind in KNEE_JOINTS}
    # The slide along x is the right knee's own axis, mirrored as a vector for the left.
    axes["translation3"] = np.array(spec.joint("knee_angle_r").axis) * flip
    limits = np.array([0.0, KNEE_UPPER])
    for joint in list(body.joints):
        spec.delete(joint)
    for kind in ("translation3", *KNEE_JOINTS):
        is_slide = kind.startswith("translation")
        body.add_joint(
            name=joint_name(kind, side),
            type=mujoco.mjtJoint.mjJNT_SLIDE if is_slide else mujoco.mjtJoint.mjJNT_HINGE,
            axis=axes[kind],
            pos=offset,
            range=limits,
        )


def joint_name(kind: str, side: str) -> str:
    """Name of a joint of the tibia: "" is the knee angle itself."""
    return f"knee_angle_{kind}_{side}" if kind else f"knee_angle_{side}"


def _couple(couplings: tuple[Coupling, ...]) -> tuple[Coupling, ...]:
    breaks = read_only([0.0, KNEE_UPPER])
    changed = []
    for coupling in couplings:
        kind = coupling.joint.removeprefix("knee_angle_")[:-2]
        if "beta" in kind:
            changed.append(coupling)
        elif kind in SLIDES:
            changed.append(replace(coupling, breaks=breaks, coefficients=_column(SLIDES[kind])))
        else:  # the small turns: MyoLegs' quartics are this model's
            changed.append(replace(coupling, breaks=breaks))
    for side in "rl":
        changed.append(
            Coupling(
                joint=joint_name("translation3", side),
                driver=f"knee_angle_{side}",
                breaks=breaks,
                coefficients=_column(SLIDES["translation3"]),
            )
        )
    return tuple(changed)


def _column(coefficients: tuple[float, ...]) -> Array:
    return read_only(np.array(coefficients)[:, None])
