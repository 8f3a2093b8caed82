"""How exactly joint moments are shared among muscles, with squares and with cubes of the activations.

Beside a general solver (scipy's SLSQP, frame by frame), and beside the least cost that duality allows, which needs no
other solver (gap: over 1 + cost). The walk's right leg, and random problems up to far beyond the muscles' strength.

Run from the checkout: python validation/load_sharing.py [--data FOLDER]
"""

import argparse
import time
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from trochlea.leg.leg_result import MUSCLES_OF
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.hill import capacity
from trochlea.leg.muscles.muscle_set import parameters_of
from trochlea.leg.muscles.static_optimisation import SMOOTHING, Exponent, SharedLoad, share_load
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.prepared_leg import prepare_leg
from trochlea.leg.skeleton.model import build_leg_from_osim
from trochlea.motion.timeseries import Array
from trochlea.motion.trial import read_motion

DATA = Path(__file__).parents[2] / "shared" / "data"
WINDOW = (0.5, 1.7)
LOADS = (0.3, 3.0, 20.0, 300.0)
N_RANDOM = 5000
GROUPS = ("quadriceps", "gluteus_medius", "gluteus_maximus", "hamstrings", "calf")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the trials (default: %(default)s)")
    trial = parser.parse_args().data / "mocap" / "rajagopal_walk"
    leg = build_leg_from_osim(read_osim(trial / "subject.osim"))
    motion = read_motion(trial / "ik_filtered_6hz.mot", trial / "external_loads.xml")
    prepared = prepare_leg(MujocoLeg(model=leg), motion, "right", start=WINDOW[0], end=WINDOW[1])
    forces = capacity(parameters_of(leg, "right"), prepared.geometry)
    arms = np.swapaxes(prepared.geometry.moment_arms[:, :, :5] * forces[:, :, None], 1, 2)
    moments = prepared.moments[:, :5]
    exponents: tuple[Exponent, ...] = (2, 3)

    print("| problem | exponent | frames | steps, mean and most | not solved | ms a frame | gap |")
    print("|---|---|---|---|---|---|---|")
    problems = {"walk": (arms, moments)} | {f"random, load {load:g}": _random(load) for load in LOADS}
    for name, problem in problems.items():
        for exponent in exponents:
            _print_row(name, *problem, exponent)

    shared = {exponent: share_load(arms, moments, exponent=exponent) for exponent in exponents}
    print("\nWalk, beside SLSQP: worst difference of an activation, worst difference of the cost")
    for exponent in exponents:
        theirs = np.array([_slsqp(a, m, exponent) for a, m in zip(arms, moments, strict=True)])
        ours = shared[exponent].activations
        excess = _cost(arms, moments, ours, exponent) - _cost(arms, moments, theirs, exponent)
        print(f"exponent {exponent}: {np.abs(theirs - ours).max():.1e}, {np.abs(excess).max():.1e}")

    print("\nWalk, peak force of a group [N] and largest reserve [N.m]: squares, cubes")
    for group in GROUPS:
        columns = [leg.muscles.index(muscle) for muscle in MUSCLES_OF[group]]
        peaks = [(shared[e].activations * forces)[:, columns].sum(axis=1).max() for e in exponents]
        print(f"{group:<18}{peaks[0]:>7.0f}{peaks[1]:>7.0f}")
    print("reserve           " + "".join(f"{np.abs(shared[e].reserves).max():>7.3f}" for e in exponents))


def _random(load: float) -> tuple[Array, Array]:
    generator = np.random.default_rng(round(load * 10))
    arms = generator.normal(0.0, 0.03, (N_RANDOM, 5, 40)) * generator.uniform(100.0, 5000.0, (1, 1, 40))
    arms *= generator.random(arms.shape) < 0.5
    return arms, load * generator.normal(0.0, 60.0, (N_RANDOM, 5))


def _print_row(name: str, arms: Array, moments: Array, exponent: Exponent) -> None:
    spent = []
    for _ in range(3):
        start = time.process_time()
        shared = share_load(arms, moments, exponent=exponent)
        spent.append(time.process_time() - start)
    cost = _cost(arms, moments, shared.activations, exponent)
    excess = (cost - _bound(arms, moments, shared, exponent)) / (1.0 + cost)
    print(
        f"| {name} | {exponent} | {len(arms)} | {shared.iterations.mean():.1f}, {shared.iterations.max()} "
        f"| {np.sum(~shared.is_converged)} | {min(spent) / len(arms) * 1e3:.3f} | {excess.max():.0e} |"
    )


def _cost(arms: Array, moments: Array, activations: Array, exponent: Exponent) -> Array:
    rest = moments - np.einsum("fdm,fm->fd", arms, activations)
    return np.sum(activations**exponent, axis=1) + np.sum(rest**2, axis=1)


def _bound(arms: Array, moments: Array, shared: SharedLoad, exponent: Exponent) -> Array:
    """The least cost that duality allows; multipliers from the free muscles, and the reserves where these are few."""
    smoothing = SMOOTHING if exponent == 3 else 0.0
    is_free = (shared.activations > 0.0) & (shared.activations < 1.0)
    owed = exponent * shared.activations ** (exponent - 1) + 3.0 * smoothing * shared.activations
    multipliers = np.empty_like(moments)
    for frame, (arm, free) in enumerate(zip(arms, is_free, strict=True)):
        matrix = np.vstack([free[:, None] * arm.T, 1e-6 * np.eye(len(arm))])
        right = np.append(free * owed[frame], 2e-6 * shared.reserves[frame])
        multipliers[frame] = np.linalg.lstsq(matrix, right, rcond=None)[0]
    drive = np.einsum("fdm,fd->fm", arms, multipliers)
    best = np.clip((np.maximum(drive, 0.0) / exponent) ** (1.0 / (exponent - 1)), 0.0, 1.0)
    free_cost = np.sum(best**exponent - drive * best, axis=1)
    return free_cost + np.sum(multipliers * moments, axis=1) - 0.25 * np.sum(multipliers**2, axis=1)


def _slsqp(arms: Array, moments: Array, exponent: Exponent) -> Array:
    def cost(a: Array) -> tuple[float, Array]:
        rest = moments - arms @ a
        return float(np.sum(a**exponent) + rest @ rest), exponent * a ** (exponent - 1) - 2.0 * arms.T @ rest

    start = np.full(arms.shape[1], 0.1)
    settings = {"ftol": 1e-15, "maxiter": 2000}
    return minimize(cost, start, jac=True, bounds=[(0.0, 1.0)] * start.size, method="SLSQP", options=settings).x


if __name__ == "__main__":
    main()
