"""OpenSim's inverse dynamics, static optimisation and joint reaction against ours, on the files of one walk.

Both run in this process, one after the other, `--repeats` times; medians are printed. The two do not solve a problem
of the same size: OpenSim's static optimisation takes the whole body (80 muscles, residuals at the pelvis, actuators of
trunk and arms) in every frame, ours two legs of 5 axes each; ours adds the equilibrium of both kneecaps on their
cartilage, which OpenSim does not have. Model files are read by OpenSim in every tool (as its tools do); ours builds
leg, knee and muscle parameters once a person, timed apart.

Run from the checkout, with the opensim wheel: python benchmarks/opensim_peer.py [--data FOLDER] [--repeats 5]
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "shared" / "data" / "mocap" / "rajagopal_walk"
START, END = 0.5, 1.7
PERSON = "label: walker\nmass_kg: 85\nheight_m: 1.80\nsex: male\nage_years: 30\nside: right\n"
SIDES = ("right", "left")


@dataclass(frozen=True)
class Files:
    """One trial."""

    model: Path
    motion: Path
    loads: Path


@dataclass(frozen=True)
class Seconds:
    """Time of one run."""

    wall: float
    cpu: float


def timed(task: Callable[[], Any]) -> tuple[Seconds, Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    result = task()
    return Seconds(time.perf_counter() - wall, time.process_time() - cpu), result


def median(runs: list[Seconds]) -> Seconds:
    return Seconds(statistics.median(r.wall for r in runs), statistics.median(r.cpu for r in runs))


class Peer:
    """OpenSim's three tools, as a user runs them; they write into the current folder."""

    def __init__(self, files: Files) -> None:
        import opensim

        opensim.Logger.setLevelString("off")
        self.opensim, self.files = opensim, files
        self.version = opensim.GetVersion()

    def inverse_dynamics(self) -> None:
        tool = self.opensim.InverseDynamicsTool()
        tool.setModelFileName(str(self.files.model))
        tool.setCoordinatesFileName(str(self.files.motion))
        tool.setExternalLoadsFileName(str(self.files.loads))
        tool.setStartTime(START)
        tool.setEndTime(END)
        tool.setResultsDir(".")
        tool.setOutputGenForceFileName("inverse_dynamics.sto")
        tool.run()

    def static_optimisation(self) -> None:
        analysis = self.opensim.StaticOptimization()
        self._analyse("so", analysis)

    def joint_reaction(self) -> None:
        analysis = self.opensim.JointReaction()
        analysis.setForcesFileName("so_StaticOptimization_force.sto")
        self._analyse("jr", analysis)

    def _analyse(self, name: str, analysis: Any) -> None:
        analysis.setStartTime(START)
        analysis.setEndTime(END)
        model = self._model()
        model.addAnalysis(analysis)
        tool = self.opensim.AnalyzeTool()
        tool.setName(name)
        tool.setModel(model)
        tool.setCoordinatesFileName(str(self.files.motion))
        tool.setExternalLoadsFileName(str(self.files.loads))
        tool.setInitialTime(START)
        tool.setFinalTime(END)
        tool.setResultsDir(".")
        tool.setLoadModelAndInput(True)
        tool.getAnalysisSet().cloneAndAppend(analysis)
        tool.run()

    def _model(self) -> Any:
        """The model with an actuator on every free coordinate, strong at the pelvis, 1 N.m elsewhere."""
        model = self.opensim.Model(str(self.files.model))
        for i in range(model.getCoordinateSet().getSize()):
            coordinate = model.getCoordinateSet().get(i)
            name = coordinate.getName()
            if coordinate.get_locked() or name.endswith("_beta"):
                continue
            actuator = self.opensim.CoordinateActuator(name)
            actuator.setName(f"{name}_actuator")
            actuator.setOptimalForce(100.0 if name.startswith("pelvis") else 1.0)
            actuator.setMinControl(-1e4)
            actuator.setMaxControl(1e4)
            model.addForce(actuator)
        model.initSystem()
        return model


class Ours:
    """The same trial here: what belongs to the person once, then everything that belongs to the trial."""

    def __init__(self, files: Files, person: Path) -> None:
        from trochlea.knee.extensor_mechanism import extensor_mechanism
        from trochlea.knee.knee import build_knee
        from trochlea.knee.setup import knee_setup
        from trochlea.knee.shape import knee_shape
        from trochlea.leg.mujoco_leg import MujocoLeg
        from trochlea.leg.opensim.osim import read_osim
        from trochlea.leg.skeleton.model import build_leg_from_osim
        from trochlea.person.read import read_person

        self.files = files
        who = read_person(person)
        self.leg = MujocoLeg(model=build_leg_from_osim(read_osim(files.model)))
        self.parameters = {side: self.leg.parameters(side) for side in SIDES}
        self.extensor = extensor_mechanism(knee_setup(who))
        self.knee = build_knee(knee_shape(who.knee, sex=who.sex), sex=who.sex)

    def trial(self) -> dict[str, Any]:
        """Files to moments, muscle forces and kneecap, of both legs."""
        from trochlea.motion.trial import read_motion

        motion = read_motion(self.files.motion, self.files.loads)
        return {side: self.leg_and_kneecap(motion, side) for side in SIDES}

    def leg_and_kneecap(self, motion: Any, side: Any) -> tuple[Any, Any]:
        from trochlea.knee.kneecap import solve_kneecap
        from trochlea.leg.muscles.muscle_sharing import solve_leg

        leg = solve_leg(self.leg, self.parameters[side], motion, side, extensor=self.extensor, start=START, end=END)
        return leg, solve_kneecap(self.knee, leg.extensor)


