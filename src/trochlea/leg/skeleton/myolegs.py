"""The skeleton and muscle paths of myo-sim's MyoLegs, as a spec that can still be changed."""

import warnings

from trochlea.errors import ModelError
from trochlea.leg.engine import MjSpec
from trochlea.leg.skeleton.path import MusclePath


def load_legs() -> MjSpec:
    """MyoLegs as shipped, without what mechanics does not need.

    Left out: meshes, contact shapes, sensors, actuators. Joint equalities stay, they hold the couplings.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Attaching a spec with an empty prefix", category=UserWarning)
        import myo_sim

        spec: MjSpec = myo_sim.FRAGMENT_SPEC_BUILDERS["myolegs"]()  # pyright: ignore[reportCallIssue]
    for element in (*spec.sensors, *spec.actuators, *spec.pairs, *spec.keys):
        spec.delete(element)
    for geom in list(spec.geoms):
        if "_wrap_" not in geom.name:
            spec.delete(geom)
    for geom in spec.geoms:
        geom.material = ""
    for element in (*spec.meshes, *spec.materials, *spec.textures):
        spec.delete(element)
    return spec


def add_muscle(spec: MjSpec, muscle: MusclePath) -> None:
    """Add a muscle to both legs, before scaling.

    Raises:
        ModelError: If the path names a body that the legs do not have.
    """
    for side, mirror in (("r", 1.0), ("l", -1.0)):
        tendon = spec.add_tendon(name=f"{muscle.name}_{side}_tendon")
        for number, (body_name, (x, y, z)) in enumerate(muscle.points, start=1):
            body = spec.body(body_name) or spec.body(f"{body_name}_{side}")
            if body is None:
                raise ModelError(f"{muscle.name}: point {number}: expected a body such as 'femur', found {body_name!r}")
            site = f"{muscle.name}-P{number}_{side}"
            body.add_site(name=site, pos=[x, y, mirror * z])
            tendon.wrap_site(site)
