"""Size of the leg model: scale factors of each body, from a scaled .osim, and their use."""

import numpy as np
from scipy.spatial.transform import Rotation

from trochlea.errors import ModelError
from trochlea.leg.engine import MjsGeom, MjSpec
from trochlea.leg.opensim.osim import REMEDY, OsimModel
from trochlea.leg.skeleton.couplings import Coupling
from trochlea.leg.skeleton.repairs import path_of
from trochlea.motion.timeseries import Array

PATH_TOLERANCE = 3e-3
"""A path point of the file may lie this far from the scaled point of the Rajagopal 2016 model [m]; a subject
scaled from it is within 0.1 mm, other members of the family (Lai, Uhlrich) differ by up to 24 mm."""

AXIS_TOLERANCE = 1e-3
"""Largest difference between a joint axis of the file and of MyoLegs [-]; rounding gives 1e-5."""

SLIDE_AXES = {
    "beta_translation1": 0,
    "beta_translation2": 1,
    "angle_translation1": 1,
    "angle_translation2": 0,
    "angle_translation3": 2,
}
"""The femur's axis that each slide follows, to 8 degrees."""

Factors = dict[str, Array]
"""Scale factors along a body's own x, y, z by body name, each of shape (3,) [-]."""


def factors_of(spec: MjSpec, osim: OsimModel) -> Factors:
    """Scale factors of every body of a repaired spec that reproduce a scaled .osim.

    Each factor is the least-squares ratio between the file's joint centres and muscle path points and those
    of the generic model in that body.

    Args:
        spec: Repaired MyoLegs, unscaled.
        osim: A scaled model.

    Returns:
        Factors by body name; the torso has no geometry here and gets ones.

    Raises:
        ModelError: If a muscle is missing, a joint axis differs, or a point is not where scaling would put
            it.
    """
    pairs = _matching_points(spec, osim)
    factors: Factors = {"torso": np.ones(3)}
    for body, points in pairs.items():
        generic = np.array([g for _, g, _ in points])
        given = np.array([p for _, _, p in points])
        square = (generic**2).sum(axis=0)
        factors[body] = (generic * given).sum(axis=0) / square
        distance = np.linalg.norm(generic * factors[body] - given, axis=1)
        worst = int(distance.argmax())
        if distance[worst] > PATH_TOLERANCE or bool(np.any(factors[body] <= 0)):
            raise ModelError(
                f"{osim.path}: {points[worst][0]} in {body} is {distance[worst] * 1e3:.0f} mm from where "
                f"scaling Rajagopal 2016 puts it (at most {PATH_TOLERANCE * 1e3:.0f} mm): other muscle "
                f"paths; {REMEDY}"
            )
    return factors


def scale(spec: MjSpec, factors: Factors) -> None:
    """Scale bodies, joints, sites and wrapping surfaces of a repaired spec in place."""
    offsets = {side: _tibia_offset(spec, side) for side in "rl"}
    for body in spec.bodies:
        if body.name not in factors:
            continue
        own, parent = factors[body.name], factors.get(body.parent.name, np.ones(3))
        if body.name in ("tibia_r", "tibia_l"):
            # The knee's two frames belong to two bodies: scaling their difference would mix the factors.
            offset = offsets[body.name[-1]]
            body.pos = parent * (np.array(body.pos) + offset) - own * offset
        else:
            body.pos = parent * np.array(body.pos)
        for joint in body.joints:
            joint.pos = own * np.array(joint.pos)
        for site in body.sites:
            site.pos = own * np.array(site.pos)
        for geom in body.geoms:
            _scale_wrap(geom, own)


def scale_couplings(couplings: tuple[Coupling, ...], factors: Factors) -> tuple[Coupling, ...]:
    """Scale the lengths among the knee couplings; they are lengths in the femur."""
    scaled = []
    for coupling in couplings:
        femur = factors[f"femur_{coupling.driver[-1]}"]
        if "translation" not in coupling.joint:
            scaled.append(coupling)
        else:
            axis = next(a for kind, a in SLIDE_AXES.items() if coupling.joint[:-2].endswith(kind))
            scaled.append(coupling.scaled(float(femur[axis])))
    return tuple(scaled)


def _tibia_offset(spec: MjSpec, side: str) -> Array:
    return np.array(spec.joint(f"knee_angle_{side}").pos)


