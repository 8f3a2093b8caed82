"""Write the pages that quote the program: commands, person file, inputs. A test checks that they are current."""

import argparse
import contextlib
import functools
import io
import re
from pathlib import Path

from trochlea.cli import build_parser
from trochlea.knee.inputs import scalar_inputs
from trochlea.knee.setup import input_spread, input_value, knee_setup
from trochlea.person.template import template

FOLDER = Path(__file__).parent

COMMANDS_HEAD = """\
# Commands

Results go to standard output, progress to standard error. A bad input gives one line that names the file, the place,
what was expected and what was found, with exit code 1; a wrong option gives exit code 2. An output folder appears whole
or not at all, and a folder that holds anything but an earlier result is not touched.

| file | what is in it |
|---|---|
| `report.html` | the report; opens offline |
| `result.json` (`demo`, `assess`), `summary.json` (`simulate`) | everything for machines, with a `schema` number |
| `moments.sto`, `muscle_forces.sto`, `kneecap.sto` | time series for OpenSim; frames without a result are left out |
"""

PERSON_HEAD = """\
# Person file

`trochlea new anna.yaml` writes this form. It runs as it is; only mass, height, age and sex are required.

What is missing becomes a population norm with its spread between people, and is marked **assumed** in the result and in
the report. Where there is no norm for the sex or age, the nearest one stands in with a doubled spread and the words
*outside its population*.

A strength that was measured is met by the model's muscles as far as their bounds allow (0.3 to 2 times the model's
own). A norm that stands in for a strength only draws them: it weighs as much as the model's own strength. With a model
file of your own, groups that were not measured keep that file's strength.
"""


def commands_page() -> str:
    """The help of every command."""
    parser = build_parser()
    parts = [COMMANDS_HEAD, "## trochlea", _block(parser.format_help())]
    actions = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for name, command in actions[0].choices.items():
        parts += [f"## trochlea {name}", _block(command.format_help())]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def person_page() -> str:
    """The form, whole."""
    return PERSON_HEAD + "\n```yaml\n" + template() + "```\n"


INPUTS_HEAD = """\
# Inputs by name

Everything that `trochlea kneecap --set NAME=VALUE` and `trochlea.knee.sweep(values={NAME: VALUE})` accept, beside `sex`
(`female` or `male`), which chooses the norms. A value outside its range is refused with the limit. A head's scale
multiplies that head alone and the quadriceps force falls; with `--keep-total` the heads without a scale make up for it.
What is not set is the person's, or the median adult's. Python:

```python
from trochlea.knee import sweep

swept = sweep(flexion_deg=[0, 30, 60], quadriceps=600, values={"sex": "female", "tt_tg_mm": 18, "vmo_scale": 0.5})
for record in swept.records():
    print(record["flexion_deg"], record["status"], record["lateral_peak_mpa"])
```

Spread is the published standard deviation between people, or (in brackets) an assumed step.
"""


def inputs_page() -> str:
    """The table of inputs."""
    setups = {sex: knee_setup(values={"sex": sex}) for sex in ("female", "male")}
    head = "| NAME | unit | woman | man | spread | from | to | what it does |"
    rows = [INPUTS_HEAD, head, "|---|---|---|---|---|---|---|---|"]
    for name, scalar in scalar_inputs().items():
        woman, man = (f"{input_value(setup, name):.4g}" for setup in setups.values())
        spread, citation = input_spread(setups["female"], name)
        shown = f"{spread:.3g}" if citation else f"({spread:.3g})"
        unit = "" if scalar.unit == "-" else scalar.unit
        limits = f"{scalar.low:g} | {scalar.high:g}"
        rows.append(f"| `{name}` | {unit} | {woman} | {man} | {shown} | {limits} | {scalar.effect} |")
    return "\n".join(rows) + "\n"


def _block(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```"


def executed(name: str) -> str:
    """A page whose example runs: what it prints stands in the page's block of text."""
    page = (FOLDER / name).read_text(encoding="utf-8")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        for block in re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL):
            exec(compile(block, name, "exec"), {})
    return re.sub(r"```text\n.*?```", lambda _: _block(printed.getvalue()), page, flags=re.DOTALL)


PAGES = {
    "commands.md": commands_page,
    "person-file.md": person_page,
    "inputs.md": inputs_page,
    "sensitivity.md": functools.partial(executed, "sensitivity.md"),
    "wear.md": functools.partial(executed, "wear.md"),
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
