"""Pin what OpenSim gives on two generic models: tibia and patella origin, muscle lengths and moment arms.

Run from the checkout, with the opensim wheel: python validation/rajagopal_reference.py [--data FOLDER]
Writes the two files in tests/leg that the tests compare the leg model with.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import opensim

from trochlea.leg.kinematics import LEG_COORDINATES

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the models (default: %(default)s)")
    models = parser.parse_args().data / "models"
    opensim.Logger.setLevelString("off")
    for target, model in MODELS.items():
        text = json.dumps(reference(models / model), separators=(",", ":"))
        (TESTS / target).write_text(text.replace('{"coordinate"', '\n{"coordinate"') + "\n")
        print(f"wrote {target}")


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
