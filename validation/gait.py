"""Walking and running without a laboratory, against measurements of other people; misses included.

The joint angles are published averages; ground force, moments and kneecap force are computed. No number was fitted, but
this is no blind test: smoothing, contact times, the flat foot, the round heel, how far a trunk may tip and the rule
that a lifted sole carries nothing were settled with the forces, the moments and the kneecap's peaks in view (variants
tried: walking 0.5 to 1.5 body weights, running 3.9 to 6.3), and the time of a running foot on the ground is that of
the one runner whose force stands beside. What the remaining choices do is in the last table. Two checks of the ground
force on people's own angles: a measured walk against its force plates, and one runner. The kneecap's force against the
pooled values of `hart-2022-peak-force`.

Run from the checkout: python validation/gait.py [--data FOLDER]
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from gait_ground import print_ground, print_runner, print_walk
from gait_moments import print_adduction, print_moments
from gait_people import GAITS, Gait, people, solve_all
from gait_sources import DATA
from gait_weights import print_weights
from markdown_table import print_table

from trochlea.knee.gait_draws import LACKING
from trochlea.knee.gait_result import solve_gait
from trochlea.units import GRAVITY

POOLED = {"walk": (0.9, 0.4), "run": (5.2, 1.2)}
"""Mean and SD of the kneecap's peak force of healthy people [body weights]. `hart-2022-peak-force`."""

PAIN = {"walk": (0.8, 0.2), "run": (4.1, 0.9)}
"""The same of people with patellofemoral pain. `hart-2022-peak-force`."""

N_DRAWS = 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the trials (default: %(default)s)")
    data = parser.parse_args().data
    gaits = solve_all()
    print_kneecap(gaits)
    print_spread()
    print_ground([gait for gait in gaits if gait.who == "man"], data)
    print_walk(data / "mocap" / "rajagopal_walk")
    print_runner(data)
    print_moments([gait for gait in gaits if gait.who == "man"], data)
    print_adduction([gait for gait in gaits if gait.who == "man"], data)
    print_weights()


def print_kneecap(gaits: list[Gait]) -> None:
    def rows() -> Iterator[tuple[str, ...]]:
        for gait in gaits:
            weight = gait.leg.mass * GRAVITY
            force = gait.result.kneecap.contact_force / weight
            pulley = gait.result.leg.pulley_force / weight
            mean, sd = POOLED[gait.name]
            pain, pain_sd = PAIN[gait.name]
            peak = float(np.nanmax(force))
            yield (
                f"{gait.name}, {gait.who}",
                f"{peak:.2f}",
                f"{mean} ({sd})",
                f"{(peak - mean) / sd:+.1f}",
                f"{pain} ({pain_sd})",
                f"{(peak - pain) / pain_sd:+.1f}",
                f"{np.nanargmax(force)}",
                f"{np.nanmax(pulley):.2f}",
                f"{np.nanmax(np.abs(gait.result.leg.reserves)):.1f}",
            )

    print_table(
        "Peak force on the kneecap against the pooled values of published models [body weights]; target: within one SD "
        "of healthy people. People with pain load it less, which these angles, of healthy people, do not show. The "
        "pooled running is at other speeds, mostly faster than our 2.5 m/s.",
        (
            "gait, person",
            "peak",
            "pooled (SD)",
            "off by [SD]",
            "with pain (SD)",
            "off by [SD]",
            "at [% of cycle]",
            "frictionless pulley",
            "largest reserve [N.m]",
        ),
        rows(),
    )


def print_spread() -> None:
    def rows() -> Iterator[tuple[str, ...]]:
        for name in GAITS:
            for who, person in people().items():
                rng = np.random.default_rng(20210)
                found = solve_gait(person, name, "right", n_draws=N_DRAWS, rng=rng)
                force = found.values["peak_contact_force_bw"]
                assert force.low is not None
                assert force.high is not None
                mean, sd = POOLED[name]
                yield (
                    f"{name}, {who}",
                    f"{force.value:.2f} ({force.low:.2f} to {force.high:.2f})",
                    f"{mean - 1.96 * sd:.1f} to {mean + 1.96 * sd:.1f}",
                    str(found.n_failed),
                )

    print_table(
        f"95 % limits of {N_DRAWS} random people: strengths and knee, and of runners the legs of 46 runners and the "
        "trunk's lean; of walkers no spread of the angles is known. Beside them the pooled mean and 1.96 SD of healthy "
        f"people [body weights]. Left out: who misses more than {LACKING:g} N.m.",
        ("gait, person", "peak (95 % limits)", "pooled, 1.96 SD", "left out"),
        rows(),
    )


if __name__ == "__main__":
    main()
