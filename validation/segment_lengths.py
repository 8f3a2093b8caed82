"""Regress segment lengths on stature in the public data of the ANSUR II survey, women and men apart.

The two files, "ANSUR II FEMALE Public.csv" and "ANSUR II MALE Public.csv", are public and not part of the project.
Run from the checkout: python validation/segment_lengths.py --data FOLDER
Writes src/trochlea/leg/skeleton/segment_lengths.csv.
"""

import argparse
import csv
from pathlib import Path

import numpy as np

from trochlea.leg.skeleton.anthropometry import REFERENCE_STATURE, TABLE

LENGTHS = {
    "thigh": ("trochanterionheight", "lateralfemoralepicondyleheight"),
    "shank": ("lateralfemoralepicondyleheight", "lateralmalleolusheight"),
    "ankle_height": ("lateralmalleolusheight",),
    "foot": ("footlength",),
    "pelvis_width": ("bicristalbreadth",),
}
"""Each length as one measurement of the survey, or the difference of two [mm]."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the survey's two files")
    folder = parser.parse_args().data
    with TABLE.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["sex", "length", "at_reference_m", "per_stature", "sd_m", "correlation", "people", "source"])
        for sex in ("female", "male"):
            for row in regressions(folder / f"ANSUR II {sex.upper()} Public.csv"):
                table.writerow([sex, *row, "gordon-2014-ansur"])
    print(TABLE.read_text(encoding="utf-8"), end="")


def regressions(path: Path) -> list[list[str]]:
    """Name, value at the reference stature, slope, standard deviation about the line, correlation, number of people."""
    with path.open(encoding="latin-1") as file:
        people = list(csv.DictReader(file))

    def measured(name: str) -> np.ndarray:
        return np.array([float(person[name]) for person in people]) / 1000

    stature = measured("stature")
    rows = []
    for name, columns in LENGTHS.items():
        length = measured(columns[0]) - sum(measured(column) for column in columns[1:])
        slope, value = np.polyfit(stature - REFERENCE_STATURE, length, 1)
        left = length - value - slope * (stature - REFERENCE_STATURE)
        sd = np.sqrt((left**2).sum() / (len(people) - 2))
        correlation = np.corrcoef(stature, length)[0, 1]
        rows.append([name, f"{value:.4f}", f"{slope:.4f}", f"{sd:.4f}", f"{correlation:.2f}", str(len(people))])
    return rows


if __name__ == "__main__":
    main()