@contextlib.contextmanager
def in_folder(folder: str) -> Iterator[None]:
    """Work in a folder: OpenSim leaves a log where it is run."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def compare(files: Files, person: Path, repeats: int) -> None:
    """Both programs in turn, `repeats` times."""
    peer = Peer(files)
    tools = (peer.inverse_dynamics, peer.static_optimisation, peer.joint_reaction)
    build, ours = timed(lambda: Ours(files, person))
    cold, found = timed(ours.trial)
    theirs: list[list[Seconds]] = []
    mine: list[Seconds] = []
    for _ in range(repeats):
        theirs.append([timed(tool)[0] for tool in tools])
        mine.append(timed(ours.trial)[0])
    frames = found["right"][0].times.size
    leg = found["right"][0]
    print(f"walk, {frames} frames, median of {repeats}; seconds of wall (CPU)")
    for tool, runs in zip(tools, zip(*theirs, strict=True), strict=True):
        at = median(list(runs))
        print(f"  OpenSim {peer.version}, {tool.__name__.replace('_', ' ')}: {at.wall:.2f} ({at.cpu:.2f})")
    whole = median([Seconds(sum(r.wall for r in runs), sum(r.cpu for r in runs)) for runs in theirs])
    own = median(mine)
    print(f"  OpenSim, all three: {whole.wall:.2f} ({whole.cpu:.2f}), {1e3 * whole.cpu / frames:.0f} ms a frame")
    print(
        f"  ours, files to both legs' moments, muscles and kneecaps, warm: {own.wall:.3f} ({own.cpu:.3f}), "
        f"{1e3 * own.cpu / frames:.2f} ms a frame, {1e3 * own.cpu / frames / len(SIDES):.2f} a leg and frame"
    )
    print(f"  ratio: CPU {whole.cpu / own.cpu:.0f}, wall {whole.wall / own.wall:.0f}")
    print(f"  ours, first call {cold.wall:.2f} ({cold.cpu:.2f})")
    print(f"  ours, the person's leg, knee and muscles, built once: {build.wall:.2f} ({build.cpu:.2f})")
    print(
        "  size: OpenSim shares every frame among the whole body's 80 muscles and the actuators of pelvis, trunk and "
        f"arms; ours among {len(leg.muscles)} muscles and {len(leg.carried)} axes of each of two legs, and adds the "
        "kneecaps' equilibrium"
    )


IMPORTS = """
import json, sys, time
start = time.perf_counter()
import trochlea.cli, trochlea.report.study, trochlea.report.study_inputs, trochlea.report.summary, mujoco
print(json.dumps(time.perf_counter() - start))
"""


def new_process(files: Files, person: Path, folder: str, repeats: int) -> None:
    """`trochlea simulate` as a whole process, and what of it are imports."""
    command = [sys.executable, "-m", "trochlea.cli", "simulate", str(person), "--out", f"{folder}/out"]
    command += ["--model", str(files.model), "--motion", str(files.motion), "--forces", str(files.loads)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    walls, imports = [], []
    for _ in range(repeats + 1):
        at, _ = timed(lambda: subprocess.run(command, check=True, **quiet))
        walls.append(at.wall)
        found = subprocess.run([sys.executable, "-c", IMPORTS], check=True, capture_output=True, text=True)
        imports.append(json.loads(found.stdout))
    print(f"trochlea simulate on the whole walk, a new process, median of {repeats}, disk caches warm:")
    print(f"  {statistics.median(walls[1:]):.2f} s, of which imports {statistics.median(imports[1:]):.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the walk (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", choices=("peer", "process"), help="one half of the benchmark")
    arguments = parser.parse_args()
    folder = arguments.data.resolve()
    files = Files(folder / "subject.osim", folder / "ik_filtered_6hz.mot", folder / "external_loads.xml")
    with tempfile.TemporaryDirectory() as scratch, in_folder(scratch):
        person = Path(scratch) / "person.yaml"
        person.write_text(PERSON, encoding="utf-8")
        if arguments.only != "peer":
            new_process(files, person, scratch, arguments.repeats)
        if arguments.only != "process":
            compare(files, person, arguments.repeats)


if __name__ == "__main__":
    main()
