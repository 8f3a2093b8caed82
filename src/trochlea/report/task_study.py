"""One task of one person with everything that is told of it: the movement, what-ifs, and what changes them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from trochlea.errors import InputError
from trochlea.exercise.exercise import trained_activations
from trochlea.exercise.open_choice import OpenChoice, open_choices
from trochlea.knee.gait_result import solve_gait
from trochlea.knee.person_leg import PersonLeg, build_person_leg
from trochlea.knee.quadriceps_effect import QuadricepsEffect, quadriceps_effect
from trochlea.knee.shortfall import refuse_weak_knee
from trochlea.knee.strategies import Strategies, compare_strategies
from trochlea.knee.task_result import TaskResult, person_engine, solve_task
from trochlea.knee.trunk_exchange import TrunkExchange, exchanges_trunk, trunk_exchange
from trochlea.motion.gait_cycle import gait_names
from trochlea.motion.gait_task import gait_speed
from trochlea.motion.seen_posture import SeenPosture
from trochlea.motion.task import Task
from trochlea.motion.task_file import read_task
from trochlea.person.person import Person
from trochlea.person.posture_norm import norms_of_task
from trochlea.report.task_request import TaskRequest, refuse_in_gait, refuse_without_effect
from trochlea.report.trial_posture import read_trial_posture

SEED = 20210
"""The same inputs give the same intervals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStudy:
    """A task done, and what is told beside it.

    Attributes:
        request: What was asked for.
        result: The movement from posture to kneecap.
        choices: What statics leaves open.
        seen: The posture of the person's own trial; None without one.
        strategies: Three ways to do it with another strength; None if none was asked for.
        exchange: What a degree of trunk flexion is worth; None where the task has no such rate.
        quadriceps: What weaker hip extensors add to the quadriceps; None where it does not pull.
        unturned: The same without the turn of the femur that was given; None if none was.
        notes: What stood in the way of one of these.
    """

    request: TaskRequest
    result: TaskResult
    choices: tuple[OpenChoice, ...] = ()
    seen: SeenPosture | None = None
    strategies: Strategies | None = None
    exchange: TrunkExchange | None = None
    quadriceps: QuadricepsEffect | None = None
    unturned: TaskResult | None = None
    notes: tuple[str, ...] = ()


def study_task(request: TaskRequest) -> TaskStudy:
    """Do a task.

    Raises:
        FormatError: If a file is damaged.
        InputError: If the task is not possible, or an option has no meaning in it.
    """
    if request.task in gait_names():
        refuse_in_gait(request)
        speed = gait_speed(request.task, request.settings)
        own = _leg(request, request.person)
        solve = partial(solve_gait, own.person, request.task, own.side, own=own, speed=speed)
        return TaskStudy(request=request, result=_solved(solve, request.n_draws))
    with _naming_the_file(request.task):
        return _own_posture(request)


def _own_posture(request: TaskRequest) -> TaskStudy:
    task, person, settings = read_task(request.task, request.settings), request.person, dict(request.settings)
    seen = None
    if request.posture_file is not None:
        seen = read_trial_posture(request.posture_file, request.side or person.side, model=request.model)
        person, settings = _with_seen(request, task, seen)
        task = read_task(request.task, settings)
    refuse_without_effect(request, task, person)
    own = _leg(request, person)
    solve = partial(solve_task, person, task, own.side, own=own, style=request.style, r=request.correlation)
    result = _solved(partial(solve, femur_turn=request.femur_turn), request.n_draws)
    trained_activations(result)  # refuses what is no group of muscles
    refuse_weak_knee(result.task.name, result.leg)
    exchange, notes = _exchange(result)
    strategies = None
    if request.strength_ratio:
        stiffness, compensated = request.leaning
        strategies = compare_strategies(result, request.strength_ratio, stiffness=stiffness, compensated=compensated)
    return TaskStudy(
        request=request,
        result=result,
        choices=open_choices(
            result,
            request.task,
            settings,
            own,
            style=request.style,
            r=request.correlation,
            femur_turn=request.femur_turn,
        ),
        seen=seen,
        strategies=strategies,
        exchange=exchange,
        quadriceps=quadriceps_effect(result),
        unturned=solve() if request.femur_turn else None,
        notes=notes,
    )


def _leg(request: TaskRequest, person: Person) -> PersonLeg:
    return build_person_leg(person, person_engine(person), request.side or person.side)


def _solved(solve: Callable[..., TaskResult], n_draws: int) -> TaskResult:
    """A movement; where random people fail at it, without intervals and with the reason among its notes."""
    try:
        return solve(n_draws=n_draws, rng=np.random.default_rng(SEED))
    except InputError as error:
        if n_draws == 0:
            raise
        result = solve()  # what fails without draws too is refused here
        return replace(result, notes=(*result.notes, f"no intervals: {error}"))


def _exchange(result: TaskResult) -> tuple[TrunkExchange | None, tuple[str, ...]]:
    if not exchanges_trunk(result.task):
        return None, ()
    try:
        return trunk_exchange(result), ()
    except InputError as error:
        return None, (f"no exchange rate of the trunk: {error}",)


def _with_seen(request: TaskRequest, task: Task, seen: SeenPosture) -> tuple[Person, dict[str, float]]:
    """Person and settings with what a trial shows; what was set stays.

    Where a posture is predicted the angles stand among the person's observations, with their spread; elsewhere they are
    set. The depth is always set: the posture belongs to it.

    Raises:
        InputError: If the task takes nothing of it, or an angle is outside the range of its input.
    """
    found = {"knee_flexion": seen.knee_flexion, **seen.angles}
    degrees = {f"{name}_deg": float(np.degrees(one.value)) for name, one in found.items()}
    taken = {name: value for name, value in degrees.items() if name in task.inputs and name not in request.settings}
    if not taken.keys() - {"knee_flexion_deg"}:
        names = ", ".join(name for name in degrees if name != "knee_flexion_deg")
        raise InputError(
            f"{task.name}: --posture {request.posture_file}: the task takes none of {names}, or they are set; leave "
            "the file out, or take another task"
        )
    for name, value in taken.items():
        own = task.inputs[name]
        if not own.low <= value <= own.high:
            raise InputError(
                f"{request.posture_file}: {name} at the deepest point: {task.name} expects {own.low:g} to "
                f"{own.high:g}, found {value:.1f}; give a trial of this movement, or --set {name}=VALUE"
            )
    settings = dict(request.settings)
    if not norms_of_task(task.name):
        return request.person, {**settings, **taken}
    if "knee_flexion_deg" in taken:
        settings["knee_flexion_deg"] = taken["knee_flexion_deg"]
    return replace(request.person, posture={**request.person.posture, **seen.angles}), settings


@contextmanager
def _naming_the_file(task: str) -> Iterator[None]:
    """Put the file of a task of somebody's own before what is wrong in it."""
    try:
        yield
    except InputError as error:
        if Path(task).suffix.lower() in (".yaml", ".yml") and task not in str(error):
            raise InputError(f"{task}: {error}") from None
        raise
