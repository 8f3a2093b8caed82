"""Pin what OpenSim gives, for the tests of the leg model to compare it with.

On two generic models: tibia and patella origin, muscle lengths and moment arms. On the scaled model of a measured walk:
lengths and moment arms of the muscles of both legs, and the centre of mass of the whole body, arms as they moved.

Run from the checkout, with the opensim wheel: python validation/rajagopal_reference.py [--data FOLDER]
Writes three files in tests/leg.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import opensim
from scipy.interpolate import BSpline, make_interp_spline

from trochlea.leg.kinematics import LEG_COORDINATES, SPLINE_ORDER
from trochlea.motion.files.storage import read_storage

CHECKOUT = Path(__file__).parents[1]
DATA = CHECKOUT.parent / "shared" / "data"
TESTS = CHECKOUT / "tests" / "leg"

MODELS = {
    "rajagopal_reference.json": "Rajagopal2016.osim",
    "lai_uhlrich_reference.json": "RajagopalLaiUhlrich2023.osim",
}

ANGLES_DEG = {
    "hip_flexion": (-20, 0, 20, 40, 60, 80, 100),
    "hip_adduction": (-30, -15, 0, 15, 25),
    "hip_rotation": (-30, -15, 0, 15, 30),
    "knee_angle": (0, 10, 20, 30, 45, 60, 75, 90, 105, 120),
    "ankle_angle": (-30, -15, 0, 15, 25),
    "subtalar_angle": (-15, 0, 15),
}
"""Each coordinate is swept alone, the others at 0."""

WALK = "walk_reference.json"
WALK_TIMES = tuple(round(0.5 + 0.1 * k, 1) for k in range(13))
"""Instants of the walk, in its reference window [s]."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the models (default: %(default)s)")
    models = parser.parse_args().data / "models"
    opensim.Logger.setLevelString("off")
    for target, model in MODELS.items():
        text = json.dumps(reference(models / model), separators=(",", ":"))
        (TESTS / target).write_text(text.replace('{"coordinate"', '\n{"coordinate"') + "\n")
        print(f"wrote {target}")
    text = json.dumps(walk_reference(models.parent / "mocap" / "rajagopal_walk"), separators=(",", ":"))
    (TESTS / WALK).write_text(text.replace('{"time"', '\n{"time"') + "\n")
    print(f"wrote {WALK}")


def walk_reference(trial: Path) -> dict:
    """Muscles of both legs and centre of mass at WALK_TIMES; the subtalar joints are locked in the model."""
    model = opensim.Model(str(trial / "subject.osim"))
    state = model.initSystem()
    motion = place_columns(trial / "ik_filtered_6hz.mot")
    coordinates = model.updCoordinateSet()
    free = [name for name in LEG_COORDINATES if name != "subtalar_angle"]
    muscles = sorted(model.getMuscles().get(i).getName() for i in range(model.getMuscles().getSize()))
    bases = [name.removesuffix("_r") for name in muscles if name.endswith("_r")]
    frames = []
    for time in WALK_TIMES:
        for name, values in motion.items():
            if coordinates.contains(name) and not coordinates.get(name).getLocked(state):
                coordinates.get(name).setValue(state, float(values(time)), False)
        model.assemble(state)
        model.realizePosition(state)
        centre = model.calcMassCenterPosition(state)
        frame: dict = {"time": time, "centre_of_mass": [round(centre.get(i), 7) for i in range(3)]}
        for side, letter in (("right", "r"), ("left", "l")):
            own = [model.getMuscles().get(f"{base}_{letter}") for base in bases]
            along = [coordinates.get(f"{name}_{letter}") for name in free]
            frame[side] = {
                "lengths": [round(m.getLength(state), 7) for m in own],
                "moment_arms": [[round(m.computeMomentArm(state, c), 7) for c in along] for m in own],
            }
        frames.append(frame)
    return {
        "source": {
            "model": "subject.osim of the Rajagopal pipeline's walk, scaled",
            "motion": "ik_filtered_6hz.mot, arms and trunk included",
            "program": f"OpenSim {opensim.GetVersion()}",
            "script": "validation/rajagopal_reference.py",
            "units": "m, in ground; moment arms as -dL/dq, knee coupled to the patella",
        },
        "coordinates": free,
        "muscles": bases,
        "frames": frames,
    }


def place_columns(path: Path) -> dict[str, BSpline]:
    """Splines through the motion's columns, of the order with which it is differentiated."""
    motion = read_storage(path)
    return {
        name: make_interp_spline(motion.times, column, k=SPLINE_ORDER) for name, column in motion.as_mapping().items()
    }


def reference(path: Path) -> dict:
    model = opensim.Model(str(path))
    coordinates = {c: model.updCoordinateSet().get(f"{c}_r") for c in LEG_COORDINATES}
    for coordinate in coordinates.values():
        coordinate.set_locked(False)  # the subtalar joint is locked in the file
    state = model.initSystem()
    muscles = [model.getMuscles().get(i) for i in range(model.getMuscles().getSize())]
    muscles = sorted((m for m in muscles if m.getName().endswith("_r")), key=lambda m: m.getName())
    sweeps = []
    for name, angles in ANGLES_DEG.items():
        for angle in angles:
            for other, coordinate in coordinates.items():
                coordinate.setValue(state, np.radians(angle) if other == name else 0.0, False)
            model.assemble(state)
            model.realizePosition(state)
            sweeps.append(
                {
                    "coordinate": name,
                    "angle_deg": angle,
                    "lengths": [round(m.getLength(state), 7) for m in muscles],
                    "moment_arms": [
                        [round(m.computeMomentArm(state, c), 7) for c in coordinates.values()] for m in muscles
                    ],
                    "tibia_origin_in_femur": station(model, state, "tibia_r"),
                    "patella_origin_in_femur": station(model, state, "patella_r"),
                }
            )
    return {
        "source": {
            "model": f"{path.name} of opensim-org/opensim-models, generic, unscaled",
            "program": f"OpenSim {opensim.GetVersion()}",
            "script": "validation/rajagopal_reference.py",
            "units": "m; moment arms as -dL/dq, knee coupled to the patella",
        },
        "coordinates": list(LEG_COORDINATES),
        "muscles": [m.getName().removesuffix("_r") for m in muscles],
        "sweeps": sweeps,
    }


def station(model: "opensim.Model", state: "opensim.State", body: str) -> list[float]:
    bodies = model.getBodySet()
    point = bodies.get(body).findStationLocationInAnotherFrame(state, opensim.Vec3(0), bodies.get("femur_r"))
    return [round(point.get(i), 7) for i in range(3)]


if __name__ == "__main__":
    main()
