"""The person file that `trochlea new` writes: it runs as it is, and says how each number is measured."""

from pathlib import Path

from trochlea.errors import InputError
from trochlea.person.key import (
    ALTERNATIVE_KEYS,
    BODY_KEYS,
    KNEE_KEYS,
    POSTURE_KEYS,
    STRENGTH_GROUPS,
    STYLE_KEY,
    SYMPTOM_KEYS,
)

HEAD = """\
# A person for trochlea. It runs as it is: the four values below are an example, replace them.
# Everything else may stay commented out; what is missing becomes a population norm, marked as assumed.
# Units are in the names of the keys. Write numbers with a point: 1.70. Write no names here.
"""

STRENGTH_HEAD = """\
# Strength of the affected leg, one line for each group that was measured. Three ways to give it:
#   hip_abduction_nm: 60           moment, newton metres
#   hip_abduction_n: 75            force at the dynamometer, newtons, with
#   hip_abduction_percent_bw: 12   or as per cent of body weight, with
#   hip_abduction_lever_arm_m: 0.80   the distance from the joint to the dynamometer, metres
# Lying on the side or prone, the muscles hold the leg up besides what the dynamometer shows; that is added for you.
# Say so if it was added already (most isokinetic machines do), or if the leg lay on a support:
# strength_readings: weight_corrected
"""


def template() -> str:
    """The text of the file."""
    lines = [HEAD]
    for key in BODY_KEYS:
        lines += [f"# {key.how} [{key.unit}]", f"{key.name}: {key.example:g}"]
    lines += ["# female or male", "sex: female", ""]
    lines += ["# The affected side, left or right; right is assumed where this is left out.", "# side: right"]
    lines += ["# What to call this person in the report; no name.", "# label: person-1", ""]
    for key in SYMPTOM_KEYS:
        lines += [f"# {key.how}", f"# {key.name}: {key.example:g}"]
    lines += ["", STRENGTH_HEAD.rstrip()]
    for group, how in STRENGTH_GROUPS.items():
        lines += [f"# {how}", f"# {group}_nm:"]
    lines += ["", "# The kneecap and its groove, from images."]
    for key in KNEE_KEYS:
        lines += [f"# {key.how} [{key.unit}]", f"# {key.name}: {key.example:g}"]
    lines += ["", "# Measured another way? Give one of each pair."]
    for key in ALTERNATIVE_KEYS:
        lines += [f"# {key.how} [{key.unit}]", f"# {key.name}: {key.example:g}"]
    lines += ["", "# Posture that was observed; what is missing is predicted, with a wide scatter."]
    for key in (*POSTURE_KEYS, STYLE_KEY):
        lines += [f"# {key.how} [{key.unit}]", f"# {key.name}: {key.example:g}"]
    return "\n".join(lines) + "\n"


def write_template(path: Path | str) -> None:
    """Write the template to a new file.

    Raises:
        InputError: If the file exists already, or its folder does not.
    """
    path = Path(path)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(template())
    except FileExistsError:
        raise InputError(f"{path}: exists already and is not overwritten; choose another name") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from None