def _scale_wrap(geom: MjsGeom, factor: Array) -> None:
    """A cylinder's radius grows with the mean of the factors along its own x and y, as in OpenSim."""
    turn = Rotation.from_quat(np.array(geom.quat), scalar_first=True).as_matrix()
    x, y, z = (float(np.linalg.norm(factor * turn[:, i])) for i in range(3))
    size = np.array(geom.size)
    geom.size = [size[0] * (x + y) / 2, size[1] * z, size[2]]
    geom.pos = factor * np.array(geom.pos)


def _matching_points(spec: MjSpec, osim: OsimModel) -> dict[str, list[tuple[str, Array, Array]]]:
    """Name, generic and given position of each joint centre and path point, by body."""
    pairs: dict[str, list[tuple[str, Array, Array]]] = {}

    def add(body: str, name: str, generic: Array, given: Array) -> None:
        pairs.setdefault(body, []).append((name, np.array(generic), np.array(given)))

    add("pelvis", "back", spec.body("torso").pos, osim.joints["back"].parent_offset)
    for side in "rl":
        joints = {name: osim.joints[f"{name}_{side}"] for name in ("hip", "walker_knee", "ankle", "subtalar", "mtp")}
        offset = _tibia_offset(spec, side)
        tibia = np.array(spec.body(f"tibia_{side}").pos)
        add("pelvis", f"hip_{side}", spec.body(f"femur_{side}").pos, joints["hip"].parent_offset)
        add(f"femur_{side}", f"walker_knee_{side}", tibia + offset, joints["walker_knee"].parent_offset)
        add(f"tibia_{side}", f"walker_knee_{side}", offset, joints["walker_knee"].child_offset)
        add(f"tibia_{side}", f"ankle_{side}", spec.body(f"talus_{side}").pos, joints["ankle"].parent_offset)
        add(
            f"talus_{side}",
            f"subtalar_{side}",
            spec.body(f"calcn_{side}").pos,
            joints["subtalar"].parent_offset,
        )
        add(f"calcn_{side}", f"mtp_{side}", spec.body(f"toes_{side}").pos, joints["mtp"].parent_offset)
        _check_axes(spec, osim, side)
    for tendon in spec.tendons:
        _match_path(spec, osim, tendon.name, add)
    return pairs


def _match_path(spec: MjSpec, osim: OsimModel, tendon: str, add) -> None:
    muscle = tendon.removesuffix("_tendon")
    if muscle not in osim.muscles:
        raise ModelError(f"{osim.path}: expected muscle {muscle!r}, which the Rajagopal family has; {REMEDY}")
    sites = [target for kind, target, _ in path_of(spec, tendon) if kind == "site"]
    points = osim.muscles[muscle].points
    bodies = [spec.site(site).parent.name for site in sites]
    if bodies != [body for body, _ in points]:
        raise ModelError(
            f"{osim.path}: {muscle}: expected path points in {', '.join(bodies)}, found "
            f"{', '.join(body for body, _ in points)}; {REMEDY}"
        )
    for site, (body, given) in zip(sites, points, strict=True):
        add(body, site, spec.site(site).pos, given)


def _check_axes(spec: MjSpec, osim: OsimModel, side: str) -> None:
    """Pin joints turn about z of the joint frame, the knee about its x."""
    for joint, coordinate, column in (
        ("ankle", "ankle_angle", 2),
        ("subtalar", "subtalar_angle", 2),
        ("mtp", "mtp_angle", 2),
        ("walker_knee", "knee_angle", 0),
    ):
        frame = osim.joints[f"{joint}_{side}"].parent_orientation
        given = Rotation.from_euler("XYZ", frame).as_matrix()[:, column]
        ours = np.array(spec.joint(f"{coordinate}_{side}").axis)
        ours = ours / np.linalg.norm(ours)
        # The left knee's axis is turned round in the file's joint, and turned back in its transform.
        difference = min(float(np.linalg.norm(given - ours)), float(np.linalg.norm(given + ours)))
        if difference > AXIS_TOLERANCE:
            raise ModelError(
                f"{osim.path}: {joint}_{side}: axis {np.round(given, 3)}, expected {np.round(ours, 3)}; {REMEDY}"
            )
