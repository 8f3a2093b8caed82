"""Long MCMC runs of the Bayesian models, to check the exact posterior against: writes posterior_mcmc.json.

Run from the repository root: python validation/posterior_mcmc.py (about five minutes). The sampler shares nothing
with the package: it works on arms, with a baseline for every study and a deviation of variance tau^2 / 2 for every arm,
where the package works on contrasts with the deviations integrated out.
"""

import json
import math
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
CHAINS, BURN_IN, KEPT = 200, 4_000, 100_000
THIN = 5
SEED = 20261124


def half_normal(scale):
    return lambda tau: -0.5 * (tau / scale) ** 2


def half_cauchy(scale):
    return lambda tau: -np.log1p((tau / scale) ** 2)


def log_t(location, scale, df):
    """Of log(tau^2); the density of tau."""
    return lambda tau: -np.log(tau) - 0.5 * (df + 1) * np.log1p(((2 * np.log(tau) - location) / scale) ** 2 / df)


def from_metafor(name):
    """Arms of one network of the pinned reference."""
    networks = json.loads((HERE / "metafor" / "reference.json").read_text())["networks"]
    network = next(item for item in networks if item["name"] == name)
    return network["treatments"], [(s["treatments"], s["effects"], s["variances"]) for s in network["studies"]]


def eight_schools():
    """Rubin 1981, as printed in bayesmeta: the variance of each contrast is split between two arms."""
    y = [28.39, 7.94, -2.75, 6.82, -0.64, 0.63, 18.01, 12.16]
    se = [14.9, 10.2, 16.3, 11.0, 9.4, 11.4, 10.4, 17.6]
    studies = [(["control", "coached"], [0.0, a], [b**2 / 2, b**2 / 2]) for a, b in zip(y, se, strict=True)]
    return ["control", "coached"], studies


def hip_and_knee():
    """Hott 2019 (three arms) and Hansen 2023 at 12 to 13 weeks: arms' variances by hand from the intervals' widths."""
    width = 2 * 1.959963984540054
    hk, hc, kc = (11.2 / width) ** 2, (11.2 / width) ** 2, (11.5 / width) ** 2
    arms = [(hk + hc - kc) / 2, (hk + kc - hc) / 2, (hc + kc - hk) / 2]
    hansen = (5.2 / width) ** 2 / 2
    names = ["knee", "control", "hip"]
    return names, [(["hip", "knee", "control"], [1.0, 0.2, 0.0], arms), (["knee", "hip"], [0.6, 0.0], [hansen, hansen])]


def sample(names, studies, log_prior, tau_start, rng):
    """Gibbs sampling with two moves of tau; returns draws of tau and of effects against the first treatment."""
    rows = [(i, t, y, v) for i, (ts, ys, vs) in enumerate(studies) for t, y, v in zip(ts, ys, vs, strict=True)]
    z = np.zeros((len(rows), len(studies) + len(names) - 1))
    for row, (i, t, _, _) in enumerate(rows):
        z[row, i] = 1.0
        if t != names[0]:
            z[row, len(studies) + names.index(t) - 1] = 1.0
    y, v = (np.array([row[k] for row in rows]) for k in (2, 3))
    inverse = np.linalg.inv(z.T @ z)
    project, root = inverse @ z.T, np.linalg.cholesky(inverse)
    n_arms = len(rows)
    tau = tau_start * np.exp(rng.normal(0, 0.3, CHAINS))
    theta = y + rng.normal(0, 1, (CHAINS, n_arms)) * np.sqrt(v)
    step_a, step_b = np.full(CHAINS, 0.5), np.full(CHAINS, 0.5)
    taus, effects = [], []
    for iteration in range(BURN_IN + KEPT):
        beta = theta @ project.T + (tau / math.sqrt(2))[:, None] * (rng.standard_normal((CHAINS, z.shape[1])) @ root.T)
        fitted = beta @ z.T
        precision = 1 / v + (2 / tau**2)[:, None]
        mean = (y / v + fitted * (2 / tau**2)[:, None]) / precision
        theta = mean + rng.standard_normal((CHAINS, n_arms)) / np.sqrt(precision)
        deviation = theta - fitted
        square = (deviation**2).sum(axis=1)
        # tau given the deviations, on the logarithm
        new = tau * np.exp(step_a * rng.standard_normal(CHAINS))
        gain = log_prior(new) - log_prior(tau) + (1 - n_arms) * np.log(new / tau) - square * (new**-2 - tau**-2)
        taken_a = np.log(rng.random(CHAINS)) < gain
        tau = np.where(taken_a, new, tau)
        # tau and the deviations together, on the logarithm
        new = tau * np.exp(step_b * rng.standard_normal(CHAINS))
        moved = fitted + deviation * (new / tau)[:, None]
        fit = ((y - theta) ** 2 / v).sum(axis=1) - ((y - moved) ** 2 / v).sum(axis=1)
        taken_b = np.log(rng.random(CHAINS)) < log_prior(new) - log_prior(tau) + np.log(new / tau) + 0.5 * fit
        tau = np.where(taken_b, new, tau)
        theta = np.where(taken_b[:, None], moved, theta)
        if iteration < BURN_IN:
            step_a *= np.exp((taken_a - 0.44) / math.sqrt(iteration + 1))
            step_b *= np.exp((taken_b - 0.44) / math.sqrt(iteration + 1))
            continue
        if iteration % THIN == 0:
            taus.append(tau)
            effects.append(beta[:, len(studies) :])
    return np.array(taus), np.array(effects)


def summarise(draws):
    """Quantiles of all draws, with the standard error that their scatter between chains gives; draws (kept, chains)."""
    found = {}
    for name, p in (("low", 0.025), ("median", 0.5), ("high", 0.975)):
        each = np.quantile(draws, p, axis=0)
        found[name] = [float(np.quantile(draws, p)), float(each.std(ddof=1) / math.sqrt(CHAINS))]
    above = (draws > 0).mean(axis=0)
    found["above_zero"] = [float(above.mean()), float(above.std(ddof=1) / math.sqrt(CHAINS))]
    return found


def main():
    cases = {
        "hasselblad1998, half-normal 1": (from_metafor("hasselblad1998"), half_normal(1.0), 0.6),
        "eight schools, half-Cauchy 25": (eight_schools(), half_cauchy(25.0), 6.0),
        "hip and knee, log-t of Rhodes 2015 times SD 10": (
            hip_and_knee(),
            log_t(-3.02 + 2 * math.log(10), 2.27, 5),
            2.0,
        ),
    }
    results = {}
    for seed, (name, ((names, studies), prior, start)) in enumerate(cases.items(), SEED):
        taus, effects = sample(names, studies, prior, start, np.random.default_rng(seed))
        results[name] = {
            "reference": names[0],
            "studies": [{"treatments": t, "effects": y, "variances": v} for t, y, v in studies],
            "tau": summarise(taus),
            "effects": {other: summarise(effects[:, :, i]) for i, other in enumerate(names[1:])},
        }
        print(name, results[name]["tau"], results[name]["effects"])
    settings = {"chains": CHAINS, "burn_in": BURN_IN, "kept": KEPT, "thin": THIN, "seed": SEED, "numpy": np.__version__}
    source = {"script": "validation/posterior_mcmc.py", **settings}
    (HERE / "posterior_mcmc.json").write_text(json.dumps({"source": source, "cases": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
