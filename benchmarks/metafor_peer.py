"""Ratio of R's metafor to this package: 1,000 random-effects pools (REML) of the BCG data, R's start-up left out.

Run from the repository root: python benchmarks/metafor_peer.py. Needs Rscript with metafor. The largest network of the
pinned reference is timed beside it, frequentist and Bayesian.
"""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from trochlea.evidence.estimate import Estimate
from trochlea.evidence.network import fit_network, league_table
from trochlea.evidence.network_input import StudyContrasts, against_first
from trochlea.evidence.pooling import pool_random_effects
from trochlea.evidence.posterior import compare_posterior, fit_posterior
from trochlea.evidence.tau_prior import half_normal

REFERENCE = Path(__file__).parents[1] / "validation" / "metafor" / "reference.json"
FITS, REPEATS = 1000, 3
R_SCRIPT = f"""
suppressPackageStartupMessages(library(metafor))
d <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg); y <- c(d$yi); v <- c(d$vi)
fits <- function() for (i in 1:{FITS}) rma(y, v, method = "REML", test = "knha")
cat(min(sapply(1:{REPEATS}, function(i) system.time(fits())[["elapsed"]])))
"""


def shortest(task, repeats=REPEATS):
    """Least time of a few runs [s]."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return min(times)


def main():
    reference = json.loads(REFERENCE.read_text(encoding="utf-8"))
    bcg = next(block for block in reference["pairwise"] if "dat.bcg" in block["name"])
    pairs = enumerate(zip(bcg["yi"], bcg["vi"], strict=True))
    estimates = [Estimate(study=str(i), estimate=y, se=v**0.5) for i, (y, v) in pairs]
    ours = shortest(lambda: [pool_random_effects(estimates, method="REML") for _ in range(FITS)])
    print(f"{FITS} REML pools of the BCG data, this package: {ours:.3f} s")
    largest = max(reference["networks"], key=lambda block: len(block["studies"]))
    studies = []
    for s in largest["studies"]:
        y, covariance = against_first(np.array(s["effects"]), np.array(s["variances"]))
        studies.append(
            StudyContrasts(study=s["study"], treatments=tuple(s["treatments"]), estimates=y, covariance=covariance)
        )

    def frequentist():
        league_table(fit_network(studies))

    def bayesian():
        posterior = fit_posterior(studies, half_normal(1.0))
        names = posterior.treatments
        return [compare_posterior(posterior, a, b) for i, a in enumerate(names) for b in names[i + 1 :]]

    size = f"{largest['name']}, {len(studies)} studies, {len(largest['treatments'])} treatments"
    print(f"network {size}, frequentist with league table: {shortest(frequentist):.3f} s")
    print(f"network {size}, Bayesian with every comparison: {shortest(bayesian):.3f} s")
    if shutil.which("Rscript") is None:
        sys.exit("Rscript is not installed, so there is no peer to compare with")
    theirs = float(subprocess.run(["Rscript", "-e", R_SCRIPT], capture_output=True, text=True, check=True).stdout)
    print(f"{FITS} REML pools of the BCG data, metafor: {theirs:.3f} s; ratio {theirs / ours:.1f}")


if __name__ == "__main__":
    main()
