"""The gastrocnemii round the femoral condyles: a wrap that MyoLegs dropped, and the free point that brings it back.

In the source both heads wrap round a cylinder at the condyles and then round one at the shank. A MuJoCo tendon needs a
point between two wraps, so MyoLegs kept the shank's only: knee arms up to 7 mm (2023 paths: 10 mm) too small in the
extended knee. The point between the two is put where the path is straight through it, frame by frame. There the path's
length does not change when the point moves, so that moment arms at the held point are those of the path without it.
"""

import numpy as np

from trochlea.leg.engine import MjData, MjModel, MjSpec, load_engine
from trochlea.leg.skeleton.repairs import Repair, path_of, thread
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array

HEADS = ("gasmed", "gaslat")

CONDYLES = (0.005, -0.41, 0.0)
"""Centre of the cylinder at the condyles in the right femur, its axis along z [m]. `rajagopal-2016-model` and
`lai-2017-knee`, the same in both model files."""

RADII = {
    "rajagopal-2016": {"gasmed": 0.025, "gaslat": 0.025},
    "lai-uhlrich-2023": {"gasmed": 0.025, "gaslat": 0.026},
}
"""Radius of that cylinder [m]. `rajagopal-2016-model`; `lai-2017-knee`."""

BEHIND = (-1.0, 1.0)
"""Direction across that cylinder, in its own x and y, on whose side the path passes: behind, and above, because the
straight path of the flexed knee passes above it. MuJoCo itself takes the shorter way round, which is the same; with a
side site it takes the longer one where the arc is short."""

HALF_LENGTH = 0.05
"""For the drawing only [m]: MuJoCo wraps round an endless cylinder."""

FIRST_GUESS = (-0.05, -0.01, 0.0)
"""Where the search for the free point starts in the tibia [m]: behind the joint, between the two cylinders. Assumed."""

STILL = 1e-10
"""A frame's free point is found when it moves less than this [m]: moment arms are then exact to rounding."""

MOVES = 100
"""Moves at most. Assumed: 29 is the most seen over the knee's and the ankle's range."""

NEAR = 3e-3
"""Moves below this are extrapolated [m]: farther away the path may still change the side of a cylinder. Assumed."""


def repair_gastrocnemius(spec: MjSpec, paths: str) -> Repair:
    """Put the cylinder at the condyles back into both heads' paths, before scaling.

    Args:
        spec: Unscaled legs.
        paths: Which published knee and muscle paths they have, a key of RADII.

    Returns:
        What was done.
    """
    mujoco = load_engine()
    name, applied = "gastrocnemius wraps", False
    for side, mirror in (("r", 1.0), ("l", -1.0)):
        for head in HEADS:
            tendon, geom, free = f"{head}_{side}_tendon", f"{head}_condyles_wrap_{side}", free_site(head, side)
            path = path_of(spec, tendon)
            if sum(kind == "geom" for kind, _, _ in path) != 1:
                continue
            spec.body(f"femur_{side}").add_geom(
                name=geom,
                type=mujoco.mjtGeom.mjGEOM_CYLINDER,
                size=[RADII[paths][head], HALF_LENGTH, 0.0],
                pos=np.array(CONDYLES) * [1.0, 1.0, mirror],
                mass=0.0,
                contype=0,
                conaffinity=0,
            ).material = ""
            spec.body(f"tibia_{side}").add_site(name=free, pos=np.array(FIRST_GUESS))
            thread(spec, tendon, [path[0], ("geom", geom, ""), ("site", free, ""), *path[1:]])
            applied = True
    reason = "the cylinder at the condyles was not in the paths" if applied else "not needed: both wrap two cylinders"
    return Repair(name=name, is_applied=applied, reason=reason)


def free_site(head: str, side: str) -> str:
    """Name of the site that lies where the path is straight."""
    return f"{head}-free_{side}"


def free_points(mj: MjModel, side: Side, n_frames: int) -> tuple["FreePoint", ...]:
    """Free points of one side of a compiled leg, still to be observed; none where the legs have none."""
    sites = {mj.site(i).name: i for i in range(mj.nsite)}
    found = [(mj.tendon(f"{head}_{side[0]}_tendon").id, free_site(head, side[0])) for head in HEADS]
    return tuple(FreePoint(mj, tendon, sites[site], n_frames) for tendon, site in found if site in sites)


