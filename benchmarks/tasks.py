"""Seconds of processor time of the built-in tasks, part by part, and of the commands in a process of their own.

Caches are warm and one core works; every figure is the least of several runs. The parts of a task of 31 postures:
`posture` finds the joint angles, `forces` those at the supports and of bands and weights, `demand` joint moments and
muscle lengths, `sharing` the muscles' forces, `kneecap` its equilibrium, `values` the few numbers that sum it up.
`whole` is the call that does it all, and `/ kneecap` that over the kneecap's part, so that machines can be compared.
Then random people behind the intervals, and both ends of each open choice.

Run from the checkout: python benchmarks/tasks.py [--repeats 5] [--draws 60] [--commands] [NAME ...]
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

ONE_CORE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
COMMANDS = ("tasks", "task single_leg_squat", "task single_leg_squat --draws 0", "task walk", "exercises")
PARTS = ("posture", "forces", "demand", "sharing", "kneecap", "values")
COLUMNS = (*PARTS, "whole", "/ kneecap", "draws", "choices")


def best(run: Callable[[], Any], repeats: int) -> tuple[Any, float]:
    """What a call gives, and the least processor time of some calls [s]."""
    least, found = float("inf"), None
    for _ in range(repeats):
        start = time.process_time()
        found = run()
        least = min(least, time.process_time() - start)
    return found, least


def parts_of(own: Any, name: str, repeats: int, n_draws: int) -> dict[str, float]:
    """Processor time of each of COLUMNS for one task [s]."""
    import numpy as np

    from trochlea.errors import InputError
    from trochlea.exercise.open_choice import open_choices
    from trochlea.knee.chain import chain_of, share_muscles, solve_knee
    from trochlea.knee.task_result import solve_task
    from trochlea.knee.task_values import angles_of, task_values
    from trochlea.leg.posture.task_motion import N_FRAMES, simulate_task, task_contacts
    from trochlea.leg.posture.task_postures import task_postures
    from trochlea.motion.task import task_profile
    from trochlea.motion.task_file import read_task
    from trochlea.motion.task_posture import with_posture
    from trochlea.person.posture_prediction import predict_posture

    model, person, side = own.leg.model, own.person, own.side
    task = with_posture(read_task(name), predict_posture(person, name))
    progress = task_profile(task.duration, N_FRAMES)[1][: N_FRAMES // 2 + 1]
    took: dict[str, float] = {}
    postures, took["posture"] = best(lambda: task_postures(model, task, side, progress), repeats)
    _, took["forces"] = best(lambda: task_contacts(model, task, side, postures.values), repeats)
    movement = simulate_task(model, task, side)
    chain, took["demand"] = best(lambda: chain_of(own, movement.motion), repeats)
    leg, took["sharing"] = best(lambda: share_muscles(chain, chain.strengths.factors), repeats)
    kneecap, took["kneecap"] = best(lambda: solve_knee(chain, leg.extensor), repeats)
    last = movement.postures.values[-1:]
    _, took["values"] = best(lambda: task_values(chain, leg, kneecap, angles_of(model, task, side, last)[0]), repeats)
    result, took["whole"] = best(lambda: solve_task(person, read_task(name), side, own=own), repeats)
    took["/ kneecap"] = took["whole"] / took["kneecap"]

    def drawn() -> None:
        try:
            solve_task(person, read_task(name), side, own=own, n_draws=n_draws, rng=np.random.default_rng(1))
        except InputError as error:  # most of them fail: it took as long
            print(f"{name}: {error}", file=sys.stderr)

    took["draws"] = best(drawn, min(repeats, 2))[1] - took["whole"] if n_draws else float("nan")
    took["choices"] = best(lambda: open_choices(result, name, {}, own), repeats)[1]
    return took


def tasks(names: list[str], repeats: int, n_draws: int) -> None:
    """Print one line a task, and the whole table of exercises."""
    from trochlea.exercise.exercise_table import exercise_table
    from trochlea.knee.person_leg import build_person_leg
    from trochlea.knee.task_result import person_engine
    from trochlea.motion.task_file import task_names
    from trochlea.person.read import demo_person

    person = demo_person()
    engine, building = best(lambda: person_engine(person), repeats)
    own, preparing = best(lambda: build_person_leg(person, engine, "right"), repeats)
    print(f"once for all tasks: leg model {building:.3f} s, the person's muscles and lever arm {preparing:.3f} s")
    print(f"{'[ms]':<26}" + "".join(f"{column:>10}" for column in COLUMNS))
    for name in names or task_names():
        took = parts_of(own, name, repeats, n_draws)
        cells = (took[column] * (1.0 if column == "/ kneecap" else 1e3) for column in COLUMNS)
        print(f"{name:<26}" + "".join(f"{cell:>10.1f}" for cell in cells), flush=True)
    if not names:
        _, table = best(lambda: exercise_table(person, "right"), repeats)
        print(f"exercise table, leg included: {table:.2f} s")


def commands(repeats: int) -> None:
    """Print processor time of each command in a new process, imports included, caches warm."""
    for command in COMMANDS:
        least = float("inf")
        for _ in range(repeats):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            code = "import sys; from trochlea.cli import main; sys.exit(main())"
            subprocess.run([sys.executable, "-c", code, *command.split()], check=True, stdout=subprocess.DEVNULL)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            least = min(least, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        print(f"trochlea {command:<36}{least:>6.2f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--draws", type=int, default=60)
    parser.add_argument("--commands", action="store_true", help="time the commands instead")
    arguments = parser.parse_args()
    os.environ |= dict.fromkeys(ONE_CORE, "1")  # before numpy is imported
    if arguments.commands:
        commands(arguments.repeats)
    else:
        tasks(arguments.names, arguments.repeats, arguments.draws)


if __name__ == "__main__":
    main()