class FreePoint:
    """The free point of one head over a motion: first all frames are observed, then `places` solves them together."""

    def __init__(self, mj: MjModel, tendon: int, site: int, n_frames: int) -> None:
        """Nothing observed yet; the tendon is end, condyles, this point, shank, end."""
        self.site = site
        first, upper, _, lower, last = mj.tendon_adr[tendon] + np.arange(5)
        self.ends = [int(mj.wrap_objid[first]), int(mj.wrap_objid[last])]
        self.geoms = [int(mj.wrap_objid[upper]), int(mj.wrap_objid[lower])]
        self.side = int(mj.wrap_prm[lower])
        self.radii = [float(mj.geom_size[geom, 0]) for geom in self.geoms]
        self.start = np.empty((n_frames, 3))
        self.end_places = np.empty((2, n_frames, 3))
        self.centres, self.side_places = np.empty((2, n_frames, 3)), np.empty((n_frames, 3))
        self.turns = np.empty((2, n_frames, 3, 3))

    def observe(self, data: MjData, frame: int) -> None:
        """Note one frame's points and cylinders, after `mj_kinematics`."""
        self.start[frame] = data.site_xpos[self.site]
        self.end_places[:, frame] = data.site_xpos[self.ends]
        self.centres[:, frame] = data.geom_xpos[self.geoms]
        self.side_places[frame] = data.site_xpos[self.side]
        self.turns[:, frame] = data.geom_xmat[self.geoms].reshape(2, 3, 3)

    def places(self) -> Array:
        """Where the path is straight through the point, shape (frames, 3) [m].

        The point is laid on the straight line between its neighbours, which then follow it: a fixed point, found
        by Anderson's extrapolation over two moves. Each frame stops by itself, so that it does not depend on others.
        """
        point = self.start.copy()
        last_move, last_aim = np.zeros_like(point), np.zeros_like(point)
        is_open = np.ones(len(point), dtype=bool)
        for _ in range(MOVES):
            aim = self._on_the_line(point)
            move = aim - point
            distance = np.sqrt(np.sum(move**2, axis=1))
            change = move - last_move
            squared = np.sum(change**2, axis=1)
            is_near = (distance < NEAR) & (squared > 0.0) & last_aim.any(axis=1)
            share = np.divide(np.sum(move * change, axis=1), squared, out=np.zeros_like(squared), where=is_near)
            foreseen = self._outside(self._outside(aim - share[:, None] * (aim - last_aim), 0), 1)
            is_open &= distance >= STILL
            point = np.where(is_open[:, None], foreseen, point)
            last_move, last_aim = move, aim
            if not is_open.any():
                break
        return point

    def _on_the_line(self, point: Array) -> Array:
        """Foot of the point on the line between its neighbours on the path, outside the cylinders."""
        above, below = self._neighbour(point, 0), self._neighbour(point, 1)
        along = below - above
        share = np.sum((point - above) * along, axis=1) / np.sum(along**2, axis=1)
        foot = above + np.clip(share, 0.1, 0.9)[:, None] * along
        return self._outside(self._outside(foot, 0), 1)

    def _local(self, point: Array, k: int) -> Array:
        return np.einsum("fji,fj->fi", self.turns[k], point - self.centres[k])

    def _outside(self, point: Array, k: int) -> Array:
        """The point, or the nearest one on the surface of a cylinder that it lies in."""
        local, radius = self._local(point, k), self.radii[k]
        distance = np.hypot(local[:, 0], local[:, 1])
        local[:, :2] *= np.maximum(1.0, radius / distance)[:, None]
        return self.centres[k] + np.einsum("fij,fj->fi", self.turns[k], local)

    def _neighbour(self, point: Array, k: int) -> Array:
        """Where the path from one of its ends leaves that end's cylinder towards the point; the end if it is straight.

        Seen along the cylinder's axis: tangents from both points, round the side of the side site.
        """
        end, near = self._local(self.end_places[k], k), self._local(point, k)
        side, radius = self._local(self.side_places, k) if k else np.array([BEHIND]), self.radii[k]
        way = near - end
        sense = np.sign(side[:, 0] * way[:, 1] - side[:, 1] * way[:, 0])
        angles, lengths = [], []
        for place in (end, near):
            distance = np.maximum(np.hypot(place[:, 0], place[:, 1]), radius)
            angles.append((np.arctan2(place[:, 1], place[:, 0]), np.arccos(radius / distance)))
            lengths.append(np.sqrt(np.maximum(distance**2 - radius**2, 0.0)))
        touch, leave = angles[0][0] + sense * angles[0][1], angles[1][0] - sense * angles[1][1]
        arc = radius * ((sense * (leave - touch) + np.pi) % (2.0 * np.pi) - np.pi)
        share = (lengths[0] + arc) / np.maximum(lengths[0] + arc + lengths[1], np.finfo(np.float64).tiny)
        tangent = np.column_stack(
            [radius * np.cos(leave), radius * np.sin(leave), end[:, 2] + share * (near[:, 2] - end[:, 2])]
        )
        tangent = self.centres[k] + np.einsum("fij,fj->fi", self.turns[k], tangent)
        return np.where((arc > 0.0)[:, None], tangent, self.end_places[k])
